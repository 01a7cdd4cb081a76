"""The table of roles: every word of it exists, and nobody holds more than the issue grants."""

import pytest
from django.contrib.auth.models import Permission

from bureau.people import rules, services
from bureau.people.models import Role
from bureau.people.roles import STANDARD_ROLES

pytestmark = pytest.mark.django_db

CHANGING = ("add_", "change_", "archive_", "delete_")
READERS = {
    "bureau_leader",
    "property_contact",
    "town_reviewer",
    "town_team",
    "county_reviewer",
    "village_official",
    "finance_clerk",
    "auditor",
    "audit_admin",
}

OF_SUPERIORS = {"reset_password_user"}
#: Villages and towns bring their registers in; what else they do is of the subsidies.
BRINGING_IN = {"town_reviewer", "village_official"}


def existing() -> set[str]:
    return {
        f"{app}.{codename}"
        for app, codename in Permission.objects.values_list("content_type__app_label", "codename")
    }


def test_every_permission_of_the_table_exists():
    named = frozenset().union(*(role.permissions for role in STANDARD_ROLES))
    assert sorted(named - existing()) == []


def test_the_database_follows_the_table():
    for standard in STANDARD_ROLES:
        role = Role.objects.get(code=standard.code)
        assert role.permissions.count() == len(standard.permissions)
        assert str(role) == str(standard.name)


def test_a_permission_taken_out_of_the_table_disappears():
    role = Role.objects.get(code="county_reviewer")
    role.permissions.add(Permission.objects.get(codename="sign_handover"))
    services.sync_roles()
    assert not role.permissions.filter(codename="sign_handover").exists()


def test_readers_change_nothing():
    for standard in STANDARD_ROLES:
        if standard.code in READERS:
            names = {name for name in standard.permissions if not name.startswith("grants.")}
            names -= {"exchange.add_importrun"} if standard.code in BRINGING_IN else set()
            codenames = {name.partition(".")[2] for name in names}
            reading = ("view_", "audit_", "search_", "share_")
            others = {name for name in codenames if not name.startswith(reading)}
            assert others <= OF_SUPERIORS, standard.code


def test_no_role_may_everything():
    everything = existing()
    for standard in STANDARD_ROLES:
        assert standard.permissions < everything
        verbs = {name for name in standard.permissions if name.startswith("heating.")}
        assert not {"heating.agree_plan_handover", "heating.sign_handover"} <= verbs


def test_administrators_do_not_touch_the_registry():
    for standard in STANDARD_ROLES:
        if standard.code.endswith("_admin"):
            assert not any(name.startswith("heating.") for name in standard.permissions)


def test_the_three_administrations_lie_apart():
    table = {role.code: role.permissions for role in STANDARD_ROLES}
    posting = "people.add_posting"
    user = "people.add_user"
    audit = "records.view_auditentry"
    holders = {
        permission: {code for code in table if permission in table[code]}
        for permission in (posting, user, audit)
    }
    assert holders[posting] == {"security_admin"}
    assert holders[user] == {"system_admin"}
    assert holders[audit] == {"auditor", "audit_admin"}


def test_the_table_keeps_the_separate_posts():
    for standard in STANDARD_ROLES:
        post = rules.post_of(standard.code)
        assert rules.strange_to(post, standard.permissions) == [], standard.code


def test_every_delivered_role_has_a_ground():
    assert set(rules.FITS) == {role.code for role in STANDARD_ROLES}
