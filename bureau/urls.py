"""Every address of the portal; apps are named by dotted strings only."""

from django.urls import include, path

urlpatterns = [
    path("", include("bureau.desk.health_urls")),
    path("", include("bureau.people.urls")),
]
