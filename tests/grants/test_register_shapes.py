"""Registers as villages really lay them out: merged cells, groups of headings, several sheets."""

import io
from datetime import date

import openpyxl
import pytest

from bureau.core import clock
from bureau.exchange.models import ImportIssue
from bureau.records.models import AuditEntry
from grants.models import Claim
from grants.services.claim_corrections import correct_claim
from tests.cast import person
from tests.grants import registers
from tests.grants.registers import HEADINGS, bring_in, counts, found, household

pytestmark = pytest.mark.django_db
KEYS = tuple(HEADINGS)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """A fixed day, after all the registers."""
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 27))


@pytest.fixture
def clerk():
    """Somebody who may import for any village."""
    return person("clerk")


def line(**cells):
    row = household(**cells)
    return [row[key] for key in KEYS]


def workbook(rows, change=lambda book, page: None):
    book = openpyxl.Workbook()
    page = book.active
    for row in rows:
        page.append([None if cell == "" else cell for cell in row])
    change(book, page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def tried(rows, clerk, change=lambda book, page: None):
    return bring_in(workbook(rows, change), clerk, dry_run=True)


def test_a_place_merged_over_several_rows_holds_for_each_of_them(clerk):
    def merge(book, page):
        for column in "BCD":
            page.merge_cells(f"{column}2:{column}4")
        page.merge_cells("A6:D6")

    blank = {"county": "", "town": "", "community": ""}
    rows = [line(), line(**blank), line(**blank), line(**blank), ["共四户"]]
    report = tried([list(HEADINGS.values()), *rows], clerk, merge)
    # The merged cells end at row 4: the household under them has no place.
    assert {row for row, _column, _code in found(report["errors"])} == {5}
    assert counts(report) == (3, 0, 0, 1)


def test_a_heading_in_two_rows_is_read_with_its_group(clerk):
    groups = [
        *("序号", "地址", "", "", "户主", "", "", "户号", "", "改造情况"),
        *("设备", "", "", "一卡通", "", "备注"),
    ]
    parts = [
        *("", "县区", "乡镇", "村", "姓名", "身份证号", "手机号", "电力", "燃气", "方式"),
        *("名称", "编号", "竣工日期", "开户行", "卡号", ""),
    ]
    row = line(gas="G1", technology="气代煤", device="壁挂炉", id_number="12")
    report = tried([["花名册"], groups, parts, line(), row], clerk)
    # The slips name the columns as the sheet does, in its own rows.
    assert found(report["errors"]) == [(5, "身份证号", "id_length")]
    assert report["warnings"] == []
    assert counts(report) == (1, 0, 0, 1)


@pytest.mark.parametrize(
    "headings",
    [
        {"id_number": "2.身份证号", "account": "③电力户号", "completed_on": "竣工日期:"},
        {"county": "县/市/区", "town": "乡镇/街道", "community": "村/社区", "name": "户主名"},
        {
            "name": "户 主\n姓 名",
            "id_number": "身份证号（18位）",
            "account": "电力户号（10位数字）",
        },
        {"name": "被补贴人姓名", "account": "国家电网户号", "completed_on": "改造完成时间"},
    ],
)
def test_headings_are_known_by_other_words(clerk, headings):
    report = tried([list((HEADINGS | headings).values()), line()], clerk)
    assert (counts(report), report["errors"]) == ((1, 0, 0, 0), [])


def test_what_is_no_household_is_left_out(clerk):
    rows = [
        ["", *[""] * 11, "年/月/日"],
        line(),
        ["", "", "", "", "合计：1户"],
        ["北苑社区小计", "", "", "", 1],
        line(),
        ["总计", "", "", "", "共2户。"],
        ["说明", "以上数据真实有效"],
    ]
    report = tried([list(HEADINGS.values()), *rows], clerk)
    assert (report["rows"], report["errors"]) == (2, [])


def test_a_second_sheet_is_named_and_a_hidden_one_is_not_read(clerk):
    def more(book, page):
        page.title = "甲村"
        for name, number in (("乙村", 2), ("旧表", 3)):
            sheet = book.create_sheet(name)
            for row in [[*HEADINGS.values()], *[line() for _turn in range(number)]]:
                sheet.append(row)
        sheet.append(["户口簿号"])
        sheet.cell(1, len(KEYS) + 1, "户口簿号")
        sheet.sheet_state = "hidden"
        book.create_sheet("空表").append([*HEADINGS.values()])

    report = tried([list(HEADINGS.values()), line()], clerk, more)
    assert report["rows"] == 1
    assert [one["code"] for one in report["warnings"]] == ["sheet_not_read"]
    assert "乙村" in report["warnings"][0]["message"]
    assert "2" in report["warnings"][0]["message"]


def test_a_formula_is_quoted_as_it_was_typed(clerk):
    report = tried([list(HEADINGS.values()), line(name='=CONCATENATE("张","三")')], clerk)
    assert found(report["errors"]) == [(2, "户主姓名", "formula_text")]
    assert '"张","三"' in report["errors"][0]["message"]
    report = bring_in(registers.register(household(name="")), clerk, dry_run=True)
    assert report["errors"][0]["message"].startswith("“户主姓名”")


# --- Cells -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("technology", "device", "kept"),
    [
        ("煤改电（空气源热泵）", "", ("coal_to_electricity", "air_source")),
        ("电代煤-空气能", "", ("coal_to_electricity", "air_source")),
        ("煤改电（电暖器）", "电暖器", ("coal_to_electricity", "none")),
        ("煤改气/壁挂炉", "壁挂炉", ("coal_to_gas", "none")),
        ("“燃气代煤”工程", "", ("coal_to_gas", "none")),
    ],
)
def test_words_that_agree_name_one_technology(clerk, technology, device, kept):
    report = bring_in(registers.register(household(technology=technology, device=device)), clerk)
    assert report["errors"] + report["warnings"] == []
    assert Claim.objects.values_list("technology", "heat_pump").get() == kept


