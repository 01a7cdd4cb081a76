"""What browsers are told with every answer (SEC-6), here and in production."""

import json
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from tests import processes
from tests.access import EVERYTHING, LINES, OPEN, PAGE_LINES
from tests.cast import person
from tests.grounds import HOME, division, settled

pytestmark = pytest.mark.django_db

NONCE = re.compile(r"'nonce-([\w+/=-]{16,})'")
INLINE = re.compile(r"<(script|style)\b([^>]*)>")
HANDLERS = re.compile(r"""<[^>]*\s(on[a-z]+|style)\s*=\s*["']""")
CITY = "371500000000"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), settled(HOME) as world:
        everybody(world)
        world.person("outsider")
        world.remember()
        yield world


@pytest.fixture(autouse=True)
def anew(world):
    """Begin each test with the same people and no call counted."""
    cache.clear()
    world.forget()


def everybody(world):
    """Return somebody who may do everything everywhere."""
    return world.with_role(EVERYTHING, division=division(CITY))


def policy(answer):
    """Return the directives of an answer's content security policy."""
    lines = [line.split() for line in answer["Content-Security-Policy"].split(";") if line.strip()]
    return {words[0]: words[1:] for words in lines}


def check_every_answer(answer, what):
    """Assert what holds for each answer there is."""
    directives = policy(answer)
    for words in directives.values():
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"} & set(words), what
    assert directives["default-src"] == ["'none'"], what
    assert directives["frame-ancestors"] == ["'none'"], what
    assert directives["base-uri"] == ["'none'"], what
    assert directives["form-action"] in (["'self'"], ["'none'"]), what
    assert answer["X-Content-Type-Options"] == "nosniff", what
    assert answer["X-Frame-Options"] == "DENY", what
    assert answer["Referrer-Policy"] == "same-origin", what
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin", what
    assert "Strict-Transport-Security" not in answer, what
    assert "Server" not in answer, what
    assert "X-Powered-By" not in answer, what


def check_not_kept(answer, what):
    """Assert that neither browser nor proxy keeps the answer."""
    assert "no-store" in answer["Cache-Control"], what
    assert "public" not in answer["Cache-Control"], what


def check_markup(answer, what):
    """Assert that the page has nothing that its own policy would stop."""
    if not answer["Content-Type"].startswith("text/html") or answer.streaming:
        return
    text = answer.content.decode()
    allowed = set(NONCE.findall(answer["Content-Security-Policy"]))
    for tag, attributes in INLINE.findall(text):
        nonce = re.search(r'nonce="([^"]+)"', attributes)
        assert "src=" in attributes or (nonce and nonce[1] in allowed), (what, tag)
    assert not HANDLERS.search(text), what
    assert not re.search(r"""(src|href)=["'](https?:)?//""", text), what


@pytest.mark.parametrize("line", LINES, ids=str)
def test_every_answer_of_every_address(world, line):
    """To those who may, to those who may not, and to nobody; by every method."""
    person_of = {"": everybody(world), "outsider": world.person("outsider")}
    for method in (*line.methods, "DELETE"):
        for who, user in [*person_of.items()][: 1 if method == "DELETE" else 2]:
            answer = world.ask(line, user, method)
            what = (str(line), method, who)
            check_every_answer(answer, what)
            check_not_kept(answer, what)
            check_markup(answer, what)
    answer = world.ask(line, None, line.methods[0])
    check_every_answer(answer, str(line))
    check_not_kept(answer, str(line))


@pytest.mark.parametrize(
    "url", ["/nothing/", "/login/", "/static/nothing.css", "/api/nothing/", "/healthz", "/login"]
)
def test_answers_beside_the_addresses(url):
    answer = Client().get(url)
    check_every_answer(answer, url)
    check_markup(answer, url)


