"""The notice of a handover takes its number from the office's register."""

from datetime import timedelta

import pytest
from django.urls import reverse

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.documents import services
from bureau.documents.models import Document, DocumentNumber, NumberSeries
from tests.heating.handover_story import NUMBER, Story, a_station
from tests.heating.test_papers import opened, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return Story.of_the_cast()


def registered(story, name):
    return story.tell(a_station(name), "registered")


def test_a_typed_number_stands_in_the_register(story):
    handover = story.notice(registered(story, "甲站"), document_number="聊城管字[2026]12号")
    row = DocumentNumber.objects.get(text="聊城管字〔2026〕12号")
    assert (row.used_for, row.state, row.paper) == (handover, "issued", "notice")
    assert handover.notice_number == row.text


def test_the_next_number_of_a_series_is_taken(story, clerk):
    series = NumberSeries.objects.get(code="official")
    first = story.notice(registered(story, "甲站"), document_number="", number_series=series)
    second = story.notice(registered(story, "乙站"), document_number="", number_series=series)
    year = clock.today().year
    assert [first.notice_number, second.notice_number] == [
        f"聊城管字〔{year}〕1号",
        f"聊城管字〔{year}〕2号",
    ]


def test_a_number_reserved_before_is_issued_by_the_notice(story, clerk):
    series = NumberSeries.objects.get(code="official")
    kept = services.reserve_number(series, actor=clerk, purpose="预留")
    story.notice(registered(story, "甲站"), document_number=kept.text)
    kept.refresh_from_db()
    assert kept.state == "issued"


@pytest.mark.parametrize("code", ["number_taken", "number_void"])
def test_a_used_or_void_number_is_refused_and_nothing_moves(story, clerk, code):
    if code == "number_taken":
        story.notice(registered(story, "甲站"), document_number=NUMBER)
    else:
        row = services.take_number(NUMBER, actor=clerk)
        services.void_number(row, "作废", actor=clerk)
    handover = registered(story, "乙站")
    with pytest.raises(BusinessError) as refused:
        story.notice(handover, document_number=NUMBER)
    assert refused.value.code.value == code
    handover.refresh_from_db()
    assert handover.state == "registered"


def test_the_form_asks_for_a_series_or_a_number(story, signed_in, clerk):
    handover = registered(story, "甲站")
    url = f"{handover.get_absolute_url()}issue-notice/"
    later = (clock.today() + timedelta(days=20)).isoformat()
    given = {"demand": "x", "due_date": later, "version": handover.version}
    assert signed_in(clerk).post(url, given).status_code == 422
    series = NumberSeries.objects.get(code="official")
    assert signed_in(clerk).post(url, given | {"number_series": series.pk}).status_code == 302
    handover.refresh_from_db()
    assert handover.notice_number.endswith("1号")


@pytest.fixture
def basis(clerk):
    law = Document.objects.get(title="山东省供热条例", edition="2014")
    return law.articles.get(number=16)


def test_a_notice_cites_an_article_in_force(story, basis):
    handover = story.notice(registered(story, "甲站"), legal_basis=basis)
    assert handover.notice_basis == basis
    with pytest.raises(BusinessError) as refused:
        services.remove_article(basis, actor=None)
    assert refused.value.code.value == "article_cited"


def test_a_notice_never_cites_what_no_longer_holds(story, basis):
    Document.objects.filter(pk=basis.document_id).update(in_force_until=clock.today())
    handover = registered(story, "甲站")
    with pytest.raises(BusinessError) as refused:
        story.notice(handover, legal_basis=basis)
    assert refused.value.code.value == "basis_not_in_force"
    handover.refresh_from_db()
    assert handover.state == "registered"


def test_the_form_takes_a_basis_by_its_words_and_the_paper_prints_it(
    story, signed_in, clerk, basis
):
    handover = registered(story, "甲站")
    desk, url = signed_in(clerk), f"{handover.get_absolute_url()}issue-notice/"
    later = (clock.today() + timedelta(days=20)).isoformat()
    given = {"demand": "x", "due_date": later, "document_number": NUMBER}
    sent = given | {"legal_basis_search": "没有的条例 第16条", "legal_basis_asked": ""}
    assert desk.post(url, sent).status_code == 422
    sent = given | {"legal_basis_search": "供热条例 第十六条", "legal_basis_asked": ""}
    assert desk.post(url, sent).status_code == 302
    handover.refresh_from_db()
    assert handover.notice_basis == basis
    assert str(basis) in desk.get(handover.get_absolute_url()).content.decode()
    paper = desk.get(reverse("heating:handover_notice_paper", args=[handover.pk]))
    assert basis.label in words(opened(paper))


def test_the_api_takes_and_tells_the_basis(story, api, clerk, basis):
    handover = registered(story, "甲站")
    address = f"/api/v1/handovers/{handover.pk}/"
    later = (clock.today() + timedelta(days=20)).isoformat()
    sent = {"document_number": NUMBER, "demand": "x", "due_date": later}
    client = api(clerk)
    assert client.get(address).json()["legal_basis"] is None
    assert client.post(f"{address}issue-notice/", sent | {"legal_basis": 0}).status_code == 422
    answer = client.post(f"{address}issue-notice/", sent | {"legal_basis": basis.pk})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["legal_basis"], told["legal_basis_text"]) == (basis.pk, str(basis))


@pytest.mark.parametrize(
    "typed",
    [
        "供热条例 16",
        "《山东省供热条例》（2014）第16条",
        "供热条例第十六条",
        "供热条例 第十六",
        "第16条",
        "换热站可以移交",
    ],
)
def test_an_article_is_found_as_people_write_it(signed_in, clerk, basis, typed):
    hits = signed_in(clerk).get("/pick/legal-basis/", {"q": typed}).json()["hits"]
    assert basis.pk in [hit["id"] for hit in hits]


@pytest.mark.parametrize("typed", ["", "民法典 第16条", "没有的条例", "第9999条", "\x00"])
def test_what_is_no_article_finds_none(signed_in, clerk, typed):
    assert signed_in(clerk).get("/pick/legal-basis/", {"q": typed}).json()["hits"] == []


def test_an_article_of_an_ended_law_is_not_offered(signed_in, clerk, basis):
    Document.objects.filter(pk=basis.document_id).update(in_force_until=clock.today())
    answer = signed_in(clerk).get("/pick/legal-basis/", {"q": "供热条例 第16条"})
    assert answer.json()["hits"] == []
