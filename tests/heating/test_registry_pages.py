"""Lists and pages of substations, estates and heat sources."""

from datetime import date

import pytest
from django.urls import reverse

from bureau.people.choices import OrganisationKind
from bureau.people.models import Organisation
from heating.choices import ManagementMode
from heating.models import Estate, HeatSource, ManagementPeriod, Substation
from tests.factories import OrganisationFactory
from tests.heating.factories import (
    GAOTANG_COMMUNITY,
    EstateFactory,
    HeatSourceFactory,
    HouseholdCountFactory,
    SubstationFactory,
    property_company,
    third_party_station,
)
from tests.suites import RegistrySuite

BEIYUAN = ("371502000000", "371502003000", "371502003010")
PLACE = {"county": "东昌府区", "town": "新区街道", "community": "北苑社区居委会"}


class TestSubstationPages(RegistrySuite):
    """Substations lie in a community: another county's reviewer sees none of them."""

    names = "heating:substation"
    model = Substation
    path = ledger = "substations"
    outsider = "outsider"

    def make(self, number):
        estate = EstateFactory()
        return SubstationFactory.create_batch(number, estate=estate)

    def new(self):
        estate = EstateFactory()
        return {
            "community": BEIYUAN,
            "name": "新建1号换热站",
            "main_estate": estate.pk,
            "mode": ManagementMode.COMPANY_RUN,
            "connected_area": "5000",
            "heated_area": "4000.5",
            "households": "50",
            "direct_households": "50",
            "datum": "wgs84",
            "commissioned_year": "2020",
        }

    def change(self, row):
        return {"remarks": "阀门已更换"}

    def bulk_values(self):
        return {"remarks": "阀门已更换"}

    def posted(self):
        estate = EstateFactory()
        return {
            "community": estate.community_id,
            "name": "接口1号换热站",
            "main_estate": estate.pk,
            "mode": ManagementMode.COMPANY_RUN,
        }

    def cells(self):
        return PLACE | {"name": "试验1号换热站", "mode": "直管", "commissioned_year": 2012}


class TestEstatePages(RegistrySuite):
    """Estates lie in a community."""

    names = "heating:estate"
    model = Estate
    path = ledger = "estates"
    outsider = "outsider"

    def make(self, number):
        return EstateFactory.create_batch(number)

    def new(self):
        return {
            "community": BEIYUAN,
            "name": "新建小区",
            "insulation": "saving_65",
            "indoor_system": "floor",
            "connected_area": "5000",
            "heated_area": "4000",
        }

    def change(self, row):
        return {"developer": "水城置业"}

    def bulk_values(self):
        return {"developer": "水城置业"}

    def posted(self):
        return {"community": EstateFactory().community_id, "name": "接口小区"}

    def cells(self):
        return PLACE | {"name": "试验小区", "insulation": "节能65%", "developer": "水城置业"}


class TestHeatSourcePages(RegistrySuite):
    """Sources feed several counties: every office sees them."""

    names = "heating:source"
    model = HeatSource
    path = "heat-sources"

    def make(self, number):
        return HeatSourceFactory.create_batch(number)

    def new(self):
        return {"name": "昌润东首站", "kind": "cogeneration", "datum": "not_stated"}

    def change(self, row):
        return {"capacity_mw": "300.00"}

    def bulk_values(self):
        return {"remarks": "已并网"}

    def posted(self):
        return {"name": "接口首站", "kind": "cogeneration"}


pytestmark = pytest.mark.django_db
LIST = "/heating/substations/"


@pytest.fixture
def desk(clerk, signed_in):
    return signed_in(clerk)


def shown(client, **query):
    return {row.pk for row in client.get(LIST, query).context["page"].rows}


def test_the_list_narrows_by_management_manager_company_and_source(desk):
    manager, company = property_company(), OrganisationFactory(name="昌润供热")
    source = HeatSourceFactory()
    third = third_party_station(manager=manager, heating_company=company)
    own = SubstationFactory(heat_source=source)
    assert shown(desk, mode="third_party_run") == {third.pk}
    assert shown(desk, mode="company_run") == {own.pk}
    assert shown(desk, mode=["custody", "company_run"]) == {own.pk}
    assert shown(desk, manager=manager.pk) == {third.pk}
    assert shown(desk, company=company.pk) == {third.pk}
    assert shown(desk, source=source.pk) == {own.pk}
    assert shown(desk, year_min=2013) == set()


