"""Of a village's subsidies nobody elsewhere sees or writes anything (SEC-4).

What may be asked at all stands in ``tests/grants/access.py``: whoever holds every permission on
another ground asks all of it, and names what lies in the village in everything that takes an id.
"""

from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.urls import resolve, reverse

from bureau.desk.views import ListPage
from bureau.people import demo
from bureau.places.models import Division
from bureau.records.models import Attachment, AuditEntry
from tests.access import EVERYTHING, LINES
from tests.addresses import API
from tests.grounds import FOREIGN, HOME, MARKS, division, managing_area, settled, text_of

pytestmark = pytest.mark.django_db

MISSING = 2**40
NO_PLACE = "371599999999"
#: The rates and targets of the city are everybody's.
OF_ALL = {"policy", "rate", "target", "milestone"}
NOUNS = (
    "claims/", "households/", "dwellings/", "acceptance-sheets/", "reinspection-draws/",
    "duplicate-cases/", "public-notices/", "use-checks/", "entitlements/", "payment-batches/",
    "payment-lines/", "recoveries/", "funds/", "village-projects/",
)  # fmt: skip
PLACES = ("villages/", "grants:village_list", "grants:village_silent")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), settled(HOME, FOREIGN) as world:
        for make in ELSEWHERE.values():
            world.with_role(EVERYTHING, **make())
        world.with_role(EVERYTHING, division=division(demo.GAOTANG))
        world.remember()
        yield world


@pytest.fixture(autouse=True)
def anew(world):
    """Begin each test with the same people and no call counted."""
    cache.clear()
    world.forget()


def another_village() -> Division:
    """Return a village of the same town; the project of ours reaches into the first one beside."""
    home = division(demo.BEIYUAN_COMMUNITY)
    return Division.objects.filter(parent=home.parent).exclude(pk=home.pk).last()


ELSEWHERE = {
    "another village": lambda: {"division": another_village()},
    "another town": lambda: {"division": division("371502001000")},
    "another county": lambda: {"division": division("371521000000")},
    "a managing area": lambda: {"managing_area": managing_area()},
}


def of_grants(line: Any) -> bool:
    return line.name.startswith(("grants:", *NOUNS, "villages/"))


@pytest.fixture(params=ELSEWHERE)
def stranger(request, world):
    return world.with_role(EVERYTHING, **ELSEWHERE[request.param]())


# --- What can be asked -------------------------------------------------------------------
def test_every_noun_of_the_subsidies_that_has_a_place_is_asked(world):
    asked = {line.subject for line in LINES if of_grants(line)} - OF_ALL
    held = {type(world.thing(HOME, word))._meta.model_name for word in asked - {"", "division"}}
    assert held >= {
        "claim", "household", "dwelling", "membership", "acceptancesheet", "reinspectiondraw",
        "reinspection", "duplicatecase", "publicnotice", "noticeitem", "objection", "usecheck",
        "entitlement", "paymentbatch", "paymentline", "recovery", "fund", "allotment",
        "villageproject", "projectvillage", "qualitycheck", "attachment",
    }  # fmt: skip


@pytest.mark.parametrize("stranger", ["another village", "another town"], indirect=True)
def test_pages_verbs_and_files_of_the_village_do_not_exist_elsewhere(world, stranger):
    """Every address about a thing of the village, by every method that it has: 404.

    The same of counties and managing areas is in ``tests/test_scope_matrix.py``.
    """
    lines = [one for one in LINES if of_grants(one) and one.subject not in {"", "division"}]
    for line in lines:
        if line.subject not in OF_ALL:
            for method in line.methods:
                answer = world.ask(line, stranger, method)
                assert answer.status_code == 404, (str(line), method)


def test_lists_exports_and_counts_elsewhere_hold_none_of_it(world, stranger):
    page, program, lists = world.page(stranger), world.program(stranger), 0
    for line in (one for one in LINES if of_grants(one) and not one.subject):
        if line.name.startswith(("grants:policy", "grants:target")) or "GET" not in line.methods:
            continue
        url = world.url(line)
        if line.is_api:
            answers = [program.get(url, {"size": 500}), program.get(url, {"format": "csv"})]
            ids = {row["id"] for row in answers[0].json()["results"]}
            assert world[HOME].community.pk not in ids if line.name in PLACES else not ids, url
        elif issubclass(getattr(resolve(url).func, "view_class", type), ListPage):
            answers = [
                page.get(url, {"count": "exact", "archived": "all"}),
                page.get(url, {"format": "csv"}),
                page.get(url, {"format": "xlsx"}),
            ]
            found = answers[0].context
            if line.name not in PLACES:
                assert (found["count"].number, list(found["page"].rows)) == (0, []), url
        elif line.name == "grants:publicnotice_public":
            continue  # everybody's, whoever knows its address
        else:
            answers = [page.get(url)]
        lists += 1
        for answer in answers:
            assert MARKS[HOME] not in text_of(answer), url
    assert lists > 30  # noqa: PLR2004 - else the loop has gone blind


