"""Users, roles, postings and delegations on screen."""

import re
from datetime import date

import pytest

from bureau.people import demo, services
from bureau.people.models import Delegation, Posting, Role, User
from bureau.places.models import Division
from bureau.records.models import AuditEntry
from tests.factories import OrganisationFactory, PostingFactory, UserFactory
from tests.suites import RegistrySuite

pytestmark = pytest.mark.django_db
PASSWORD = re.compile(r'id="one-time-password">([^<]+)<')


def posted(number, role_code="village_official", place=demo.BEIYUAN_COMMUNITY):
    return [PostingFactory(role_code=role_code, place=place) for _ in range(number)]


class TestUserPages(RegistrySuite):
    names = "desk:user"
    model = User
    holder = "admin"
    reader = "auditor"
    outsider = "outsider"

    def make(self, number):
        return [posting.user for posting in posted(number)]

    def new(self):
        return {"username": "chen.bin", "display_name": "陈斌", "phone": "13806351234"}

    def change(self, row):
        return {"display_name": "改名", "phone": "13806351234"}

    def test_new_object(self, desk, client):
        """The answer itself shows a one-time password, which lets in once to choose another."""
        address = self.address("create")
        assert desk.post(address, {}).status_code == 422
        answer = desk.post(address, self.new())
        assert answer.status_code == 200
        password = PASSWORD.search(answer.content.decode()).group(1)
        made = User.objects.get(username="chen.bin")
        assert made.must_change_password
        assert AuditEntry.objects.about(made).exists()
        entry = client.post("/login/", {"username": "chen.bin", "password": password})
        assert entry.status_code == 302
        assert client.get("/")["Location"] == "/profile/password/"
        again = desk.get(made.get_absolute_url()).content.decode()
        assert password not in again
        assert not AuditEntry.objects.filter(after__icontains=password).exists()

    def test_the_same_user_name_twice_is_named(self, desk, clerk):
        answer = desk.post(self.address("create"), self.new() | {"username": clerk.username})
        assert answer.status_code == 422
        assert answer.context["form"].has_error("username")


class TestRolePages(RegistrySuite):
    names = "desk:role"
    model = Role
    holder = "security"
    reader = "auditor"
    searched = "自拟"

    def make(self, number):
        at = Role.objects.count()
        return [
            Role.objects.create(code=f"own{at + one}", name=f"自拟岗位{at + one}")
            for one in range(number)
        ]

    def new(self):
        return {"name": "夜班值守", "permissions": ["heating.view_substation"]}

    def change(self, row):
        return {"name": "改名", "permissions": ["heating.view_estate"]}


class TestPostingPages(RegistrySuite):
    names = "desk:posting"
    model = Posting
    holder = "security"
    reader = "auditor"
    outsider = ""
    searched = "用户"

    def make(self, number):
        return posted(number)

    def new(self):
        role = Role.objects.get(code="village_official")
        place = Division.objects.get(code=demo.BEIYUAN_COMMUNITY)
        return {
            "user": UserFactory().pk,
            "role": role.pk,
            "place": [place.code[:6] + "000000", place.code[:9] + "000", place.code],
            "valid_from": "2026-11-22",
        }

    def test_two_grounds_are_refused(self, desk):
        values = self.new() | {"organisation": OrganisationFactory().pk}
        answer = desk.post(self.address("create"), values)
        assert answer.status_code == 409
        assert not Posting.objects.filter(user=values["user"]).exists()

    def test_a_ground_that_does_not_fit(self, desk):
        values = self.new() | {"place": [], "whole_city": "on"}
        assert desk.post(self.address("create"), values).status_code == 409

    def test_ending_is_a_post_with_a_reason(self, desk):
        [posting] = self.make(1)
        answer = desk.post(f"/postings/{posting.pk}/end/", {"note": "调离", "last_day": ""})
        assert answer.status_code == 302
        posting.refresh_from_db()
        assert posting.is_over
        assert posting.pk not in [row.pk for row in desk.get("/postings/").context["page"].rows]
        ended = desk.get("/postings/?ended=yes").context["page"].rows
        assert [row.pk for row in ended] == [posting.pk]

    def test_those_that_end_soon(self, desk):
        first, second = self.make(2)
        Posting.objects.filter(pk=first.pk).update(valid_until=date(2026, 12, 1))
        with_end = desk.get("/postings/?ending=on").context["page"].rows
        assert second.pk not in [row.pk for row in with_end]