def test_the_list_narrows_by_place_and_managing_area(desk):
    here, there = SubstationFactory(), SubstationFactory(place=GAOTANG_COMMUNITY)
    assert shown(desk, place="371526000000") == {there.pk}
    assert shown(desk, place=BEIYUAN[2]) == {here.pk}
    area = SubstationFactory(place="371502107254")
    assert shown(desk, area=area.community.managing_area_id) == {area.pk}


def test_archived_stations_show_only_when_asked(desk):
    gone = SubstationFactory(archived_at="2026-11-01T00:00:00Z")
    assert shown(desk) == set()
    assert shown(desk, archived="yes") == {gone.pk}


def test_an_archived_station_comes_back(desk):
    gone = SubstationFactory(archived_at="2026-11-01T00:00:00Z")
    page = desk.get(gone.get_absolute_url()).content.decode()
    assert 'data-verb="restore"' in page
    assert desk.post(reverse("heating:substation_restore", args=[gone.pk])).status_code == 302
    gone.refresh_from_db()
    assert not gone.is_archived


PANELS = ("management", "equipment", "zones", "estates", "photos")


@pytest.mark.parametrize("panel", PANELS)
def test_panels_are_fragments_and_pages_and_scoped(panel, desk, outsider, signed_in):
    station = third_party_station(estate=EstateFactory())
    address = reverse(f"heating:substation_{panel}", args=[station.pk])
    assert b"<html" not in desk.get(address, HTTP_HX_REQUEST="true").content
    assert b"<html" in desk.get(address).content
    assert signed_in(outsider).get(address).status_code == 404


@pytest.mark.parametrize("panel", ["counts", "buildings", "stations"])
def test_panels_of_estates(panel, desk, outsider, signed_in):
    count = HouseholdCountFactory()
    SubstationFactory(estate=count.estate)
    address = reverse(f"heating:estate_{panel}", args=[count.estate_id])
    assert desk.get(address, HTTP_HX_REQUEST="true").status_code == 200
    assert signed_in(outsider).get(address).status_code == 404


def test_the_management_changes_by_its_own_verb(desk):
    station, manager = SubstationFactory(), property_company()
    address = reverse("heating:substation_change_management", args=[station.pk])
    sent = {"mode": "third_party_run", "on": "2026-10-01", "note": "公司退出"}
    assert desk.post(address, sent).status_code == 409
    assert desk.post(address, sent | {"on": "昨天"}).status_code == 422
    assert desk.post(address, sent | {"manager": manager.pk}).status_code == 302
    first, second = ManagementPeriod.objects.filter(station=station).order_by("valid_from")
    assert first.valid_to == second.valid_from == date(2026, 10, 1)
    page = desk.get(reverse("heating:substation_management", args=[station.pk])).content.decode()
    assert page.count("data-mode=") == 2


def test_readers_cannot_write_parts(county, signed_in):
    station, estate = SubstationFactory(), EstateFactory()
    reading = signed_in(county)
    for name in ("change_management", "record_equipment", "record_zone"):
        address = reverse(f"heating:substation_{name}", args=[station.pk])
        assert reading.post(address, {}).status_code == 403
    for name in ("record_count", "record_building"):
        address = reverse(f"heating:estate_{name}", args=[estate.pk])
        assert reading.post(address, {}).status_code == 403
    page = reading.get(reverse("heating:substation_equipment", args=[station.pk]))
    assert b"<form" not in page.content.split(b"<main")[1].split(b"</main>")[0]


def test_parts_come_and_go(desk, outsider, signed_in):
    station = SubstationFactory()
    record = reverse("heating:substation_record_equipment", args=[station.pk])
    assert desk.post(record, {"kind": "pump", "quantity": "2"}).status_code == 302
    assert desk.post(record, {"kind": "pump", "quantity": "-2"}).status_code == 422
    pump = station.equipment.get()
    remove = reverse("heating:equipment_remove", args=[pump.pk])
    assert signed_in(outsider).post(remove).status_code == 404
    assert desk.post(remove).status_code == 302
    assert not station.equipment.exists()
    zone = {"level": "high", "supply_temperature": "55", "return_temperature": "45"}
    assert (
        desk.post(reverse("heating:substation_record_zone", args=[station.pk]), zone).status_code
        == 302
    )
    assert (
        desk.post(reverse("heating:zone_remove", args=[station.zones.get().pk])).status_code == 302
    )


