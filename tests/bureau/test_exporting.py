"""What goes out is data: no formula, no lost digit, no row kept in memory (SEC-3, PERF-7)."""

import csv
import io
import tempfile
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook as open_in_office
from openpyxl.utils.escape import unescape
from python_calamine import load_workbook

from bureau.core.errors import BusinessError
from bureau.exchange import workbooks
from bureau.exchange.exporting import csv_lines, export, harmless, write_xlsx

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "　＝", "\u200b@"]


def column(place, kind="text"):
    """Return an export column that takes one item of a tuple."""
    return (f"列{place}", lambda row: row[place], kind)


def workbook(rows, width=1):
    """Return the bytes of an exported workbook."""
    out = io.BytesIO()
    write_xlsx(out, [column(place) for place in range(width)], rows)
    return out.getvalue()


def parts(data):
    """Return every sheet of a workbook as its XML."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {n: book.read(n) for n in book.namelist() if n.startswith("xl/worksheets/sheet")}


def body(response):
    """Return the bytes of a streamed answer."""
    return b"".join(response.streaming_content)


@pytest.mark.parametrize("start", STARTS)
def test_a_text_that_looks_like_a_formula_gets_an_apostrophe_in_csv(start):
    assert harmless(f"{start}HYPERLINK(1)").startswith("'")


def test_ordinary_text_stays_as_it_is():
    for text in ("", "换热站", "3号楼-2", "a=b", "0635-8888", "(甲)"):
        assert harmless(text) == text


@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_no_sheet_ever_contains_a_formula(texts):
    dangerous = [start + text for text in texts for start in (*STARTS, "")]
    data = workbook([(text,) for text in dangerous])
    assert parts(data)
    for xml in parts(data).values():
        assert b"<f>" not in xml
        assert b"<f " not in xml
        assert b"<hyperlink" not in xml


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40), min_size=1))
@settings(max_examples=60, deadline=None)
def test_csv_reads_back_to_the_same_text_and_nothing_in_it_runs(texts):
    lines = "".join(csv_lines([column(0), column(1)], [(t, "x") for t in texts]))
    rows = list(csv.reader(io.StringIO(lines.removeprefix("\ufeff"), newline="")))[1:]
    assert [row[0].removeprefix("'") for row in rows] == [t.removeprefix("'") for t in texts]
    assert not any(row[0][:1] in set("=+-@\t\r＝＋－＠") for row in rows if row[0])


def test_types_arrive_as_types():
    at = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
    row = ("=1+1", Decimal("12.50"), 7, date(2026, 11, 22), at, True, None, 371502198503120014)
    data = workbook([row], len(row))
    cells = load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1]
    moment = cells.pop(4)
    assert moment.isoformat() == "2026-11-22T09:30:00"
    assert cells == ["=1+1", 12.5, 7.0, date(2026, 11, 22), True, "", "371502198503120014"]


@pytest.mark.parametrize(
    "text",
    [
        "<r><t>甲</t></r>",
        '甲 & <乙> "丙"',
        "_x0041_",
        "_x",
        " 前后有空格 ",
        "两行\n文字",
        "回车\r\n换行",
        "𠮷田·艾力",
        "0635",
        "1e3",
        "1900",
    ],
)
def test_two_readers_find_the_text_that_was_written(text):
    data = workbook([(text, "旁")], 2)
    assert load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1] == [text, "旁"]
    sheet = open_in_office(io.BytesIO(data)).active
    assert [unescape(cell.value) for cell in sheet[2]] == [text, "旁"]
    assert sheet["A2"].data_type != "f"


def test_what_no_cell_can_hold_is_left_out():
    data = workbook([("甲\x00\x0b乙\ufffe",), ("\x01",), ("𠮷" * 20_000,), ("长" * 40_000,)])
    cells = [row[0] for row in load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()]
    assert cells == ["列0", "甲乙", "", "𠮷" * 16_383, "长" * 32_767]


def test_cells_of_one_column_keep_their_own_types():
    values = [True, 1, Decimal("1.00"), "1", None, date(1899, 5, 1), date(2026, 11, 22), 10**15]
    data = workbook([(value,) for value in values])
    sheet = open_in_office(io.BytesIO(data)).active
    kinds = [(row[0].data_type, row[0].value) for row in sheet.iter_rows(min_row=2)]
    assert kinds == [
        ("b", True),
        ("n", 1),
        ("n", 1),
        ("s", "1"),
        ("n", None),
        ("s", "1899-05-01"),
        ("d", datetime(2026, 11, 22)),  # noqa: DTZ001 (a spreadsheet knows no zones)
        ("s", "1000000000000000"),
    ]


def test_kinds_are_shown_as_spreadsheets_show_them():
    kinds = ("text", "money", "date", "moment", "number")
    at = datetime(2026, 11, 22, 9, 30, 15, tzinfo=UTC)
    out = io.BytesIO()
    columns = [column(place, kind) for place, kind in enumerate(kinds)]
    write_xlsx(out, columns, [("甲", Decimal("5000.50"), at.date(), at, 3)])
    sheet = open_in_office(out).active
    shown = [cell.number_format for cell in sheet[2]]
    assert shown == ["General", "#,##0.00", "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "General"]
    assert sheet.freeze_panes == "A2"
    page = sheet.page_setup
    assert (page.paperSize, page.orientation, page.fitToHeight) == (9, "landscape", 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1"
    assert sheet["A1"].font.b
    assert not sheet["A2"].font.b
    assert sheet["D2"].value == datetime(2026, 11, 22, 17, 30, 15)  # noqa: DTZ001 (as above)


def test_a_full_sheet_is_followed_by_another(monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_SHEET_ROWS", 3)
    rows = [(f"第{number}行", number) for number in range(7)]
    book = load_workbook(io.BytesIO(workbook(rows, 2)))
    sheets = [book.get_sheet_by_index(place).to_python() for place in range(3)]
    assert [len(sheet) for sheet in sheets] == [4, 4, 2]
    assert {tuple(sheet[0]) for sheet in sheets} == {("列0", "列1")}
    assert [tuple(row) for sheet in sheets for row in sheet[1:]] == rows
    monkeypatch.setattr(workbooks, "MAX_SHEET_BYTES", 1)
    assert len(load_workbook(io.BytesIO(workbook(rows[:2]))).sheet_names) == 2


def test_a_list_without_rows_has_its_headings():
    book = load_workbook(io.BytesIO(workbook([], 2)))
    assert [book.get_sheet_by_name(name).to_python() for name in book.sheet_names] == [
        [["列0", "列1"]]
    ]


def test_the_same_rows_at_the_same_moment_are_the_same_bytes():
    made, later = datetime(2018, 9, 1, 8), datetime(2018, 9, 2, 8)  # noqa: DTZ001 (as above)
    books = []
    for moment in (made, made, later):
        out = io.BytesIO()
        write_xlsx(out, [column(0)], [("甲",)], moment)
        books.append(out.getvalue())
    assert books[0] == books[1] != books[2]


def test_csv_writes_negative_numbers_as_numbers_and_times_of_shanghai():
    at = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
    text = "".join(csv_lines([column(n) for n in range(3)], [(Decimal("-5.00"), at, "-5")]))
    assert text.splitlines()[1] == "-5.00,2026-11-22 09:30,'-5"


def test_the_answer_is_a_download():
    response = export("substations", [column(0)], [("甲",)], "csv")
    assert response["Content-Type"].startswith("text/csv")
    assert "substations-" in response["Content-Disposition"]
    assert response["Cache-Control"] == "no-store"
    assert body(response).decode("utf-8-sig").splitlines() == ["列0", "甲"]
    response = export("substations", [column(0)], [("甲",)], "xlsx")
    assert parts(body(response))
    with pytest.raises(BusinessError, match="unknown_format"):
        export("substations", [column(0)], [], "pdf")


def test_a_long_list_is_not_kept_in_memory():
    rows = ((str(n) * 20, n) for n in range(50_000))
    tracemalloc.start()
    for _piece in csv_lines([column(0), column(1, "number")], rows):
        pass
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * 1024 * 1024
    tracemalloc.start()
    with tempfile.TemporaryFile() as out:
        write_xlsx(out, [column(0)], ((str(n) * 20,) for n in range(20_000)))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * 1024 * 1024
