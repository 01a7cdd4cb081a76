"""Hostile and broken files end in a plain refusal, and the worker goes on (SEC-1)."""

import io
import os
import zipfile

import pytest

from bureau.exchange import gate, readers
from bureau.exchange.choices import FileRefusal
from bureau.exchange.readers import FileRefused, open_book
from tests.bureau import sheets

CELL = b'<row r="%d"><c r="%s" t="n"><v>1</v></c></row>'
FAR = CELL % (1, b"A1") + CELL % (1_048_576, b"XFD1048576")
WIDE = CELL % (1, b"CW1")
DEEP = CELL % (300_001, b"A300001")
FAR_UNQUOTED = FAR.replace(b'"', b"'")
FAR_PREFIXED = FAR.replace(b"<c ", b"<c s = '0'\n")


def read(data: bytes, name: str = "a.xlsx") -> list:
    """Read all rows of the first sheet as the portal does."""
    with open_book(data, name) as book:
        return list(book.rows(book.sheets[0]))


def refusal_of(data: bytes, name: str = "a.xlsx") -> str:
    """Return the word with which a file is refused."""
    with pytest.raises(FileRefused) as caught:
        read(data, name)
    assert caught.value.sentence
    return caught.value.code.value


def compound(*names: str) -> bytes:
    """Return what looks like a compound file with these directory entries."""
    entries = b""
    for name in names:
        raw = name.encode("utf-16-le")
        entries += raw.ljust(64, b"\0") + (len(raw) + 2).to_bytes(2, "little") + b"\0" * 62
    return gate.OLE_MAGIC.ljust(512, b"\0") + entries


def lying_zip() -> bytes:
    """Return a workbook whose directory says that a huge member is small."""
    data = sheets.with_sheet(b" " * 5_000_000)
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"xl/worksheets/sheet1.xml"))
    size = (1000).to_bytes(4, "little")
    return data[: at + 24] + size + data[at + 28 :]


def encrypted_member() -> bytes:
    """Return a workbook one of whose members is marked as encrypted."""
    data = bytearray(sheets.xlsx([["x"]]))
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    b"<x>&b;</x>"
)
EXTERNAL = (
    b'<Relationships><Relationship Id="r1" Type="http://x/externalLinkPath" '
    b'Target="file:///c:/x.xlsx" TargetMode="External"/></Relationships>'
)

HOSTILE = {
    "empty": (b"", "empty_file"),
    "too large": (b"PK\x03\x04" + b"\0" * gate.MAX_BYTES, "file_too_large"),
    "web page": (b"<!DOCTYPE html><html><table><tr><td>1</td></tr></table></html>", "is_web_page"),
    "web page with a mark": (b"\xef\xbb\xbf\r\n<HTML><body>", "is_web_page"),
    "wide web page": ("\ufeff<html>".encode("utf-16"), "is_web_page"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "not_a_workbook"),
    "text with the name of a workbook": ("名称,电话\n甲,1".encode(), "not_a_workbook"),
    "document": (compound("WordDocument"), "not_a_workbook"),
    "zip of something else": (sheets.changed(sheets.xlsx([["x"]]), lambda n, p: None, a=b"x"),
                              "not_a_workbook"),
    "truncated": (sheets.xlsx(sheets.companies())[:-200], "damaged_file"),
    "only a beginning": (b"PK\x03\x04" + b"\0" * 100, "damaged_file"),
    "changed byte": (sheets.xlsx(sheets.companies()).replace(b"PK\x03\x04", b"PK\x03\x05", 1),
                     "not_a_workbook"),
    "password": (compound("EncryptedPackage", "EncryptionInfo"), "password_protected"),
    "encrypted member": (encrypted_member(), "password_protected"),
    "macros": (sheets.with_part("xl/vbaProject.bin", b"\0"), "has_macros"),
    "old macros": (compound("Workbook", "_VBA_PROJECT_CUR"), "has_macros"),
    "macro sheet": (sheets.with_part("xl/macrosheets/sheet1.xml", b"<x/>"), "has_macros"),
    "external link": (sheets.with_part("xl/externalLinks/externalLink1.xml", b"<x/>"),
                      "has_external_links"),
    "outside relation": (sheets.with_part("xl/worksheets/_rels/sheet1.xml.rels", EXTERNAL),
                         "has_external_links"),
    "data connection": (sheets.with_part("xl/connections.xml", b"<x/>"), "has_external_links"),
    "entity bomb": (sheets.with_part("xl/sharedStrings.xml", BOMB), "has_entities"),
    "entity bomb in the margin": (sheets.with_part("docProps/custom.xml", BOMB), "has_entities"),
    "wide markup": (sheets.with_part("xl/sharedStrings.xml", BOMB.decode().encode("utf-16")),
                    "has_entities"),
    "too many parts": (sheets.changed(sheets.xlsx([["x"]]), lambda n, p: p,
                                      **{f"a{n}.xml": b"<x/>" for n in range(200)}),
                       "too_many_members"),
    "far corner": (sheets.with_sheet(FAR), "too_many_columns"),
    "far corner, other quotes": (sheets.with_sheet(FAR_UNQUOTED), "too_many_columns"),
    "far corner, other spaces": (sheets.with_sheet(FAR_PREFIXED), "too_many_columns"),
    "too wide": (sheets.with_sheet(WIDE), "too_many_columns"),
    "too deep": (sheets.with_sheet(DEEP), "too_many_rows"),
    "lying about its size": (lying_zip(), "damaged_file"),
    "binary workbook": (sheets.with_part("xl/workbook.bin", b"\0"), "binary_workbook"),
    "broken markup": (sheets.with_sheet(b"<row r='1'><c r='A1'></row>"), "damaged_file"),
}  # fmt: skip


