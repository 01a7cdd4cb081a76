"""What a spreadsheet must pass before any parser sees it; knows neither Django nor the portal.

It runs inside the reading child (``bureau.exchange.child``), so that even its own unpacking
cannot hurt a worker. ``glance`` alone is cheap enough for the page that takes the upload.
"""

import html
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO

MAX_BYTES = 20 * 1024 * 1024
MAX_MEMBERS = 200
MAX_UNPACKED = 300 * 1024 * 1024
MAX_ROWS = 300_000
MAX_COLUMNS = 100
MAX_TAG = 1024 * 1024
MAX_FLAWS = 100_000
CHUNK = 1024 * 1024

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXT_NAMES = (".csv", ".txt", ".tsv")
WEB_STARTS = ("<!doctype", "<html", "<head", "<meta", "<table", "<body", "<style", "<?xml", "<!--")


class Refused(Exception):  # noqa: N818 - it is a refusal, not a fault
    """The file may not be read; ``code`` is a member of choices.FileRefusal."""

    def __init__(self, code: str, **values: str | int) -> None:
        self.code = code
        self.values = values
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Passport:
    """What the gate learnt: the kind of file and the cells whose content a reader would drop.

    ``flaws`` maps a zip member to cell references and what stands there: an error value
    (``#N/A``) or a formula that was never calculated (``=A1+B1``).
    """

    kind: str
    flaws: dict[str, dict[str, str]] = field(default_factory=dict)


