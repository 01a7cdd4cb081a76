from django.urls import path

from bureau.people import views

app_name = "people"

urlpatterns = [
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", views.SignOut.as_view(), name="logout"),
    path("profile/", views.profile, name="profile"),
    path("profile/password/", views.password, name="password"),
    path("profile/sessions/<int:pk>/end/", views.end_session, name="session_end"),
    path("profile/sessions/end-others/", views.end_other_sessions, name="session_end_others"),
]
