"""The list page of a real web server: beside a bare view, beside an import, over a cold line."""

import http.client
import re

import pytest
from django.conf import settings

from bureau.core.embedded import locate, portal
from bureau.exchange import services
from bureau.exchange.choices import RunState
from bureau.exchange.models import ImportRun
from tests.bench import city, ledgers, measures, servers

LIST = "/heating/estates/?year_min=1990&sort=-area"
BARE = "/bench/bare/"
CLIENTS = 8
ROUNDS = 3
IS_SMOKE = measures.LISTED < 100_000
SECONDS = 1.0 if IS_SMOKE else 6.0
REQUESTS = 100 if IS_SMOKE else 1000
WORDS = {"Accept-Encoding": "br, gzip"}
STATIC = re.compile(rb"""(?:href|src)="(/static/[^"#]+)""")
WITHIN_CSS = re.compile(rb"""url\(["']?([^"')]+)""")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_list_page_of_a_real_server(county, clerk, signed_in, start_worker):
    city.fill(measures.LISTED)
    cookie = kept_by_a_browser(signed_in(county))
    with servers.web() as web:
        beside_a_bare_view(web, cookie)
        over_a_cold_line(web, cookie)
        beside_an_import(web, cookie, clerk, start_worker)


def kept_by_a_browser(client):
    """Return what a browser sends after its first page: the session, and the token of its forms."""
    assert client.get(LIST).status_code == 200
    kept = {name: found.value for name, found in client.cookies.items()}
    assert {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME} <= kept.keys()
    return "; ".join(f"{name}={value}" for name, value in kept.items())


def beside_a_bare_view(web, cookie):
    """PERF-9: requests a second of eight clients, and the database sessions that they cost."""
    sessions, asked = servers.database_sessions(), 0.0
    listed, bare = [], []
    for _round in range(ROUNDS):
        for path, found in ((LIST, listed), (BARE, bare)):
            found.append(servers.throughput(web, path, cookie, CLIENTS, SECONDS))
            asked += found[-1] * SECONDS
    new = servers.database_sessions() - sessions
    measures.report_at_least("PERF-9 list page", max(listed), "requests/s", max(bare), 0.5)
    measures.report("PERF-9 new database sessions", new, "sessions", asked, 0.01)


def over_a_cold_line(web, cookie):
    """PERF-12: bytes of a first visit, and the worker's memory after a thousand requests."""
    line = http.client.HTTPConnection(locate.HOST, web.port, timeout=60)
    total, seen = 0, set()
    waiting = [LIST]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        status, body, headers = servers.get(line, path, cookie, **WORDS)
        assert status == 200, path
        total += len(body)
        if path == LIST:
            plain = servers.get(line, path, cookie)[1]
            waiting += [found.decode() for found in STATIC.findall(plain)]
        elif path.endswith(".css"):
            plain = servers.get(line, path, cookie)[1]
            folder = path.rpartition("/")[0]
            links = [found.decode() for found in WITHIN_CSS.findall(plain)]
            waiting += [
                f"{folder}/{link.partition('#')[0]}"
                for link in links
                if not link.startswith(("data:", "#"))
            ]
    for _number in range(REQUESTS):
        servers.get(line, LIST, cookie)
    measures.report("PERF-12 cold list page", total / 1024, "KB", 250, 1)
    measures.report("PERF-12 web worker", measures.resident_mb(web.worker), "MiB", 130, 1)


def beside_an_import(web, cookie, clerk, start_worker):
    """PERF-10: the slowest twentieth of the pages while a ledger is checked and saved."""
    start_worker(*portal.WORKER[portal.WORKER.index("-c") :][:2])
    data = ledgers.workbook(measures.IMPORTED)
    idle = servers.latencies(web, LIST, cookie, lambda count: count < REQUESTS // 5)
    run = services.start_import("substations", "a.xlsx", data, actor=clerk)
    busy = servers.latencies(web, LIST, cookie, lambda _count: state_of(run) in WAITING)
    services.confirm(ImportRun.objects.get(pk=run.pk), actor=clerk, accept_passing=False)
    busy += servers.latencies(web, LIST, cookie, lambda _count: state_of(run) == RunState.APPLYING)
    assert state_of(run) == RunState.DONE
    slowest = [servers.percentile(found, 0.95) for found in (busy, idle)]
    measures.report("PERF-10 list page during an import", slowest[0], "s", slowest[1], 3)


WAITING = (RunState.UPLOADED, RunState.CHECKING)


def state_of(run):
    """Return how far the import is."""
    return ImportRun.objects.values_list("state", flat=True).get(pk=run.pk)
