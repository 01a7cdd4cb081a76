"""What somebody writes on one ground cannot name what lies on another (SEC-4).

The answer to an id elsewhere is the answer to an id that does not exist: word for word, so that
nobody can find out by trying which of the two it is.
"""

from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from bureau.people import demo
from heating.models import Estate, Handover, ServedEstate, Substation
from heating.services.stations import edit_station
from tests.access import EVERYTHING
from tests.addresses import API
from tests.cast import person
from tests.grounds import FOREIGN, GROUNDS, HOME, MANAGED, MARKS, division, settled, text_of

pytestmark = pytest.mark.django_db

MISSING = 2**40
NO_PLACE = "371599999999"
ELSEWHERE = (FOREIGN, MANAGED)
NEW_ESTATE = {"name": "新小区"}
NEW_STATION = {"name": "新站", "mode": "company_run", "connected_area": "100.00"}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), settled(*GROUNDS) as world:
        yield world


@pytest.fixture(autouse=True)
def anew(world):
    """Begin each test with nobody signed in and no call counted."""
    cache.clear()
    world.forget()


@pytest.fixture
def clerk_here(world):
    """Return who may do everything in 东昌府区 and nothing elsewhere."""
    return world.with_role(EVERYTHING, division=division(demo.DONGCHANGFU))


@pytest.fixture
def program(world, clerk_here):
    return world.program(clerk_here)


@pytest.fixture
def desk(world, clerk_here):
    return world.page(clerk_here)


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Estate, Substation, Handover, ServedEstate))


def told(answer: Any, field: str) -> list[str]:
    assert answer.status_code == 422, answer.json()
    return answer.json()["fields"][field]


# --- The API -------------------------------------------------------------------------------
@pytest.mark.parametrize("ground", ELSEWHERE)
@pytest.mark.parametrize(
    ("plural", "given", "field", "word"),
    [
        ("estates", NEW_ESTATE, "community", "community"),
        ("substations", NEW_STATION, "community", "community"),
        ("substations", NEW_STATION, "main_estate", "estate"),
        ("substations", NEW_STATION, "estates", "estate"),
        ("handovers", {}, "station", "station"),
    ],
)
def test_a_new_thing_names_nothing_elsewhere(world, program, ground, plural, given, field, word):
    before = rows()
    place = {} if plural == "handovers" else {"community": world[HOME].community.pk}
    answers = []
    for pk in (id_of(world, ground, word), MISSING):
        value = [pk] if field == "estates" else pk
        answer = program.post(f"{API}{plural}/", given | place | {field: value})
        assert answer.status_code == 422, answer.json()
        answers.append(plain(answer.json(), pk))
    assert answers[0] == answers[1]
    assert field in answers[0]["fields"]
    assert rows() == before


@pytest.mark.parametrize("ground", ELSEWHERE)
@pytest.mark.parametrize(
    ("plural", "thing", "field", "word"),
    [
        ("estates", "estate", "community", "community"),
        ("substations", "station", "community", "community"),
        ("substations", "station", "main_estate", "estate"),
        ("substations", "station", "estates", "estate"),
    ],
)
def test_nothing_is_moved_elsewhere(world, program, ground, plural, thing, field, word):
    mine = world[HOME][thing]
    address = f"{API}{plural}/{mine.pk}/"
    version = program.get(address).json()["version"]
    answers = []
    for pk in (id_of(world, ground, word), MISSING):
        value = [pk] if field == "estates" else pk
        answer = program.patch(address, {field: value, "version": version})
        answers.append(plain({"fields": told(answer, field)}, pk))
    assert answers[0] == answers[1]
    assert program.get(address).json()["version"] == version


def id_of(world: Any, ground: str, word: str) -> int:
    return world[ground].community.pk if word == "community" else world[ground][word].pk


def plain(body: dict[str, Any], pk: int) -> dict[str, str]:
    """Return an answer without the id that was sent, which it may repeat."""
    return {key: str(body.get(key)).replace(str(pk), "ID") for key in ("fields", "detail", "code")}


def test_a_defect_of_another_handover(world, program):
    address = f"{API}handovers/{world[HOME]['handover'].pk}/close-defect/"
    answers = [
        told(program.post(address, {"defect": pk, "note": "修好"}), "defect")
        for pk in (world[FOREIGN]["defect"].pk, MISSING)
    ]
    assert answers[0] == answers[1]
    world[FOREIGN]["defect"].refresh_from_db()
    assert world[FOREIGN]["defect"].closed_on is None


