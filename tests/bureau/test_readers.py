"""Reading: every kind of file gives the same typed cells, and the heading row is found."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from bureau.exchange import headers
from bureau.exchange.readers import FileRefused, open_book
from tests.bureau import sheets

VOCABULARY = {
    "name": ("换热站名称", "站名"),
    "county": ("县（市、区）", "区县"),
    "area": ("供热面积（㎡）", "供热面积"),
    "lon": ("经度",),
    "lat": ("纬度",),
}
TITLES = [["换热站台账"], ["单位：城市管理局"]]
PLAIN = ["换热站名称", "县（市、区）", "供热面积（㎡）", "经度", "纬度"]
FIRST = ["顺河站", "东昌府区", 100.0, 115.9, 36.4]


def read(data, name="a.xlsx"):
    """Return every row of the first sheet."""
    with open_book(data, name) as book:
        return list(book.rows(book.sheets[0]))


def found(rows):
    """Return how headings are found in these rows."""
    match = headers.find(rows, VOCABULARY)
    assert match is not None
    return match


def numbers(rows, required=("name", "county")):
    """Return the sheet's own numbers of the data rows."""
    match = found(rows)
    return [number for number, _cells in headers.data_rows(iter(rows), match, required)]


# --- Files ----------------------------------------------------------------------------------
def test_xlsx_xls_and_csv_give_the_same_rows():
    rows = sheets.companies()
    expected = [list(row) for row in rows]
    for data, name in [
        (sheets.xlsx(rows), "a.xlsx"),
        (sheets.xls(rows), "a.xls"),
        (sheets.xls(rows), "a.et"),
        (sheets.csv(rows), "a.csv"),
        (sheets.csv(rows, "gb18030"), "a.csv"),
        (sheets.csv(rows, "utf-16"), "a.csv"),
        (sheets.csv(rows).replace(b",", b"\t"), "a.txt"),
    ]:
        got = [list(row) for row in read(data, name)]
        assert [row[: len(want)] for row, want in zip(got, expected, strict=True)] == expected, name


def test_types_stay_apart():
    book = openpyxl.Workbook()
    page = book.active
    page.append(["1", 1, 1.5, True, None, "2018-05-16"])
    page["G1"] = date(2018, 5, 16)
    page["H1"] = 371526197805064800
    out = io.BytesIO()
    book.save(out)
    row = read(out.getvalue())[0]
    assert row == ["1", 1.0, 1.5, True, "", "2018-05-16", ["2018-05-16"], 3.715261978050648e17]


def test_what_a_reader_would_drop_is_put_back():
    cells = (
        b'<row r="2"><c r="A2" t="e"><v>#DIV/0!</v></c><c r="B2"><f>A1*2</f><v></v></c>'
        b'<c r="C2" t="e"><f>1/0</f><v>#N/A</v></c><c r="D2"><f>1+1</f><v>2</v></c>'
        b'<c r="F2"><f>A1</f></c></row>'
    )
    rows = read(sheets.with_sheet(b'<row r="1"><c r="A1"><v>1</v></c></row>' + cells))
    assert rows[1] == [{"e": "#DIV/0!"}, "=A1*2", {"e": "#N/A"}, 2.0, "", "=A1"]


def test_row_numbers_are_the_sheets_own_also_under_an_empty_beginning():
    rows = [["", ""]] * 4 + [["", *PLAIN], ["", *FIRST]]
    data = sheets.xlsx(rows)
    got = read(data)
    assert found(got).row == 5
    assert numbers(got) == [6]


def test_a_sheet_without_anything_is_empty():
    assert read(sheets.xlsx([])) == []
    with pytest.raises(FileRefused, match="empty_file"):
        read(b"")


# --- Headings -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "heading",
    [
        "换热站名称",
        " 换热站 名称 ",
        "换热站\n名称",
        "*换热站名称",
        "换热站名称（必填）",
        "站名：",
    ],
)
def test_a_heading_is_known_in_many_spellings(heading):
    assert found([[heading, *PLAIN[1:]], FIRST]).places["name"] == 0


@pytest.mark.parametrize(
    ("heading", "factor"),
    [("供热面积", 1), ("供热面积(平方米)", 1), ("供热面积（㎡）", 1), ("供热面积（万㎡）", 10_000),
     ("供热面积(万平方米)", 10_000), ("供热面积（ 万 m2 ）", 10_000), ("供热面积[m²]", 1)],
)  # fmt: skip
def test_the_unit_in_a_heading_is_its_factor(heading, factor):
    match = found([[*PLAIN[:2], heading], FIRST])
    assert match.places["area"] == 2
    assert match.factors["area"] == Decimal(factor)


