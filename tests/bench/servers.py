"""The portal's web server as ``make run`` starts it, and browsers that never tire."""

import http.client
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from bureau.core.embedded import children, locate, portal, ports
from bureau.desk.management.commands import prepare_portal
from tests import processes

SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.bench.settings"}


@dataclass(frozen=True, slots=True)
class Web:
    """A running web server: its port and the process that answers."""

    port: int
    worker: int


@contextmanager
def web() -> Iterator[Web]:
    """Start gunicorn on the test's database with the words of ``make run``; stop it at the end."""
    unserved = [f"--ignore={name}" for name in prepare_portal.UNSERVED]
    outcome = processes.manage("collectstatic", "--noinput", "--clear", "-v", "0", *unserved)
    assert outcome.returncode == 0, outcome.stderr
    port = ports.free()
    log = settings.VAR_DIR / "log" / "bench-web.log"
    master = children.start(
        [sys.executable, *portal.WEB, "-b", f"{locate.HOST}:{port}"],
        log,
        env=processes.environment() | portal.WEB_ENV | SETTINGS,
        cwd=settings.BASE_DIR,
    )
    try:
        processes.wait_for(lambda: answers(port), 60, f"the web server; see {log}")
        yield Web(port, max(processes.family(master.pid)))
    finally:
        children.end([master], signal.SIGTERM, patience=8)


def answers(port: int) -> bool:
    """Tell whether the portal says that it lives."""
    try:
        return get(http.client.HTTPConnection(locate.HOST, port, timeout=5), "/healthz")[0] == 200
    except OSError:
        return False


def get(
    line: http.client.HTTPConnection, path: str, cookie: str = "", **headers: str
) -> tuple[int, bytes, Any]:
    """Return status, body as it travelled and headers of one request on a kept connection."""
    line.request("GET", path, headers={"Cookie": cookie} | headers)
    answer = line.getresponse()
    return answer.status, answer.read(), answer.headers


def throughput(web: Web, path: str, cookie: str, clients: int, seconds: float) -> float:
    """Return the requests a second of so many clients, each asking again at once."""
    done = [0] * clients
    end = time.monotonic() + seconds

    def ask(place: int) -> None:
        line = http.client.HTTPConnection(locate.HOST, web.port, timeout=60)
        while time.monotonic() < end:
            status, _body, _headers = get(line, path, cookie)
            assert status == 200, (path, status)
            done[place] += 1
        line.close()

    start = time.monotonic()
    threads = [threading.Thread(target=ask, args=(place,)) for place in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.monotonic() - start)


def latencies(web: Web, path: str, cookie: str, goes_on: Any) -> list[float]:
    """Return the seconds of one request after the other while ``goes_on(how many)``."""
    line, found = http.client.HTTPConnection(locate.HOST, web.port, timeout=60), []
    pause = threading.Event()
    while goes_on(len(found)):
        start = time.perf_counter()
        assert get(line, path, cookie)[0] == 200
        found.append(time.perf_counter() - start)
        pause.wait(0.05)  # a reader looks at a page before asking for the next
    line.close()
    return found


def percentile(values: list[float], share: float) -> float:
    """Return the value that ``share`` of all do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def database_sessions() -> int:
    """Return how many sessions this database has ever seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT sessions FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
