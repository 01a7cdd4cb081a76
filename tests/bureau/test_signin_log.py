"""The sign-in log: what happened at the door, never what was typed there."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from bureau.people import demo, services
from bureau.people.models import SignIn
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SECRET = "我的密码Xy-2026!"


def enter(username: str, password: str = demo.PASSWORD, **extra):
    client = Client(**extra)
    return client, client.post("/login/", {"username": username, "password": password})


def kinds() -> list[str]:
    return list(SignIn.objects.order_by("pk").values_list("kind", flat=True))


def test_in_and_out(clerk):
    client, _answer = enter("clerk")
    client.post("/logout/")
    assert kinds() == ["success", "signed_out"]
    assert set(SignIn.objects.values_list("user", flat=True)) == {clerk.pk}


def test_failures_of_a_known_name(clerk):
    enter("clerk", "wrong", REMOTE_ADDR="10.9.8.7")
    row = SignIn.objects.get()
    assert (row.kind, row.user, row.address) == ("failure", clerk, "10.9.8.7")


def test_what_was_typed_as_a_name_is_not_kept(clerk, auditor, signed_in):
    enter(SECRET, "clerk")
    row = SignIn.objects.get()
    assert (row.kind, row.user) == ("failure", None)
    page = signed_in(auditor)
    for address in ("/sign-ins/", "/sign-ins/?format=csv"):
        answer = page.get(address)
        text = b"".join(answer) if answer.streaming else answer.content
        assert SECRET not in text.decode("utf-8-sig")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(s)::text FROM people_signin s")
        assert all(SECRET not in line for (line,) in cursor.fetchall())


def test_a_lock_is_told_and_undone_by_the_superior_office(village, town, signed_in):
    for _ in range(5):
        enter("village", "wrong")
    assert kinds()[-1] == "locked"
    assert enter("village")[1].status_code == 429
    page = signed_in(town)
    assert page.get(village.get_absolute_url()).context["locked"]
    assert page.post(f"/users/{village.pk}/unlock/").status_code == 302
    assert enter("village")[1].status_code == 302
    again = page.post(f"/users/{village.pk}/unlock/")
    assert again.status_code == 409


def test_it_may_be_read_by_audit_alone(clerk, admin, security, audit, auditor, signed_in):
    for user, status in ((clerk, 403), (admin, 403), (security, 403), (audit, 200), (auditor, 200)):
        assert signed_in(user).get("/sign-ins/").status_code == status, user.username


def test_filters(clerk, chief, audit, signed_in):
    enter("clerk", "wrong", REMOTE_ADDR="10.9.8.7")
    enter("chief")
    page = signed_in(audit)

    def found(**query):
        return page.get("/sign-ins/", query).context["page"].rows

    assert {row.user for row in found(username="clerk")} == {clerk}
    assert {row.user for row in found(q="建功")} == {chief}
    assert {row.kind for row in found(kind="failure")} == {"failure"}
    assert {row.user for row in found(address="10.9.8.7")} == {clerk}
    assert not found(address="10.9")
    assert not found(until="2026-01-01")
    assert found(since="2026-01-01")


def test_own_ones_stand_in_the_own_profile(clerk, chief):
    client, _answer = enter("clerk")
    enter("chief", REMOTE_ADDR="10.9.8.7")
    page = client.get("/profile/")
    assert {row.user for row in page.context["sign_ins"]} == {clerk}
    assert "10.9.8.7" not in page.content.decode()


def test_nobody_changes_or_deletes_what_happened(clerk):
    enter("clerk")
    for statement in (
        "UPDATE people_signin SET kind = 'failure'",
        "DELETE FROM people_signin",
    ):
        refused = pytest.raises(DatabaseError)
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert kinds() == ["success"]


def test_after_a_year_it_goes(clerk):
    now = timezone.now()
    for days in (1, 364, 367, 800):
        SignIn.objects.create(kind="success", user=clerk, at=now - timedelta(days=days))
    assert services.purge_sign_ins() == 2
    assert SignIn.objects.count() == 2


def test_the_page_asks_as_much_for_many_as_for_one(audit, signed_in, django_assert_max_num_queries):
    for _ in range(60):
        SignIn.objects.create(kind="success", user=UserFactory())
    page = signed_in(audit)
    page.get("/sign-ins/")
    with django_assert_max_num_queries(8):
        assert page.get("/sign-ins/").status_code == 200


def test_programs_read_it_too(audit, clerk, api):
    enter("clerk", "wrong")
    rows = api(audit).get("/api/v1/sign-ins/", {"kind": "failure"}).json()["results"]
    assert [row["username"] for row in rows] == ["clerk"]
    assert api(clerk).get("/api/v1/sign-ins/").status_code == 403


def test_the_command_line_still_issues_keys(clerk, capsys):
    call_command("issue_token", "clerk")
    assert len(capsys.readouterr().out.strip()) == 64
