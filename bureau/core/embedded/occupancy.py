"""One ``VAR_DIR``, one set of servers: who holds it, and who is using what the holder started."""

import contextlib
import fcntl
import os
import sys
import time
from pathlib import Path
from typing import IO


class OccupiedError(Exception):
    """Another process holds the ``VAR_DIR``; the message names it."""


class Holder:
    """The one process whose servers live in a ``VAR_DIR``; the kernel ends the hold with it."""

    def __init__(self, var_dir: Path, doing: str, patience: float = 0) -> None:
        """Hold the folder; ``OccupiedError`` names the holder after ``patience`` seconds."""
        var_dir.mkdir(parents=True, exist_ok=True)
        self.file = open_lock(var_dir / "holder.lock")
        deadline = time.monotonic() + patience
        while not locked(self.file, fcntl.LOCK_EX):
            if time.monotonic() >= deadline:
                self.file.seek(0)
                holder = self.file.read().strip() or "a process that is just starting"
                raise OccupiedError(f"{var_dir} is in use by {holder}.")
            time.sleep(0.1)
        self.describe(doing)

    def describe(self, doing: str) -> None:
        """Write down who holds the folder, for the message others get."""
        self.file.seek(0)
        self.file.truncate()
        self.file.write(f"process {os.getpid()} ({doing})\n")
        self.file.flush()


class Users:
    """The commands that lean on servers which run only for them."""

    def __init__(self, var_dir: Path) -> None:
        var_dir.mkdir(parents=True, exist_ok=True)
        self.file = open_lock(var_dir / "users.lock")

    def join(self) -> None:
        """Become a user; waits while servers are just being stopped."""
        fcntl.flock(self.file, fcntl.LOCK_SH)

    def leave(self) -> None:
        """Be a user no more; a killed process leaves by itself."""
        fcntl.flock(self.file, fcntl.LOCK_UN)

    def wait_for_none(self) -> None:
        """Wait until the last user has left, and let nobody join until this process ends."""
        fcntl.flock(self.file, fcntl.LOCK_EX)


def open_lock(path: Path) -> IO[str]:
    """Open a lock file for reading and writing, without emptying it."""
    return open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")


def locked(file: IO[str], kind: int) -> bool:
    """Take the lock if it is free."""
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(file, kind | fcntl.LOCK_NB)
        return True
    return False


def command_line() -> str:
    """Return this process's command as an operator would recognise it."""
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:3]])
