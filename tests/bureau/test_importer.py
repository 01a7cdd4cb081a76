"""From a sheet to rows in the registry: headings, parsers, staging, saving, refusals."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bureau.core.errors import BusinessError
from bureau.core.tidiness import tidy
from bureau.exchange import ledger, registry, services
from bureau.exchange.cells import Slip, is_blank
from bureau.exchange.choices import RunState
from bureau.exchange.models import ImportIssue, ImportRun
from bureau.exchange.parsers import Amount, Choice, Day, Degrees, Identifier, Text, Whole, Year
from bureau.exchange.readers import FileRefused
from bureau.exchange.staging import Stage, state_of
from bureau.people.models import Organisation
from bureau.records.models import AuditEntry
from tests.bureau import sheets
from tests.bureau.toy_import import CompanyImporter

ONE = Decimal(1)


@pytest.fixture(autouse=True)
def _toy_kind(monkeypatch):
    registry.find("")
    monkeypatch.setitem(registry._importers, "companies", CompanyImporter)


def parsed(parser, cell, factor=ONE):
    """Return what a parser makes of a cell, or the word with which it refuses it."""
    try:
        return parser.bind(factor)(cell)
    except Slip as slip:
        return slip.code.value


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (68195.0, "68195.00"),
        (0.1 + 0.2, "0.30"),
        ("3.2万", "32000.00"),
        ("３．２ 万㎡", "32000.00"),
        ("5,000", "5000.00"),
        ("1，234，567.5", "1234567.50"),
        ("５０００", "5000.00"),
        ("120 平方米", "120.00"),
        ("300户", "300.00"),
        ("1,00", "bad_number"),
        ("约500", "bad_number"),
        ("500-600", "bad_number"),
        (True, "bad_number"),
        (-5.0, "negative_number"),
        ("-5", "negative_number"),
        (1e12, "out_of_range"),
        (float("inf"), "bad_number"),
        (["2018-05-16"], "number_is_date"),
        ({"e": "#DIV/0!"}, "cell_error"),
        ("=A1*2", "formula_text"),
    ],
)
def test_amounts(cell, number):
    answer = parsed(Amount(2), cell)
    assert str(answer) == number


def test_the_unit_of_the_heading_multiplies_unless_the_cell_has_its_own():
    assert parsed(Amount(2), 3.2, Decimal(10_000)) == Decimal("32000.00")
    assert parsed(Amount(2), "3.2万", Decimal(10_000)) == Decimal("32000.00")
    assert parsed(Whole(), 1.5, Decimal(10_000)) == 15_000


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (12.0, 12),
        ("12户", 12),
        ("1,200", 1200),
        (1.5, "not_whole_number"),
        (-1.0, "negative_number"),
        ("十二", "bad_number"),
        (3e9, "out_of_range"),
        (12, 12),
    ],
)
def test_whole_numbers(cell, number):
    assert parsed(Whole(), cell) == number


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        (2015.0, 2015),
        ("2015年", 2015),
        ("２０１５", 2015),
        (["2015-03-01"], 2015),
        (2099.0, "future_year"),
        ("2099", "future_year"),
        (15.0, "bad_year"),
        ("一五年", "bad_year"),
        (2015.5, "bad_year"),
        (42000.0, "bad_year"),
        ("2015-2016", "bad_year"),
        (1850.0, "bad_year"),
    ],
)
def test_years(cell, year):
    assert parsed(Year(), cell) == year


@pytest.mark.parametrize(
    "cell",
    [
        ["2018-05-16"],
        ["2018-05-16T08:30:00"],
        "2018年5月16日",
        "2018.5.16",
        "2018。5。16",
        "2018、5、16",
        "2018 05 16",
        "2018/05/16/",
        "2018年五月十六日",
        "二〇一八年五月十六日",
        "43236",
        "2018-05-16",
        "2018/5/16",
        "20180516",
        20180516.0,
        43236.0,
        "２０１８年５月１６日",
        "2018/05/16 10:30",
        " 2018-5-16 ",
    ],
)
def test_days_in_many_spellings(cell):
    assert parsed(Day(), cell) == date(2018, 5, 16)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2018.13.40", "bad_date"),
        ("昨天", "bad_date"),
        ("2018-02-30", "bad_date"),
        ("16/5/2018", "bad_date"),
        ("18.5.16", "bad_date"),
        ("2018年5月", "bad_date"),
        ("2018年二十五月一日", "bad_date"),
        ("00001", "bad_date"),
        (float("nan"), "bad_date"),
        (5.0, "bad_date"),
        ("2099-01-01", "future_date"),
        (["2099-01-01"], "future_date"),
        ({"e": "#N/A"}, "cell_error"),
    ],
)
def test_days_that_are_none(cell, code):
    assert parsed(Day(), cell) == code


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (" 张 三 ", "张三"),
        ("Ａ座　１号", "A座1号"),
        ("a\u200bb", "ab"),
        ("x  y\n z", "x y z"),
        (1.0, "1"),
        ("0635-8888001", "0635-8888001"),
        (3.75, "3.75"),
        ("-1层(负一层)", "-1层(负一层)"),
        ("'-5号", "-5号"),
        ('=HYPERLINK("http://127.0.0.1/","x")', "formula_text"),
        ("＝１＋１", "formula_text"),
        ("@SUM(1+1)", "formula_text"),
        ("+cmd|' /C calc'!A0", "formula_text"),
        ("'=1+1", "formula_text"),
        ("x" * 31, "too_long"),
        ({"e": "#REF!"}, "cell_error"),
    ],
)
def test_texts(cell, text):
    assert parsed(Text(30), cell) == text


def test_free_text_keeps_its_punctuation():
    assert parsed(Text(30, free=True), " （见附件）；\n第二行") == "（见附件）；\n第二行"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (371502000000.0, "371502000000"),
        ("３７１５０２", "371502"),
        ("37 15 02", "371502"),
        ("12x", "12X"),
        (3.715261978050648e17, "id_is_number"),
        ("3.7E+17", "id_is_number"),
        ("甲", "bad_identifier"),
        (1.5, "id_is_number"),
        (True, "id_is_number"),
    ],
)
def test_identifiers(cell, code):
    assert parsed(Identifier(), cell) == code


def test_a_strict_identifier_refuses_every_number():
    assert parsed(Identifier(strict=True), 123.0) == "id_is_number"


@pytest.mark.parametrize(
    ("cell", "degrees"),
    [
        (115.990963, "115.990963"),
        ("115.99", "115.990000"),
        ("东经115°59'27\"", "115.990833"),
        ("115度30分", "115.500000"),
        (1159.0, "out_of_range"),
        ("一百", "bad_number"),
    ],
)
def test_degrees(cell, degrees):
    assert str(parsed(Degrees(), cell)) == degrees


def test_choices_know_aliases_and_offer_one_word_per_value():
    mode = Choice({"直管": "company", "公司直管": "company", "自管": "third"})
    assert parsed(mode, " 公司 直管 ") == "company"
    assert parsed(mode, "托管") == "unknown_choice"
    assert mode.offers == ("直管", "自管")


def test_dashes_and_spaces_are_blank():
    assert all(is_blank(cell) for cell in (None, "", " ", "　", "-", "—", "/", "无", "\u200b"))
    assert not any(is_blank(cell) for cell in (0.0, 0, False, "0", {"e": "#N/A"}))
    assert tidy("") == ""


# --- The whole way --------------------------------------------------------------------------
def take(data, actor, name="a.xlsx", **options):
    """Import through the services at once; returns report and exit code."""
    options = {"dry_run": False, "accept_passing": False} | options
    answer = ledger.import_ledger("companies", name, data, actor=actor, **options)
    return answer.report, answer.exit_code


def counts(report):
    """Return the five numbers of a report."""
    return tuple(report[name] for name in ("rows", "created", "updated", "unchanged", "rejected"))


@pytest.mark.django_db
def test_a_good_ledger_is_saved_and_the_same_again_changes_nothing(clerk):
    data = sheets.xlsx(sheets.companies())
    report, code = take(data, clerk)
    assert (counts(report), code) == ((3, 3, 0, 0, 0), 0)
    company = Organisation.objects.get(name="昌润供热有限公司")
    assert (company.kind, company.short_name, company.version) == ("heating_company", "昌润供热", 1)
    assert company.pinyin
    assert "昌润" in company.bigrams
    assert company.permit_number == ""
    before = state_of([Organisation])
    report, code = take(data, clerk)
    assert (counts(report), code) == ((3, 0, 0, 3, 0), 0)
    assert state_of([Organisation]) == before


@pytest.mark.django_db
def test_a_changed_cell_updates_and_a_blank_one_changes_nothing(clerk):
    take(sheets.xlsx(sheets.companies()), clerk)
    rows = [
        ("昌润供热有限公司", "供热企业", "", "0635-1"),
        ("聊城热电有限公司", "供热企业", "聊城热电", "/"),
    ]
    report, _code = take(sheets.xlsx(sheets.companies(rows)), clerk)
    assert counts(report) == (2, 0, 1, 1, 0)
    company = Organisation.objects.get(name="昌润供热有限公司")
    assert (company.short_name, company.hotline, company.version) == ("昌润供热", "0635-1", 2)


@pytest.mark.django_db
def test_a_missing_optional_column_changes_nothing(clerk):
    take(sheets.xlsx(sheets.companies()), clerk)
    rows = [row[:2] for row in sheets.companies()]
    report, _code = take(sheets.xlsx(rows), clerk)
    assert counts(report) == (3, 0, 0, 3, 0)


FAULTY = [
    *sheets.COMPANIES,
    ("", "供热企业", "甲", ""),
    ("乙公司", "托管", "乙", ""),
    ("昌润供热有限公司", "供热企业", "", ""),
    ('=HYPERLINK("http://127.0.0.1/","x")', "物业", "", ""),
]


@pytest.mark.django_db
def test_rejected_rows_keep_everything_out_unless_the_passing_ones_are_accepted(clerk):
    data = sheets.texts(sheets.companies(FAULTY))
    before = Organisation.objects.count()
    report, code = take(data, clerk)
    assert (counts(report), code) == ((7, 3, 0, 0, 4), 1)
    assert Organisation.objects.count() == before
    found = [(e["row"], e["column"], e["code"]) for e in report["errors"]]
    assert found == [
        (7, "单位名称", "missing_name"),
        (8, "单位类型", "unknown_choice"),
        (9, "单位名称", "duplicate_row"),
        (10, "单位名称", "formula_text"),
    ]
    assert all(error["message"] for error in report["errors"])
    report, code = take(data, clerk, accept_passing=True, dry_run=True)
    assert (counts(report), code, Organisation.objects.count()) == ((7, 3, 0, 0, 4), 1, before)
    report, code = take(data, clerk, accept_passing=True)
    assert (counts(report), code, Organisation.objects.count()) == ((7, 3, 0, 0, 4), 1, before + 3)


@pytest.mark.django_db
def test_everything_left_behind_by_the_dry_run_is_gone(clerk):
    take(sheets.xlsx(sheets.companies()), clerk, dry_run=True)
    run = ImportRun.objects.get()
    assert (run.state, run.path) == (RunState.DISCARDED, "")
    assert not Stage(run.pk, CompanyImporter).exists()
    assert not ImportIssue.objects.exists()


@pytest.mark.django_db
def test_the_file_lies_sealed(clerk):
    data = sheets.csv(sheets.companies())
    run = services.start_import("companies", "a.csv", data, actor=clerk)
    kept = Path(settings.MEDIA_ROOT) / run.path
    assert kept.stat().st_mode & 0o077 == 0
    assert "昌润".encode() not in kept.read_bytes()
    other = services.start_import("companies", "a.csv", data, actor=clerk)
    ImportRun.objects.filter(pk=other.pk).update(path=run.path)
    assert services.check(other.pk).refusal_code == "file_gone"
    assert services.check(run.pk).state == RunState.CHECKED


@pytest.mark.django_db
def test_one_audit_entry_stands_for_all_rows_and_shows_on_each(clerk):
    take(sheets.xlsx(sheets.companies()), clerk)
    run = ImportRun.objects.get()
    entry = AuditEntry.objects.about(run).get(verb="import_saved")
    assert entry.after["count"] == 3
    company = Organisation.objects.get(name="聊城热电有限公司")
    assert entry in AuditEntry.objects.about(company)


@pytest.mark.django_db
def test_a_registry_that_changed_since_the_check_is_compared_again(clerk):
    data = sheets.xlsx(sheets.companies())
    run = services.check(services.start_import("companies", "a.xlsx", data, actor=clerk).pk)
    assert (run.created, run.unchanged) == (3, 0)
    take(sheets.xlsx(sheets.companies(sheets.COMPANIES[:1])), clerk)
    services.confirm(run, actor=clerk, accept_passing=False)
    run = services.apply(run.pk)
    assert (run.state, run.created, run.unchanged) == (RunState.DONE, 2, 1)
    assert services.apply(run.pk).state == RunState.DONE


@pytest.mark.django_db
def test_only_the_owner_confirms_and_only_once(clerk, clerk2):
    data = sheets.texts(sheets.companies(FAULTY))
    run = services.check(services.start_import("companies", "a.xlsx", data, actor=clerk).pk)
    with pytest.raises(BusinessError, match="not_permitted"):
        services.confirm(run, actor=clerk2, accept_passing=True)
    with pytest.raises(BusinessError, match="has_rejected_rows"):
        services.confirm(run, actor=clerk, accept_passing=False)
    services.confirm(run, actor=clerk, accept_passing=True)
    with pytest.raises(BusinessError, match="not_allowed_from_state"):
        services.confirm(run, actor=clerk, accept_passing=True)


@pytest.mark.django_db
def test_unknown_kinds_and_foreign_hands_are_refused(clerk, outsider):
    data = sheets.xlsx(sheets.companies())
    with pytest.raises(FileRefused, match="unknown_kind"):
        services.start_import("ships", "a.xlsx", data, actor=clerk)
    with pytest.raises(FileRefused, match="not_permitted"):
        services.start_import("companies", "a.xlsx", data, actor=outsider)
    assert not ImportRun.objects.exists()


@pytest.mark.django_db
def test_a_personal_cell_is_never_quoted_whole(clerk):
    rows = [
        ("单位名称", "单位类型", "统一社会信用代码"),
        ("甲", "物业", "３７１５０２１９８５？？"),
        ("乙", "物业", 3.7e17),
    ]
    report, _code = take(sheets.xlsx(rows), clerk)
    assert [e["code"] for e in report["errors"]] == ["bad_identifier", "id_is_number"]
    assert "371502198" not in str(report)


@pytest.mark.django_db
def test_a_person_may_correct_the_match_of_columns(clerk):
    rows = [("甲栏", "单位类型", "备注名"), ("昌润", "供热企业", "简"), ("东昌", "物业", "称")]
    run = services.check(
        services.start_import("companies", "a.xlsx", sheets.xlsx(rows), actor=clerk).pk
    )
    assert (run.state, run.refusal_code) == (RunState.UNUSABLE, "no_table")
    run = services.match_again(run, actor=clerk, row=1, places=None)
    run = services.check(run.pk)
    assert (run.state, run.refusal_code, run.headings["0"]) == (
        "unusable",
        "missing_column",
        "甲栏",
    )
    places = {"name": 0, "kind": 1, "short_name": 2}
    run = services.check(services.match_again(run, actor=clerk, row=1, places=places).pk)
    assert (run.state, run.created) == (RunState.CHECKED, 2)


@pytest.mark.django_db
def test_old_uploads_are_deleted_and_their_numbers_stay(clerk, monkeypatch):
    data = sheets.texts(sheets.companies(FAULTY))
    run = services.check(services.start_import("companies", "a.xlsx", data, actor=clerk).pk)
    assert services.purge() == 0
    monkeypatch.setattr("bureau.exchange.rules.KEPT_FOR", timedelta(0))
    assert services.purge() == 1
    run.refresh_from_db()
    assert (run.state, run.path, run.rejected) == (RunState.DISCARDED, "", 4)
    assert services.purge() == 0
    assert not ImportIssue.objects.exists()


@pytest.mark.django_db
@given(
    st.lists(
        st.tuples(st.text(), st.lists(st.text(max_size=5), max_size=3), st.booleans() | st.none()),
        min_size=1,
        max_size=20,
    )
)
@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_staged_comes_out_of_the_stage_as_it_went_in(rows):
    class Anything(CompanyImporter):
        target = None
        staged = {"word": "text", "words": "text[]", "yes": "boolean", "area": "numeric"}

    clean = [
        (word.replace("\0", ""), [one.replace("\0", "") for one in words], yes)
        for word, words, yes in rows
    ]
    stage = Stage(1, Anything())
    stage.create()
    staged = [
        {"word": word, "words": words, "yes": yes, "area": Decimal("1.50")}
        for word, words, yes in rows
    ]
    assert stage.copy(enumerate(staged, start=1)) == len(rows)
    assert stage.holds(len(rows))
    found = stage.fetch(f"SELECT word, words, yes, area FROM {stage.table} ORDER BY row_number")
    assert found == [(*row, Decimal("1.50")) for row in clean]
    stage.drop()
    assert not stage.holds(len(rows))
