"""Who sees which station, estate and source, and how things stood on a day."""

from datetime import date

import pytest

from bureau.places.models import Division, ManagingArea
from heating.models import Estate, HeatSource, HouseholdCount, ManagementPeriod, Substation
from tests.factories import OrganisationFactory, PostingFactory
from tests.heating.factories import (
    GAOTANG_COMMUNITY,
    EstateFactory,
    HeatSourceFactory,
    HouseholdCountFactory,
    SubstationFactory,
    property_company,
    third_party_station,
)

pytestmark = pytest.mark.django_db

RESORT_COMMUNITY = "371502107254"


def seen(user, model=Substation):
    user.forget_postings()
    return set(model.objects.visible_to(user))


def posted(role="county_reviewer", **ground):
    posting = PostingFactory(role_code=role, division=None, **ground)
    return posting.user


@pytest.fixture
def everywhere():
    """One station with its estate in 东昌府区, in 高唐县, and in a town that 度假区 runs."""
    codes = {"city": "371502003010", "gaotang": GAOTANG_COMMUNITY, "resort": RESORT_COMMUNITY}
    return {
        name: SubstationFactory(place=code, estate=EstateFactory(place=code))
        for name, code in codes.items()
    }


def test_a_county_sees_neither_another_county_nor_a_managing_area(everywhere, county, outsider):
    assert seen(county) == {everywhere["city"]}
    assert seen(outsider) == {everywhere["gaotang"]}
    assert seen(county, Estate) == {everywhere["city"].estates.get()}


def test_a_managing_area_sees_what_it_runs(everywhere):
    resort = Division.objects.get(code=RESORT_COMMUNITY).managing_area
    assert isinstance(resort, ManagingArea)
    assert seen(posted(managing_area=resort)) == {everywhere["resort"]}
    assert seen(posted(managing_area=resort), Estate) == {everywhere["resort"].estates.get()}


def test_towns_and_villages_see_their_own(everywhere, town, village):
    assert seen(town) == {everywhere["city"]}
    assert seen(village) == {everywhere["city"]}
    elsewhere = PostingFactory(role_code="village_official", place="371526001002").user
    assert seen(elsewhere) == set()


def test_the_city_sees_everything(everywhere, clerk, auditor):
    assert seen(clerk) == seen(auditor) == set(everywhere.values())


def test_without_a_posting_nobody_sees_anything(everywhere, nobody):
    assert seen(nobody) == seen(nobody, Estate) == set()
    assert not ManagementPeriod.objects.visible_to(nobody)


def test_a_company_sees_what_it_supplies_and_the_rest_of_the_chain(everywhere):
    supplier = OrganisationFactory()
    source = HeatSourceFactory()
    other = HeatSourceFactory()
    station = everywhere["gaotang"]
    station.heating_company, station.heat_source = supplier, source
    station.save()
    user = posted(role="company_officer", organisation=supplier)
    assert seen(user) == {station}
    assert seen(user, Estate) == {station.estates.get()}
    assert seen(user, HeatSource) == {source}
    assert other not in seen(user, HeatSource)
    assert set(ManagementPeriod.objects.visible_to(user)) == set(station.management_periods.all())


def test_a_manager_sees_what_it_manages_today_and_no_longer_what_it_managed():
    manager = property_company()
    user = posted(role="property_contact", organisation=manager)
    now, before = third_party_station(manager=manager), third_party_station(manager=manager)
    before.management_periods.update(valid_to=date(2026, 1, 1))
    assert seen(user) == {now}


def test_several_postings_add_up(everywhere, county):
    supplier = OrganisationFactory()
    Substation.objects.filter(pk=everywhere["gaotang"].pk).update(heating_company=supplier)
    PostingFactory(user=county, role_code="company_officer", division=None, organisation=supplier)
    assert seen(county) == {everywhere["city"], everywhere["gaotang"]}


def test_counts_follow_their_estates(everywhere, county):
    mine = HouseholdCountFactory(estate=everywhere["city"].estates.get())
    HouseholdCountFactory(estate=everywhere["gaotang"].estates.get())
    assert set(HouseholdCount.objects.visible_to(county)) == {mine}


def test_the_last_count_by_a_day():
    estate = EstateFactory()
    for day, direct in ((date(2025, 1, 1), 10), (date(2026, 1, 1), 60)):
        HouseholdCountFactory(estate=estate, as_of=day, direct=direct)
    at = lambda day: Estate.objects.with_counts(day).get().households_direct  # noqa: E731
    assert at(date(2024, 1, 1)) is None
    assert at(date(2025, 6, 1)) == 10
    assert at(date(2026, 1, 1)) == 60
    assert HouseholdCount.objects.latest_on(date(2025, 6, 1)).get().direct == 10


def test_the_first_day_belongs_to_the_new_period_and_the_last_to_the_old():
    station = third_party_station(since=date(2020, 1, 1))
    station.management_periods.update(valid_to=date(2026, 11, 15))
    ManagementPeriod.objects.create(
        station=station, mode="company_run", valid_from=date(2026, 11, 15)
    )
    on = lambda day: Substation.objects.managed_as(day).get().mode  # noqa: E731
    assert on(date(2019, 12, 31)) is None
    assert on(date(2026, 11, 14)) == "third_party_run"
    assert on(date(2026, 11, 15)) == "company_run"


def test_a_list_row_needs_one_query(everywhere, django_assert_num_queries):
    with django_assert_num_queries(1):
        for station in Substation.objects.with_row_data(date(2026, 11, 22)):
            assert station.community.parent.parent.name
            assert station.main_estate
            assert station.mode == "company_run"
