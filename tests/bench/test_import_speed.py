"""What an import costs beside the floor of the same machine (PERF-1, PERF-2).

``make bench`` prints one JSON line per measure; ``BENCH_ROWS`` sets the size (200,000).
"""

import io
import json
import os
import re
import resource
import sys
import time
from pathlib import Path

import pytest
import xlsxwriter
from django.db import connection
from python_calamine import load_workbook

from bureau.core import bigrams, pinyin
from bureau.exchange import ledger, registry
from bureau.exchange.readers import Book
from tests.bureau.toy_import import CompanyImporter

ROWS = int(os.environ.get("BENCH_ROWS", "200000"))
HEADINGS = ("单位名称", "单位类型", "简称", "客服电话", "统一社会信用代码", "供热面积（㎡）")
HEADINGS += ("成立年份", "许可日期", "序号", "地址", "联系人", "备注", "县", "乡镇", "村", "其他")
LIKE_ALL = ("东昌路1号", "张三", "无", "东昌府区", "新区街道", "北苑社区居委会", "甲")


def workbook() -> bytes:
    """Return a ledger of companies with 16 columns."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADINGS)
        for n in range(1, ROWS + 1):
            own = (
                f"聊城第{n}供热有限公司",
                ("物业", "供热企业")[n % 2],
                f"第{n}热力",
                f"0635{n:07d}",
            )
            numbers = (f"91371500MA{n:08d}", 1000.5 + n, 1990 + n % 30, "2018年5月16日", n)
            page.write_row(n, 0, (*own, *numbers, *LIKE_ALL))
    return out.getvalue()


def floor(data: bytes) -> float:
    """Return the seconds of reading with calamine and of one INSERT..SELECT of the same rows."""
    start = time.monotonic()
    rows = list(load_workbook(io.BytesIO(data)).get_sheet_by_index(0).iter_rows())
    read = time.monotonic() - start
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE floor (kind text, name text, short_name text, hotline text, "
            "pinyin text, bigrams varchar(2)[])"
        )
        with cursor.copy("COPY floor FROM STDIN") as copy:
            for row in rows[1:]:
                kind = "heating_company" if row[1] == "供热企业" else "property_company"
                names = (pinyin.sort_key(row[0]), bigrams.of(row[0]))
                copy.write_row((kind, row[0], row[2], row[3], *names))
        start = time.monotonic()
        cursor.execute(
            "INSERT INTO people_organisation (kind, name, short_name, hotline, pinyin, bigrams, "
            "created_at, updated_at, version, credit_code, permit_number, address, contact_name, "
            "contact_phone) SELECT kind, name, short_name, hotline, pinyin, bigrams, now(), now(), "
            "1, '', '', '', '', '' FROM floor"
        )
        written = time.monotonic() - start
        cursor.execute("DELETE FROM people_organisation WHERE hotline LIKE '0635%'")
        cursor.execute("DROP TABLE floor")
    return read + written


@pytest.fixture
def peaks(monkeypatch):
    """Return the peak memory of every reading child, in MB, as each one ends."""
    found, close = [], Book.close

    def measured(book):
        status = Path(f"/proc/{book._child.pid}/status").read_text()
        found.extend(int(mb) // 1024 for mb in re.findall(r"VmHWM:\s+(\d+)", status))
        close(book)

    monkeypatch.setattr(Book, "close", measured)
    return found


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_import_beside_its_floor(clerk, monkeypatch, peaks):
    registry.find("")
    monkeypatch.setitem(registry._importers, "companies", CompanyImporter)
    data = workbook()
    least = floor(data)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    options = {"dry_run": False, "accept_passing": False}
    times = []
    for expected in ("created", "unchanged"):
        start = time.monotonic()
        report = ledger.import_ledger("companies", "a.xlsx", data, actor=clerk, **options).report
        times.append(time.monotonic() - start)
        assert report[expected] == ROWS, report["errors"][:5]
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024 - before
    first, again = times
    report_line("PERF-1 time", first, "s", least, 2.5)
    report_line("PERF-1 memory", max(*peaks, more), "MB", 400, 1)
    report_line("PERF-2 time", again, "s", first, 0.5)


def report_line(measure: str, value: float, unit: str, floor_: float, goal: float) -> None:
    """Print one measure beside its floor, and whether the goal holds."""
    ratio = value / floor_
    facts = {"id": measure, "value": round(value, 2), "unit": unit, "floor": round(floor_, 2)}
    facts |= {"ratio": round(ratio, 2), "goal": goal, "holds": ratio <= goal}
    sys.stdout.write(f"\n{json.dumps(facts)}\n")
