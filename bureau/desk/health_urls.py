"""The two addresses that ask nobody to sign in."""

from django.urls import path

from bureau.desk import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
