"""Accounts and roles for programs: opened, changed and put away by the services of the pages."""

import pytest

from bureau.people import services
from bureau.people.models import Role, User
from bureau.records.models import AuditEntry

pytestmark = pytest.mark.django_db
USERS, ROLES = "/api/v1/users/", "/api/v1/roles/"


def test_an_account_is_opened_with_a_password_that_is_said_once(admin, api):
    given = {"username": "wangfang", "display_name": "王芳", "phone": "13806351234"}
    answer = api(admin).post(USERS, given)
    assert answer.status_code == 201
    user = User.objects.get(username="wangfang")
    assert answer.json().keys() == {"id", "username", "password"}
    assert user.check_password(answer.json()["password"])
    assert (user.display_name, user.phone, user.must_change_password) == (
        "王芳",
        "13806351234",
        True,
    )
    entry = AuditEntry.objects.get(verb="create_user", object_id=user.pk)
    assert entry.actor == admin
    assert answer.json()["password"] not in f"{entry.after}"
    again = api(admin).post(USERS, given)
    assert (again.status_code, list(again.json()["fields"])) == (422, ["username"])


def test_a_change_keeps_a_masked_phone_and_the_user_name(admin, api):
    user = services.create_user("lihua", actor=None, display_name="李华", phone="13806351234")
    desk, address = api(admin), f"{USERS}{user.pk}/"
    read = desk.get(address).json()
    assert "13806351234" not in read["phone"]
    changed = desk.patch(address, {"phone": read["phone"], "display_name": "李桦", "version": 1})
    assert (changed.status_code, changed.json()["display_name"]) == (200, "李桦")
    user.refresh_from_db()
    assert user.phone == "13806351234"
    stale = desk.patch(address, {"display_name": "李烨", "version": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    renamed = desk.patch(address, {"username": "other", "version": 2})
    assert (renamed.status_code, list(renamed.json()["fields"])) == (422, ["username"])
    wrong = desk.patch(address, {"phone": "12", "version": 2})
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["phone"])


def test_who_somebody_is_goes_in_and_never_comes_out(admin, village, api):
    number, address = "11010519491231002X", f"{USERS}{village.pk}/own-number/"
    bad = api(admin).post(address, {"id_number": "110105194912310021"})
    assert (bad.status_code, bad.json()["code"]) == (409, "bad_id_number")
    answer = api(admin).post(address, {"id_number": number})
    assert answer.status_code == 200
    assert number not in answer.content.decode()
    village.refresh_from_db()
    assert village.id_number_index
    assert number not in village.id_number_index


def test_sessions_are_ended_from_afar(admin, village, signed_in, api):
    inside = signed_in(village)
    assert inside.get("/").status_code == 200
    assert (
        api(admin).post(f"{USERS}{village.pk}/end-sessions/", {"note": "手机丢失"}).status_code
        == 200
    )
    assert inside.get("/").status_code == 302


def test_a_role_is_a_copy_that_varies(security, api):
    origin = Role.objects.get(code="county_reviewer")
    desk = api(security)
    made = desk.post(ROLES, {"name": "县级协查", "copy_of": origin.pk})
    assert made.status_code == 201
    role = made.json()
    assert role["permissions"] == desk.get(f"{ROLES}{origin.pk}/").json()["permissions"]
    assert (role["base"], role["is_standard"]) == ("county_reviewer", False)
    fewer = {"permissions": ["grants.view_claim"], "version": role["version"]}
    changed = desk.patch(f"{ROLES}{role['id']}/", fewer)
    assert changed.json()["permissions"] == ["grants.view_claim"]
    unknown = desk.patch(f"{ROLES}{role['id']}/", {"permissions": ["grants.fly"], "version": 2})
    assert (unknown.status_code, list(unknown.json()["fields"])) == (422, ["permissions"])
    gone = desk.post(f"{ROLES}{role['id']}/archive/", {"note": "不再需要"})
    assert (gone.status_code, bool(gone.json()["archived_at"])) == (200, True)


def test_delivered_roles_and_foreign_posts_stay_apart(security, api):
    desk, origin = api(security), Role.objects.get(code="county_reviewer")
    changed = desk.patch(f"{ROLES}{origin.pk}/", {"purpose": "另用", "version": origin.version})
    assert (changed.status_code, changed.json()["code"]) == (409, "role_standard")
    mixed = desk.post(
        ROLES, {"name": "什么都管", "permissions": ["people.add_user", "grants.view_claim"]}
    )
    assert (mixed.status_code, mixed.json()["code"]) == (409, "role_mixes_posts")
    assert not Role.objects.filter(name="什么都管").exists()
