"""Registers as villages really lay them out: merged cells, groups of headings, several sheets."""

import io
from datetime import date

import openpyxl
import pytest

from bureau.core import clock
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