def test_a_company_names_no_other_company(world):
    """Who is posted to a company sees its own name only and adds no stations."""
    company = world.with_role(EVERYTHING, organisation=world[HOME]["station"].heating_company)
    program, station = world.program(company), world[HOME]["station"]
    foreign = world[FOREIGN]["station"].heating_company.pk
    address = f"{API}substations/{station.pk}/"
    version = program.get(address).json()["version"]
    answers = [
        told(program.patch(address, {"heating_company": pk, "version": version}), "heating_company")
        for pk in (foreign, MISSING)
    ]
    assert answers[0][0].replace(str(foreign), "") == answers[1][0].replace(str(MISSING), "")
    new = NEW_STATION | {"community": world[HOME].community.pk}
    told(program.post(f"{API}substations/", new), "community")
    assert [row["id"] for row in program.get(f"{API}organisations/").json()["results"]] == [
        station.heating_company_id
    ]


# --- The pages -----------------------------------------------------------------------------
@pytest.mark.parametrize("noun", ["estate", "substation"])
@pytest.mark.parametrize("ground", ELSEWHERE)
def test_a_form_names_no_place_elsewhere(world, desk, noun, ground):
    before = rows()
    url = reverse(f"heating:{noun}_create")
    given = NEW_ESTATE if noun == "estate" else NEW_STATION
    errors = []
    for code in (world[ground].community.code, NO_PLACE):
        answer = desk.post(url, given | {"community": code})
        assert answer.status_code == 422
        errors.append(answer.context["form"].errors.as_data()["community"][0].code)
    assert errors[0] == errors[1]
    assert rows() == before


@pytest.mark.parametrize("ground", ELSEWHERE)
def test_an_edit_moves_nothing_elsewhere(world, desk, ground):
    estate = world[HOME]["estate"]
    url = reverse("heating:estate_edit", args=[estate.pk])
    given = {"name": estate.name, "version": estate.version}
    answer = desk.post(url, given | {"community": world[ground].community.code})
    assert answer.status_code == 422
    estate.refresh_from_db()
    assert estate.community_id == world[HOME].community.pk


def test_a_handover_of_a_station_elsewhere_is_not_registered(world, desk):
    before = rows()
    url = reverse("heating:handover_create")
    stations = (world[FOREIGN]["station"].pk, MISSING)
    assert [desk.get(url, {"station": pk}).status_code for pk in stations] == [404, 404]
    answers = [desk.post(url, {"station": pk}) for pk in stations]
    assert [answer.status_code for answer in answers] == [422, 422]
    errors = [answer.context["form"].errors["station"] for answer in answers]
    assert errors[0] == errors[1]
    assert rows() == before
    found = desk.get(url, {"q": MARKS[FOREIGN]}).context["found"]
    assert list(found) == []


def test_parts_are_not_mixed_between_handovers(world, desk):
    """The defect of one handover under the address of another does not exist."""
    for name in ("close", "reopen"):
        address = f"heating:handover_{name}_defect"
        pks = [world[HOME]["handover"].pk, world[FOREIGN]["defect"].pk]
        assert desk.post(reverse(address, args=pks), {"note": "修好"}).status_code == 404


def test_another_clerk_s_import_and_task(world, desk):
    """Uploads and tasks are their owner's, even among those who may do everything in a county."""
    for name in ("exchange:import_detail", "exchange:import_annotated"):
        url = reverse(name, args=[world.shared["run"].pk])
        assert desk.get(url).status_code == 404
    for name in ("jobs:job_detail", "jobs:job_progress"):
        url = reverse(name, args=[world.shared["job"].pk])
        assert desk.get(url).status_code == 404


# --- What hangs together across a border -----------------------------------------------------
@pytest.fixture
def across(world):
    """Let the station here also serve the estate elsewhere, as the city's clerk may."""
    station = world[HOME]["station"]
    edit_station(
        station, {"estates": [world[FOREIGN]["estate"]]}, actor=person("clerk"), version=None
    )
    return station


def test_a_border_shows_to_each_side_its_own(world, across, desk, program):
    """The estate across the border stays unseen in row, panel and API."""
    answers = [
        desk.get(reverse("heating:substation_list")),
        desk.get(reverse("heating:substation_estates", args=[across.pk])),
        program.get(f"{API}substations/{across.pk}/"),
        program.get(f"{API}substations/"),
    ]
    foreign = world[FOREIGN]["estate"]
    for answer in answers:
        assert answer.status_code == 200
        assert foreign.name not in text_of(answer)
    assert foreign.pk not in answers[2].json()["estates"]


def test_an_edit_keeps_what_the_editor_does_not_see(world, across, program):
    """Naming the estates that one sees does not unlink the one across the border."""
    address = f"{API}substations/{across.pk}/"
    shown = program.get(address).json()
    answer = program.patch(address, {"estates": shown["estates"], "version": shown["version"]})
    assert answer.status_code == 200
    assert across.served_estates.filter(estate=world[FOREIGN]["estate"]).exists()


def test_the_other_side_sees_the_station_neither(world, across):
    there = world.with_role(EVERYTHING, division=division(demo.GAOTANG))
    panel = reverse("heating:estate_stations", args=[world[FOREIGN]["estate"].pk])
    text = text_of(world.page(there).get(panel))
    assert MARKS[HOME] not in text
    assert MARKS[FOREIGN] in text
