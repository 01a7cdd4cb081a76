"""Estates, substations and heat sources for programs."""

from datetime import date

import pytest

from heating.models import Estate, HeatSource, Substation
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

STATIONS, ESTATES, SOURCES = (
    f"/api/v1/{noun}/" for noun in ("substations", "estates", "heat-sources")
)


@pytest.fixture
def desk(clerk, api):
    return api(clerk)


def station_values(**more):
    estate = EstateFactory()
    return {
        "name": "接口1号换热站",
        "community": estate.community_id,
        "main_estate": estate.pk,
        "mode": "third_party_run",
        "manager": property_company().pk,
        "connected_area": "5000.00",
        "heated_area": "4000.00",
        "households": 40,
        "direct_households": 10,
        "commissioned_year": 2020,
        "longitude": "115.956670",
        "latitude": "36.473060",
        "datum": "wgs84",
    } | more


def test_a_station_as_it_is_shown(desk):
    estate = EstateFactory()
    station = third_party_station(estate=estate, design_supply_temperature=78)
    shown = desk.get(f"{STATIONS}{station.pk}/").json()
    assert shown["connected_area"] == "13680.00"
    assert shown["design_supply_temperature"] == "78.00"
    assert (shown["mode"], shown["manager_name"]) == ("third_party_run", "北苑物业服务有限公司")
    assert (shown["main_estate"], shown["main_estate_name"]) == (estate.pk, estate.name)
    assert shown["estates"] == [estate.pk]
    assert shown["version"] == 1


def test_a_list_of_pages(desk):
    SubstationFactory.create_batch(3)
    page = desk.get(STATIONS, {"size": 2}).json()
    assert [len(page["results"]), page["previous"]] == [2, None]
    assert page["results"][0].keys() >= {"id", "name"}
    rest = desk.get(page["next"]).json()
    assert len(rest["results"]) == 1
    assert rest["next"] is None


def test_a_list_is_filtered_like_the_page(desk):
    third, own = third_party_station(), SubstationFactory()
    find = lambda **query: [row["id"] for row in desk.get(STATIONS, query).json()["results"]]  # noqa: E731
    assert find(mode="third_party_run") == [third.pk]
    assert find(name=own.name) == [own.pk]
    assert find(q=own.name) == [own.pk]


def test_a_list_asks_as_much_for_many(desk, django_assert_max_num_queries):
    SubstationFactory.create_batch(20)
    with django_assert_max_num_queries(8):
        desk.get(STATIONS)


def test_a_new_station_with_its_management(desk):
    made = desk.post(STATIONS, station_values(), format="json")
    assert made.status_code == 201, made.json()
    shown = made.json()
    assert (shown["mode"], shown["managed_since"]) == ("third_party_run", "2020-01-01")
    periods = desk.get(f"{STATIONS}{shown['id']}/management/").json()
    assert [(p["mode"], p["valid_from"], p["valid_to"]) for p in periods] == [
        ("third_party_run", "2020-01-01", None)
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"heated_area": "5000.01"}, "heated_area"),
        ({"direct_households": 41}, "direct_households"),
        ({"commissioned_year": 2099}, "commissioned_year"),
        ({"longitude": "36.4", "latitude": "115.9"}, "longitude"),
        ({"manager": None}, "manager"),
        ({"mode": "自管"}, "mode"),
        ({"community": 10**15}, "community"),
        ({"main_estate": "x"}, "main_estate"),
        ({"colour": "red"}, "colour"),
        ({"name": ""}, "name"),
    ],
)
def test_a_new_station_is_checked_field_by_field(desk, changes, field):
    answer = desk.post(STATIONS, station_values(**changes), format="json")
    assert answer.status_code == 422
    assert field in answer.json()["fields"]
    assert not Substation.objects.exists()


def test_a_change_needs_the_version_that_was_read(desk):
    station = SubstationFactory()
    address = f"{STATIONS}{station.pk}/"
    assert desk.patch(address, {"remarks": "甲"}, format="json").status_code == 422
    saved = desk.patch(address, {"remarks": "甲", "version": 1}, format="json")
    assert (saved.status_code, saved.json()["version"]) == (200, 2)
    stale = desk.patch(address, {"remarks": "乙", "version": 1}, format="json")
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert Substation.objects.get().remarks == "甲"


