"""System, security and audit administration: nobody holds two of them, or one beside business."""

from datetime import date

import pytest
import time_machine

from bureau.core.errors import BusinessError
from bureau.people import demo, rules, services
from bureau.people.models import Delegation, Role, User
from bureau.places.models import Division
from tests.cast import person
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

POSTS = ("system_admin", "security_admin", "audit_admin")
BUSINESS = ("bureau_clerk", "auditor")
ROLES = (*POSTS, *BUSINESS)
PAIRS = [(first, second) for first in ROLES for second in ROLES if first != second]


def allowed(first: str, second: str) -> bool:
    return first in BUSINESS and second in BUSINESS


@pytest.fixture
def city(db):
    return Division.objects.get(code=demo.CITY)


def refused(call) -> str:
    try:
        call()
    except BusinessError as error:
        return error.code.value if error.sentence else ""
    return ""


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_by_postings(city, first, second):
    user = UserFactory()
    services.grant_posting(user, first, actor=None, division=city)
    code = refused(lambda: services.grant_posting(user, second, actor=None, division=city))
    assert code == ("" if allowed(first, second) else "separate_posts")


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_by_a_delegation(city, first, second):
    principal, deputy = UserFactory(), UserFactory()
    services.grant_posting(principal, first, actor=None, division=city)
    services.grant_posting(deputy, second, actor=None, division=city)
    code = refused(lambda: services.delegate(principal, deputy, actor=None))
    assert code == ("" if allowed(first, second) else "separate_posts")


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_by_a_posting_of_the_principal_later(city, first, second):
    principal, deputy = UserFactory(), UserFactory()
    services.delegate(principal, deputy, actor=None)
    services.grant_posting(deputy, first, actor=None, division=city)
    code = refused(lambda: services.grant_posting(principal, second, actor=None, division=city))
    assert code == ("" if allowed(first, second) else "separate_posts")


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_by_two_principals(city, first, second):
    deputy, one, other = UserFactory(), UserFactory(), UserFactory()
    services.grant_posting(one, first, actor=None, division=city)
    services.grant_posting(other, second, actor=None, division=city)
    services.delegate(one, deputy, actor=None)
    code = refused(lambda: services.delegate(other, deputy, actor=None))
    assert code == ("" if allowed(first, second) else "separate_posts")


def test_a_deputy_of_the_same_post_is_fine(city):
    one, other = UserFactory(), UserFactory()
    for user in (one, other):
        services.grant_posting(user, "system_admin", actor=None, division=city)
    assert services.delegate(one, other, actor=None)


def test_one_after_the_other_is_fine(city):
    user = UserFactory()
    with time_machine.travel("2026-11-22 10:00+08:00"):
        services.grant_posting(
            user, "system_admin", actor=None, division=city, valid_until=date(2026, 12, 31)
        )
        services.grant_posting(
            user, "audit_admin", actor=None, division=city, valid_from=date(2027, 1, 1)
        )
        assert user.postings.count() == 2


@pytest.mark.parametrize("post", POSTS)
def test_a_copy_of_a_role_is_of_the_same_post(city, security, post):
    origin = Role.objects.get(code=post)
    held = [f"{p.content_type.app_label}.{p.codename}" for p in origin.permissions.all()]
    copy = services.create_role("副本", held, actor=security, copy_of=origin)
    assert copy.post == origin.post
    user = UserFactory()
    services.grant_posting(user, copy, actor=None, division=city)
    code = refused(lambda: services.grant_posting(user, "bureau_clerk", actor=None, division=city))
    assert code == "separate_posts"


