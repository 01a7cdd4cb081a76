"""The register of documents and of numbers: what is given once is never given again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.documents import rules, services
from bureau.documents.choices import DocumentRefusal, NumberOrigin, NumberState
from bureau.documents.models import Article, Document, DocumentNumber, NumberSeries
from bureau.places.models import Division
from bureau.records.models import AuditEntry

PATTERN = "聊城管字〔{year}〕{n}号"


@pytest.fixture
def series(db) -> NumberSeries:
    return NumberSeries.objects.get(code="official")


def refused(code: str, call, /, *args, **how) -> BusinessError:
    with pytest.raises(BusinessError) as caught:
        call(*args, **how)
    assert caught.value.code.value == code
    assert caught.value.sentence
    return caught.value


# --- what a number says ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("聊城管字〔2026〕3号", rules.Place(2026, 3)),
        ("聊城管字[2026]３号", rules.Place(2026, 3)),
        (" 聊城管字（2026） 12 号", rules.Place(2026, 12)),
        ("聊城管字〔2026〕03号", None),
        ("聊城管字〔26〕3号", None),
        ("聊政字〔2026〕3号", None),
        ("聊城管字〔2026〕1234567号", None),
    ],
)
def test_a_typed_number_is_read_by_its_pattern(typed, place):
    assert rules.read(PATTERN, typed) == place


@pytest.mark.parametrize(
    ("pattern", "good"),
    [
        (PATTERN, True),
        ("GD{year}-{n}", True),
        ("聊城管字〔2026〕{n}号", False),
        ("{year}{n}{n}", False),
        ("{year}{n}{0}", False),
        ("聊 城{year}{n}", False),
    ],
)
def test_a_pattern_needs_year_and_number_once(pattern, good):
    assert rules.is_pattern(pattern) is good


def test_holes_are_what_nobody_entered():
    assert rules.holes(1, {3, 4, 7}) == [(1, 2), (5, 6)]
    assert rules.holes(3, {1, 3, 4}) == []
    assert rules.next_free(2, {2, 3, 5}) == 4


# --- the register ------------------------------------------------------------------------
def test_numbers_follow_each_other_and_pass_over_typed_ones(series, clerk):
    year = clock.today().year
    services.take_number(f"聊城管字〔{year}〕2号", actor=clerk, subject="手写")
    given = [services.reserve_number(series, actor=clerk, purpose="函").n for _ in range(3)]
    assert given == [1, 3, 4]
    row = DocumentNumber.objects.get(n=3)
    assert (row.state, row.origin) == (NumberState.RESERVED, NumberOrigin.SERIES)
    assert AuditEntry.objects.about(row).exists()


def test_what_was_rolled_back_is_given_to_the_next(series, clerk):
    with transaction.atomic():
        services.reserve_number(series, actor=clerk)
        transaction.set_rollback(True)
    assert services.reserve_number(series, actor=clerk).n == 1


def test_each_year_begins_anew_where_it_was_set(series, clerk):
    year = clock.today().year
    services.start_year(series, year, 58, actor=clerk)
    assert services.reserve_number(series, actor=clerk).n == 58
    assert services.reserve_number(series, actor=clerk, year=year - 1).n == 1
    refused("start_too_late", services.start_year, series, year, 5, actor=clerk)
    refused("number_ahead", services.reserve_number, series, actor=clerk, year=year + 2)


def test_the_same_number_twice_names_where_it_stands(series, clerk):
    year = clock.today().year
    village = Division.objects.filter(level=5).first()
    row = services.take_number(f"聊城管字[{year}]7号", actor=clerk, used_for=village)
    assert (row.text, row.series, row.state) == (f"聊城管字〔{year}〕7号", series, "issued")
    again = refused("number_taken", services.take_number, row.text, actor=clerk, used_for=series)
    assert again.values["where"] == str(village)
    assert services.take_number(row.text, actor=clerk, used_for=village).pk == row.pk


def test_another_offices_number_is_kept_without_a_series(clerk):
    row = services.take_number("鲁政字[2019]147号", actor=clerk, subject="来文")
    assert (row.series, row.year, row.n) == (None, 2019, 147)
    refused("not_a_number", services.take_number, "随便写的", actor=clerk)
    refused("number_ahead", services.take_number, "鲁政字〔2031〕1号", actor=clerk)


def test_a_reserved_number_is_issued_once(series, clerk):
    row = services.reserve_number(series, actor=clerk, purpose="预留")
    issued = services.issue_number(row, "关于移交的函", actor=clerk)
    assert (issued.state, issued.subject, issued.issued_on) == (
        "issued",
        "关于移交的函",
        clock.today(),
    )
    refused("not_reserved", services.issue_number, row, actor=clerk)


def test_a_void_number_is_kept_and_never_used_again(series, clerk):
    row = services.reserve_number(series, actor=clerk)
    refused("guard:reason", services.void_number, row, " ", actor=clerk)
    services.void_number(row, "发文撤销", actor=clerk)
    refused("number_void", services.void_number, row, "再次", actor=clerk)
    refused("number_void", services.take_number, row.text, actor=clerk, used_for=series)
    refused("number_void", services.issue_number, row, actor=clerk)
    assert services.reserve_number(series, actor=clerk).n == 2


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM documents_documentnumber WHERE id = %s",
        "UPDATE documents_documentnumber SET n = 9 WHERE id = %s",
        "UPDATE documents_documentnumber SET text = '改〔2026〕1号' WHERE id = %s",
        "UPDATE documents_documentnumber SET subject = '改' WHERE id = %s",
        "UPDATE documents_documentnumber SET state = 'reserved' WHERE id = %s",
    ],
)
def test_the_database_keeps_issued_numbers(series, clerk, change):
    row = services.take_number("聊城管字〔2026〕1号", actor=clerk, subject="函")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change, [row.pk])


def test_a_series_with_numbers_keeps_its_pattern(series, clerk):
    refused(
        "pattern_taken", services.create_series, actor=clerk, code="twin", name="重复",
        pattern=PATTERN, kind="official",
    )  # fmt: skip
    refused(
        "pattern_incomplete", services.create_series, actor=clerk, code="no", name="缺",
        pattern="聊城管罚字{n}号", kind="enforcement",
    )  # fmt: skip
    services.reserve_number(series, actor=clerk)
    new = "聊城管发〔{year}〕{n}号"
    refused("pattern_in_use", services.edit_series, series, actor=clerk, pattern=new)
    services.archive_series(series, actor=clerk, note="改用新字号")
    refused("series_archived", services.reserve_number, series, actor=clerk)


@pytest.mark.django_db(transaction=True)
def test_people_at_once_never_get_the_same_number(clerk):
    series = NumberSeries.objects.get(code="official")

    def one(_turn: int) -> int:
        try:
            return services.reserve_number(series, actor=clerk).n
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(one, range(24)))
    assert sorted(given) == list(range(1, 25))


@pytest.mark.django_db(transaction=True)
def test_the_same_number_typed_at_once_is_taken_once(clerk):
    text = "聊城管字〔2026〕5号"

    def one(_turn: int) -> str:
        try:
            return services.take_number(text, actor=clerk).state
        except BusinessError as error:
            return error.code.value
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(one, range(4)))
    assert said == ["issued", *[DocumentRefusal.NUMBER_TAKEN.value] * 3]


# --- documents ---------------------------------------------------------------------------
def test_the_basis_is_the_edition_in_force_on_the_day(legal):
    old = services.create_document(
        actor=legal, kind="regulation", title="试验条例", edition="2014", level=1,
        in_force_from=date(2014, 9, 1), in_force_until=date(2025, 7, 1),
    )  # fmt: skip
    new = services.create_document(
        actor=legal, kind="regulation", title="试验条例", edition="2025", level=1,
        in_force_from=date(2025, 7, 1),
    )  # fmt: skip
    services.edit_document(old, actor=legal, replaced_by=new)
    first = services.add_article(old, 16, actor=legal, summary="移交")
    second = services.add_article(new, 16, actor=legal, summary="另有规定")
    assert services.basis_on("试验条例", 16, date(2025, 6, 30)) == first
    assert services.basis_on("试验条例", 16, date(2025, 7, 1)) == second
    assert services.basis_on("试验条例", 17, date(2025, 7, 1)) is None
    assert first.label == "第16条"
    refused("article_exists", services.add_article, old, 16, actor=legal)
    refused("replaces_itself", services.edit_document, new, actor=legal, replaced_by=old)


def test_a_draft_is_no_basis(legal):
    draft = services.create_document(actor=legal, kind="draft", title="征求意见稿", level=2)
    article = services.add_article(draft, 1, actor=legal)
    assert article not in Article.objects.in_force(clock.today())
    refused(
        "document_exists", services.create_document, actor=legal, kind="law", title="征求意见稿",
        level=0,
    )  # fmt: skip


@pytest.mark.django_db
def test_the_basis_of_the_portals_own_rules_is_shipped():
    assert Document.objects.filter(number="鲁政字〔2019〕147号").exists()
    assert services.basis_on("民法典", 278, clock.today())
    assert services.basis_on("聊城市城镇容貌和环境卫生管理条例", 41, date(2020, 3, 1))
    assert services.basis_on("聊城市城镇容貌和环境卫生管理条例", 41, date(2020, 2, 29)) is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("供热条例 第十六条", ((16, 0), "供热条例")),
        ("民法典第二百七十八条", ((278, 0), "民法典")),
        ("第16条之一 供热条例", ((16, 1), "供热条例")),
        ("第一百零三条", ((103, 0), "")),
        ("供热条例 16", ((16, 0), "供热条例")),
        ("供热条例 第十六", ((16, 0), "供热条例")),
        ("山东省供热条例", (None, "山东省供热条例")),
        ("第三方管理办法", (None, "第三方管理办法")),
        ("2018年清洁取暖方案", (None, "2018年清洁取暖方案")),
    ],
)
def test_an_article_is_read_as_laws_print_it(written, read):
    place, rest = rules.read_article(written)
    assert (place, rest.strip()) == read
