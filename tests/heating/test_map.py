"""The map: what it shows to whom, how many points become a grid, and what the policy allows."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from bureau.core.querysets import VILLAGE_LEVEL
from bureau.core.tiles import tile_origin
from bureau.desk import maps
from bureau.desk.maps import Box, cell_size
from bureau.places.models import Division
from heating.choices import ManagementMode
from heating.models import ManagementPeriod, Substation
from tests.factories import OrganisationFactory
from tests.heating.factories import GAOTANG_COMMUNITY, SubstationFactory, third_party_station
from tests.heating.handover_story import Story, a_station

ADDRESS = reverse("heating:map")


def at(number: int = 0, **more):
    """Return a station with a position, ``number`` thousandths of a degree further east."""
    longitude = Decimal("115.98") + Decimal(number) / 1000
    return SubstationFactory(longitude=longitude, latitude=Decimal("36.45"), **more)


def points(client, **words):
    """Return what the map is sent."""
    answer = client.get(ADDRESS, {"format": "geojson", **words})
    assert answer.status_code == 200
    return answer.json()


def names(answer):
    """Return the names of the points."""
    return {one["properties"]["name"] for one in answer["features"]}


@pytest.mark.django_db
class TestPoints:
    def test_a_point_is_a_station_with_its_mark_and_page(self, signed_in, clerk):
        station = at()
        answer = points(signed_in(clerk))
        assert answer["type"] == "FeatureCollection"
        (found,) = answer["features"]
        assert found["geometry"] == {"type": "Point", "coordinates": [115.98, 36.45]}
        assert found["properties"]["url"] == station.get_absolute_url()
        assert found["properties"]["mark"] == ManagementMode.COMPANY_RUN
        assert answer["counts"] == {"company_run": 1}

    def test_stations_without_a_position_are_counted_aside(self, signed_in, clerk):
        at()
        SubstationFactory()
        answer = points(signed_in(clerk))
        assert len(answer["features"]) == 1
        assert answer["missing"] == 1

    def test_another_county_sees_nothing_of_it(self, signed_in, outsider):
        at()
        seen = at(5, place=GAOTANG_COMMUNITY)
        answer = points(signed_in(outsider))
        assert names(answer) == {seen.name}
        assert answer["counts"] == {"company_run": 1}
        assert sum(one["properties"]["number"] for one in answer["places"]) == 1

    def test_whoever_may_not_see_stations_gets_no_map(self, signed_in, nobody):
        assert signed_in(nobody).get(ADDRESS).status_code == 403
        assert signed_in(nobody).get(ADDRESS, {"format": "geojson"}).status_code == 403

    def test_the_lists_filters_hold(self, signed_in, clerk):
        at(name="北苑1号站")
        other = third_party_station(
            longitude=Decimal("116.0"), latitude=Decimal("36.4"), name="南湖2号站"
        )
        answer = points(signed_in(clerk), mode="third_party_run")
        assert names(answer) == {other.name}
        assert names(points(signed_in(clerk), q="北苑")) == {"北苑1号站"}

    def test_a_filter_that_makes_no_sense_finds_nothing_and_is_named(self, signed_in, clerk):
        at()
        assert points(signed_in(clerk), mode="nonsense")["features"] == []
        page = signed_in(clerk).get(ADDRESS, {"mode": "nonsense"})
        assert page.context["problems"]

    def test_the_places_are_named_where_their_stations_lie(self, signed_in, clerk):
        at(0)
        at(10)
        (place,) = points(signed_in(clerk))["places"]
        assert place["properties"] == {"name": "东昌府区", "number": 2}
        assert place["geometry"]["coordinates"][0] == pytest.approx(115.985)

    @pytest.mark.parametrize("box", ["1,2,3", "a,b,c,d", "nan,0,1,1", "1e9,1,1,1", ""])
    def test_a_box_that_is_none_is_ignored(self, signed_in, clerk, box):
        at()
        assert len(points(signed_in(clerk), box=box)["features"]) == 1

    def test_a_box_shows_what_lies_inside(self, signed_in, clerk):
        inside = at(0)
        at(100)
        answer = points(signed_in(clerk), box="115.9,36.4,116.0,36.5", zoom="12")
        assert names(answer) == {inside.name}
        assert "counts" not in answer

    def test_the_queries_do_not_grow_with_the_points(
        self, signed_in, clerk, django_assert_max_num_queries
    ):
        for number in range(12):
            at(number)
        client = signed_in(clerk)
        points(client)
        with django_assert_max_num_queries(9):
            points(client)


@pytest.mark.django_db
class TestGrid:
    def test_many_points_come_as_cells_that_add_up(self, signed_in, clerk, monkeypatch):
        monkeypatch.setattr(maps, "MOST_POINTS", 5)
        for number in range(4):
            at(number)
            at(400 + number)
        answer = points(signed_in(clerk))
        assert answer["gathered"]
        cells = [one["properties"] for one in answer["features"]]
        assert sum(cell["count"] for cell in cells) == 8
        assert all(sum(cell["marks"].values()) == cell["count"] for cell in cells)
        assert len(cells) == 2

    def test_closer_by_the_points_come_one_by_one(self, signed_in, clerk, monkeypatch):
        monkeypatch.setattr(maps, "MOST_POINTS", 5)
        for number in range(8):
            at(number * 60)
        answer = points(signed_in(clerk), box="115.9,36.4,116.05,36.5", zoom="13")
        assert not answer["gathered"]
        assert len(answer["features"]) == 2

    def test_a_cell_halves_with_every_zoom_level(self):
        assert cell_size(10) == cell_size(9) / 2
        assert cell_size(0) == cell_size(3)
        assert cell_size(99) == cell_size(20)

    def test_a_box_is_four_numbers(self):
        assert Box.read("115,36,116,37") == Box(115.0, 36.0, 116.0, 37.0)
        assert Box.read("115,36,116") is None


@pytest.mark.django_db
class TestHandoverLayer:
    def test_a_station_bears_the_mark_of_its_latest_handover(self, signed_in, clerk):
        story = Story.of_the_cast()
        marks = {}
        for number, (until, mark) in enumerate(
            [
                ("noticed", "underway"),
                ("archived", "done"),
                ("suspended", "halted"),
                ("returned", "halted"),
                ("cancelled", "none"),
            ]
        ):
            station = a_station(
                f"{until}站",
                longitude=Decimal("115.98") + Decimal(number) / 100,
                latitude=Decimal("36.45"),
            )
            story.tell(station, until=until)
            marks[station.name] = mark
        answer = points(signed_in(clerk), layer="handover")
        found = {one["properties"]["name"]: one["properties"]["mark"] for one in answer["features"]}
        assert found == marks

    def test_a_late_one_is_told_apart(self, signed_in, clerk):
        story = Story.of_the_cast()
        station = a_station(longitude=Decimal("115.98"), latitude=Decimal("36.45"))
        handover = story.tell(station, until="noticed")
        type(handover).objects.filter(pk=handover.pk).update(step_due_on="2026-01-05")
        (found,) = points(signed_in(clerk), layer="handover")["features"]
        assert found["properties"]["mark"] == "late"

    def test_an_unknown_layer_is_the_first(self, signed_in, clerk):
        at()
        page = signed_in(clerk).get(ADDRESS, {"layer": "nonsense"})
        assert page.context["layer"].key == "mode"


@pytest.mark.django_db
class TestPage:
    def test_list_and_map_keep_the_filters(self, signed_in, clerk):
        client = signed_in(clerk)
        page = client.get(ADDRESS, {"mode": "custody", "layer": "handover"})
        assert page.context["list_page"] == reverse("heating:substation_list") + "?mode=custody"
        assert "mode=custody" in page.context["points_url"]
        assert "layer=handover" in page.context["points_url"]

    def test_without_javascript_the_list_is_named(self, signed_in, clerk):
        text = signed_in(clerk).get(ADDRESS).content.decode()
        inside = text.split("<noscript>")[1].split("</noscript>")[0]
        assert reverse("heating:substation_list") in inside


class TestTiles:
    @pytest.mark.parametrize(
        ("address", "origin"),
        [
            ("https://tiles.example/{z}/{x}/{y}.png", "https://tiles.example"),
            ("https://{s}.tiles.example:8443/{z}/{x}/{y}", "https://*.tiles.example:8443"),
            ("https://t{s}.map.example/w?l={z}&x={x}&y={y}", "https://*.map.example"),
        ],
    )
    def test_the_server_alone_joins_the_policy(self, address, origin):
        assert tile_origin(address) == origin

    @pytest.mark.parametrize(
        "address",
        ["https://tiles.example/", "//tiles.example/{z}/{x}/{y}", "https://a b/{z}/{x}/{y}",
         "javascript:{z}{x}{y}", "https://a;script-src */{z}/{x}/{y}"],
    )  # fmt: skip
    def test_anything_else_is_refused(self, address):
        with pytest.raises(ValueError, match="MAP_TILE_URL"):
            tile_origin(address)

    def test_without_a_setting_no_other_server_may_send_pictures(self, client, db):
        policy = client.get("/login/")["Content-Security-Policy"]
        pictures = next(part for part in policy.split(";") if part.strip().startswith("img-src"))
        assert pictures.split() == ["img-src", "'self'", "data:", "blob:"]


# --- At the size of the city ----------------------------------------------------------------------
MOST_BYTES = 600_000


def many(number):
    """Put stations into every community of the city, run by a third party since 2020."""
    company = OrganisationFactory(kind="property_company", name="水城物业服务有限公司")
    communities = list(Division.objects.current().of_level(VILLAGE_LEVEL)[:400])
    stations = Substation.objects.bulk_create(
        SubstationFactory.build(
            name=f"第{place}换热站",
            community=communities[place % len(communities)],
            heating_company=None,
            longitude=Decimal("115.5") + Decimal(place % 100) / 100,
            latitude=Decimal("36.0") + Decimal(place // 100) / 100,
        )
        for place in range(number)
    )
    ManagementPeriod.objects.bulk_create(
        ManagementPeriod(
            station=one, mode="third_party_run", manager=company, valid_from=date(2020, 1, 1)
        )
        for one in stations
    )


@pytest.mark.django_db
@pytest.mark.parametrize("number", [maps.MOST_POINTS, maps.MOST_POINTS + 500])
def test_a_city_full_of_stations_is_answered_in_few_queries_and_bytes(
    signed_in, chief, django_assert_max_num_queries, number
):
    many(number)
    desk = signed_in(chief)
    desk.get(ADDRESS)
    with django_assert_max_num_queries(9):
        answer = desk.get(ADDRESS, {"format": "geojson"})
    assert answer.json()["gathered"] is (number > maps.MOST_POINTS)
    assert answer.json()["counts"] == {"third_party_run": number}
    assert len(answer.content) < MOST_BYTES
    assert len(desk.get(ADDRESS).content) < MOST_BYTES