def test_an_estates_parts_come_and_go(desk):
    estate = EstateFactory()
    count = {"as_of": "2026-11-01", "connected": "10", "direct": "11"}
    address = reverse("heating:estate_record_count", args=[estate.pk])
    assert desk.post(address, count).status_code == 422
    assert desk.post(address, count | {"direct": "9"}).status_code == 302
    building = {"name": "1号楼", "units": "3", "floors": "6"}
    address = reverse("heating:estate_record_building", args=[estate.pk])
    assert desk.post(address, building).status_code == 302
    made = estate.buildings.get()
    assert desk.post(reverse("heating:building_remove", args=[made.pk])).status_code == 302


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"heated_area": "6000"}, "heated_area"),
        ({"direct_households": "51"}, "direct_households"),
        ({"commissioned_year": "2099"}, "commissioned_year"),
        ({"longitude": "36.4", "latitude": "115.9"}, "longitude"),
        ({"longitude": "117.4", "latitude": "36.4"}, "longitude"),
        ({"community": BEIYUAN[:2]}, "community"),
        ({"main_estate_search": "没有小区"}, "main_estate"),
        ({"main_estate": "999999"}, "main_estate"),
        ({"estate_name": "没有小区"}, "main_estate"),
        ({"mode": "third_party_run"}, "manager"),
        ({"managed_since": "2099-01-01"}, "managed_since"),
        ({"connected_area": "-1"}, "connected_area"),
        ({"connected_area": "-1", "heated_area": "-5"}, "connected_area"),
        ({"heated_area": "-5"}, "heated_area"),
        ({"managed_since": "0001-01-01"}, "managed_since"),
        ({"name": "\u200b\u200b"}, "name"),
        ({"name": "换热\0站"}, "name"),
    ],
)
def test_a_new_station_is_checked_field_by_field(desk, changes, field):
    values = {
        "community": BEIYUAN, "name": "新建1号换热站", "mode": "company_run",
        "connected_area": "5000", "heated_area": "4000", "households": "50",
        "direct_households": "50", "datum": "wgs84",
    }  # fmt: skip
    answer = desk.post("/heating/substations/new/", values | changes)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Substation.objects.exists()


def test_a_name_keeps_nothing_that_cannot_be_seen(desk):
    values = {
        "community": BEIYUAN, "name": "\u202e北苑\u200b 1号换热站", "mode": "company_run",
        "datum": "wgs84", "connected_area": "0", "heated_area": "0", "households": "0",
        "direct_households": "0",
    }  # fmt: skip
    EstateFactory()
    assert desk.post("/heating/substations/new/", values).status_code == 302
    assert Substation.objects.get().name == "北苑1号换热站"


def test_the_same_name_twice_in_a_community(desk):
    station = SubstationFactory()
    values = {
        "community": BEIYUAN, "name": station.name, "mode": "company_run", "datum": "wgs84",
        "connected_area": "5000", "heated_area": "0", "households": "0", "direct_households": "0",
    }  # fmt: skip
    answer = desk.post("/heating/substations/new/", values)
    assert "name" in answer.context["form"].errors


def test_odd_temperatures_are_kept_and_named(desk):
    station = SubstationFactory(design_supply_temperature=70, design_return_temperature=80)
    assert len(desk.get(station.get_absolute_url()).context["doubts"]) == 1


def test_direct_supply_as_of_a_day(desk, outsider, signed_in):
    estate = EstateFactory()
    HouseholdCountFactory(estate=estate, as_of=date(2025, 1, 1), connected=100, direct=20)
    HouseholdCountFactory(estate=estate, as_of=date(2026, 1, 1), connected=100, direct=85)
    SubstationFactory(estate=estate)
    HouseholdCountFactory(estate=EstateFactory(place="371502107254"), connected=50, direct=10)
    report = desk.get("/heating/direct-supply/").context["report"]
    assert [str(line.rate) for line in report.lines] == ["85.00", "20.00"]
    assert (str(report.total.rate), report.total.estates) == ("63.33", 2)
    assert report.lines[0].company_run == 1
    before = desk.get("/heating/direct-supply/", {"as_of": "2025-06-01"}).context["report"]
    assert str(before.total.rate) == "20.00"
    assert desk.get("/heating/direct-supply/", {"as_of": "昨天"}).status_code == 400
    assert signed_in(outsider).get("/heating/direct-supply/").context["report"].lines == ()


def test_units_see_what_they_supply_or_manage(company, property_fixture_user, signed_in):
    supplier = Organisation.objects.get(kind=OrganisationKind.HEATING_COMPANY, name="聊城热电")
    supplied = SubstationFactory(heating_company=supplier)
    managed = third_party_station()
    SubstationFactory()
    assert shown(signed_in(company)) == {supplied.pk}
    assert shown(signed_in(property_fixture_user)) == {managed.pk}


@pytest.fixture
def property_fixture_user(request):
    return request.getfixturevalue("property")
