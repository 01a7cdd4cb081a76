"""A deputy acts under the principal's postings, and both are one person for four eyes."""

from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction

from bureau.core.errors import BusinessError
from bureau.people import services
from bureau.people.models import Delegation, User
from bureau.records.models import AuditEntry

pytestmark = pytest.mark.django_db

SIGN = "heating.sign_handover"
FROM, UNTIL = date(2026, 11, 20), date(2026, 11, 30)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-22 10:00+08:00", tick=False):
        yield


def anew(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture
def deputy(chief, clerk):
    services.delegate(chief, clerk, actor=chief, valid_from=FROM, valid_until=UNTIL, reason="出差")
    return anew(clerk)


def test_the_deputy_holds_what_the_principal_holds(deputy, chief):
    [area] = deputy.areas(SIGN)
    assert area.posting_id == chief.postings.get().pk
    assert deputy.has_perm("heating.register_handover")
    assert not anew(chief).has_perm("heating.register_handover")


def test_one_query_also_for_a_deputy(deputy, django_assert_num_queries):
    with django_assert_num_queries(1):
        deputy.areas(SIGN)


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        ("2026-11-19 23:59+08:00", False),
        ("2026-11-20 00:00+08:00", True),
        ("2026-11-30 23:59+08:00", True),
        ("2026-12-01 00:00+08:00", False),
    ],
)
def test_only_within_the_period(deputy, chief, day, counts):
    with time_machine.travel(day):
        assert anew(deputy).has_perm(SIGN) is counts
        assert (chief.pk in anew(deputy).person_ids()) is counts


def test_a_deputy_of_a_deputy_gets_nothing_of_the_first(deputy, clerk2):
    services.delegate(deputy, clerk2, actor=None)
    assert not anew(clerk2).has_perm(SIGN)


def test_ending_it_ends_it_at_once(deputy):
    services.end_delegation(Delegation.objects.get(), actor=None)
    assert not anew(deputy).has_perm(SIGN)
    assert anew(deputy).person_ids() == {deputy.pk}


def test_nobody_holds_anything_by_a_principal_who_left(deputy, chief):
    services.close_user(chief, actor=None)
    assert not anew(deputy).has_perm(SIGN)


class TestOnePerson:
    def test_alone(self, clerk):
        assert clerk.person_ids() == {clerk.pk}

    def test_principal_and_deputy(self, deputy, chief):
        assert deputy.person_ids() == chief.person_ids() == {deputy.pk, chief.pk}

    def test_two_deputies_of_one_principal(self, deputy, chief, clerk2):
        services.delegate(chief, clerk2, actor=None)
        assert clerk2.person_ids() == {deputy.pk, chief.pk, clerk2.pk}

    def test_what_was_signed_under_it_still_counts_afterwards(self, deputy, chief):
        services.end_delegation(Delegation.objects.get(), actor=None)
        assert anew(chief).person_ids(since=date(2026, 11, 22)) == {deputy.pk, chief.pk}
        with time_machine.travel("2026-12-24 10:00+08:00"):
            assert anew(chief).person_ids(since=date(2026, 12, 1)) == {chief.pk}
            assert anew(chief).person_ids(since=date(2026, 11, 21)) == {deputy.pk, chief.pk}


class TestRefusals:
    def test_nobody_is_the_own_deputy(self, chief):
        with pytest.raises(BusinessError) as refused:
            services.delegate(chief, chief, actor=None)
        assert refused.value.code == "own_deputy"
        with pytest.raises(IntegrityError), transaction.atomic():
            Delegation.objects.create(principal=chief, deputy=chief, valid_from=FROM)

    def test_a_closed_account_is_no_deputy(self, chief, clerk):
        services.close_user(clerk, actor=None)
        with pytest.raises(BusinessError) as refused:
            services.delegate(chief, anew(clerk), actor=None)
        assert refused.value.code == "deputy_inactive"

    def test_a_reversed_period(self, chief, clerk):
        with pytest.raises(BusinessError) as refused:
            services.delegate(chief, clerk, actor=None, valid_from=UNTIL, valid_until=FROM)
        assert refused.value.code == "period_reversed"


def test_it_is_written_down_and_ends_the_deputy_s_sessions(chief, clerk, signed_in):
    page = signed_in(clerk)
    services.delegate(chief, clerk, actor=chief, reason="出差")
    assert page.get("/profile/").status_code == 302
    entry = AuditEntry.objects.get(verb="delegate")
    assert entry.subject == chief
    assert entry.after["deputy"]["id"] == clerk.pk