def test_the_management_is_changed_by_its_verb_only(desk):
    station = third_party_station()
    address = f"{STATIONS}{station.pk}/"
    patch = desk.patch(address, {"mode": "company_run", "version": 1}, format="json")
    assert patch.status_code == 422
    verb = f"{address}change-management/"
    moved = desk.post(verb, {"mode": "company_run", "on": "2026-11-01"}, format="json")
    assert (moved.status_code, moved.json()["mode"]) == (200, "company_run")
    again = desk.post(verb, {"mode": "company_run", "on": "2026-11-02"}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "management_unchanged")


def test_archive_and_restore(desk):
    station = SubstationFactory()
    address = f"{STATIONS}{station.pk}/"
    assert desk.post(f"{address}archive/", {"note": "拆除"}, format="json").json()["archived_at"]
    assert desk.get(STATIONS).json()["results"] == []
    assert desk.post(f"{address}restore/", {}, format="json").json()["archived_at"] is None


def test_estates_with_their_counts(desk):
    estate = EstateFactory()
    HouseholdCountFactory(estate=estate, as_of=date(2026, 1, 1), connected=100, direct=85)
    shown = desk.get(f"{ESTATES}{estate.pk}/").json()
    assert (shown["households_connected"], shown["households_direct"]) == (100, 85)
    counts = desk.get(f"{ESTATES}{estate.pk}/household-counts/").json()
    assert counts[0]["rate"] == "85.00"
    record = f"{ESTATES}{estate.pk}/record-count/"
    sent = {"as_of": "2026-11-01", "connected": 100, "direct": 101}
    assert desk.post(record, sent, format="json").status_code == 422
    moved = desk.post(record, sent | {"direct": 90}, format="json").json()
    assert (moved["households_direct"], moved["counted_on"]) == (90, "2026-11-01")


def test_estates_and_sources_come_and_change(desk):
    community = EstateFactory().community_id
    made = desk.post(ESTATES, {"name": "接口小区", "community": community}, format="json").json()
    patched = desk.patch(
        f"{ESTATES}{made['id']}/", {"occupancy": "61.50", "version": 1}, format="json"
    )
    assert patched.json()["occupancy"] == "61.50"
    double = desk.post(ESTATES, {"name": "接口小区", "community": community}, format="json")
    assert double.status_code == 422
    assert "name" in double.json()["fields"]
    source = desk.post(SOURCES, {"name": "接口首站", "kind": "cogeneration"}, format="json").json()
    again = desk.post(SOURCES, {"name": "接口首站"}, format="json")
    assert again.status_code == 422
    assert HeatSource.objects.get().pk == source["id"]
    assert Estate.objects.count() == 2


def test_another_county_is_not_there(outsider, api):
    station, estate = SubstationFactory(), EstateFactory()
    far = api(outsider)
    for address in (f"{STATIONS}{station.pk}/", f"{ESTATES}{estate.pk}/"):
        assert far.get(address).status_code == 404
        assert far.patch(address, {"version": 1}, format="json").status_code == 404
    for verb in ("management", "change-management", "archive"):
        assert far.post(f"{STATIONS}{station.pk}/{verb}/", {}, format="json").status_code in (
            404,
            405,
        )
    assert far.get(f"{STATIONS}{station.pk}/management/").status_code == 404
    assert far.get(STATIONS).json()["results"] == []


def test_readers_only_read(county, api):
    station = SubstationFactory()
    reading = api(county)
    assert reading.get(f"{STATIONS}{station.pk}/").status_code == 200
    patch = reading.patch(f"{STATIONS}{station.pk}/", {"version": 1}, format="json")
    assert patch.status_code == 403
    assert reading.post(STATIONS, {}, format="json").status_code == 403
    assert reading.delete(f"{STATIONS}{station.pk}/").status_code == 405


def test_a_key_forged_into_another_county_is_refused(clerk, api):
    """A clerk of one county names a community and an estate of another one."""
    from bureau.people.models import Posting
    from bureau.places.models import Division

    gaotang = Division.objects.get(code="371526000000")
    Posting.objects.filter(user=clerk).update(division=gaotang)
    clerk.forget_postings()
    client = api(clerk)
    values = station_values()
    answer = client.post(STATIONS, values, format="json")
    assert answer.status_code == 422
    assert {"community", "main_estate"} <= answer.json()["fields"].keys()
    own = Division.objects.get(code=GAOTANG_COMMUNITY).pk
    answer = client.post(STATIONS, values | {"community": own}, format="json")
    assert "main_estate" in answer.json()["fields"]
    assert not Substation.objects.exists()


def test_sources_are_listed(desk):
    HeatSourceFactory.create_batch(2)
    assert len(desk.get(SOURCES).json()["results"]) == 2
