"""Who may ask what: the table of ``tests/access.py``, asked line by line.

Five people stand at every address: nobody, somebody who may do everything elsewhere, somebody
who may do everything here but this, somebody without any posting, and somebody who may read and
do this alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import cache

from bureau.people.demo import CITY, DONGCHANGFU, GAOTANG
from heating.views.handover_verbs import VERBS
from tests import addresses
from tests.access import (
    API_LINES,
    EVERYTHING,
    FULL_NAMES,
    LINES,
    OPEN,
    OWNER,
    PAGE_LINES,
    VIEWS,
    Line,
)  # fmt: skip
from tests.cast import person
from tests.grounds import HOME, MARKS, World, division, settled

pytestmark = pytest.mark.django_db

#: What every office sees wherever it is posted; only a strange company is outside.
OF_ALL_OFFICES = ("organisation", "source", "role")
PUBLIC = ("division", "alias", "area", "run_town")
#: The same for everybody who holds any posting; only people without one are outside.
OF_EVERYBODY = (
    *("year", "calendar_day", "document", "article", "series"),
    *("policy", "rate", "target", "milestone"),
)
#: The city's own: who may do it in a county alone does not reach it.
OF_THE_CITY = ("area", "run_town", "number")
PASSED = (200, 201, 204, 302, 409, 422)
# Who brings in spreadsheets also needs what at least one of them is about.
NEEDED_TOO = {"exchange.add_importrun": ("heating.add_substation",)}
# The sheet of an import that was never read cannot be marked; its owner is told so.
REFUSED_READING = {"exchange:import_annotated": 409}
MISSING = "{} has no line in tests/access.py, or its line has no address"

every_line = pytest.mark.parametrize("line", LINES, ids=str)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), settled(HOME) as world:
        everybody_of_the_city(world)
        for line in LINES:
            outsider(world, line.subject)
            everybody(world, line)
            reader(world, line)
        world.person("clerk")
        world.remember()
        yield world


@pytest.fixture(autouse=True)
def anew(world):
    """Begin each test with the same people and no call counted."""
    cache.clear()
    world.forget()


def everybody(world: World, line: Line) -> Any:
    """Return somebody who may do everything where a line is at home."""
    return world.with_role(EVERYTHING, division=ground_of(line))


def everybody_of_the_city(world: World) -> Any:
    """Return somebody who may do everything everywhere."""
    return world.with_role(EVERYTHING, division=division(CITY))


def reader(world: World, line: Line) -> Any:
    """Return somebody who may read everything there and change nothing."""
    return world.with_role(VIEWS, division=ground_of(line))


def outsider(world: World, subject: str) -> Any:
    """Return somebody who may do everything, but not where the object stands."""
    if subject in OF_EVERYBODY:
        return world.unposted()
    if subject in OF_ALL_OFFICES:
        return world.with_role(EVERYTHING, organisation=world.stranger)
    return world.with_role(EVERYTHING - {"exchange.audit_importrun"}, division=division(GAOTANG))


def test_a_new_page_without_a_line_fails():
    missing = {line.name for line in PAGE_LINES} ^ set(addresses.pages())
    assert not missing, MISSING.format(sorted(missing))


def test_a_new_path_of_the_api_without_a_line_fails():
    lines = {(line.name, frozenset(line.methods)) for line in API_LINES}
    missing = lines ^ set(addresses.operations().items())
    assert not missing, MISSING.format(sorted(name for name, _methods in missing))


def test_no_path_of_the_api_is_hidden_from_its_document():
    assert addresses.endpoints() == set(addresses.operations())
    named = {address.name for address in addresses.every_address() if address.is_api}
    assert named >= set(addresses.API_OUTSIDE_DOCUMENT)


def test_no_line_is_written_twice():
    assert len({str(line) for line in LINES}) == len(LINES)


def test_the_short_names_of_permissions_are_clear():
    assert len(FULL_NAMES) == len(EVERYTHING)


def test_every_verb_of_the_workflow_has_a_line():
    verbs = {line.words[0] for line in LINES if line.name == "heating:handover_verb"}
    assert verbs == set(VERBS)


@every_line
def test_nobody(world, line):
    """Pages lead to the door, the API answers 401, whatever the method and the object."""
    if OPEN in line.gates.values():
        return
    for method in (*line.methods, "DELETE"):
        answer = world.ask(line, None, method)
        assert answer.status_code == (401 if line.is_api else 302), method
        if not line.is_api:
            assert answer["Location"].startswith("/login/?next="), method


@every_line
def test_outside_there_is_nothing(world, line):
    """An object elsewhere answers 404 to each method of its address and 405 to the others.

    Places are public knowledge: who may not change one there is refused with 403.
    """
    if not line.subject:
        return
    user = outsider(world, line.subject)
    for method in (*line.methods, "DELETE"):
        status = 404 if method in line.methods else 405
        if line.subject in PUBLIC and method in line.methods:
            passed = 302 if method == "POST" else 200
            status = 403 if line.permissions(method) else passed
        assert world.ask(line, user, method).status_code == status, method


@every_line
def test_within_but_not_permitted(world, line):
    """Who may do everything here but this is refused; who holds no posting sees no object."""
    for method in line.methods:
        if gate := line.permissions(method):
            with world.holding(everybody(world, line), less=gate) as user:
                assert world.ask(line, user, method).status_code == 403, method
            status = 404 if line.subject else 403
            assert world.ask(line, world.unposted(), method).status_code == status, method


@every_line
def test_holders_come_through(world, line):
    """Who may read and do this alone comes to the form, the answer, or the rules behind it."""
    for method, gate in line.gates.items():
        for permission in line.permissions(method) or ("",):
            with holder(world, line, gate, permission) as user:
                answer = world.ask(line, user, method)
            if gate == OPEN:
                assert answer.status_code in (200, 302, 422, 503), method
            elif method == "GET":
                assert answer.status_code == REFUSED_READING.get(line.name, 200), permission
            else:
                assert answer.status_code in PASSED, (method, permission, answer.content)


def ground_of(line: Line) -> Any:
    """Return where the people of a line are posted: in the county, or for the city."""
    return division(CITY if line.subject in OF_THE_CITY else DONGCHANGFU)


@contextmanager
def holder(world: World, line: Line, gate: str, permission: str) -> Iterator[Any]:
    """Bring somebody who reads and may do this alone, as long as it takes to ask."""
    if gate in (OPEN, OWNER):
        yield None if gate == OPEN else world.person("clerk")
        return
    more = {permission, *NEEDED_TOO.get(permission, ())} - {""} - VIEWS
    with world.holding(reader(world, line), more=more) as user:
        yield user


@every_line
def test_a_method_that_the_address_does_not_have(world, line: Line):
    everywhere = everybody_of_the_city(world)
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        if method not in line.methods:
            assert world.ask(line, everywhere, method).status_code == 405, method


@pytest.mark.parametrize("path", ["", "nothing", "estates", "estates/x/", "handovers/1/fly/"])
def test_addresses_that_the_api_does_not_have(world, path):
    """Nobody learns which addresses there are."""
    assert world.program(None).get(f"{addresses.API}{path}").status_code == 401
    answer = world.program(person("clerk")).get(f"{addresses.API}{path}")
    assert answer.status_code == (200 if path == "" else 404)


def test_the_document_describes_and_holds_nothing(world):
    """Whoever writes a program may read it before having a key."""
    answer = world.program(None).get("/api/schema/")
    assert answer.status_code == 200
    assert MARKS[HOME] not in answer.content.decode()


def test_unknown_addresses_and_verbs(world):
    handover = world.arguments(HOME, "handover")["pk"]
    clerk = world.page(person("clerk"))
    assert clerk.get("/nothing/").status_code == 404
    assert clerk.post(f"/heating/handovers/{handover}/fly/").status_code == 404
    assert world.page(None).get("/nothing/").status_code == 302
