"""The pages of documents, of number series and of the register of numbers."""

import pytest
from django.urls import reverse

from bureau.documents import services
from bureau.documents.models import Article, Document, DocumentNumber, NumberSeries
from bureau.records.models import AuditEntry
from tests.suites import RegistrySuite

pytestmark = pytest.mark.django_db


class TestDocumentPages(RegistrySuite):
    names = "desk:document"
    model = Document
    path = "documents"
    holder = "legal"
    reader = "county"
    made = 0

    def make(self, number):
        rows = []
        for _turn in range(number):
            type(self).made += 1
            rows.append(
                services.create_document(
                    actor=None, kind="scheme", title=f"试行方案第{self.made}号", level=2
                )
            )
        return rows

    def new(self):
        return {"kind": "notice", "title": "关于清洁取暖的通知", "level": "2"}

    def posted(self):
        return self.new() | {"level": 2}

    def change(self, row):
        return {"short_title": "试行方案"}


class TestSeriesPages(RegistrySuite):
    names = "desk:numberseries"
    model = NumberSeries
    path = "number-series"
    reader = "county"
    made = 0

    def make(self, number):
        rows = []
        for _turn in range(number):
            type(self).made += 1
            rows.append(
                NumberSeries.objects.create(
                    code=f"trial-{self.made}",
                    name=f"试用字号{self.made}",
                    kind="ticket",
                    pattern=f"SY{self.made}-{{year}}-{{n}}",
                    pinyin=f"shi {self.made:06}",
                    bigrams=["试用", "用字"],
                )  # fmt: skip
            )
        return rows

    def new(self):
        return {
            "code": "orders", "name": "责令改正", "kind": "enforcement", "first": "1",
            "pattern": "聊城管责改字〔{year}〕{n}号",
        }  # fmt: skip

    def posted(self):
        return self.new()

    def change(self, row):
        return {"name": "换名字号"}


@pytest.fixture
def series(db):
    return NumberSeries.objects.get(code="official")


def test_a_number_is_reserved_issued_and_voided_on_the_pages(signed_in, clerk, series):
    desk = signed_in(clerk)
    page = desk.get(series.get_absolute_url())
    following = page.context["years"][0]["next"]
    reserve = reverse("desk:numberseries_reserve", args=[series.pk])
    assert desk.post(reserve, {}).status_code == 422
    answer = desk.post(reserve, {"purpose": "关于移交的函", "paper": "letter"})
    number = DocumentNumber.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, number.get_absolute_url())
    assert number.text == following
    issue = reverse("desk:documentnumber_issue", args=[number.pk])
    assert desk.post(issue, {"subject": "函", "paper": "letter"}).status_code == 302
    assert desk.post(issue, {"subject": "函", "paper": "letter"}).status_code == 409
    void = reverse("desk:documentnumber_void", args=[number.pk])
    assert desk.post(void, {"note": ""}).status_code == 409
    assert desk.post(void, {"note": "重印"}).status_code == 302
    number.refresh_from_db()
    assert (number.state, number.void_reason) == ("void", "重印")
    assert desk.get(number.get_absolute_url()).status_code == 200


def test_a_typed_number_is_entered_once(signed_in, clerk, series):
    desk = signed_in(clerk)
    url = reverse("desk:documentnumber_create")
    typed = {"text": "聊城管字[2026]９号", "subject": "关于供热的函", "paper": "letter"}
    assert desk.get(url).status_code == 200
    assert desk.post(url, typed).status_code == 302
    assert DocumentNumber.objects.get().text == "聊城管字〔2026〕9号"
    assert desk.post(url, typed).status_code == 409
    assert desk.post(url, typed | {"text": "第九号"}).status_code == 409
    found = desk.get(reverse("desk:documentnumber_list"), {"q": "供热"}).context["page"].rows
    assert [row.text for row in found] == ["聊城管字〔2026〕9号"]


def test_where_a_year_starts_is_set_once(signed_in, clerk, series):
    desk = signed_in(clerk)
    url = reverse("desk:numberseries_start_year", args=[series.pk])
    assert desk.post(url, {"year": 2026, "first": 40}).status_code == 302
    assert services.reserve_number(series, actor=clerk, year=2026).n == 40
    assert desk.post(url, {"year": 2026, "first": 90}).status_code == 409


def test_numbers_are_the_citys_own(signed_in, county, chief, clerk, series):
    number = services.reserve_number(series, actor=clerk)
    assert signed_in(county).get(number.get_absolute_url()).status_code == 404
    assert signed_in(chief).get(number.get_absolute_url()).status_code == 200
    void = reverse("desk:documentnumber_void", args=[number.pk])
    assert signed_in(chief).post(void, {"note": "x"}).status_code == 403