@pytest.mark.parametrize(
    ("base", "permission"),
    [
        ("", "people.add_user"),
        ("", "people.add_posting"),
        ("section_chief", "people.change_role"),
        ("system_admin", "people.add_posting"),
        ("system_admin", "records.view_auditentry"),
        ("system_admin", "heating.view_estate"),
        ("security_admin", "people.close_user"),
        ("security_admin", "people.view_signin"),
        ("audit_admin", "people.add_role"),
        ("audit_admin", "heating.sign_handover"),
    ],
)
def test_a_role_holds_nothing_of_a_foreign_post(security, base, permission):
    origin = Role.objects.filter(code=base).first()
    code = refused(
        lambda: services.create_role("混岗", [permission], actor=security, copy_of=origin)
    )
    assert code == "role_mixes_posts"
    assert not Role.objects.filter(name="混岗").exists()


def test_nobody_grants_oneself_a_posting(security, city):
    code = refused(
        lambda: services.grant_posting(security, "security_admin", actor=security, division=city)
    )
    assert code == "own_posting"


@pytest.mark.parametrize("name", ["admin", "security", "audit"])
def test_the_last_one_of_a_post_stays(name, city):
    last = person(name)
    role = last.postings.get().role.code
    assert refused(lambda: services.end_posting(last.postings.get(), actor=None)) == "last_of_post"
    assert refused(lambda: services.close_user(last, actor=None)) == "last_of_post"
    services.grant_posting(UserFactory(), role, actor=None, division=city)
    assert refused(lambda: services.close_user(last, actor=None)) == ""


def test_the_rule_itself():
    posts = [rules.post_of(code) for code in ROLES]
    assert not rules.clash([])
    assert not rules.clash([None, None])
    assert all(not rules.clash([post, post]) for post in posts)


class TestOtherRefusals:
    def test_the_same_posting_twice(self, city):
        user = UserFactory()
        services.grant_posting(user, "auditor", actor=None, division=city)
        code = refused(lambda: services.grant_posting(user, "auditor", actor=None, division=city))
        assert code == "posting_overlaps"

    def test_a_closed_account(self, city):
        user = UserFactory(is_active=False)
        code = refused(lambda: services.grant_posting(user, "auditor", actor=None, division=city))
        assert code == "account_closed"

    @pytest.mark.parametrize(
        ("role", "code"),
        [
            ("village_official", demo.XINQU_STREET),
            ("town_reviewer", demo.DONGCHANGFU),
            ("county_reviewer", demo.CITY),
            ("system_admin", demo.DONGCHANGFU),
            ("company_officer", demo.CITY),
        ],
    )
    def test_a_ground_that_does_not_fit(self, role, code):
        place = Division.objects.get(code=code)
        found = refused(
            lambda: services.grant_posting(UserFactory(), role, actor=None, division=place)
        )
        assert found == "ground_does_not_fit"

    def test_the_same_deputy_twice(self, chief, clerk):
        services.delegate(chief, clerk, actor=chief)
        assert refused(lambda: services.delegate(chief, clerk, actor=chief)) == (
            "delegation_overlaps"
        )
        services.end_delegation(Delegation.objects.get(), actor=None)
        again = refused(lambda: services.end_delegation(Delegation.objects.get(), actor=None))
        assert again == "delegation_ended"

    def test_an_archived_role(self, security, city):
        role = services.create_role("短岗", [], actor=security)
        services.archive_role(role, actor=security)
        code = refused(
            lambda: services.grant_posting(UserFactory(), role, actor=None, division=city)
        )
        assert code == "role_archived"

    def test_a_role_that_is_held_is_not_archived(self, security, city):
        role = services.create_role("在用岗", [], actor=security)
        services.grant_posting(UserFactory(), role, actor=None, division=city)
        assert refused(lambda: services.archive_role(role, actor=security)) == "role_in_use"

    def test_nobody_closes_the_own_account(self, admin):
        assert refused(lambda: services.close_user(admin, actor=admin)) == "own_account"

    def test_closed_and_open_again(self, admin, village):
        services.close_user(village, actor=admin, note="离职")
        assert refused(lambda: services.close_user(village, actor=admin)) == "account_closed"
        services.reopen_user(village, actor=admin, note="返岗")
        assert User.objects.get(pk=village.pk).has_perm("heating.view_estate")
        assert refused(lambda: services.reopen_user(village, actor=admin)) == "account_open"
