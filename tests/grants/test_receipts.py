"""Receipts of the bank: a whole file or nothing, with every reason; in parts; the same again."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from bureau.core.errors import BusinessError
from bureau.exchange.readers import FileRefused
from grants.rules.receipts import (
    match_headings,
    read_amount,
    read_day,
    read_result,
    read_tail,
    read_trailer,
)
from grants.services.batches import create_batch
from grants.services.receipt_files import ReceiptRefused, read_receipt
from grants.services.receipts import import_receipt, import_returns
from tests.grants.paid_story import HEAD, Payers, a_batch, county_of, entitled, receipt

TODAY = date(2026, 11, 26)


# --- Cells -------------------------------------------------------------------------------
@given(st.decimals(min_value=0, max_value=99_999_999, places=2, allow_nan=False))
def test_every_amount_in_yuan_is_read_as_it_stands(amount):
    assert read_amount(f"{amount:.2f}") == amount


@given(st.text(alphabet="0123456789.,eE+- ￥元NaInfty", max_size=12))
def test_nothing_but_plain_digits_is_an_amount(text):
    read = read_amount(text)
    plain = text.replace(".", "", 1)
    if read is not None:
        assert plain.isdecimal()
        assert Decimal(text) == read


@pytest.mark.parametrize(
    "cell",
    ["NaN", "1e3", " 5,000 ", "5,000", "5000 ", "-5", "", "5.001", "5.", "١٢", "５０００", "inf",
     float("nan"), float("inf"), -1.0, 0.001, 1e12, True, None, {"e": "#N/A"}, ["2018-05-16"]],
)  # fmt: skip
def test_what_is_no_amount(cell):
    assert read_amount(cell) is None


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("5000", "5000.00"),
        ("5000.00\t", "5000.00"),
        ("0.5", "0.50"),
        (5000.0, "5000.00"),
        (66.67, "66.67"),
    ],
)
def test_what_is_an_amount(cell, amount):
    assert str(read_amount(cell)) == amount


@pytest.mark.parametrize(
    ("word", "state"),
    [("成功", "paid"), ("PAID", "paid"), (" 支付失败 ", "failed"), ("退汇", "returned"),
     ("returned", "returned"), ("处理中", None), ("maybe", None), ("", None)],
)  # fmt: skip
def test_results(word, state):
    assert read_result(word) == state


def test_other_cells():
    assert read_tail("****0123") == "0123"
    assert [read_tail(cell) for cell in (123.0, "123", "")] == ["0123", "0123", ""]
    assert [read_tail(cell) for cell in (6.22848e18, "6.22848E+18")] == [None, None]
    assert read_day("2026年11月3日", TODAY) == date(2026, 11, 3)
    assert read_day(["2026-11-03T00:00:00"], TODAY) == date(2026, 11, 3)
    assert read_day("", TODAY) == TODAY
    assert read_day("2026-11-27", TODAY) is None
    assert read_day("2026-13-01", TODAY) is None
    assert read_day("1026-11-20", TODAY) is None
    assert match_headings(["Reference", "Amount", "Card tail", "Result"]) is not None
    assert match_headings(["编号", "金额"]) is None
    assert read_trailer(["合计", "2", "", "10000.00"], 2) == (2, Decimal("10000.00"))
    assert read_trailer(["合计", "10000", "2"], 2) == (2, Decimal("10000.00"))
    assert read_trailer(["合计", "2"], 2) == (None, None)
    large = Decimal("250000000.00")
    assert read_trailer(["合计", "50000", "250000000.00"], 50_000) == (50_000, large)


# --- Files -------------------------------------------------------------------------------
@pytest.fixture
def finance(db):
    return Payers.of_the_cast().finance


@pytest.fixture
def batch(db):
    entitled(3)
    return a_batch("exported")


def take(batch, finance, data, name="r.csv"):
    return import_receipt(batch, actor=finance, name=name, data=data)


def reasons(batch, finance, data):
    """Return the codes with which a whole file is refused, once nothing has changed."""
    with pytest.raises(ReceiptRefused) as refusal:
        take(batch, finance, data)
    assert set(batch.lines.values_list("state", flat=True)) == {"sent"}
    assert not batch.receipts.exists()
    batch.refresh_from_db()
    assert batch.state == "exported"
    return [(slip.code.value, slip.values.get("row")) for slip in refusal.value.slips]


def rows_of(batch, **changes):
    """Return the rows of a receipt as lists, changed at ``row_column`` = value."""
    rows = [
        [line.reference, str(line.amount), line.card_tail, "成功", "", ""]
        for line in batch.lines.all()
    ]
    for place, value in changes.items():
        row, column = (int(part) for part in place[1:].split("_"))
        rows[row][column] = value
    return rows


def text_of(rows, trailer="合计,3,15000.00"):
    return "\n".join([HEAD, *(",".join(row) for row in rows), trailer]).encode()


def test_answers_arrive_in_parts_and_the_rest_stays_sent(batch, finance):
    first, second, third = batch.lines.all()
    batch = take(batch, finance, receipt([(first, "paid"), (second, "failed", "账号不符")]))
    states = [(line.state, line.reason) for line in batch.lines.all()]
    assert states == [("paid", ""), ("failed", "账号不符"), ("sent", "")]
    assert batch.lines.first().paid_on == date(2026, 11, 20)
    batch = take(batch, finance, receipt([(third, "paid")]))
    batch = take(batch, finance, receipt([(first, "returned", "销户")]))
    first.refresh_from_db()
    assert (first.state, first.reason) == ("returned", "销户")
    assert first.returned_on == date(2026, 11, 20)
    assert [one.rows for one in batch.receipts.all()] == [2, 1, 1]


def test_the_same_file_twice_changes_nothing(batch, finance):
    data = receipt((line, "paid") for line in batch.lines.all())
    batch = take(batch, finance, data)
    again = take(batch, finance, data)
    assert (again.version, again.receipts.count()) == (batch.version, 1)


def test_a_file_whose_lines_were_answered_before_is_refused(batch, finance):
    first = batch.lines.first()
    batch = take(batch, finance, receipt([(first, "paid")]))
    with pytest.raises(ReceiptRefused) as refusal:
        take(batch, finance, receipt([(first, "failed", "晚")]))
    assert [slip.code for slip in refusal.value.slips] == ["not_sent"]


def test_what_comes_back_at_once_was_paid_and_returned(batch, finance):
    first = batch.lines.first()
    take(batch, finance, receipt([(first, "returned", "销户")]))
    first.refresh_from_db()
    assert (first.state, first.paid_on, first.returned_on) == (
        "returned", date(2026, 11, 20), date(2026, 11, 20),
    )  # fmt: skip


def test_money_that_comes_back_after_closing_is_paid_again_once(finance):
    entitled(2)
    batch = a_batch("closed")
    first, second = batch.lines.all()
    data = receipt([(first, "returned", "销户")])
    back = import_returns(batch, actor=finance, name="back.csv", data=data)
    assert (back.state, back.sha256) == ("closed", batch.sha256)
    assert [(line.state, line.reason) for line in back.lines.all()] == [
        ("returned", "销户"), ("paid", ""),
    ]  # fmt: skip
    same = import_returns(back, actor=finance, name="back.csv", data=data)
    assert (same.version, same.receipts.count()) == (back.version, 2)
    again = a_batch("locked")
    assert [(line.previous, line.attempt) for line in again.lines.all()] == [(first, 2)]
    with pytest.raises(BusinessError) as refusal:
        create_batch(county_of(), actor=again.created_by, kind="build", fiscal_year=2018)
    assert refusal.value.code == "guard:lines"


@pytest.mark.parametrize(
    ("results", "trailer", "code"),
    [
        (("returned", "paid"), None, "not_sent"),
        (("returned", "failed"), None, "not_sent"),
        (("returned", "returned"), "合计,2,10000.01", "trailer_total"),
    ],
)
def test_after_closing_a_file_with_anything_else_is_refused_wholly(finance, results, trailer, code):
    entitled(2)
    batch = a_batch("closed")
    data = receipt(zip(batch.lines.all(), results, strict=True), trailer)
    with pytest.raises(ReceiptRefused) as refusal:
        import_returns(batch, actor=finance, name="back.csv", data=data)
    assert [slip.code for slip in refusal.value.slips] == [code]
    assert set(batch.lines.values_list("state", flat=True)) == {"paid"}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"r0_0": "ZF2018-0001-999999"}, [("unknown_reference", 2)]),
        ({"r1_0": "ZF2018-0001-000001", "r1_2": "TAIL"}, [("double_reference", 3)]),
        ({"r0_1": "4999.99", "r1_1": "5000.01"}, [("amount_differs", 2), ("amount_differs", 3)]),
        ({"r2_2": "0000"}, [("card_differs", 4)]),
        ({"r0_3": "也许"}, [("bad_result", 2)]),
        ({"r0_1": "NaN"}, [("bad_amount", 2)]),
        ({"r1_1": "1e3", "r1_2": "0000"}, [("bad_amount", 3), ("card_differs", 3)]),
        ({"r2_5": "2099-01-01", "r2_0": "X"}, [("bad_day", 4), ("unknown_reference", 4)]),
        ({"r0_2": "6.22848E+18"}, [("bad_card", 2)]),
        ({"r0_0": "", "r2_3": ""}, [("empty_cell", 2), ("empty_cell", 4)]),
    ],
)
def test_one_wrong_row_refuses_the_whole_file(batch, finance, changes, found):
    tail = batch.lines.first().card_tail
    changes = {place: tail if value == "TAIL" else value for place, value in changes.items()}
    assert reasons(batch, finance, text_of(rows_of(batch, **changes))) == found


def test_every_reason_is_told(batch, finance):
    rows = rows_of(batch, r0_0="X", r1_1='" 5,000 "', r2_2="0000")
    found = reasons(batch, finance, text_of(rows, "合计,4,15000.00"))
    assert found == [
        ("unknown_reference", 2), ("bad_amount", 3), ("card_differs", 4), ("trailer_count", 5),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("trailer", "code"),
    [("合计,2,15000.00", "trailer_count"), ("合计,3,15000.01", "trailer_total"),
     ("", "no_trailer"), ("合计,3", "bad_trailer"), ('合计,3,"15,000.00"', "bad_trailer"),
     ("合计,3,15000.00\n合计,3,15000.00", "below_trailer"),
     ("合计,3,15000.00\nX,5000.00,0001,成功,,", "below_trailer")],
)  # fmt: skip
def test_the_closing_line_counts_and_adds_up(batch, finance, trailer, code):
    assert code in [one for one, _row in reasons(batch, finance, text_of(rows_of(batch), trailer))]


def test_who_made_the_file_may_stand_below_its_closing_line(batch, finance):
    batch = take(batch, finance, text_of(rows_of(batch), "合计,3,15000.00\n\n制表：张三,,复核"))
    assert batch.receipts.get().rows == 3


def test_a_line_of_another_batch_is_named_with_it(finance):
    entitled(2)
    first = a_batch("exported")
    entitled(1)
    other = a_batch("exported")
    with pytest.raises(ReceiptRefused) as refusal:
        take(first, finance, receipt([(other.lines.get(), "paid")]))
    (slip,) = refusal.value.slips
    assert (slip.code, slip.values["batch"]) == ("other_batch", other.number)
    assert other.number in slip.sentence


def test_a_reason_names_row_and_column_as_the_file_does(batch, finance):
    data = text_of(rows_of(batch, r1_1="5000元")).decode().replace("金额", "实付金额（元）")
    with pytest.raises(ReceiptRefused) as refusal:
        take(batch, finance, data.encode())
    assert [(slip.values["row"], slip.values["column"]) for slip in refusal.value.slips] == [
        (3, "实付金额(元)")
    ]


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("付款编号,金额,结果", "missing_columns"),
        ("付款编号,金额,实付金额,卡号,结果", "several_amounts"),
        ("姓名,村", "unreadable"),
    ],
)
def test_headings_that_cannot_be_read_for_sure(batch, finance, head, code):
    assert code in [one for one, _row in reasons(batch, finance, f"{head}\n合计,0,0".encode())]


def test_swapped_amounts_are_seen_though_the_sum_is_right(finance):
    entitled(2)
    batch = a_batch("exported")
    rows = rows_of(batch, r0_1="6000.00", r1_1="4000.00")
    found = reasons(batch, finance, text_of(rows, "合计,2,10000.00"))
    assert [code for code, _row in found] == ["amount_differs", "amount_differs"]


def test_a_workbook_is_read_as_the_text_is(batch, finance):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["银行回单"])
        sheet.write_row(1, 0, ["付款编号", "金额", "卡号后四位", "结果"])
        for at, line in enumerate(batch.lines.all(), start=2):
            sheet.write_row(at, 0, [line.reference, 5000, int(line.card_tail), "成功"])
        sheet.write_row(5, 0, ["合计", 15000, 3])
    batch = take(batch, finance, out.getvalue(), "r.xlsx")
    assert set(batch.lines.values_list("state", flat=True)) == {"paid"}


def test_the_one_sheet_with_answers_is_read_two_are_refused(batch, finance):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("说明").write_row(0, 0, ["代发结果见后"])
        sheet = book.add_worksheet("明细")
        sheet.write_row(0, 0, ["付款编号", "金额", "卡号后四位", "结果", "日期"])
        for at, line in enumerate(batch.lines.all(), start=1):
            sheet.write_row(at, 0, [line.reference, 5000, line.card_tail, "发放成功", 46346])
        sheet.write_row(4, 0, ["合计", 3])
        sheet.write_formula(4, 2, "=SUM(B2:B4)", None, 15000.000000000002)
    found = read_receipt(out.getvalue(), "r.xlsx")
    assert (found.slips, found.total) == ([], Decimal(15000))
    assert {answer.day for answer in found.answers} == {date(2026, 11, 20)}
    with xlsxwriter.Workbook(out) as book:
        for name in ("一", "二"):
            book.add_worksheet(name).write_row(0, 0, ["付款编号", "金额", "卡号", "结果"])
    assert reasons(batch, finance, out.getvalue()) == [("several_sheets", None)]


@pytest.mark.parametrize("data", [b"", b"<html></html>", b"\x00\x01", b"a,b\n1,2\n"])
def test_what_is_no_receipt_is_refused(batch, finance, data):
    with pytest.raises((FileRefused, ReceiptRefused)):
        take(batch, finance, data)


def test_a_receipt_at_rest_is_sealed(batch, finance, settings):
    line = batch.lines.first()
    batch = take(batch, finance, receipt([(line, "paid")]))
    kept = (Path(settings.MEDIA_ROOT) / batch.receipts.get().path).read_bytes()
    assert line.reference.encode() not in kept


def test_reading_alone_writes_nothing(batch):
    table = read_receipt(text_of(rows_of(batch)), "r.csv")
    assert (len(table.answers), table.total, table.slips) == (3, Decimal(15000), [])
