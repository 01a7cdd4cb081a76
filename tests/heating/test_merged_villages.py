"""Ledgers and reports after two villages were merged: what was there is found, once."""

from datetime import date

import pytest
from django.urls import reverse

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


class TestPagesAfterAMerger:
    """Whoever works on the pages goes on working: nothing is out of reach of the picker."""

    @pytest.fixture
    def home(self, old):
        return EstateFactory(name="水岸小区", community=old)

    @staticmethod
    def sent(desk, estate, **changes):
        url = reverse("heating:estate_edit", args=[estate.pk])
        form = desk.get(url).context["form"]
        drawn = {name: form[name].value() for name in form.fields}
        drawn = {name: "" if value is None else value for name, value in drawn.items()}
        return desk.post(url, drawn | changes)

    def test_an_estate_of_a_merged_village_is_edited_where_it_is(
        self, signed_in, clerk, home, old, heir
    ):
        merged(old, into=heir)
        assert self.sent(signed_in(clerk), home, developer="新开发商").status_code == 302
        home.refresh_from_db()
        assert (home.developer, home.community) == ("新开发商", old)

    def test_the_villages_of_a_merged_town_are_offered_under_its_heir(
        self, signed_in, clerk, home, old
    ):
        town = old.parent
        near = town.parent.children.filter(managing_area=None).exclude(pk=town.pk)
        other = near.order_by("code")[0]
        merged(town, into=other)
        desk = signed_in(clerk)
        drawn = desk.get(reverse("heating:estate_edit", args=[home.pk])).content.decode()
        for code in (town.parent.code, other.code, old.code):
            assert f'<option value="{code}" selected>' in drawn
        assert f'value="{town.code}"' not in drawn
        assert self.sent(desk, home, developer="新开发商").status_code == 302

    def test_nothing_new_is_put_where_a_village_was(
        self, signed_in, api, clerk, home, old, heir, third
    ):
        merged(third, into=heir)
        answer = self.sent(signed_in(clerk), home, community=[third.code])
        assert answer.status_code == 422
        assert heir.name in answer.content.decode()
        new = {"name": "新小区", "community": third.pk, "connected_area": "1.00"}
        refused = api(clerk).post("/api/v1/estates/", new)
        assert (refused.status_code, refused.data["code"]) == (409, "merged_already")

    def test_a_kept_filter_of_a_merged_village_shows_what_its_heir_has(
        self, signed_in, clerk, home, old, heir
    ):
        EstateFactory(name="新居小区", community=heir)
        merged(old, into=heir)
        page = signed_in(clerk).get(reverse("heating:estate_list"), {"place": old.code})
        assert [row.name for row in page.context["page"].rows] == ["水岸小区", "新居小区"]
