"""What a program meets that changes a station with the estates it serves."""

from datetime import date

import pytest

from bureau.people import services as people
from bureau.people.demo import BEIYUAN_COMMUNITY
from bureau.places.models import Division
from heating.models import Substation
from heating.services import estates, stations
from tests.heating.handover_story import community_in

pytestmark = pytest.mark.django_db
API = "/api/v1/substations/"


@pytest.fixture
def home():
    return Division.objects.get(code=BEIYUAN_COMMUNITY)


@pytest.fixture
def estate(clerk, home):
    return estates.register_estate(actor=clerk, community=home, name="阳光花园")


@pytest.fixture
def far(clerk):
    return estates.register_estate(
        actor=clerk, community=community_in("371526001001"), name="高唐家园"
    )


@pytest.fixture
def station(clerk, home, estate):
    return stations.register_station(
        actor=clerk,
        community=home,
        name="阳光站",
        mode="company_run",
        managed_since=date(2020, 1, 1),
        main_estate=estate,
    )


def test_everything_that_was_read_may_be_sent_back(api, clerk, station, estate):
    """An estate archived since is no new choice when it is sent back unchanged."""
    stations.archive_station(station, actor=clerk)
    estates.archive_estate(estate, actor=clerk)
    station = stations.restore_station(station, actor=clerk)
    program = api(clerk)
    read = program.get(f"{API}{station.pk}/").json()
    assert read["main_estate"] == estate.pk
    assert read["estates"] == [estate.pk]
    answer = program.patch(f"{API}{station.pk}/", read | {"households": 88})
    assert answer.status_code == 200, answer.json()
    assert answer.json()["main_estate"] == estate.pk
    assert Substation.objects.get(pk=station.pk).households == 88


def test_an_archived_estate_is_no_new_choice(api, clerk, station, home):
    other = estates.register_estate(actor=clerk, community=home, name="月光花园")
    estates.archive_estate(other, actor=clerk)
    for change in ({"main_estate": other.pk}, {"estates": [other.pk]}):
        answer = api(clerk).patch(f"{API}{station.pk}/", {"version": 1, **change})
        assert answer.status_code == 422
        assert {name.split(".")[0] for name in answer.json()["fields"]} == set(change)


def test_an_archived_company_sent_back_is_kept(api, clerk, company, station):

    kept = people.organisations.register(actor=clerk, kind="heating_company", name="旧热力公司")
    stations.edit_station(station, {"heating_company": kept}, actor=clerk, version=1)
    people.organisations.archive(kept, actor=clerk)
    program = api(clerk)
    read = program.get(f"{API}{station.pk}/").json()
    assert program.patch(f"{API}{station.pk}/", read).status_code == 200


def test_the_main_estate_lies_in_the_stations_county(api, clerk, station, far):
    program = api(clerk)
    answer = program.patch(f"{API}{station.pk}/", {"version": 1, "main_estate": far.pk})
    assert answer.status_code == 422
    assert "高唐家园" in answer.json()["fields"]["main_estate"][0]
    new = {"name": "新站", "community": station.community_id, "mode": "company_run"}
    answer = program.post(API, new | {"main_estate": far.pk})
    assert answer.status_code == 422
    assert "main_estate" in answer.json()["fields"]
    other = program.patch(f"{API}{station.pk}/", {"version": 1, "estates": [far.pk]})
    assert other.status_code == 200, other.json()


def test_a_station_does_not_leave_its_main_estate_behind(api, clerk, station, far):
    moved = {"version": 1, "community": far.community_id}
    answer = api(clerk).patch(f"{API}{station.pk}/", moved)
    assert answer.status_code == 422
    both = moved | {"main_estate": far.pk}
    assert api(clerk).patch(f"{API}{station.pk}/", both).status_code == 200