class TestDelegationPages(RegistrySuite):
    """Everybody sees the own ones and may name a deputy."""

    names = "desk:delegation"
    model = Delegation
    holder = "security"
    reader = "auditor"
    searched = "用户"

    def make(self, number):
        return [
            Delegation.objects.create(
                principal=UserFactory(), deputy=UserFactory(), valid_from=date(2026, 1, 1)
            )
            for _ in range(number)
        ]

    def test_without_any_posting_there_is_no_list(self, nobody, signed_in):
        self.make(1)
        assert not signed_in(nobody).get(self.list_url).context["page"].rows

    def test_readers_read_and_never_change(self):
        """Nobody reads without being part of it."""

    def test_new_object(self, chief, clerk, signed_in):
        page = signed_in(chief)
        values = {"deputy": clerk.pk, "valid_from": "2026-11-22", "reason": "出差"}
        assert page.get(self.address("create")).status_code == 200
        assert page.post(self.address("create"), {}).status_code == 422
        answer = page.post(self.address("create"), values)
        made = Delegation.objects.get()
        assert answer["Location"] == made.get_absolute_url()
        assert (made.principal, made.deputy) == (chief, clerk)
        page = signed_in(User.objects.get(pk=clerk.pk))
        assert page.get(made.get_absolute_url()).status_code == 200
        assert page.post(f"/delegations/{made.pk}/end/", {"note": "回来了"}).status_code == 302
        made.refresh_from_db()
        assert made.is_over

    def test_only_colleagues_are_offered(self, chief, clerk, outsider, signed_in):
        form = signed_in(chief).get(self.address("create")).context["form"]
        offered = set(form.fields["deputy"].queryset)
        assert clerk in offered
        assert outsider not in offered
        assert "principal" not in form.fields

    def test_outside_there_is_nothing(self, outsider, signed_in):
        [row] = self.make(1)
        stranger = signed_in(outsider)
        assert stranger.get(row.get_absolute_url()).status_code == 404
        assert stranger.post(f"/delegations/{row.pk}/end/", {"note": "x"}).status_code == 404


class TestScopeOfUsers:
    def test_a_town_sees_its_own_people_alone(self, town, village, county, clerk, signed_in):
        elsewhere = posted(1, place="371526001001")[0].user
        page = signed_in(town)
        shown = {user.pk for user in page.get("/users/").context["page"].rows}
        assert {town.pk, village.pk} <= shown
        assert not shown & {county.pk, clerk.pk, elsewhere.pk}
        assert page.get(village.get_absolute_url()).status_code == 200
        assert page.get(clerk.get_absolute_url()).status_code == 404

    def test_phones_are_masked_but_for_those_who_look_after_them(
        self, town, village, auditor, signed_in
    ):
        User.objects.filter(pk=village.pk).update(phone="13806351234")
        whole = signed_in(town).get(village.get_absolute_url()).content.decode()
        masked = signed_in(auditor).get(village.get_absolute_url()).content.decode()
        assert "13806351234" in whole
        assert "13806351234" not in masked
        assert "138****1234" in masked
        exported = signed_in(town).get("/users/?format=csv&columns=phone")
        assert b"13806351234" not in b"".join(exported)

    def test_two_characters_of_the_name_or_the_user_name(self, admin, village, signed_in):
        page = signed_in(admin)
        for word in ("保田", "vill"):
            found = page.get("/users/", {"q": word}).context["page"].rows
            assert village in found, word


class TestRoles:
    def test_a_delivered_role_stays_as_it_is(self, security, signed_in):
        role = Role.objects.get(code="inspector")
        page = signed_in(security)
        assert page.get(f"/roles/{role.pk}/edit/").status_code == 403
        assert page.post(f"/roles/{role.pk}/archive/", {"note": "x"}).status_code == 409
        assert 'data-verb="edit" disabled' in re.sub(
            r"\s+", " ", page.get(role.get_absolute_url()).content.decode()
        )

    def test_a_copy_keeps_its_ground_and_outlives_a_sync(self, security, signed_in):
        page = signed_in(security)
        origin = Role.objects.get(code="inspector")
        form = page.get(f"/roles/new/?copy_of={origin.pk}").context["form"]
        ticked = set(form["permissions"].value())
        assert "heating.record_survey_handover" in ticked
        wanted = sorted(ticked - {"heating.record_survey_handover"})
        answer = page.post(
            "/roles/new/", {"name": "只看检查员", "permissions": wanted, "copy_of": origin.pk}
        )
        copy = Role.objects.get(name="只看检查员")
        assert answer["Location"] == copy.get_absolute_url()
        assert copy.base == "inspector"
        services.sync_roles()
        held = copy.permissions.values_list("codename", flat=True)
        assert len(held) == len(wanted)
        assert "record_survey_handover" not in held

    def test_a_changed_role_ends_the_sessions_of_its_holders(self, security, signed_in):
        role = services.create_role("临时岗", ["heating.view_estate"], actor=security)
        holder = UserFactory()
        services.grant_posting(
            holder, role, actor=security, division=Division.objects.get(code=demo.GAOTANG)
        )
        page = signed_in(User.objects.get(pk=holder.pk))
        assert page.get("/profile/").status_code == 200
        services.edit_role(
            role, {}, actor=security, version=1, permissions=["heating.view_substation"]
        )
        assert page.get("/profile/").status_code == 302

    @pytest.mark.parametrize("path", ["/roles/", "/roles/new/"])
    def test_permissions_are_words(self, security, signed_in, path):
        page = signed_in(security)
        role = Role.objects.get(code="section_chief")
        shown = page.get(role.get_absolute_url()).content.decode()
        assert 'data-permission="heating.sign_handover"' in shown
        assert "Can " not in shown
        assert page.get(path).status_code == 200
