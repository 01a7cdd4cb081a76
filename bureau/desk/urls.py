from django.urls import path

from bureau.desk.views import files, home, switches

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("work/count/", home.work_count, name="work_count"),
    path("files/<int:pk>/", files.file, name="file"),
    path("i18n/setlang/", switches.choose_language, name="language"),
    path("i18n/theme/", switches.choose_theme, name="theme"),
]
