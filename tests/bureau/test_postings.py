"""What a person may do, and where, follows from the postings in force today."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from bureau.core.errors import BusinessError
from bureau.people import demo, services
from bureau.people.models import Posting, User
from bureau.places.models import Division, ManagingArea
from bureau.records.models import AuditEntry
from tests.factories import OrganisationFactory, PostingFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
VIEW = "heating.view_estate"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-22 10:00+08:00", tick=False):
        yield


def place(code: str) -> Division:
    return Division.objects.get(code=code)


def anew(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_the_demo_people_are_posted_as_the_table_says(db):
    people = demo.seed_people()
    assert set(people) == set(demo.PEOPLE)
    assert Posting.objects.count() == len(demo.PEOPLE)
    demo.seed_people()
    assert Posting.objects.count() == len(demo.PEOPLE)
    assert all(user.is_demo and not user.must_change_password for user in people.values())
    assert all(
        anew(people[name]).areas("heating.view_handover")[0].is_city
        for name in ("clerk", "chief", "leader", "inspector")
    )
    assert anew(people["outsider"]).areas(VIEW)[0].division_path.endswith("371526000000/")
    assert anew(people["company"]).organisation.kind == "heating_company"


def test_areas_cost_one_query_a_request(clerk, django_assert_num_queries):
    user = anew(clerk)
    with django_assert_num_queries(1):
        user.areas(VIEW)
        user.has_perm("heating.add_estate")
        user.has_module_perms("heating")
        user.areas("no.such_permission")


def test_a_user_without_posting_may_nothing(nobody):
    assert nobody.areas(VIEW) == ()
    assert not nobody.has_perm(VIEW)
    assert not nobody.has_module_perms("heating")


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [
        (TODAY, None, True),
        (TODAY, TODAY, True),
        (date(2026, 1, 1), date(2026, 11, 21), False),
        (date(2026, 11, 23), None, False),
    ],
)
def test_a_posting_counts_on_its_first_and_last_day(since, until, counts):
    posting = PostingFactory(valid_from=since, valid_until=until)
    assert anew(posting.user).has_perm(VIEW) is counts


def test_permissions_are_the_union_of_several_postings():
    user = UserFactory()
    PostingFactory(user=user, place=demo.GAOTANG, role_code="county_reviewer")
    PostingFactory(user=user, place=demo.XINQU_STREET, role_code="inspector")
    user = anew(user)
    assert len(user.areas("heating.view_handover")) == 2
    [survey] = user.areas("heating.record_survey_handover")
    assert survey.division_path.endswith("371502003000/")


def test_the_posting_that_fits_the_object_is_found():
    user = UserFactory()
    gaotang = PostingFactory(user=user, place=demo.GAOTANG)
    xinqu = PostingFactory(user=user, place=demo.XINQU_STREET)
    user = anew(user)
    permission = "places.view_division"
    assert user.posting_for(permission, place("371526001000")).pk == gaotang.pk
    assert user.posting_for(permission, place(demo.BEIYUAN_COMMUNITY)).pk == xinqu.pk
    assert user.posting_for(permission, place("371521000000")) is None


def test_a_closed_account_holds_nothing(clerk):
    services.close_user(clerk, actor=None)
    assert not anew(clerk).has_perm(VIEW)


class TestGround:
    def test_the_database_wants_exactly_one(self, clerk):
        role = clerk.postings.get().role
        company = OrganisationFactory()
        area = ManagingArea.objects.first()
        for ground in (
            {},
            {"division": place(demo.CITY), "organisation": company},
            {"managing_area": area, "organisation": company},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Posting.objects.create(user=clerk, role=role, valid_from=TODAY, **ground)

    @pytest.mark.parametrize("ground", ["division", "managing_area", "organisation"])
    def test_each_of_the_three_becomes_an_area(self, ground):
        user = UserFactory()
        given = {
            "division": place(demo.GAOTANG),
            "managing_area": ManagingArea.objects.first(),
            "organisation": OrganisationFactory(),
        }[ground]
        role = "company_officer" if ground == "organisation" else "county_reviewer"
        posting = services.grant_posting(user, role, actor=None, **{ground: given})
        [area] = anew(user).areas(VIEW)
        assert area.posting_id == posting.pk
        assert bool(area.division_path) == (ground == "division")
        assert (area.managing_area_id == given.pk) == (ground == "managing_area")
        assert (area.organisation_id == given.pk) == (ground == "organisation")
        assert posting.ground == given

    def test_the_service_refuses_none_and_two(self, clerk):
        for ground in ({}, {"division": place(demo.CITY), "organisation": OrganisationFactory()}):
            with pytest.raises(BusinessError) as refused:
                services.grant_posting(clerk, "auditor", actor=None, **ground)
            assert refused.value.code == "one_ground"

    def test_a_reversed_period_is_refused(self, clerk):
        with pytest.raises(BusinessError) as refused:
            services.grant_posting(
                clerk,
                "auditor",
                actor=None,
                division=place(demo.CITY),
                valid_from=TODAY,
                valid_until=TODAY - timedelta(days=1),
            )
        assert refused.value.code == "period_reversed"
        assert "2026" in refused.value.sentence


class TestEnd:
    def test_at_once(self, clerk, security):
        posting = clerk.postings.get()
        epoch = clerk.session_epoch
        services.end_posting(posting, actor=security, note="调离")
        assert not anew(clerk).has_perm(VIEW)
        assert anew(clerk).session_epoch > epoch
        entry = AuditEntry.objects.filter(verb="end_posting").get()
        assert (entry.actor, entry.note) == (security, "调离")
        assert entry.before["role"]["id"] == posting.role_id

    def test_at_once_even_if_it_began_today(self, clerk):
        posting = services.grant_posting(clerk, "auditor", actor=None, division=place(demo.GAOTANG))
        services.end_posting(posting, actor=None)
        assert not anew(clerk).has_perm("records.view_auditentry")

    def test_on_a_later_day(self, clerk):
        services.end_posting(clerk.postings.get(), actor=None, last_day=date(2026, 12, 31))
        assert anew(clerk).has_perm(VIEW)
        with time_machine.travel("2027-01-01 00:00+08:00"):
            assert not anew(clerk).has_perm(VIEW)

    def test_not_twice(self, clerk):
        posting = clerk.postings.get()
        services.end_posting(posting, actor=None)
        with pytest.raises(BusinessError) as refused:
            services.end_posting(posting, actor=None)
        assert refused.value.code == "posting_ended"

    def test_what_was_in_force_then_is_still_known(self, clerk):
        services.end_posting(clerk.postings.get(), actor=None)
        assert Posting.objects.on(date(2026, 11, 21)).filter(user=clerk).exists()
        assert not Posting.objects.on(TODAY).filter(user=clerk).exists()
