"""Files of money at rest: sealed below MEDIA_ROOT, bound to their row, kept as long as it."""

import uuid
from pathlib import Path

from django.conf import settings

from bureau.core import clock, crypto

FOLDER = "payments"


def keep(place: str, data: bytes) -> str:
    """Seal a file for one place (table.column.pk); return its path below MEDIA_ROOT."""
    path = f"{FOLDER}/{clock.today():%Y%m}/{uuid.uuid4().hex}"
    target = Path(settings.MEDIA_ROOT) / path
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.touch(mode=0o600)
    target.write_bytes(crypto.seal(data, place))
    return path


def read(place: str, path: str) -> bytes:
    """Return a kept file; raises SealBrokenError for one that was changed or lies elsewhere."""
    return crypto.unseal((Path(settings.MEDIA_ROOT) / path).read_bytes(), place)