def glance(data: bytes, name: str) -> str:
    """Return ``xlsx``, ``xls`` or ``csv`` by content, or raise Refused; unpacks nothing."""
    if not data:
        raise Refused("empty_file")
    if len(data) > MAX_BYTES:
        raise Refused("file_too_large", limit=MAX_BYTES // (1024 * 1024))
    if data.startswith(ZIP_MAGIC):
        return "xlsx"
    if data.startswith(OLE_MAGIC):
        return "xls"
    start = _start_of_text(data)
    if start is not None and start.startswith(WEB_STARTS):
        raise Refused("is_web_page")
    if start is None or not name.lower().endswith(TEXT_NAMES):
        raise Refused("not_a_workbook")
    return "csv"


def inspect(data: bytes, name: str) -> Passport:
    """Let a file pass or raise Refused with the reason (SEC-1)."""
    kind = glance(data, name)
    if kind == "xlsx":
        return Passport(kind, _inspect_zip(data))
    if kind == "xls":
        _inspect_ole(data)
    return Passport(kind)


def _start_of_text(data: bytes) -> str | None:
    """Return the first characters, lower-cased, or None for something that is no text."""
    start = data[:2048]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return start.decode("utf-16", "ignore").lstrip("\ufeff \t\r\n").lower()
    if b"\x00" in start:
        return None
    return start.decode("utf-8-sig", "ignore").lstrip().lower()


# --- Old workbooks (BIFF in a compound file) ------------------------------------------------
def _ole_names(data: bytes) -> set[str]:
    """Return the names of all entries of a compound file's directory, wherever it lies."""
    names = set()
    for name in ("EncryptedPackage", "_VBA_PROJECT_CUR", "_VBA_PROJECT", "Workbook", "Book"):
        raw = name.encode("utf-16-le")
        size = (len(raw) + 2).to_bytes(2, "little")
        at = data.find(raw + b"\x00\x00")
        while at >= 0:
            if at % 128 == 0 and data[at + 64 : at + 66] == size:
                names.add(name)
                break
            at = data.find(raw + b"\x00\x00", at + 2)
    return names


def _inspect_ole(data: bytes) -> None:
    names = _ole_names(data)
    if "EncryptedPackage" in names:
        raise Refused("password_protected")
    if names & {"_VBA_PROJECT_CUR", "_VBA_PROJECT"}:
        raise Refused("has_macros")
    if not names & {"Workbook", "Book"}:
        raise Refused("not_a_workbook")


# --- New workbooks (XML parts in a zip) -----------------------------------------------------
MACRO_PARTS = ("vbaproject", "xl/macrosheets/", "xl/activex/", "vbadata")
LINK_PARTS = ("xl/externallinks/", "xl/connections", "xl/querytables/", "xl/embeddings/")
# A web address behind a cell is common and never followed; anything else that points outside
# makes some program fetch it.
OUTSIDE = re.compile(rb"<[^<>]*TargetMode\s*=\s*[\"']External[\"'][^<>]*>")


def _inspect_zip(data: bytes) -> dict[str, dict[str, str]]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            _inspect_names(members)
            scan = _Scan()
            for member in members:
                with archive.open(member) as stream:
                    scan.member(member.filename, stream)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise Refused("damaged_file") from error
    except (NotImplementedError, RuntimeError) as error:
        raise Refused("password_protected") from error
    return scan.flaws


def _inspect_names(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise Refused("too_many_members", limit=MAX_MEMBERS)
    names = [member.filename.lower().replace("\\", "/") for member in members]
    if any(member.flag_bits & 0x1 for member in members):
        raise Refused("password_protected")
    if any(part in name for name in names for part in MACRO_PARTS):
        raise Refused("has_macros")
    if any(name.startswith(LINK_PARTS) for name in names):
        raise Refused("has_external_links")
    if "[content_types].xml" not in names or not any(n.startswith("xl/") for n in names):
        raise Refused("not_a_workbook")
    if any(name.endswith("workbook.bin") for name in names):
        raise Refused("binary_workbook")


FAR_CELL = re.compile(
    rb"\sr\s*=\s*[\"'](?:"
    rb"[A-Za-z]{0,3}(?:[0-9]{7,}|[3-9][0-9]{5})"
    rb"|(?:[A-Za-z]{3,}|[D-Zd-z][A-Za-z]|[Cc][W-Zw-z])[0-9])"
)
REFERENCE = re.compile(rb"[\"']([A-Za-z]*)([0-9]+)")
CELL_TAG = re.compile(rb"<(?:\w+:)?c\s[^<>]*[^<>/]>")
CELL_OF_ERROR = re.compile(
    rb"<c\s(?=[^<>]*\st=[\"']e[\"'])[^<>]*?\br=[\"']([A-Z]+[0-9]+)[\"'][^<>]*>"
    rb"(?:<f[^<>]*/>|<f[^<>]*>[^<]*</f>)?(?:<v>([^<]*)</v>)?"
)
CELL_OF_EMPTY_FORMULA = re.compile(
    rb"<c\s[^<>]*?\br=[\"']([A-Z]+[0-9]+)[\"'][^<>]*>\s*"
    rb"<f[^<>]*>([^<]*)</f>\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)


class _Scan:
    """Streams every member once: counts what it unpacks to, looks for what may not be there."""

    def __init__(self) -> None:
        self.unpacked = 0
        self.found = 0
        self.flaws: dict[str, dict[str, str]] = {}

    def member(self, name: str, stream: IO[bytes]) -> None:
        """Read one member to its end, so that its checksum is proved too."""
        carry = b""
        is_markup = None
        while chunk := stream.read(CHUNK):
            self.unpacked += len(chunk)
            if self.unpacked > MAX_UNPACKED:
                raise Refused("unpacked_too_large", limit=MAX_UNPACKED // (1024 * 1024))
            if is_markup is None:
                is_markup = _is_markup(name, chunk)
            if not is_markup:
                continue
            text = carry + chunk
            cut = _safe_cut(text)
            self._markup(name, text[:cut])
            carry = text[cut:]
            if len(carry) > MAX_TAG:
                raise Refused("damaged_file")
        self._markup(name, carry)

    def _markup(self, name: str, text: bytes) -> None:
        """Check one stretch of markup that ends between two cells."""
        if b"<!" in text and (b"<!DOCTYPE" in text or b"<!ENTITY" in text):
            raise Refused("has_entities")
        if name.lower().endswith(".rels"):
            _inspect_relations(text)
            return
        self._reach(text)
        if b't="e"' in text or b"t='e'" in text:
            self._note(name, CELL_OF_ERROR, text, "")
        if b"<f" in text:
            self._note(name, CELL_OF_EMPTY_FORMULA, text, "=")

    def _reach(self, text: bytes) -> None:
        """Refuse a filled cell too far out; formatted rows and empty cells may reach anywhere."""
        far = FAR_CELL.search(text)
        while far is not None:
            letters, digits = REFERENCE.search(text, far.start()).groups()  # type: ignore[union-attr]
            if CELL_TAG.match(text, text.rfind(b"<", 0, far.start())):
                if column_number(letters.decode()) > MAX_COLUMNS:
                    raise Refused("too_many_columns", limit=MAX_COLUMNS)
                if len(digits) > 6 or int(digits) > MAX_ROWS:
                    raise Refused("too_many_rows", limit=MAX_ROWS)
            far = FAR_CELL.search(text, far.end())

    def _note(self, name: str, pattern: re.Pattern[bytes], text: bytes, prefix: str) -> None:
        notes = self.flaws.setdefault(name, {})
        for match in pattern.finditer(text):
            self.found += 1
            if self.found > MAX_FLAWS:
                return
            content = html.unescape((match.group(2) or b"#VALUE!").decode("utf-8", "replace"))
            notes[match.group(1).decode()] = (prefix + content)[:200]


def column_number(letters: str) -> int:
    """Return 1 for A, 27 for AA, 16384 for XFD; 0 for no letters at all."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _is_markup(name: str, chunk: bytes) -> bool:
    """Whether a member is XML, by its name or its look; markup that is not UTF-8 is refused."""
    named = name.lower().endswith((".xml", ".rels", ".vml"))
    start = chunk[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if named and (b"\x00" in start or chunk[:2] in (b"\xff\xfe", b"\xfe\xff")):
        raise Refused("has_entities")
    return named or start.startswith(b"<")


def _safe_cut(text: bytes) -> int:
    """Return where a stretch may end so that no cell and no tag is cut in two."""
    cut = text.rfind(b"<c ")
    if cut <= 0:
        cut = text.rfind(b"<")
    return max(cut, 0)


def _inspect_relations(text: bytes) -> None:
    for match in OUTSIDE.finditer(text):
        if b"/hyperlink" not in match.group():
            raise Refused("has_external_links")