def test_articles_are_added_and_taken_out(signed_in, legal, county):
    document = Document.objects.get(title="民法典")
    desk = signed_in(legal)
    add = reverse("desk:document_add_article", args=[document.pk])
    given = {"number": 279, "suffix": 0, "summary": "住宅改变用途"}
    assert signed_in(county).post(add, given).status_code == 403
    assert desk.post(add, given).status_code == 302
    assert desk.post(add, given).status_code == 409
    article = Article.objects.get(document=document, number=279)
    assert article.label in desk.get(document.get_absolute_url()).content.decode()
    assert desk.post(reverse("desk:article_remove", args=[article.pk])).status_code == 302
    assert not Article.objects.filter(pk=article.pk).exists()


def test_the_api_reserves_takes_and_voids(api, clerk, county, series):
    desk = api(clerk)
    url = f"/api/v1/number-series/{series.pk}/reserve/"
    given = desk.post(url, {"purpose": "函", "paper": "letter"})
    assert (given.status_code, given.json()["n"]) == (201, 1)
    assert api(county).post(url, {"purpose": "函"}).status_code == 403
    taken = desk.post("/api/v1/document-numbers/", {"text": given.json()["text"], "subject": "x"})
    assert (taken.status_code, taken.json()["code"]) == (409, "number_taken")
    void = f"/api/v1/document-numbers/{given.json()['id']}/void/"
    assert desk.post(void, {}).json()["code"] == "guard:reason"
    assert desk.post(void, {"note": "重印"}).json()["state"] == "void"
    assert desk.get("/api/v1/documents/").json()["results"]


def test_programs_add_and_take_out_articles(api, legal, county):
    document = Document.objects.get(title="民法典")
    foreign = Article.objects.exclude(document=document)[0]
    address = f"/api/v1/documents/{document.pk}/"
    given = {"number": 279, "summary": "住宅改变用途"}
    desk = api(legal)
    assert api(county).post(f"{address}add-article/", given).status_code == 403
    shown = desk.post(f"{address}add-article/", given).json()["articles"]
    [made] = [one["id"] for one in shown if one["number"] == 279]
    assert AuditEntry.objects.about(document).first().verb == "add_article"
    twice = desk.post(f"{address}add-article/", given)
    assert (twice.status_code, twice.json()["code"]) == (409, "article_exists")
    for absent in (foreign.pk, 2**70):
        elsewhere = desk.post(f"{address}remove-article/", {"article": absent})
        assert list(elsewhere.json()["fields"]) == ["article"]
    assert Article.objects.filter(pk=foreign.pk).exists()
    gone = desk.post(f"{address}remove-article/", {"article": made, "note": "误录"})
    assert made not in [one["id"] for one in gone.json()["articles"]]
    assert AuditEntry.objects.about(document).first().note == "误录"


def test_what_is_archived_stays_as_it_is(api, legal, clerk, series):
    document = Document.objects.get(title="民法典")
    article = document.articles.first()
    services.archive_document(document, actor=legal)
    services.archive_series(series, actor=clerk)
    papers, numbers = f"documents/{document.pk}/", f"number-series/{series.pk}/"
    for who, path, sent in (
        (legal, f"{papers}add-article/", {"number": 279}),
        (legal, f"{papers}remove-article/", {"article": article.pk}),
        (legal, f"{papers}archive/", {}),
        (clerk, f"{numbers}start-year/", {"year": 2026, "first": 40}),
        (clerk, f"{numbers}archive/", {}),
    ):
        answer = api(who).post(f"/api/v1/{path}", sent)
        code = "document_archived" if who == legal else "series_archived"
        assert (answer.status_code, answer.json()["code"]) == (409, code), path
    for who, path, sent, row in (
        (legal, papers, {"short_title": "民法"}, document),
        (clerk, numbers, {"name": "新字号"}, series),
    ):
        row.refresh_from_db()
        answer = api(who).patch(f"/api/v1/{path}", sent | {"version": row.version})
        assert (answer.status_code, answer.json()["code"][-8:]) == (409, "archived"), path


def test_programs_set_where_a_year_starts_and_keep_used_patterns(api, clerk, legal, series):
    desk, address = api(clerk), f"/api/v1/number-series/{series.pk}/"
    start = {"year": 2026, "first": 40}
    assert api(legal).post(f"{address}start-year/", start).status_code == 403
    assert desk.post(f"{address}start-year/", start).status_code == 200
    assert desk.post(f"{address}reserve/", {"purpose": "函", "year": 2026}).json()["n"] == 40
    late = desk.post(f"{address}start-year/", start)
    assert (late.status_code, late.json()["code"]) == (409, "start_too_late")
    version = desk.get(address).json()["version"]
    sent = {"pattern": "聊管字〔{year}〕{n}号", "version": version}
    assert desk.patch(address, sent).json()["code"] == "pattern_in_use"
    new = {"code": "again", "name": "重复", "kind": "ticket", "pattern": series.pattern}
    assert desk.post("/api/v1/number-series/", new).json()["code"] == "pattern_taken"
