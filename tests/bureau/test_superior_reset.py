"""Who gives whom a new password: the office above, never the own one."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bureau.core.errors import BusinessError
from bureau.core.identifiers import blind
from bureau.people import demo, rules, services
from bureau.people.choices import GroundKind
from bureau.people.models import Posting, User
from bureau.people.rules import Ground
from bureau.places.models import Division, ManagingArea
from bureau.records.models import AuditEntry
from tests.cast import person
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

#: Who may give whom a password, of those who hold the permission at all.
ABOVE = {
    "town": {"village"},
    "county": {"town", "town_team", "village"},
    "clerk": {"town", "town_team", "village", "county", "outsider", "company", "property"},
    "chief": {"town", "town_team", "village", "county", "outsider", "company", "property"},
    "admin": {
        "town", "town_team", "village", "county", "outsider", "company", "property",
        "clerk", "chief", "leader", "legal", "inspector", "finance", "auditor", "security", "audit",
    },
    "village": set(), "leader": set(), "auditor": set(), "security": set(), "audit": set(),
    "outsider": set(), "company": set(),
}  # fmt: skip
EVERYBODY = sorted(set(ABOVE) | set().union(*ABOVE.values()))


def may(actor: str, target: str) -> bool:
    try:
        services.reset_password(person(target), actor=anew(person(actor)))
    except BusinessError as refused:
        return refused.code not in ("not_superior", "own_account")
    return True


def anew(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("actor", sorted(ABOVE))
def test_the_whole_cast(actor):
    people = [name for name in EVERYBODY if name != actor]
    assert {target for target in people if may(actor, target)} == ABOVE[actor]
    assert not may(actor, actor)


CITY = Ground(GroundKind.CITY, path="37/")
COUNTY = Ground(GroundKind.COUNTY, path="37/02/")
TOWN = Ground(GroundKind.TOWN, path="37/02/03/")
VILLAGE = Ground(GroundKind.VILLAGE, path="37/02/03/10/")
RUN = Ground(GroundKind.TOWN, path="37/02/09/", run_by=7)
AREA = Ground(GroundKind.MANAGING_AREA, area=7)
FIRM = Ground(GroundKind.HEATING_COMPANY)
COVERS = {
    CITY: {COUNTY, TOWN, VILLAGE, RUN, AREA, FIRM},
    COUNTY: {TOWN, VILLAGE},
    TOWN: {VILLAGE},
    VILLAGE: set(),
    RUN: set(),
    AREA: {RUN},
    FIRM: set(),
}


@pytest.mark.parametrize("above", COVERS)
def test_a_ground_covers_what_lies_below_it_alone(above):
    assert {below for below in COVERS if rules.strictly_covers(above, below)} == COVERS[above]


def test_who_holds_nothing_has_no_superior_but_the_system_administrator(clerk, admin):
    free = UserFactory()
    with pytest.raises(BusinessError) as refused:
        services.reset_password(free, actor=clerk)
    assert refused.value.code == "not_superior"
    assert services.reset_password(free, actor=admin)


def test_every_posting_counts(town, village):
    county = Division.objects.get(code=demo.GAOTANG)
    services.grant_posting(village, "county_reviewer", actor=None, division=county)
    with pytest.raises(BusinessError) as refused:
        services.reset_password(village, actor=anew(town))
    assert refused.value.code == "not_superior"


def test_what_is_held_as_a_deputy_counts(town, county, village):
    services.delegate(county, village, actor=county)
    with pytest.raises(BusinessError) as refused:
        services.reset_password(anew(village), actor=anew(town))
    assert refused.value.code == "not_superior"


def test_a_posting_to_come_counts_too(town, village):
    county = Division.objects.get(code=demo.GAOTANG)
    row = services.grant_posting(village, "county_reviewer", actor=None, division=county)
    Posting.objects.filter(pk=row.pk).update(valid_from="2031-01-01")
    assert not services.is_superior(anew(town), anew(village))


def test_another_system_administrator_is_not_above():
    other = UserFactory()
    city = Division.objects.get(code=demo.CITY)
    services.grant_posting(other, "system_admin", actor=None, division=city)
    assert not services.is_superior(anew(person("admin")), anew(other))


def test_a_managing_area_looks_after_its_towns():
    area = ManagingArea.objects.first()
    town = Division.objects.filter(managing_area=area, level=4).first()
    boss, local = UserFactory(), UserFactory()
    services.grant_posting(boss, "county_reviewer", actor=None, managing_area=area)
    services.grant_posting(local, "town_reviewer", actor=None, division=town)
    assert services.is_superior(anew(boss), anew(local))
    assert not services.is_superior(anew(local), anew(boss))
    assert not services.is_superior(anew(person("county")), anew(local))


def test_the_password_is_said_once_and_kept_nowhere(town, village, signed_in, client):
    page, inside = signed_in(town), signed_in(village)
    answer = page.post(f"/users/{village.pk}/reset-password/", {"note": "忘记密码"})
    assert answer.status_code == 200
    password = answer.context["password"]
    assert password in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert inside.get("/profile/").status_code == 302
    entry = AuditEntry.objects.get(verb="reset_password")
    assert (entry.actor, entry.subject, entry.note) == (town, village, "忘记密码")
    assert password not in f"{entry.before}{entry.after}{entry.note}"
    assert not User.objects.filter(password__contains=password).exists()
    client.post("/login/", {"username": "village", "password": password})
    assert client.get("/")["Location"] == "/profile/password/"


def test_outside_the_ground_there_is_nobody(town, clerk, signed_in, api):
    assert signed_in(town).post(f"/users/{clerk.pk}/reset-password/").status_code == 404
    assert api(town).post(f"/api/v1/users/{clerk.pk}/reset-password/").status_code == 404


def test_programs_get_the_password_once_too(town, village, clerk, api):
    answer = api(town).post(f"/api/v1/users/{village.pk}/reset-password/", {"note": "忘记"})
    assert answer.status_code == 200
    assert User.objects.get(pk=village.pk).check_password(answer.json()["password"])
    refused = api(clerk).post(f"/api/v1/users/{clerk.pk}/reset-password/", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "own_account")


def test_a_closed_account_gets_no_password(admin, village):
    services.close_user(village, actor=admin)
    with pytest.raises(BusinessError) as refused:
        services.reset_password(village, actor=admin)
    assert refused.value.code == "account_closed"


def at_the_command_line(*words: str) -> str:
    """Return what the command prints, which is the password and nothing else."""
    out = StringIO()
    call_command("reset_password", *words, stdout=out)
    (password,) = out.getvalue().split()
    return password


def test_the_command_line_helps_the_only_system_administrator(admin, signed_in, client):
    inside = signed_in(admin)
    password = at_the_command_line("admin", "--note", "只有一名系统管理员")
    assert inside.get("/profile/").status_code == 302
    entry = AuditEntry.objects.get(verb="reset_password")
    assert (entry.actor, entry.subject, entry.note) == (None, admin, "只有一名系统管理员")
    assert password not in f"{entry.before}{entry.after}{entry.note}"
    client.post("/login/", {"username": "admin", "password": password})
    assert client.get("/")["Location"] == "/profile/password/"


def test_the_command_line_refuses_nobody_and_closed_accounts(village):
    with pytest.raises(CommandError):
        at_the_command_line("never-heard-of")
    User.objects.filter(pk=village.pk).update(is_active=False)
    with pytest.raises(CommandError):
        at_the_command_line("village")
    assert not AuditEntry.objects.filter(verb="reset_password").exists()


def test_an_identity_number_is_taken_and_never_shown_again(town, village, clerk, signed_in):
    number = "371502198503120014"
    page, address = signed_in(town), f"/users/{village.pk}/own-number/"
    assert page.post(address, {"id_number": number[:-1] + "5"}).status_code == 409
    assert page.post(address, {"id_number": "1" * 41}).status_code == 422
    assert page.post(address, {"id_number": " 371502 19850312 0014"}).status_code == 302
    village.refresh_from_db()
    assert village.id_number_index == blind("id_number", number)
    shown = page.get(f"/users/{village.pk}/").content.decode()
    history = page.get(f"/users/{village.pk}/history/").content.decode()
    assert number not in shown + history
    assert "0014" in history
    assert village.id_number_index not in shown + history
    assert signed_in(village).post(address, {"id_number": number}).status_code == 404
    assert page.post(f"/users/{clerk.pk}/own-number/", {"id_number": number}).status_code == 404
    assert page.post(address, {"id_number": ""}).status_code == 302
    village.refresh_from_db()
    assert village.id_number_index == ""