def test_what_is_picked_elsewhere_is_no_row_of_a_bulk_verb(world, stranger):
    """A row of the village named in the address of a bulk verb is not among those it counts."""
    page, word = world.page(stranger), {"publicnotice": "notice", "villageproject": "project"}
    for line in (one for one in LINES if one.name.startswith("grants:") and "_bulk" in one.name):
        noun = line.name.removeprefix("grants:").removesuffix("_bulk")
        if noun not in OF_ALL:
            url, pk = world.url(line), world[HOME][word.get(noun, noun)].pk
            answer = page.get(url, {"pk": pk})
            assert answer.context["number"] == 0, url
            assert page.post(url, {"pk": pk, "note": "一"}).status_code == 409, url  # noqa: PLR2004


# --- What can be named -------------------------------------------------------------------
@pytest.fixture
def clerk_there(world):
    """Return who may do everything in another county, and nothing in that of the village."""
    return world.with_role(EVERYTHING, division=division(demo.GAOTANG))


def written() -> list[int]:
    """Count every row of the subsidies and every entry of the audit."""
    models = [*apps.get_app_config("grants").get_models(), AuditEntry, Attachment]
    return [model._default_manager.count() for model in models]


CLAIM = {"technology": "coal_to_gas", "completed_on": "2018-05-16"}
DRAW = {"programme_year": 2018, "seed": "一", "percent": "10"}
PERSON = {"name": "李四", "id_number": "371502199001011237", "account_number": "3715"}
MONEY = {"document": "聊财〔2018〕1号", "level": "county", "fiscal_year": 2018,
         "received_on": "2018-05-01", "amount": "1.00"}  # fmt: skip
PROJECT = {"name": "标段", "programme_year": 2018, "technology": "coal_to_gas"}
#: Address below the API (``thing/`` stands for one of the caller's own), what is sent with it,
#: the field that names something, and what of the village it names.
NAMED = [
    ("households/", PERSON, "village", "community"),
    ("claims/", CLAIM, "household", "household"),
    ("claims/claim/", {}, "dwelling", "dwelling"),
    ("acceptance-sheets/", {"accepted_on": "2018-06-01"}, "village", "community"),
    ("acceptance-sheets/sheet/accept/", {"device_serial": "一"}, "claim", "claim"),
    ("reinspection-draws/", DRAW, "village", "community"),
    ("reinspection-draws/draw/record/", {"result": "passed"}, "claim", "claim"),
    ("public-notices/", {}, "village", "community"),
    ("public-notices/", {"village": "own"}, "claims", "claim"),
    ("public-notices/notice/object/", {"text": "一"}, "claim", "claim"),
    ("public-notices/notice/object/", {"text": "一"}, "item", "item"),
    ("public-notices/notice/decide-objection/", {"upheld": False, "decision": "一"}, "objection",
     "objection"),
    ("use-checks/", {"season": 2018}, "village", "community"),
    ("use-checks/usecheck/tick/", {}, "lines", "claim"),
    ("payment-batches/", {"kind": "build", "fiscal_year": 2018}, "division", "county"),
    ("payment-batches/", {"kind": "build", "fiscal_year": 2018}, "area", "county"),
    ("recoveries/", {"amount": "1.00", "reason": "一"}, "entitlement", "entitlement"),
    ("recoveries/recovery/offset/", {}, "line", "line"),
    ("funds/", MONEY, "division", "county"),
    ("funds/fund/", {}, "division", "county"),
    ("funds/fund/allot/", {"amount": "1.00"}, "batch", "batch"),
    ("village-projects/", PROJECT, "village", "community"),
    ("village-projects/project/", {}, "village", "community"),
    ("households/household/end-membership/", {"on": "2018-06-01", "note": "一"}, "membership",
     "member"),
    ("households/household/split/", {"on": "2018-06-01"}, "head", "member"),
    ("households/household/split/", {"on": "2018-06-01"}, "memberships", "member"),
    ("households/household/change-account/", {"card": "4111111111111111", "payee": "member"},
     "holder", "person"),
    ("households/household/reveal/", {"kind": "id_number", "note": "一"}, "person", "person"),
]  # fmt: skip


def key_of(world: Any, word: str) -> int:
    home = world[HOME]
    extra = {
        "community": lambda: home.community,
        "county": lambda: home.community.parent.parent,
        "person": lambda: home["member"].person,
    }
    return (extra[word]() if word in extra else home[word]).pk


