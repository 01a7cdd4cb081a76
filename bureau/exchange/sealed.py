"""Uploaded files at rest: sealed, below MEDIA_ROOT, gone after their keeping time (SEC-7)."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from bureau.core import clock, crypto
from bureau.exchange.readers import refused

FOLDER = "exchange"


def _context(run_id: int) -> str:
    return f"exchange_importrun.file.{run_id}"


def keep(run_id: int, data: bytes) -> str:
    """Seal an upload for one run; returns its path below MEDIA_ROOT."""
    path = f"{FOLDER}/{clock.today():%Y%m}/{uuid.uuid4().hex}"
    place = Path(settings.MEDIA_ROOT) / path
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.touch(mode=0o600)
    place.write_bytes(crypto.seal(data, _context(run_id)))
    return path


def read(run_id: int, path: str) -> bytes:
    """Return an upload in plain; raises FileRefused where it is gone or was changed."""
    try:
        return crypto.unseal((Path(settings.MEDIA_ROOT) / path).read_bytes(), _context(run_id))
    except (OSError, crypto.SealBrokenError) as error:
        raise refused("file_gone") from error


def remove(path: str) -> None:
    """Delete an upload; nothing happens where it is gone already."""
    if path:
        (Path(settings.MEDIA_ROOT) / path).unlink(missing_ok=True)


def older_than(moment: datetime) -> Iterator[str]:
    """Return the paths of the files that were last written before ``moment``."""
    root = Path(settings.MEDIA_ROOT)
    for place in (root / FOLDER).glob("*/*"):
        if place.stat().st_mtime < moment.timestamp():
            yield str(place.relative_to(root))
