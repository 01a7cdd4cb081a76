"""The search over all apps: by name and number within scope, by identifier only by POST."""

import pytest
from django.urls import reverse

from bureau.core import identifiers
from bureau.desk import search
from bureau.documents.services import take_number
from bureau.exchange.models import ImportRun
from bureau.jobs.models import Job
from bureau.people.models import Organisation
from bureau.records.models import AuditEntry
from tests.cast import person
from tests.grounds import FOREIGN, HOME, settled
from tests.suites import queries_of

pytestmark = pytest.mark.django_db

PHONE, ID_NUMBER, CARD = "13806350001", "371502198001010011", "6217001234567890123"
PAGE, LIVE, EXACT = "/search/", "/search/live/", "/search/exact/"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), settled(HOME, FOREIGN) as world:
        yield world


@pytest.fixture(autouse=True)
def anew(world):
    world.forget()


def titles(user, text):
    return {
        group.source.key: [hit.title for hit in group.hits] for group in search.find(user, text)
    }


# --- Identifiers -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "kind", "plain"),
    [
        (PHONE, "phone", PHONE),
        ("138 0635 0001", "phone", PHONE),
        ("+86-138-0635-0001", "phone", PHONE),
        ("０６３５－８２４６８０１", "phone", "06358246801"),
        (ID_NUMBER, "id_number", ID_NUMBER),
        ("37150219800101001X", "id_number", "37150219800101001x"),
        ("371502800101001", "id_number", "371502800101001"),
        ("6217 0012 3456 7890 123", "card", CARD),
        ("张三 13806350001", "phone", PHONE),
        ("证" + ID_NUMBER, "id_number", ID_NUMBER),
    ],
)
def test_numbers_that_name_a_person(text, kind, plain):
    found = identifiers.read(text)
    assert (found.kind, found.plain) == (kind, plain)
    assert found.index == identifiers.blind(kind, text if kind == "card" else plain)


@pytest.mark.parametrize(
    "text",
    ["", "阳光", "371502000000", "2026-000012", "聊城管字〔2026〕12号", "1380635", "Y2026-0001"],
)
def test_numbers_that_name_nobody(text):
    assert identifiers.read(text) is None


def test_eighteen_digits_may_be_a_person_or_a_card():
    kinds = [reading.kind for reading in identifiers.read(ID_NUMBER).readings]
    assert kinds == ["id_number", "card"]


# --- By name and number ------------------------------------------------------------------------
def test_things_are_found_by_two_characters_of_their_names(world):
    station = world[HOME]["station"]
    found = titles(person("clerk"), station.name[:2])
    assert station.name in found["substations"]
    assert world[HOME]["estate"].name in found["estates"]
    assert any(station.name in title for title in found["handovers"])


def test_a_single_character_and_nothing_find_nothing(world):
    for text in ("", " ", "站", "\0\0"):
        assert search.find(person("clerk"), text) == []


def test_a_whole_number_comes_first(world):
    handover = world[HOME]["handover"]
    first = search.find(person("clerk"), handover.number)[0]
    assert first.source.key == "handovers"
    assert first.hits[0].matched
    assert first.hits[0].url == handover.get_absolute_url()


def test_a_document_number_finds_its_handover(world):
    handover = world[HOME]["handover"]
    found = search.find(person("clerk"), handover.notice_number)
    assert [group.source.key for group in found] == ["handovers", "numbers"]
    assert all(group.is_exact for group in found)


def test_organisations_places_and_accounts(world):
    clerk = person("clerk")
    organisation = world[HOME]["station"].heating_company
    community = world[HOME].community
    assert organisation.name in titles(clerk, organisation.name)["organisations"]
    assert search.find(clerk, community.code)[0].hits[0].title == community.name
    leader = person("leader")
    assert str(clerk) in titles(leader, clerk.username)["users"]
    assert "users" not in titles(person("company"), clerk.username)


def test_tasks_and_imports_by_their_number(world):
    clerk = person("clerk")
    job = Job.objects.filter(created_by=clerk).first()
    run = ImportRun.objects.filter(actor=clerk).first()
    found = {group.source.key: group for group in search.find(clerk, f"#{job.pk:02}")}
    assert found["jobs"].hits[0].url == job.get_absolute_url()
    assert run.name in titles(clerk, run.name)["imports"]
    assert "jobs" not in titles(person("company"), f"#{job.pk:02}")


def test_nothing_is_found_beyond_the_postings(world):
    elsewhere = world[FOREIGN]
    county = person("county")
    assert not county.can("heating.view_estate", elsewhere["estate"])
    for thing in ("estate", "station"):
        found = titles(county, elsewhere[thing].name)
        assert not any(elsewhere.mark in title for names in found.values() for title in names)
    text = elsewhere["handover"].notice_number
    assert search.find(county, text) == []


@pytest.mark.parametrize(
    "typed", ["聊城管字〔2016〕73号", "聊城管字[2016]73号", "聊城管字（2016） 73 号"]
)
def test_a_document_number_is_found_whatever_its_brackets(world, typed):
    clerk = person("clerk")
    take_number("聊城管字〔2016〕73号", actor=clerk, subject="试运行")
    assert titles(clerk, typed)["numbers"] == ["聊城管字〔2016〕73号"]
    assert titles(clerk, "试运行")["numbers"] == ["聊城管字〔2016〕73号"]
    assert "numbers" not in titles(person("county"), typed)
    page = world.page(clerk).get("/document-numbers/", {"q": typed})
    assert [row.n for row in page.context["page"].rows] == [73]


