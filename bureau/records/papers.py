"""What may be kept as a file, and where its bytes lie (SEC-2)."""

import hashlib
import io
import os
import tempfile
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from PIL import Image, ImageOps, UnidentifiedImageError

from bureau.core.errors import BusinessError
from bureau.records.choices import RecordRefusal

MEGABYTE = 1024 * 1024
LARGEST_FILE = 15 * MEGABYTE
MOST_PIXELS = 40_000_000
LONGEST_NAME = 200

PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
OLE_TYPES = {
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".wps": "application/vnd.ms-works",
    ".et": "application/vnd.ms-excel",
}
OFFICE = "application/vnd.openxmlformats-officedocument."
ZIP_TYPES = {
    ".docx": ("word/", OFFICE + "wordprocessingml.document"),
    ".xlsx": ("xl/", OFFICE + "spreadsheetml.sheet"),
    ".ofd": ("OFD.xml", "application/ofd"),
}
PDF = "application/pdf"
#: How a program of the office tells of macros: in the list of streams of an old file, as a part
#: of a new one, or by the kind that a new one says it is.
OLE_MACROS = "_VBA_PROJECT".encode("utf-16-le")
MACRO_PARTS = ("vbaproject.bin", "macrosheets/")
CONTENT_LIST, MACRO_KIND = "[Content_Types].xml", b"macroenabled"
PICTURE_ENDINGS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
PAPERS = frozenset({PDF, *OLE_TYPES.values(), *(kind for _member, kind in ZIP_TYPES.values())})
ANYTHING = PICTURES | PAPERS
Accept = frozenset[str]


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that passed: its bytes as they will be kept."""

    name: str
    content_type: str
    content: bytes
    width: int | None = None
    height: int | None = None

    @property
    def sha256(self) -> str:
        """The name under which the bytes lie."""
        return hashlib.sha256(self.content).hexdigest()


def examine(upload: Any, name: str = "", accept: Accept = ANYTHING) -> Paper:
    """Return the upload as it may be kept, or raise BusinessError saying what is wrong with it.

    At most 15 MB; pictures at most 40 million pixels. The bytes decide, not the ending; an
    ending that disagrees with the bytes is refused as well.
    """
    sent_as = Path(str(getattr(upload, "name", "") or name))
    shown = _short(Path(name) if name else sent_as)
    content = _read(upload, shown)
    ending = sent_as.suffix.lower()
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or _is_webp(content):
        paper = _picture(content, shown, ending)
    else:
        paper = Paper(shown, _paper_type(content, shown, ending), content)
    if paper.content_type not in accept:
        only_pictures = accept <= PICTURES
        raise BusinessError(
            RecordRefusal.FILE_NOT_PICTURE if only_pictures else RecordRefusal.FILE_KIND,
            name=shown,
        )
    return paper


def _short(name: Path) -> str:
    """Return the file's own name within 200 characters; one that is cut keeps its ending."""
    ending = name.suffix[:20]
    return name.stem[: LONGEST_NAME - len(ending)] + ending or "file"


def _read(upload: Any, shown: str) -> bytes:
    content = upload if isinstance(upload, bytes) else upload.read(LARGEST_FILE + 1)
    if not content:
        raise BusinessError(RecordRefusal.FILE_EMPTY, name=shown)
    if len(content) > LARGEST_FILE:
        raise BusinessError(
            RecordRefusal.FILE_TOO_LARGE, name=shown, limit=LARGEST_FILE // MEGABYTE
        )
    return content


def _is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def _picture(content: bytes, shown: str, ending: str) -> Paper:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"])
        if image.width * image.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        kind = image.format or ""
        if ending and PICTURE_ENDINGS.get(ending) != kind:
            raise BusinessError(RecordRefusal.FILE_DISGUISED, name=shown)
        written, size = _without_metadata(image, kind)
    except Image.DecompressionBombError:
        limit = MOST_PIXELS // 1_000_000
        raise BusinessError(RecordRefusal.PICTURE_TOO_LARGE, name=shown, limit=limit) from None
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError):
        raise BusinessError(RecordRefusal.FILE_DAMAGED, name=shown) from None
    return Paper(shown, f"image/{kind.lower()}", written, *size)


