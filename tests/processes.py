"""What tests need to play with real processes: an environment, a worker, patience."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.db import connection

from bureau.core.embedded import children


def environment() -> dict[str, str]:
    """Return an environment in which another process stands on this test's database and broker."""
    where = connection.settings_dict
    ring = (settings.VAR_DIR / "keys" / "encryption").read_text().strip()
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "bureau.settings",
        "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**where),
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "ENCRYPTION_KEYS": ring,
        "BLIND_INDEX_KEY": (settings.VAR_DIR / "keys" / "blind_index").read_text().strip(),
    }


def manage(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run ``manage.py`` with these words as a process of its own on this test's servers."""
    return subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *words],
        env=environment() | env,
        capture_output=True,
        text=True,
        check=False,
    )


def wait_for(condition: Callable[[], Any], seconds: float = 20, what: str = "") -> Any:
    """Return the condition's first true value; fail after ``seconds``."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"after {seconds} s still waiting: {what or condition}")


class Worker:
    """A true Celery worker on the test's broker and database."""

    def __init__(self, *words: str, **env: str) -> None:
        self.words, self.env = words or ("-P", "solo"), env
        self.log = settings.VAR_DIR / "log" / "test-worker.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the worker and wait until it takes tasks."""
        self.log.unlink(missing_ok=True)
        self.process = children.start(
            [sys.executable, "-m", "celery", "-A", "bureau", "worker", "-l", "INFO", *self.words]
            + ["--without-gossip", "--without-mingle", "-n", "tests@localhost"],
            self.log,
            env=environment() | {"PORTAL_ROLE": "worker", "REMAP_SIGTERM": "SIGQUIT"} | self.env,
            cwd=settings.BASE_DIR,
        )
        wait_for(self.is_ready, seconds=60, what=f"a worker; see {self.log}")

    def is_ready(self) -> bool:
        """Tell whether the worker takes tasks; its early end fails the test with its last words."""
        if self.process is None or self.process.poll() is not None:
            raise AssertionError(f"the worker ended: {children.tail(self.log, 30)}")
        return " ready." in self.log.read_text(errors="replace")

    def kill(self) -> None:
        """End the worker and its children as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Stop the worker, by force if it does not listen."""
        children.end([self.process], signal.SIGTERM, patience=8)

    def drop(self) -> None:
        """End what is left of the worker at once: nobody looks any more at how it leaves."""
        children.sweep(self.process)


def family(pid: int) -> set[int]:
    """Return the descendants of a process, as they are now."""
    children_of: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            children_of.setdefault(int(fields[1]), []).append(int(entry.name))
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        young = children_of.get(waiting.pop(), [])
        found.update(young)
        waiting.extend(young)
    return found


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be reaped does not."""
    with contextlib.suppress(OSError):
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state not in {"Z", "X"}
    return False


def words_of(pid: int) -> str:
    """Return a process's command line; empty once it is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""


def empty_broker() -> None:
    """Throw away every message earlier tests have left."""
    redis.Redis.from_url(settings.REDIS_URL).flushdb()


def find_chromium() -> str | None:
    """Return the browser of the machine: ``CHROMIUM``, else the first one on the PATH."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name))), None)
