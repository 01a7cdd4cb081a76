"""What goes out is data: no formula, no lost digit, no row kept in memory (SEC-3, PERF-7)."""

import csv
import io
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from bureau.core.errors import BusinessError
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