@pytest.mark.parametrize("county", ["县（市、区）", "县(市、区)", "县", "区县", "县（市、区） "])
def test_brackets_never_matter(county):
    assert found([["换热站名称", county, "经度"], FIRST]).places["county"] == 1


def test_the_heading_row_stands_under_titles():
    match = found([*TITLES, [], PLAIN, FIRST])
    assert (match.row, match.data_from) == (4, 5)
    assert match.heading("area") == "供热面积（㎡）"


def test_columns_may_stand_in_any_order_among_others():
    match = found([["序号", "纬度", "备注", "经度", "县（市、区）", "站名"], [1.0]])
    assert match.places == {"lat": 1, "lon": 3, "county": 4, "name": 5}


def test_a_heading_in_two_rows_is_read_as_one():
    rows = [
        ["换热站名称", "县（市、区）", "坐标", ""],
        ["", "", "经度", "纬度"],
        ["顺河站", "东昌府区", 1.0, 2.0],
    ]
    match = found(rows)
    assert (match.row, match.data_from) == (1, 3)
    assert match.places == {"name": 0, "county": 1, "lon": 2, "lat": 3}


def test_rows_of_units_and_of_column_numbers_are_no_data():
    units = ["", "", "（万㎡）", "", ""]
    match = found([PLAIN, units, ["甲", "乙", 1.0, 2.0, 3.0, 4.0], FIRST])
    assert match.factors["area"] == 10_000
    assert match.data_from == 4
    assert found([PLAIN, [1.0, 2.0, 3.0, 4.0, 5.0], FIRST]).data_from == 3


def test_the_same_heading_twice_is_told():
    match = found([[*PLAIN, "供热面积"], FIRST])
    assert match.places["area"] == 2
    assert match.doubled == [("area", 5)]


def test_a_sheet_of_something_else_has_no_heading_row():
    assert headers.find([["姓名", "电话"], ["甲", "1"]], VOCABULARY) is None
    assert headers.find([], VOCABULARY) is None


def test_the_sheet_that_fits_best_is_taken():
    data = sheets.xlsx([["说明"], ["经度", "纬度"]], 台账=[*TITLES, PLAIN, FIRST])
    with open_book(data, "a.xlsx") as book:
        scores = [len(headers.find(s.head, VOCABULARY).places) for s in book.sheets]
    assert scores == [2, 5]


# --- Data rows ------------------------------------------------------------------------------
def test_blank_total_and_signature_rows_are_no_data():
    rows = [
        *TITLES,
        PLAIN,
        FIRST,
        ["", "", "", "", ""],
        ["二站", "东昌府区", "", "", ""],
        ["东昌府区小计", "", 100.0, "", ""],
        ["　", " ", "", "", ""],
        ["三站", "高唐县", "", "", ""],
        ["合 计", "", 200.0, "", ""],
        ["", "总计", 200.0, "", ""],
        ["填表人：张三", "", "审核人：李四", "", ""],
        ["单位负责人（签字）：", "", "", "", ""],
        ["2026年11月22日", "", "", "", ""],
        ["注：面积以测绘为准", "", "", "", ""],
    ]
    assert numbers(rows) == [4, 6, 9]


def test_a_date_under_the_table_is_a_signature_when_it_says_so():
    rows = [PLAIN, FIRST, ["填表日期：2026年11月22日", "", "", "", ""]]
    assert numbers(rows) == [2]


def test_rows_with_nothing_but_a_serial_number_are_blank():
    rows = [["序号", *PLAIN], [1.0, *FIRST], [2.0, "", "", "", "", ""]]
    assert numbers(rows) == [2]


def test_a_heading_repeated_on_the_next_printed_page_is_no_data():
    assert numbers([PLAIN, FIRST, PLAIN, FIRST]) == [2, 4]


def test_a_station_whose_name_sounds_like_a_total_is_data():
    rows = [PLAIN, ["合计", "东昌府区", 1.0, 1.0, 1.0], ["审核人小区站", "东昌府区", 1.0, "", ""]]
    assert numbers(rows) == [2, 3]


@pytest.mark.parametrize(
    "name", ["单位宿舍站", "负责人小区站", "联系站", "说明书厂站", "注塑厂站", "日期路站"]
)
def test_a_faulty_row_with_an_odd_name_is_still_data(name):
    assert numbers([PLAIN, [name, "", "", "", ""], FIRST]) == [2, 3]


def test_a_faulty_row_is_still_data():
    rows = [PLAIN, ["", "东昌府区", 5.0, 1.0, 1.0], ["甲站", "", 5.0, "", ""]]
    assert numbers(rows) == [2, 3]
