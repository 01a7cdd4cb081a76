"""Nothing of another ground can be read or written (SEC-4).

Made from the URLconf and the OpenAPI document by way of ``tests/access.py``, where every address
has its line: people × addresses × methods × grounds, then everything an answer could say.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import resolve, reverse

from bureau.desk.views import ListPage
from bureau.people import demo
from bureau.people.roles import STANDARD_ROLES
from tests.access import API_LINES, EVERYTHING, LINES, OWNER, PAGE_LINES, SEEN, Line
from tests.addresses import API
from tests.grounds import (
    FOREIGN,
    GROUNDS,
    HOME,
    MANAGED,
    MARKS,
    NEXT_DOOR,
    World,
    division,
    managing_area,
    settled,
    text_of,
)

pytestmark = pytest.mark.django_db

#: Who holds every permission there is, but on one ground; and what of ours lies on it.
ACTORS = {
    "county": (HOME, NEXT_DOOR),
    "other county": (FOREIGN,),
    "managing area": (MANAGED,),
    "property company": (HOME,),
    "heating company": (HOME,),
    "town": (HOME,),
    "village": (HOME,),
    "strange company": (),
    "nobody": (),
}
#: Of these every method of every line is tried on these grounds, of the others what can be read.
WRITERS = {
    "county": (FOREIGN, MANAGED),
    "other county": (HOME,),
    "managing area": (HOME,),
    "property company": (NEXT_DOOR,),
}
#: Of these every word of every answer is read.
LISTENERS = (*WRITERS, "village", "strange company")
#: What each of the cast sees by its posting.
CAST = {name: tuple(GROUNDS) for name, who in demo.PEOPLE.items() if who.ground == demo.CITY} | {
    "company": (HOME,),
    "property": (HOME,),
    "village": (HOME,),
    "town": (HOME,),
    "town2": (HOME,),
    "town_team": (HOME,),
    "town_team2": (HOME,),
    "county": (HOME, NEXT_DOOR),
    "county2": (HOME, NEXT_DOOR),
    "outsider": (FOREIGN,),
}
WITHOUT_HEATING = {"admin", "security", "audit"}
PLACED = (
    "estate", "building", "station", "equipment", "zone", "handover", "defect", "paper",
    "photo", "note", "filed", "village", "dwelling", "household", "member",
    "claimvillage", "claim", "claimpaper", "sheet", "draw", "drawn", "duplicate", "notice",
    "noticepaper", "item", "objection", "usecheck", "entitlement", "line", "recovery",
    "project", "projectvillage", "check", "batch", "fund", "allotment",
)  # fmt: skip
#: A portal without a worker is not ready; who is in needs no door.
ELSEWHERE_TOLD = ("readyz", "people:login")
#: A public notice is everybody's while it runs, whoever knows its address.
EVERYBODYS = ("grants:publicnotice_public",)
LINES_OF_THINGS = [line for line in LINES if line.subject in PLACED]
COLLECTIONS = [
    line
    for line in LINES
    if "GET" in line.methods
    and (not line.subject or line.subject in ("organisation", "source"))
    and line.name not in EVERYBODYS
]
HTMX = {"HTTP_HX_REQUEST": "true"}


def hidden(seen: tuple[str, ...]) -> list[str]:
    return [ground for ground in GROUNDS if ground not in seen]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), settled(*GROUNDS) as world:
        for name in ACTORS:
            actor(world, name)
        for name in CAST:
            world.person(name)
        world.remember()
        yield world


@pytest.fixture(autouse=True)
def anew(world):
    """Begin each test with the same people and no call counted."""
    cache.clear()
    world.forget()


def actor(world: World, name: str) -> Any:
    station = world[HOME]["station"]
    grounds = {
        "county": lambda: {"division": division(demo.DONGCHANGFU)},
        "other county": lambda: {"division": division(demo.GAOTANG)},
        "managing area": lambda: {"managing_area": managing_area()},
        "property company": lambda: {"organisation": world[HOME]["handover"].manager_at_register},
        "heating company": lambda: {"organisation": station.heating_company},
        "town": lambda: {"division": division(demo.XINQU_STREET)},
        "village": lambda: {"division": division(demo.BEIYUAN_COMMUNITY)},
        "strange company": lambda: {"organisation": world.stranger},
    }
    if name == "nobody":
        return world.with_role(frozenset(), division=division(demo.DONGCHANGFU))
    return world.with_role(EVERYTHING, **grounds[name]())


def test_the_matrix_knows_everybody_and_every_thing():
    assert set(CAST) == set(demo.PEOPLE)
    others = {line.subject for line in LINES} - {*PLACED}
    people = {"user", "role", "posting", "delegation", "session", "entry", "signin"}
    assert others >= {"", "organisation", "source", "division", "run", "job", *people}


# --- Objects elsewhere ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "ground"), [(name, ground) for name, seen in ACTORS.items() for ground in hidden(seen)]
)
def test_what_lies_elsewhere_does_not_exist(world, name, ground):
    """Every address of a thing elsewhere, by every method that it has: 404."""
    user = actor(world, name)
    for line in LINES_OF_THINGS:
        for method in line.methods:
            if method == "GET" or ground in WRITERS.get(name, ()):
                answer = world.ask(line, user, method, ground)
                assert answer.status_code == 404, (str(line), method)


@pytest.mark.parametrize("name", CAST)
def test_the_cast_sees_its_own_ground(world, name):
    user = world.person(name)
    seen = () if name in WITHOUT_HEATING else CAST[name]
    lines = [line for line in API_LINES if line.name in ("estates/{id}/", "handovers/{id}/")]
    pages = ("heating:substation_detail", "desk:file")
    lines += [line for line in PAGE_LINES if line.name in pages]
    for ground in GROUNDS:
        wanted = 200 if ground in seen else 404
        for line in lines:
            answer = world.ask(line, user, "GET", ground)
            assert answer.status_code == wanted, (ground, str(line))


@pytest.mark.parametrize("name", CAST)
def test_lists_hold_what_the_cast_sees(world, name):
    program = world.program(world.person(name))
    seen = () if name in WITHOUT_HEATING else CAST[name]
    for plural, word in (("estates", "estate"), ("substations", "station"), ("handovers",) * 2):
        answer = program.get(f"{API}{plural}/", {"size": 500})
        if name in WITHOUT_HEATING:
            assert answer.status_code == 403, plural
            continue
        found = {row["id"] for row in answer.json()["results"]}
        thing = "handover" if word == "handovers" else word
        assert found == {world[ground][thing].pk for ground in seen}, plural


# --- What an answer says -------------------------------------------------------------------
def asked(world: World, name: str) -> Iterator[tuple[str, Any]]:
    """Yield every answer that a reader can get: collections in all forms, own things."""
    user = actor(world, name)
    for line in COLLECTIONS:
        yield str(line), world.ask(line, user, "GET")
        if is_list(line, world):
            page = world.page(user)
            url = world.url(line)
            columns = list(resolve(url).func.view_class.table.columns)
            for wanted in ("csv", "xlsx") if name in ("county", "other county") else ("csv",):
                answer = page.get(url, {"format": wanted, "columns": columns, "archived": "all"})
                yield f"{line} {wanted}", answer
            yield f"{line} part", page.get(url, {"columns": columns}, **HTMX)
            yield f"{line} count", page.get(url, {"count": "exact"}, **HTMX)
    for ground in ACTORS[name]:
        for line in LINES_OF_THINGS:
            if "GET" in line.methods and line.subject != "paper":
                answer = world.ask(line, user, "GET", ground)
                seen = line.subject not in UNSEEN.get(name, ())
                assert answer.status_code == (200 if seen else 404), (str(line), ground)
                yield f"{line} {ground}", answer


#: What belongs to an area that pays, and what to a village; a company's ground holds none of it.
OF_AREAS = {"batch", "fund", "allotment"}
OF_VILLAGES = {"village", "line"} | {
    line.subject for line in LINES if line.name.startswith("grants:")
} - {"", "policy", "rate", "target", "milestone"}
UNSEEN = {"property company": OF_VILLAGES, "village": OF_AREAS}


def is_list(line: Line, world: World) -> bool:
    if line.is_api:
        return False
    return issubclass(getattr(resolve(world.url(line)).func, "view_class", type), ListPage)


@pytest.mark.parametrize("name", LISTENERS)
def test_no_answer_shows_a_word_of_another_ground(world, name):
    own = {MARKS[ground] for ground in ACTORS[name]}
    shown = set()
    for what, answer in asked(world, name):
        assert answer.status_code in (200, 403, 404) or what in ELSEWHERE_TOLD, what
        text = text_of(answer)
        for ground in hidden(ACTORS[name]):
            assert MARKS[ground] not in text, (what, ground)
        shown |= {mark for mark in own if mark in text}
    assert shown == own, "the marks of the own ground must show, or this test proves nothing"


@pytest.mark.parametrize("name", ["county", "other county", "managing area", "village"])
def test_counts_and_shares_are_of_the_own_ground(world, name):
    page, number = world.page(actor(world, name)), len(ACTORS[name])
    for noun in ("estate", "substation", "handover"):
        answer = page.get(reverse(f"heating:{noun}_list"), {"count": "exact"})
        assert answer.context["count"].number == number, noun
        assert len(answer.context["page"].rows) == number, noun
    funnel = page.get(reverse("heating:handover_funnel")).context["funnel"]
    assert funnel.total == number
    report = page.get(reverse("heating:direct_supply")).context["report"]
    assert report.total.connected == 100 * number


# --- Filters that name what lies elsewhere ---------------------------------------------------
def filter_words(line: Line, world: World) -> list[str]:
    view = resolve(world.url(line)).func
    filterset = view.cls.filterset_class if line.is_api else view.view_class.filterset
    return [*filterset.base_filters, "pk", "cursor", "next", "id"]


@pytest.mark.parametrize("noun", ["estate", "substation", "handover"])
@pytest.mark.parametrize("side", ["page", "api"])
def test_filters_cannot_reach_across(world, noun, side):
    """Naming something elsewhere finds what naming nothing at all finds."""
    user = actor(world, "county")
    name = f"{noun}s/" if side == "api" else f"heating:{noun}_list"
    line = next(line for line in LINES if line.name == name)
    foreign = world[FOREIGN]
    named = [foreign["estate"].pk, foreign["station"].pk, foreign.community.pk, foreign.mark]
    for word in filter_words(line, world):
        for value in named:
            found = rows_of(world, line, user, {word: value})
            assert not found & {world[FOREIGN][thing].pk for thing in ("estate", "station")}, word
            mine = {world[ground][thing_of(noun)].pk for ground in ACTORS["county"]}
            assert found <= mine, (word, value)


def thing_of(noun: str) -> str:
    return "station" if noun == "substation" else noun


def rows_of(world: World, line: Line, user: Any, query: dict[str, Any]) -> set[int]:
    if line.is_api:
        answer = world.program(user).get(world.url(line), query)
        return {row["id"] for row in answer.json().get("results", ())}
    answer = world.page(user).get(world.url(line), query)
    return {row.pk for row in answer.context["page"].rows}


def test_the_picker_of_places_offers_the_own_ground(world):
    """All places may be read, but those where somebody acts are the own ones."""
    page = world.page(actor(world, "county"))
    url = reverse("desk:place_steps")
    for code in (demo.GAOTANG, "371526001000"):
        query = {"permission": "heating.change_estate", "place": code}
        text = page.get(url, query).content.decode()
        assert "371526001" not in text, code
    assert demo.XINQU_STREET in page.get(url, query | {"place": demo.DONGCHANGFU}).content.decode()


# --- Readers -----------------------------------------------------------------------------------
#: Posted although it only reads: a number that names a person stands in no address.
READING = frozenset({"people.search_identifier"})
#: An office gives the offices below it new passwords and unlocks their accounts.
CARING = frozenset({"people.reset_password_user"})
#: Villages and towns bring their registers in.
BRINGING_IN = frozenset({"exchange.add_importrun"})
CARING_LINES = [line for line in LINES if "reset_password_user" in line.gates.values()]
#: Who reads, and what each may do besides that changes nothing of the registers; their part in
#: the subsidies stands in ``tests/duties.py``.
READERS = {
    "bureau_leader": {"exchange.audit_importrun", "desk.share_savedview"},
    "property_contact": set(),
    "town_reviewer": READING | CARING | BRINGING_IN,
    "town_team": set(),
    "county_reviewer": READING | CARING,
    "village_official": set(BRINGING_IN),
    "finance_clerk": set(),
    "auditor": {"exchange.audit_importrun"} | READING,
}
ROLES = {role.code: role for role in STANDARD_ROLES}
#: What a county reviewer is not shown at all, so that it is not there to be changed either.
NOT_SHOWN = ("role", "posting", "number")


@pytest.mark.parametrize("code", READERS)
def test_readers_hold_nothing_that_changes_anything(code):
    others = {name for name in ROLES[code].permissions if not name.startswith("grants.")}
    assert {name for name in others if ".view_" not in name} == READERS[code]


@pytest.mark.parametrize("line", LINES, ids=str)
def test_a_county_reviewer_changes_nothing_but_what_is_its_own(world, line):
    user, held_by_it = world.person("county"), ROLES["county_reviewer"].permissions
    for method, gate in line.gates.items():
        needed = line.permissions(method)
        held = not held_by_it.isdisjoint(needed)
        if method != "GET" and needed and gate != OWNER and not held:
            wanted = 404 if line.subject in NOT_SHOWN else 403
            assert world.ask(line, user, method).status_code == wanted, method


@pytest.mark.parametrize("line", CARING_LINES, ids=str)
def test_a_county_reviewer_looks_after_the_offices_of_its_county_alone(world, line):
    """Below it an account gets a password, elsewhere none.

    Unlocking is refused, as nothing is locked; a program must say whose number it records.
    """
    recorded = 422 if "{id}" in line.name else 302
    below = 409 if "unlock" in str(line) else recorded if "own-number" in str(line) else 200
    assert world.ask(line, world.person("outsider"), "POST").status_code == 404
    assert world.ask(line, world.person("county"), "POST").status_code == below


def test_a_clerk_here_and_a_reader_there_writes_only_here(world):
    """Two postings do not add up to permissions that neither of them gives.

    What a reader sees it may watch: that is kept with the person and changes nothing there.
    """
    user = actor(world, "county")
    reader = world.person("outsider").postings_in_force[0]
    reader.pk, reader.user = None, user
    reader.save(force_insert=True)
    held = ROLES["county_reviewer"].permissions
    for line in LINES_OF_THINGS:
        for method, gate in line.gates.items():
            if not held.isdisjoint(line.permissions(method)):
                continue
            watching = method == "POST" and gate == SEEN
            assert not watching or line.name.endswith("_watch"), str(line)
            wanted = 302 if watching else 200 if not line.permissions(method) else 403
            if method != "GET" or wanted == 200:
                assert world.ask(line, user, method, FOREIGN).status_code == wanted, str(line)