def ratio_bomb() -> bytes:
    """Return a workbook of 300 KB that unpacks to more than 300 MB."""
    out = io.BytesIO(sheets.xlsx([["x"]]))
    million = bytes(1024 * 1024)
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as book,
        book.open("xl/media/image1.bin", "w") as part,
    ):
        for _ in range(gate.MAX_UNPACKED // len(million) + 1):
            part.write(million)
    return out.getvalue()


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_by_name(what):
    data, code = HOSTILE[what]
    assert refusal_of(data) == code
    assert code in FileRefusal.values


def test_a_ratio_bomb_is_counted_while_it_unpacks():
    bomb = ratio_bomb()
    assert len(bomb) < 2 * 1024 * 1024
    assert refusal_of(bomb) == "unpacked_too_large"


def test_a_password_on_an_old_workbook_is_noticed_by_the_reader(monkeypatch):
    # xlwt cannot encrypt; a FILEPASS record behind the first BOF says that the rest is.
    data = bytearray(sheets.xls([["x"]]))
    at = data.find(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    following = at + 20
    data[following : following + 2] = b"\x2f\x00"
    assert refusal_of(bytes(data), "a.xls") in ("password_protected", "damaged_file")


def test_the_limits_themselves_are_legal():
    corner = CELL % (1, b"A1") + CELL % (2000, b"CV2000")
    assert len(read(sheets.with_sheet(corner))) == 2000
    deep = CELL % (300_000, b"A300000")
    assert len(read(sheets.with_sheet(deep))) == 300_000


def test_formatted_emptiness_may_reach_anywhere():
    empty = CELL % (1, b"A1") + b'<row r="1048576" ht="15"><c r="XFD1048576" s="1"/></row>'
    assert read(sheets.with_sheet(empty)) == [[1.0]]


def test_the_legal_workbook_that_kills_calamine_leaves_this_process_alive():
    far = sheets.with_sheet(FAR)
    assert len(far) < 6000
    pid = os.getpid()
    for _ in range(2):
        assert refusal_of(far) == "too_many_columns"
    assert os.getpid() == pid
    assert len(read(sheets.xlsx(sheets.companies()))) == 6


def test_a_reader_that_dies_is_a_refusal(monkeypatch):
    # Cells without references get past the scan; the child's memory limit is the second wall.
    monkeypatch.setattr("bureau.exchange.readers.START", "import os; os.abort()")
    assert refusal_of(sheets.xlsx([["x"]])) == "reader_failed"


def test_a_reader_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr("bureau.exchange.readers.START", "import time; time.sleep(60)")
    monkeypatch.setattr("bureau.exchange.readers.WALL_SECONDS", 0.5)
    assert refusal_of(sheets.xlsx([["x"]])) == "reader_failed"


def test_cells_without_references_cannot_exhaust_the_worker():
    row = b"<row>" + b"<c><v>1</v></c>" * 2_000_000 + b"</row>"
    wide = sheets.with_sheet(row + b'<row r="299999"><c><v>1</v></c></row>')
    assert refusal_of(wide) in ("too_many_columns", "reader_failed")


def test_the_child_knows_no_secrets(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    monkeypatch.setenv("ENCRYPTION_KEYS", "secret")
    environment = readers._environment()
    assert "PATH" in environment
    assert "secret" not in str(environment.values())


@pytest.mark.parametrize("name", ["a.csv", "A.CSV", "a.txt"])
def test_text_tables_keep_the_same_limits(name):
    assert refusal_of(b"a," * 200, name) == "too_many_columns"
    assert refusal_of(b"a\n" * (gate.MAX_ROWS + 1), name) == "too_many_rows"
    assert refusal_of(b"a,b\x00\n", name) == "not_a_workbook"
    assert refusal_of(b"a," + b"\xff\xff\n" * 50, name) == "unknown_encoding"