def test_a_law_is_found_by_its_title(world):
    assert "民法典" in titles(person("village"), "民法典")["documents"]


def test_one_query_per_source(world, django_assert_max_num_queries):
    clerk = person("clerk")
    clerk.holdings  # noqa: B018 - read once per request
    sources = list(search.sources_of(clerk))
    for source in sources:
        with django_assert_max_num_queries(1):
            source.find(clerk, world[HOME]["station"].name[:2], 6)


def test_many_hits_are_cut_and_counted(world):
    clerk = person("clerk")
    pairs = ["众多", "公司"]
    Organisation.objects.bulk_create(
        Organisation(kind="other", name=f"众多公司{n:02}", pinyin=f"z{n:02}", bigrams=pairs)
        for n in range(30)
    )
    group = search.find(clerk, "众多")[0]
    assert (len(group.hits), group.count, group.more) == (search.SHOWN, search.COUNTED, True)
    assert group.all_url.startswith(reverse("desk:organisation_list") + "?q=")
    exact = search.find(clerk, "众多公司07")[0]
    assert exact.hits[0].title == "众多公司07"
    assert exact.hits[0].matched


# --- Pages ----------------------------------------------------------------------------------------
def test_the_page_shows_what_was_found_by_kind(world):
    client = world.page(person("clerk"))
    station = world[HOME]["station"]
    page = client.get(PAGE, {"q": station.name}).content.decode()
    assert 'data-kind="substations"' in page
    assert station.get_absolute_url() in page
    assert client.get(PAGE).status_code == 200
    assert queries_of(client, f"{PAGE}?q={station.name[:2]}") <= 17


def test_the_box_posts_and_is_led_to_a_plain_address(world):
    client = world.page(person("clerk"))
    answer = client.post(PAGE, {"q": "阳光 & 小区"})
    assert answer.status_code == 302
    assert client.get(answer["Location"]).context["asked"] == "阳光 & 小区"


def test_the_list_under_the_box(world):
    client = world.page(person("clerk"))
    station = world[HOME]["station"]
    answer = client.post(LIVE, {"q": station.name[:2]})
    assert station.get_absolute_url() in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert client.get(LIVE).status_code == 405
    assert "data-identifier" in client.post(LIVE, {"q": PHONE}).content.decode()


@pytest.mark.parametrize("number", [PHONE, ID_NUMBER, CARD])
def test_a_number_of_a_person_in_an_address_is_refused(world, number):
    client = world.page(person("clerk"))
    before = AuditEntry.objects.count()
    answer = client.get(PAGE, {"q": number})
    assert answer.status_code == 400
    assert 'data-refused="identifier"' in answer.content.decode()
    assert f'action="{EXACT}"' in answer.content.decode()
    assert AuditEntry.objects.count() == before
    assert (
        f'action="{EXACT}"'
        not in world.page(person("finance")).get(PAGE, {"q": number}).content.decode()
    )


def test_a_phone_is_found_by_post_and_the_question_recorded_blind(world):
    organisation = world[HOME]["station"].heating_company
    Organisation.objects.filter(pk=organisation.pk).update(contact_phone="0635-8246801")
    client = world.page(person("clerk"))
    for address in (EXACT, PAGE):
        answer = client.post(address, {"q": "0635 824 6801"})
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        page = answer.content.decode()
        assert organisation.get_absolute_url() in page
        assert "06358246801" not in page
        assert "0635 824 6801" not in page
        entry = AuditEntry.objects.latest("id")
        assert entry.verb == "search_exact"
        assert entry.actor == person("clerk")
        assert entry.after["found"] == 1
        assert entry.after["index"]["phone"] == identifiers.blind("phone", "06358246801")
        assert "8246801" not in str(entry.after)


def test_an_account_is_found_by_its_phone_within_scope(world):
    auditor, clerk = person("auditor"), person("clerk")
    type(clerk).objects.filter(pk=clerk.pk).update(phone=PHONE)
    hits = search.find_exactly(auditor, identifiers.read(PHONE))
    assert [hit.title for hit in hits] == [str(clerk)]
    county = person("county")
    assert search.find_exactly(county, identifiers.read(PHONE)) == []


def test_a_credit_code_that_looks_like_an_identity_number(world):
    organisation = world[HOME]["station"].heating_company
    code = "91371502166813454X"
    Organisation.objects.filter(pk=organisation.pk).update(credit_code=code)
    hits = search.find_exactly(person("clerk"), identifiers.read(code))
    assert [hit.title for hit in hits] == [organisation.name]


def test_without_the_permission_there_is_no_search_by_identifier(world):
    client = world.page(person("finance"))
    before = AuditEntry.objects.count()
    assert client.post(EXACT, {"q": PHONE}).status_code == 403
    assert client.post(PAGE, {"q": PHONE}).status_code == 403
    assert AuditEntry.objects.count() == before


def test_half_a_number_is_no_identifier(world):
    client = world.page(person("clerk"))
    assert client.post(EXACT, {"q": "1380635"}).status_code == 422