def _without_metadata(image: Image.Image, kind: str) -> tuple[bytes, tuple[int, int]]:
    """Decode and write anew: what is not a pixel (place, device, hidden payload) stays behind."""
    upright = ImageOps.exif_transpose(image)
    wanted = {"JPEG": ("RGB", "L"), "PNG": ("RGB", "RGBA", "L", "P", "1"), "WEBP": ("RGB", "RGBA")}
    if upright.mode not in wanted[kind]:
        upright = upright.convert("RGBA" if kind != "JPEG" and "A" in upright.mode else "RGB")
    upright.info = {
        key: value for key, value in upright.info.items() if key in ("transparency", "gamma")
    }
    options = {"JPEG": {"quality": 88}, "PNG": {}, "WEBP": {"quality": 88}}[kind]
    out = io.BytesIO()
    upright.save(out, kind, **options)
    return out.getvalue(), upright.size


def _paper_type(content: bytes, shown: str, ending: str) -> str:
    if content[:5] == b"%PDF-":
        if b"%%EOF" not in content[-2048:]:
            raise BusinessError(RecordRefusal.FILE_DAMAGED, name=shown)
        return _agreed(PDF, ending == ".pdf", shown)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if OLE_MACROS in content:
            raise BusinessError(RecordRefusal.FILE_MACROS, name=shown)
        return _agreed(OLE_TYPES.get(ending, ""), ending in OLE_TYPES, shown)
    if content.startswith(b"PK\x03\x04"):
        return _zip_type(content, shown, ending)
    known = {".pdf", *OLE_TYPES, *ZIP_TYPES, *PICTURE_ENDINGS}
    refusal = RecordRefusal.FILE_DISGUISED if ending in known else RecordRefusal.FILE_KIND
    raise BusinessError(refusal, name=shown)


def _agreed(content_type: str, agrees: bool, shown: str) -> str:
    if not agrees:
        raise BusinessError(RecordRefusal.FILE_DISGUISED, name=shown)
    return content_type


def _zip_type(content: bytes, shown: str, ending: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.namelist()
            kinds = _first_bytes(archive, CONTENT_LIST) if CONTENT_LIST in members else b""
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError):
        raise BusinessError(RecordRefusal.FILE_DAMAGED, name=shown) from None
    has_macros = any(part in member.lower() for member in members for part in MACRO_PARTS)
    if has_macros or MACRO_KIND in kinds.lower():
        raise BusinessError(RecordRefusal.FILE_MACROS, name=shown)
    for known_ending, (sign, content_type) in ZIP_TYPES.items():
        if any(member.startswith(sign) for member in members):
            return _agreed(content_type, ending == known_ending, shown)
    raise BusinessError(RecordRefusal.FILE_KIND, name=shown)


def _first_bytes(archive: zipfile.ZipFile, member: str) -> bytes:
    """Return at most a megabyte of a member: a small file may unpack to any size."""
    with archive.open(member) as stream:
        return stream.read(MEGABYTE)


def store(paper: Paper) -> str:
    """Put the bytes under MEDIA_ROOT, mode 0600, and return the path relative to it."""
    digest = paper.sha256
    relative = Path("attachments") / digest[:2] / digest[2:4] / digest
    target = Path(settings.MEDIA_ROOT) / relative
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=target.parent)  # made with mode 0600
        with os.fdopen(handle, "wb") as out:
            out.write(paper.content)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).replace(target)
    return relative.as_posix()


def full_path(relative: str) -> Path:
    """Return where the bytes of an attachment's ``path`` lie."""
    return Path(settings.MEDIA_ROOT) / relative
