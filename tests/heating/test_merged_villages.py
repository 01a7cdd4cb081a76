"""Ledgers and reports after two villages were merged: what was there is found, once."""

from datetime import date

import pytest

from bureau.people.demo import BEIYUAN_COMMUNITY
from bureau.places import services
from bureau.places.models import Division
from heating.models import Estate, ServedEstate, Substation
from tests.heating import test_estate_ledger, test_substation_ledger
from tests.heating.factories import EstateFactory, SubstationFactory

pytestmark = pytest.mark.django_db

estates, estate = test_estate_ledger.bring_in, test_estate_ledger.row
stations, sheet = test_substation_ledger.bring_in, test_substation_ledger.sheet


@pytest.fixture
def heir(db):
    return Division.objects.get(code=BEIYUAN_COMMUNITY)


@pytest.fixture
def old(heir):
    return heir.parent.children.exclude(pk=heir.pk).order_by("code")[0]


@pytest.fixture
def third(heir, old):
    return heir.parent.children.exclude(pk__in=(heir.pk, old.pk)).order_by("code")[0]


def merged(*old, into):
    for place in old:
        services.merge_divisions(place, into, date(2026, 1, 1), actor=None)


def codes(report):
    return [issue["code"] for issue in report["errors"]]


@pytest.mark.parametrize("named", ["old", "heir"])
def test_a_row_naming_either_village_finds_the_estate(clerk, old, heir, named):
    known = EstateFactory(name="水岸小区", community=old)
    merged(old, into=heir)
    village = {"old": old, "heir": heir}[named]
    report = estates(clerk, estate(社区=village.name))
    assert (report["updated"], report["created"], report["errors"]) == (1, 0, [])
    kept = Estate.objects.get()
    assert (kept.pk, kept.community, kept.connected_area) == (known.pk, old, 32_000)
    assert estates(clerk, estate(社区=village.name))["unchanged"] == 1


def test_an_old_name_finds_what_the_new_village_holds(clerk, old, heir):
    known = EstateFactory(name="水岸小区", community=heir)
    merged(old, into=heir)
    assert estates(clerk, estate(社区=old.name))["updated"] == 1
    assert Estate.objects.get().pk == known.pk


def test_nothing_new_begins_in_a_village_that_ended(clerk, old, heir):
    merged(old, into=heir)
    report = estates(clerk, estate(社区=old.name))
    assert codes(report) == ["alias_or_wrong_county"]
    assert heir.name in str(report["errors"][0])
    assert estates(clerk, estate(社区=heir.name))["created"] == 1
    assert Estate.objects.get().community == heir


def test_estates_of_the_same_name_in_both_villages_stay_two(clerk, old, heir):
    EstateFactory(name="水岸小区", community=old)
    EstateFactory(name="水岸小区", community=heir)
    merged(old, into=heir)
    report = estates(clerk, estate(社区=old.name, 供热户数=310), estate(社区=heir.name))
    assert (report["updated"], report["errors"]) == (2, [])
    counted = Estate.objects.values_list("community", "household_counts__connected")
    assert dict(counted) == {old.pk: 310, heir.pk: 300}


def test_two_rows_never_mean_one_object(clerk, old, heir):
    EstateFactory(name="水岸小区", community=old)
    merged(old, into=heir)
    report = estates(clerk, estate(社区=old.name), estate(社区=heir.name))
    assert (report["updated"], report["created"], report["errors"]) == (1, 1, [])
    assert set(Estate.objects.values_list("community", flat=True)) == {old.pk, heir.pk}


def test_where_two_merged_villages_hold_one_a_person_decides(clerk, old, heir, third):
    EstateFactory(name="水岸小区", community=old)
    EstateFactory(name="水岸小区", community=third)
    merged(old, third, into=heir)
    report = estates(clerk, estate(社区=heir.name))
    assert codes(report) == ["ambiguous_place"]
    assert estates(clerk, estate(社区=third.name))["updated"] == 1


@pytest.mark.parametrize("named", ["old", "heir"])
def test_a_station_and_its_estate_are_found_apart(clerk, old, heir, named):
    known = SubstationFactory(name="试验1号换热站", community=heir)
    home = EstateFactory(name="试验小区", community=old)
    merged(old, into=heir)
    village = {"old": old, "heir": heir}[named]
    report = stations(sheet({"community": village.name}), clerk)
    assert (report["updated"], report["errors"]) == (1, [])
    assert Substation.objects.get().pk == known.pk
    assert ServedEstate.objects.get().estate == home
    assert Estate.objects.count() == 1


def test_a_new_estate_of_an_old_station_begins_in_the_heir(clerk, old, heir):
    SubstationFactory(name="试验1号换热站", community=old)
    merged(old, into=heir)
    assert stations(sheet({"community": old.name}), clerk)["errors"] == []
    assert (Estate.objects.get().community, Substation.objects.get().community) == (heir, old)
