"""Whatever a program or a browser sends, the answer is a sentence and never a fault.

Schemathesis plays the API by its own OpenAPI document through WSGI on the real database; after
it come the slips and tricks that people know by name. Nothing that is sent here is kept.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.urls import resolve, reverse
from hypothesis import HealthCheck, Phase, given, settings
from rest_framework.test import APIClient
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.access import API_LINES, LINES, PAGE_LINES, Line
from tests.addresses import API, document
from tests.askers import undone
from tests.grounds import HOME, settled

pytestmark = pytest.mark.django_db

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
PROBLEM = "application/problem+json"
HTMX = {"HTTP_HX_REQUEST": "true"}
QUIET = settings(
    max_examples=3,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
OPERATIONS = [(line, method) for line in API_LINES for method in line.methods]
WRITES = [(line, method) for line, method in OPERATIONS if method != "GET"]
#: Right values for every operation; wrong ones where there is a body or a filter to get wrong.
PLAYED = [(line, method, GenerationMode.POSITIVE) for line, method in OPERATIONS] + [
    (line, method, GenerationMode.NEGATIVE)
    for line, method in OPERATIONS
    if method == "POST" or not line.subject
]
#: Values by the kind of the field that they are sent to; ``any`` goes to each of them.
HOSTILE: dict[str, tuple[Any, ...]] = {
    "any": (None, [[]], "a\x00b"),
    "string": ("长" * 5000, {"id": {"id": 1}}),
    "date": ("0000-00-00", "0001-01-01", "9999-12-31"),
    "decimal": ("1e400", float("nan"), 10**30),
    "integer": (2**63, 1.5, "²"),
    "boolean": ("maybe",),
    "array": (["x"], [2**70]),
}
TEXTS = ("a\x00b", "/a\nb", "长" * 5000, "a b", "9" * 5000)
#: What follows the question mark; the first go to every list, the others to who knows the word.
TO_ALL = (
    "q=%00", "q=%ff%fe", f"q={'长' * 500}", "q=%25%27%22%3B--", "cursor=xyz", "cursor=last",
    "cursor=WyJuIixudWxsLDFd", "cursor=WyJuIiwiXHVkODAwIiwxXQ", "cursor=" + "A" * 4000, "sort=bad",
    "sort=-&sort=%00", "size=-1", "size=" + "9" * 40, "size=²", "format=exe", "format=csv&q=%00",
    "count=exact&q=%00", "pk=abc&pk=²", "pk=" + "9" * 30, "columns=nothing&columns=%00", "%00=1",
    "=&=&&&", "place=%00", "place=371502000000&place=371526000000",
)  # fmt: skip
TO_SOME = {
    "desk:home": ("next=%00",),
    "desk:place_steps": ("name=%00&place=x", "permission=%00", "permission=nothing", "place=²"),
    "exchange:import_list": ("before=²", "before=" + "9" * 30, "before=" + "9" * 5000),
    "exchange:import_create": ("kind=%00", "kind=nothing"),
    "exchange:import_detail": ("after=²-²-²", "after=" + "-".join(["9" * 30] * 3), "show=%00"),
    "heating:direct_supply": ("as_of=9999-12-31", "as_of=0001-01-01", "as_of=%00", "as_of=2026-2"),
    "heating:handover_create": ("station=" + "9" * 30, "station=%00", "station=²", "q=%00"),
    "heating:estate_create": ("community=%00", "community=" + "9" * 30, "year_built=x"),
    "heating:substation_create": ("heating_company=x", "heating_company=" + "9" * 30),
    "heating:estate_history": ("field=%00", "until=%00", "field=name&part=x", "until=9"),
    "people:login": ("next=a%20b", "next=%00", "next=//evil.example", "next=" + "长" * 2000),
}
WRONG = ("%00", "9" * 30, "²")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), settled(HOME) as world:
        for name in ("clerk", "county", "auditor", "security"):
            world.person(name)
        world.remember()
        yield world


@pytest.fixture(autouse=True)
def anew(world, monkeypatch):
    """Begin each test with the same people and no call counted; let no fault out of a client."""
    cache.clear()
    world.forget()
    monkeypatch.setattr("bureau.people.api_auth.TokenThrottle.rate", "100000/min", raising=False)


@pytest.fixture(scope="module")
def schema():
    """Return the document with the portal behind it, as a WSGI server would call it."""
    portal = get_wsgi_application()
    signals = (request_started, request_finished)

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        for signal in signals:
            signal.disconnect(close_old_connections)  # the test's transaction must live on
        return portal(environ, start_response)

    found = schemathesis.openapi.from_dict(document())
    found.app = app
    yield found
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def keys(world) -> list[dict[str, str]]:
    """Return the headers of somebody who writes and of somebody who reads."""
    programs = [world.program(world.person(name)) for name in ("clerk", "county")]
    return [{"Authorization": one._credentials["HTTP_AUTHORIZATION"]} for one in programs]


@pytest.fixture
def clerk(world):
    return world.program(world.person("clerk"))


def check_problem(answer: Any, what: Any) -> None:
    """Assert that a refusal is a problem document with a sentence."""
    assert 400 <= answer.status_code < 500, (what, answer.status_code)
    assert answer["Content-Type"].startswith(PROBLEM), what
    body = answer.json()
    assert body["status"] == answer.status_code, what
    assert body["code"], what
    assert body["detail"], what


# --- By the document -------------------------------------------------------------------------
@pytest.mark.parametrize(("line", "method", "mode"), PLAYED, ids=str)
def test_every_operation_keeps_its_word(world, schema, keys, line: Line, method, mode):
    operation = schema[f"{API}{line.name}"][method]
    thing = world.arguments(HOME, line.subject)["pk"] if line.subject else None
    try:
        strategy = operation.as_strategy(generation_mode=mode)
    except schemathesis.errors.SchemathesisError:
        return  # nothing of this address can be wrong

    @QUIET
    @given(case=strategy)
    def play(case: Any) -> None:
        for headers in keys:
            if thing is not None:
                case.path_parameters = {"id": thing}
            with undone():
                case.call_and_validate(headers=headers, checks=CHECKS)

    play()


# --- By hand: addresses ------------------------------------------------------------------------
@pytest.mark.parametrize("pk", ["0", "9" * 18, "9" * 40])
def test_ids_that_do_not_exist(clerk, pk):
    for line, method in OPERATIONS:
        if line.subject:
            url = f"{API}{line.name}".replace("{id}", pk)
            answer = clerk.generic(method, url, data="{}", content_type="application/json")
            assert answer.status_code == 404, (line.name, method)
            check_problem(answer, (line.name, method))


@pytest.mark.parametrize("pk", ["9223372036854775807", "9" * 40])
def test_pages_of_ids_that_do_not_exist(world, pk):
    client = world.page(world.person("clerk"))
    for line in PAGE_LINES:
        if line.subject and line.subject != "defect":
            mine = str(world.arguments(HOME, line.subject)["pk"])
            url = world.url(line).replace(f"/{mine}/", f"/{pk}/", 1)
            for method in line.methods:
                assert client.generic(method, url).status_code == 404, (url, method)


def lists() -> Iterator[tuple[Line, list[str]]]:
    """Yield every list of the pages and of the API with the words of its filters."""
    for line in LINES:
        if "GET" in line.methods and not line.subject and not line.words:
            view = resolve(f"{API}{line.name}" if line.is_api else reverse(line.name)).func
            kind = getattr(view, "cls", None) or getattr(view, "view_class", None)
            filterset = getattr(kind, "filterset_class" if line.is_api else "filterset", None)
            if filterset is not None:
                yield line, [*filterset.base_filters]


def rotated(words: Iterable[str], values: Sequence[Any], line: Line) -> Iterator[tuple[str, Any]]:
    """Give each word one of the values, from line to line another: each meets all, somewhere."""
    start = len(line.name)
    for number, word in enumerate(sorted(words), start):
        yield word, values[number % len(values)]


@pytest.mark.parametrize(("line", "words"), list(lists()), ids=str)
def test_what_stands_behind_the_question_mark_of_a_list(world, line, words):
    user = world.person("auditor")
    client = world.program(user) if line.is_api else world.page(user)
    ranges = [f"{word}_{end}" for word in words for end in ("min", "max", "after", "before")]
    known = {word for word in ranges if word.rpartition("_")[0] in ("year", "registered")}
    wrong = [f"{word}={mine}" for word, mine in rotated({*words, *known}, WRONG, line)]
    queries = [*TO_ALL, *wrong]
    for number, query in enumerate(queries):
        headers = HTMX if number % 2 else {}
        answer = client.get(f"{world.url(line)}?{query}", **headers)
        if line.is_api:
            if answer.status_code != 200:
                check_problem(answer, query)
            continue
        assert answer.status_code in (200, 400), query


@pytest.mark.parametrize("name", TO_SOME)
def test_what_stands_behind_the_question_mark_of_a_page(world, name):
    line = next(line for line in PAGE_LINES if line.name == name)
    for query in TO_SOME[name]:
        answer = world.page(world.person("clerk")).get(f"{world.url(line)}?{query}")
        assert answer.status_code in (200, 302, 400, 404), query
        if answer.status_code == 302:
            assert not answer["Location"].startswith(("//", "http")), query


# --- By hand: bodies -----------------------------------------------------------------------------
BODIES = {
    "nothing": (b"", "application/json"),
    "a list": (b"[]", "application/json"),
    "null": (b"null", "application/json"),
    "bytes": (b"\xff\xfe\x00", "application/json"),
    "lone surrogate": (b'{"name": "\\ud800", "note": "\\ud800"}', "application/json"),
    "nul": (b'{"name": "\\u0000", "note": "\\u0000"}', "application/json"),
    "deep": (b"[" * 20_000, "application/json"),
    "many digits": (b'{"version": ' + b"9" * 5_000 + b"}", "application/json"),
    "text": (b"{}", "text/plain"),
    "form": (b"name=x", "application/x-www-form-urlencoded"),
    "no type": (b"{}", ""),
    "bad type": (b"{}", "a/b/c; charset=nothing"),
    "strange charset": (b"{}", "application/json; charset=klingon"),
    "broken parts": (b"--x", "multipart/form-data; boundary=x"),
    "no boundary": (b"--x", "multipart/form-data"),
}
MAY_BE_EMPTY = (
    "archive/", "restore/", "resume/", "accept/", "cancel/", "retry/", "discard/",
    "document-numbers/{id}/issue/", "users/{id}/reset-password/", "users/{id}/unlock/",
    "postings/{id}/end/", "delegations/{id}/end/",
)  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_bodies_that_nobody_expects(world, clerk, name):
    body, kind = BODIES[name]
    # What reads a body is the same for all; each address gets every third of them.
    for line, method in WRITES[[*BODIES].index(name) % 3 :: 3]:
        if method == "PUT":
            continue  # reads its body as PATCH does
        with undone():
            answer = clerk.generic(method, world.url(line), data=body, content_type=kind)
        what = (line.name, method, answer.status_code)
        assert answer.status_code < 500, what
        if answer.status_code >= 400:
            check_problem(answer, what)
        else:
            assert name in ("nothing", "no type", "strange charset"), what
            assert line.name.endswith(MAY_BE_EMPTY), what


def test_answers_in_other_languages_than_json(clerk):
    answer = clerk.get(f"{API}estates/", HTTP_ACCEPT="text/html")
    check_problem(answer, "406")
    assert answer.status_code == 406


@pytest.mark.parametrize(
    "words", ["Token", "Token x", "Token a b", "Token \xff", "Bearer x", "Token " + "a" * 9000]
)
def test_keys_that_open_nothing(words):
    client = APIClient()
    answer = client.get(f"{API}estates/", HTTP_AUTHORIZATION=words)
    assert answer.status_code == 401
    check_problem(answer, words)


def fields_of(line: Line) -> dict[str, Any]:
    """Return the properties that the document gives the body of a POST."""
    operation = document()["paths"][f"{API}{line.name}"]["post"]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    found = document()["components"]["schemas"].get(name, {})
    return found.get("properties", {})


def valid_body(world: Any, line: Line, clerk: Any) -> dict[str, Any]:
    """Return a body that would pass, as far as the rules let it."""
    community = world[HOME].community.pk
    bodies = {
        "estates/": {"name": "新小区", "community": community},
        "substations/": {"name": "新站", "community": community, "mode": "company_run"},
        "organisations/": {"name": "新公司", "kind": "heating_company"},
        "heat-sources/": {"name": "新热源"},
        "handovers/": {"station": world[HOME]["station"].pk},
    }
    if line.name in bodies or not line.subject:
        return bodies.get(line.name, {})
    version = clerk.get(f"{API}{line.name.partition('{id}/')[0]}{pk_of(world, line)}/").json()
    return {"version": version.get("version", 1), "note": "原因"}


def pk_of(world: Any, line: Line) -> int:
    return world.arguments(HOME, line.subject)["pk"]


@pytest.mark.parametrize("line", [line for line, method in WRITES if method == "POST"], ids=str)
def test_one_wrong_field_among_right_ones(world, clerk, line):
    right = valid_body(world, line, clerk)
    shapes = fields_of(line)
    for field, common in rotated(shapes, HOSTILE["any"], line):
        for value in (common, *HOSTILE.get(kind_of(shapes[field]), ())):
            body = json.dumps(right | {field: value})
            with undone():
                answer = clerk.generic(
                    "POST", world.url(line), data=body, content_type="application/json"
                )
            what = (line.name, field, value)
            assert answer.status_code < 500, what
            if answer.status_code >= 400:
                check_problem(answer, what)


def kind_of(shape: dict[str, Any]) -> str:
    """Return the kind of a property of the document."""
    form = shape.get("format")
    return form if form in HOSTILE else shape.get("type", "string")


#: What the clerk does not see, and who does.
SEEN_BY = {"role": "security", "posting": "security"}


# --- Pages ---------------------------------------------------------------------------------------
def words_of(world: Any, line: Line, client: Any) -> Iterator[str]:
    """Yield the names of all fields that a page's form has."""
    answer = client.post(world.url(line), {})
    context = answer.context or {}
    form = context.get("form") or context.get("refused_form")
    yield from (form.fields if form is not None else ())
    yield from ("note", "version", "kind", "name", "text", "on", "mode", "manager", "quantity")
    yield from ("as_of", "connected", "direct", "level", "units", "floors", "rows", "row", "next")


@pytest.mark.parametrize("line", [one for one in PAGE_LINES if "POST" in one.methods], ids=str)
def test_forms_that_no_browser_would_send(world, line):
    if line.name in ("people:logout", "people:login"):
        return
    client = world.page(world.person(SEEN_BY.get(line.subject, "clerk")))
    with undone():
        words = set(words_of(world, line, client))
    for number, text in enumerate(TEXTS, len(line.name)):
        if number % 2:
            continue  # another page gets it
        headers = HTMX if number % 4 else {}
        with undone():
            answer = client.post(world.url(line), dict.fromkeys(words, text), **headers)
        assert answer.status_code in (200, 204, 302, 403, 409, 422), text
