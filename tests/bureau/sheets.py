"""Workbooks for tests, made by code: good ones, odd ones and hostile ones."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import xlsxwriter
import xlwt

Rows = Sequence[Sequence[Any]]

HEADINGS = ("单位名称", "单位类型", "简称", "客服电话")
COMPANIES: Rows = (
    ("昌润供热有限公司", "供热企业", "昌润供热", "0635-8888001"),
    ("东昌物业服务有限公司", "物业", "", ""),
    ("聊城热电有限公司", "供热企业", "聊城热电", "0635-8888002"),
)


def xlsx(rows: Rows, **sheets: Rows) -> bytes:
    """Return a workbook with these rows, and further sheets by name."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Sheet1"
    for row in rows:
        page.append([None if cell == "" else cell for cell in row])
    for name, more in sheets.items():
        page = book.create_sheet(name)
        for row in more:
            page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def texts(rows: Rows) -> bytes:
    """Return a workbook in which every cell is text, also one that starts with "="."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet()
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            page.write_string(number, place, str(cell))
    book.close()
    return out.getvalue()


def xls(rows: Rows) -> bytes:
    """Return an old .xls workbook."""
    book = xlwt.Workbook()
    page = book.add_sheet("Sheet1")
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            page.write(number, place, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv(rows: Rows, encoding: str = "utf-8-sig") -> bytes:
    """Return a comma-separated file."""
    return "\r\n".join(",".join(str(cell) for cell in row) for row in rows).encode(encoding)


def companies(rows: Rows = COMPANIES, *, title: bool = True) -> list[Sequence[Any]]:
    """Return the rows of a company ledger as an office keeps it, headings in row 3."""
    above: list[Sequence[Any]] = [("单位台账",), ("填报单位：城市管理局",)] if title else []
    return [*above, HEADINGS, *rows]


def changed(data: bytes, change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """Return a workbook whose parts went through ``change``; None drops one, ``more`` adds."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
        for name, part in more.items():
            new.writestr(name.replace("__", "/"), part)
    return out.getvalue()


def with_sheet(xml: bytes) -> bytes:
    """Return a workbook whose only sheet has this sheetData."""
    namespace = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        b'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="' + namespace + b'"><sheetData>'
    )
    sheet += xml + b"</sheetData></worksheet>"
    return changed(xlsx([["x"]]), lambda name, part: sheet if name.endswith("sheet1.xml") else part)


def with_part(name: str, part: bytes) -> bytes:
    """Return an ordinary workbook with one more part."""
    out = io.BytesIO(xlsx(companies()))
    with zipfile.ZipFile(out, "a") as book:
        book.writestr(name, part)
    return out.getvalue()
