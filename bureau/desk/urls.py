from django.urls import include, path

from bureau.desk.registers import organisations
from bureau.desk.views import files, home, pick, places, session, switches, watching, withdraw

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("session/", session.state, name="session"),
    path("login/again/", session.sign_in_again, name="sign_in_again"),
    path("work/count/", home.work_count, name="work_count"),
    path("watching/", watching.watched, name="watching"),
    path("files/<int:pk>/", files.file, name="file"),
    path("files/<int:pk>/withdraw/", withdraw.withdraw_file, name="file_withdraw"),
    path("notes/<int:pk>/withdraw/", withdraw.withdraw_note, name="note_withdraw"),
    path("i18n/setlang/", switches.choose_language, name="language"),
    path("i18n/theme/", switches.choose_theme, name="theme"),
    path("", include("bureau.desk.people_urls")),
    path("pick/<slug:key>/", pick.pick, name="pick"),
    path("places/steps/", places.steps, name="place_steps"),
    path("lists/", include("bureau.desk.list_urls")),
    *organisations.OrganisationPages.routes("organisations", "organisation"),
    path("", include("bureau.desk.ground_urls")),
    path("", include("bureau.desk.tool_urls")),
]