def test_words_that_disagree_are_not_chosen_between(clerk):
    words = ("太阳能+空气源", "双替代", "气代煤/电代煤", "—气代煤、煤改电")
    rows = [household(technology=word) for word in words]
    report = bring_in(registers.register(*rows), clerk, dry_run=True)
    first = registers.FIRST_ROW
    assert found(report["errors"]) == [
        (first + place, "改造方式", "unknown_choice") for place in range(len(words))
    ]


def test_a_device_of_another_technology_is_pointed_out(clerk):
    rows = [
        household(technology="气代煤", device="空气源热泵"),
        household(technology="气代煤", device="电暖器"),
        household(technology="电代煤", device="燃气壁挂炉"),
        household(technology="电代煤", device="电壁挂炉"),
    ]
    report = bring_in(registers.register(*rows), clerk)
    first = registers.FIRST_ROW
    assert found(report["warnings"]) == [
        (first + place, "设备类型", "warn_other_device") for place in range(3)
    ]
    assert "空气源热泵" in report["warnings"][0]["message"]
    assert set(Claim.objects.values_list("heat_pump", flat=True)) == {"none"}


def test_a_name_is_looked_at_before_it_is_printed(clerk):
    names = ["阿不都.热合曼", "阿不都•热合曼", "㛃𠮷", "〇三"]
    names += ["张三(户主)", "张三先生", "张三/李四", "😀三", "<r>x</r>"]
    report = bring_in(registers.register(*[household(name=name) for name in names]), clerk)
    first = registers.FIRST_ROW
    assert report["errors"] == []
    assert found(report["warnings"]) == [
        (first + place, "户主姓名", "warn_name") for place in range(4, len(names))
    ]
    kept = list(Claim.objects.order_by("pk").values_list("name", flat=True))
    assert kept[:2] == ["阿不都·热合曼"] * 2


def test_numbers_of_people_do_not_hide_among_words(clerk):
    number, phone = registers.id_number(4321), "13812345678"
    rows = [household(name=f"张三{phone}"), household(name=f"李四{number}")]
    rows += [household(remarks=f"子{phone}代办，身份证{number}", door_number="12号")]
    report = bring_in(registers.register(*rows), clerk)
    first = registers.FIRST_ROW
    assert found(report["errors"]) == [
        (first, "户主姓名", "name_holds_number"), (first + 1, "户主姓名", "name_holds_number"),
    ]  # fmt: skip
    assert found(report["warnings"]) == [(first + 2, "备注", "warn_number_hidden")]
    assert Claim.objects.get().remarks == f"子****5678代办，身份证****{number[-4:]}"
    said = str(report) + str(list(ImportIssue.objects.values_list("values", flat=True)))
    assert phone not in said
    assert number not in said


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("3716-368-897", "3716368897"),
        ("3716 3688 98", "3716368898"),
        ("3716368899.0", "3716368899"),
    ],
)
def test_an_account_is_known_however_it_is_written(clerk, typed, kept):
    bring_in(registers.register(household(account=typed)), clerk)
    assert Claim.objects.get().dwelling.account_number == kept


def test_zeros_are_no_account(clerk):
    report = bring_in(registers.register(household(account="0"), household(account=0)), clerk)
    codes = [(registers.FIRST_ROW + place, "电力户号", "missing_account") for place in range(2)]
    assert found(report["errors"]) == codes


def test_a_correction_hides_numbers_in_its_remarks_too(clerk):
    bring_in(registers.register(household()), clerk)
    claim = Claim.objects.get()
    changes = {"remarks": "问其子13812345678"}
    correct_claim(claim, changes, actor=clerk, version=claim.version)
    claim.refresh_from_db()
    assert claim.remarks == "问其子****5678"
    told = AuditEntry.objects.about(claim).values_list("before", "after")
    assert "13812345678" not in str(list(told))
