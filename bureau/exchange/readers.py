"""Reading a spreadsheet in a child process; whatever happens there is a refusal here."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from bureau.core.errors import BusinessError
from bureau.exchange import gate
from bureau.exchange.choices import FileRefusal

Cell = str | float | int | bool | list[str] | dict[str, str] | None

PACKAGE = Path(__file__).resolve().parent.parent
# An empty package in place of ours: importing bureau itself would bring Celery along.
START = (
    "import sys, types; bureau = types.ModuleType('bureau'); bureau.__path__ = [{package!r}]; "
    "sys.modules['bureau'] = bureau; from bureau.exchange import child; sys.exit(child.main())"
)
WALL_SECONDS = 240
PASSED_ON = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")


class FileRefused(BusinessError):  # noqa: N818 - it is a refusal, not a fault
    """A whole file is unusable; nothing of it was written."""


def refused(code: str, **values: Any) -> FileRefused:
    """Return the refusal whose word a child or the gate used."""
    return FileRefused(FileRefusal(code), **values)


def glance(data: bytes, name: str) -> str:
    """Return the kind of a file by its first bytes; raises FileRefused, unpacks nothing."""
    try:
        return gate.glance(data, name)
    except gate.Refused as refusal:
        raise refused(refusal.code, **refusal.values) from refusal


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, its first rows (30 at most) and how many rows it has in all."""

    index: int
    name: str
    head: list[list[Cell]]
    rows: int
    hidden: bool = False


class Book:
    """A workbook held open by a child process; close it by leaving ``open_book``."""

    def __init__(self, data: bytes, name: str, *, task: str = "read") -> None:
        self._child = subprocess.Popen(  # noqa: S603 - no word of it comes from outside
            [sys.executable, "-I", "-c", START.format(package=str(PACKAGE)), task],
            cwd="/",
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._watch = threading.Timer(WALL_SECONDS, self._child.kill)
        self._watch.daemon = True
        self._watch.start()
        try:
            self._say(json.dumps({"name": name, "size": len(data)}).encode() + b"\n" + data)
        except BaseException:
            self.close()
            raise

    @cached_property
    def _greeting(self) -> dict[str, Any]:
        """What the child says when it has read the file; asked late, it is not waited for."""
        return self._hear()

    @property
    def kind(self) -> str:
        """What the gate took the file for: xlsx, xls or csv."""
        return str(self._greeting["kind"])

    @cached_property
    def sheets(self) -> list[Sheet]:
        """The sheets, visible ones first; raises FileRefused."""
        return [Sheet(index, **sheet) for index, sheet in enumerate(self._greeting["sheets"])]

    def rows(self, sheet: Sheet) -> Iterator[list[Cell]]:
        """Return the rows of a sheet from its first; a row is as long as its last cell."""
        self._say(f"rows {sheet.index}\n".encode())
        while batch := self._hear():
            yield from batch

    def marked(self, order: dict[str, Any]) -> bytes:
        """Return the same workbook with the named cells coloured and commented."""
        _ = self._greeting
        self._say(b"mark " + json.dumps(order, ensure_ascii=False).encode() + b"\n")
        size = self._hear()["size"]
        copy = self._out.read(size)
        if len(copy) != size:
            raise refused("reader_failed")
        return copy

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self._watch.cancel()
        self._child.kill()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        self._child.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @property
    def _out(self) -> Any:
        return self._child.stdout

    def _say(self, message: bytes) -> None:
        stdin = self._child.stdin
        if stdin is None:
            return
        try:
            stdin.write(message)
            stdin.flush()
        except BrokenPipeError:
            # It has ended; what it said before, or that it said nothing, is read next.
            return

    def _hear(self) -> Any:
        line = self._out.readline()
        if not line.endswith(b"\n"):
            raise refused("reader_failed")
        answer = json.loads(line)
        if isinstance(answer, dict) and "refused" in answer:
            raise refused(answer["refused"], **answer["values"])
        return answer


def _environment() -> dict[str, str]:
    """Return the child's environment: no key, no database, no proxy."""
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    memory = Path("/dev/shm")  # noqa: S108 (a marked copy must not touch the disk)
    if os.access(memory, os.W_OK):
        environment["TMPDIR"] = str(memory)
    return environment


@contextmanager
def open_book(data: bytes, name: str, *, task: str = "read") -> Iterator[Book]:
    """Open a workbook through the gate and a child process; raises FileRefused."""
    glance(data, name)
    with Book(data, name, task=task) as book:
        yield book