@pytest.mark.parametrize(("path", "given", "field", "word"), NAMED)
def test_a_program_names_nothing_of_the_village(world, clerk_there, path, given, field, word):
    """An id of the village is answered word for word as one that is none; nothing is kept."""
    program, before, answers = world.program(clerk_there), written(), []
    noun, *rest = path.split("/", 2)
    version = {}
    if rest[0]:
        own = world[FOREIGN][rest[0]]
        path = f"{noun}/{own.pk}/{rest[1]}"
        version = {} if rest[1] else {"version": program.get(API + path).json()["version"]}
    for pk in (key_of(world, word), MISSING):
        value = {
            "claims": [pk],
            "memberships": [pk],
            "lines": [{"claim": pk, "used": False, "reason": "一"}],
        }
        sent = given | version | {field: value.get(field, pk)}
        if given.get("village") == "own":
            sent["village"] = world[FOREIGN].community.pk
        answer = (program.patch if version else program.post)(API + path, sent, format="json")
        body = answer.json()
        told = body["fields"] if "fields" in body else body["detail"]
        answers.append((answer.status_code, str(told).replace(str(pk), "ID")))
    assert answers[0] == answers[1]
    assert answers[0][0] in (404, 409, 422)
    assert field in answers[0][1] or answers[0][0] != 422  # noqa: PLR2004 - this is what is told
    assert written() == before


#: Page, the own thing it is about, what is sent, and the field that names what of the village.
POSTED = [
    ("household_create", "", PERSON | {"payee": "head"}, "village", "code"),
    ("claim_create", "", PERSON | CLAIM | {"heat_pump": "none", "payee": "head"}, "village",
     "code"),
    ("acceptancesheet_create", "", {"accepted_on": "2018-06-01", "datum": "wgs84"}, "village",
     "code"),
    ("reinspectiondraw_create", "", DRAW, "village", "code"),
    ("villageproject_create", "", PROJECT, "village", "code"),
    ("villageproject_edit", "project", PROJECT, "village", "code"),
    ("villageproject_record_village", "project", {}, "village", "code"),
    ("paymentbatch_create", "", {"kind": "build", "fiscal_year": 2018}, "area", "county"),
    ("fund_create", "", MONEY, "area", "county"),
    ("fund_edit", "fund", MONEY, "area", "county"),
    ("fund_allot", "fund", {"amount": "1.00"}, "batch", "batch"),
    ("household_change_head", "household", {"on": "2018-06-01", "note": "一"}, "member", "member"),
    ("household_split", "household", {"on": "2018-06-01", "note": "一"}, "members", "member"),
    ("household_change_account", "household", {"payee": "member", "note": "一"}, "member",
     "member"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "own", "given", "field", "word"), POSTED)
def test_a_form_names_nothing_of_the_village(world, clerk_there, name, own, given, field, word):
    """What lies in the village is refused as what does not exist; nothing is kept."""
    desk, before, told = world.page(clerk_there), written(), []
    home, mine = world[HOME].community, world[FOREIGN][own] if own else None
    url = reverse(f"grants:{name}", args=[mine.pk] if mine else [])
    sent = given | ({"version": mine.version} if mine else {})
    codes = {"code": (home.code, NO_PLACE), "county": (home.parent.parent.code, NO_PLACE)}
    for value in codes.get(word) or (key_of(world, word), MISSING):
        answer = desk.post(url, sent | {field: value})
        assert answer.status_code == 422
        context = answer.context
        words = context["form"].errors[field] if "form" in context else context["sentences"]
        told.append([one.replace(str(value), "…") for one in words])
    assert told[0] == told[1]
    assert any("不在" in one or "没有" in one for one in told[0])
    assert written() == before


@pytest.mark.parametrize("name", ["publicnotice_create", "usecheck_create"])
def test_a_list_is_not_opened_for_the_village(world, clerk_there, name):
    """Places are everybody's to read; what may be begun in a village elsewhere is not there."""
    before, village = written(), world[HOME].community.pk
    url = reverse(f"grants:{name}")
    answer = world.page(clerk_there).post(url, {"village": village, "season": 2018, "days": 7})
    assert answer.status_code == 404
    assert written() == before


def test_ticks_and_lines_of_the_village_are_left_alone(world, clerk_there):
    """Rows of the village among those of an own list or sheet are not written."""
    desk, claim = world.page(clerk_there), world[HOME]["claim"].pk
    check, sheet = world[FOREIGN]["usecheck"], world[FOREIGN]["sheet"]
    before = written()[:-2]
    given = {"version": check.version, "used": [claim], f"reason-{claim}": "一"}
    desk.post(reverse("grants:usecheck_tick", args=[check.pk]), given)
    line = {f"c{claim}-device_serial": "一", f"c{claim}-passed": "on", f"c{claim}-signer": "head"}
    desk.post(reverse("grants:acceptancesheet_record", args=[sheet.pk]), line)
    assert written()[:-2] == before
    assert not world[HOME]["usecheck"].lines.get(claim=claim).used