def test_the_page_of_a_fault_keeps_the_policy(world, monkeypatch):
    client = world.page(person("clerk"))
    client.raise_request_exception = False
    monkeypatch.setattr("bureau.desk.views.home.work.items", lambda _user: 1 // 0)
    answer = client.get("/")
    assert answer.status_code == 500
    check_every_answer(answer, "500")
    check_not_kept(answer, "500")
    check_markup(answer, "500")


def test_a_file_is_shut_in(world):
    """A file that somebody uploaded may do nothing in the browser, whatever is in it."""
    line = next(line for line in PAGE_LINES if line.name == "desk:file")
    answer = world.ask(line, person("clerk"), "GET")
    directives = policy(answer)
    assert "sandbox" in directives
    assert not {"script-src", "style-src", "connect-src"} & set(directives)
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_policy_allows_what_carries_this_answer_s_word_only(world):
    """Each answer's nonce is its own, so that nobody can guess it."""
    client = world.page(person("clerk"))
    found = [set(NONCE.findall(client.get("/")["Content-Security-Policy"])) for _ in range(2)]
    assert not found[0] & found[1]
    assert {"'self'"} <= set(policy(client.get("/"))["script-src"])


def test_local_cookies_are_plain(db):
    client = Client(enforce_csrf_checks=True)
    person("clerk")
    token = client.get("/login/").cookies["csrftoken"]
    assert not token["secure"]
    given = {"username": "clerk", "password": "demo-2026", "csrfmiddlewaretoken": token.value}
    answer = client.post("/login/", given)
    assert answer.status_code == 302
    cookie = answer.cookies["sessionid"]
    assert not cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert set(answer.cookies) <= {"sessionid", "csrftoken"}


# --- Production, in a process of its own -----------------------------------------------------
SIGN_IN = """
import json, logging
import django
django.setup()
logging.disable(logging.CRITICAL)
from django.db import transaction
from django.conf import settings
from django.test import Client, override_settings
from bureau.people.models import User

# Nobody collected the static files of a test.
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
files = override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain})

def cookies(answer):
    return {name: [morsel["secure"], morsel["path"], morsel["domain"], morsel["httponly"]]
            for name, morsel in answer.cookies.items()}

with files, transaction.atomic():
    User.objects.create_user("productive", "Kranich-und-Weide-7", must_change_password=False,
                             display_name="productive")
    client = Client(headers={"host": "portal.example.gov.cn"}, enforce_csrf_checks=True)
    plain = client.get("/login/")
    door = client.get("/login/", secure=True)
    token = door.cookies["__Host-csrftoken"].value
    given = {"username": "productive", "password": "Kranich-und-Weide-7",
             "csrfmiddlewaretoken": token}
    inside = client.post("/login/", given, secure=True,
                         headers={"referer": "https://portal.example.gov.cn/login/"})
    print(json.dumps({
        "plain": [plain.status_code, plain["Location"]],
        "probe": client.get("/healthz").status_code,
        "inside": inside.status_code,
        "cookies": cookies(door) | cookies(inside),
        "headers": dict(client.get("/", secure=True).items()),
    }))
    transaction.set_rollback(True)
"""
PRODUCTION = {
    "PORTAL_ENV": "production",
    "ALLOWED_HOSTS": "portal.example.gov.cn",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "",
}


@pytest.fixture
def in_production():
    """Return the environment of a production portal on this test's servers."""
    return processes.environment() | PRODUCTION


def test_production_speaks_https_only(in_production):
    done = subprocess.run(
        [sys.executable, "-c", SIGN_IN],
        env=in_production,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["plain"] == [301, "https://portal.example.gov.cn/login/"]
    assert told["probe"] == 200
    assert told["inside"] == 302
    assert set(told["cookies"]) == {"__Host-sessionid", "__Host-csrftoken"}
    for secure, path, domain, _httponly in told["cookies"].values():
        assert (secure, path, domain) == (True, "/", "")
    assert told["cookies"]["__Host-sessionid"][3] is True
    hsts = told["headers"]["Strict-Transport-Security"]
    assert int(re.search(r"max-age=(\d+)", hsts)[1]) >= 31_536_000
    assert "includeSubDomains" in hsts
    assert "'unsafe" not in told["headers"]["Content-Security-Policy"]


def test_the_deployment_check_has_nothing_to_say():
    done = processes.manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "no issues" in done.stdout + done.stderr


def test_nothing_but_the_door_and_the_probes_is_open():
    """Whoever opens another page to everybody changes this line, and somebody asks why."""
    opened = {line.name for line in PAGE_LINES if OPEN in line.gates.values()}
    assert opened == {
        "healthz",
        "readyz",
        "people:login",
        "desk:sign_in_again",
        "desk:language",
        "desk:theme",
        "grants:calculator",
        "grants:publicnotice_public",
    }
