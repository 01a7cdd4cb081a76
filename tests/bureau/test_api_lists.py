"""Every list of the API: there and back again, as csv, and what hangs on one object."""

import csv
import hashlib
import io

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve

from bureau.jobs.models import Job
from bureau.records import services as records
from tests.access import API_LINES
from tests.addresses import API
from tests.cast import person
from tests.grounds import FOREIGN, HOME, NEXT_DOOR, settled

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


def is_list(line):
    found = resolve(f"{API}{line.name}").func.cls if not line.subject else None
    return hasattr(found, "pagination_class") and "GET" in line.methods


LISTS = [line for line in API_LINES if is_list(line)]
every_list = pytest.mark.parametrize("line", LISTS, ids=str)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), settled(HOME, NEXT_DOOR, FOREIGN) as world:
        yield world


@pytest.fixture(autouse=True)
def anew(world, monkeypatch):
    world.forget()
    monkeypatch.setattr("bureau.people.api_auth.TokenThrottle.rate", "100000/min", raising=False)


@pytest.fixture
def reader(world):
    return world.program(person("auditor"))


def pages(program, url, way):
    while url:
        body = program.get(url).json()
        yield [row["id"] for row in body["results"]]
        url = body[way]


@every_list
def test_to_the_end_and_back_the_pages_are_the_same(reader, line):
    whole = reader.get(f"{API}{line.name}?size=500").json()
    size = 400 if whole["next"] else max(1, len(whole["results"]) // 3)
    start = f"{API}{line.name}?size={size}"
    there = list(pages(reader, start, "next"))
    url = start
    for _page in there[1:]:
        url = reader.get(url).json()["next"]
    back = list(pages(reader, url, "previous"))
    assert back == there[::-1]
    ids = [pk for page in there for pk in page]
    assert len(ids) == len(set(ids))


@every_list
def test_as_csv_there_are_the_same_rows_and_fields(reader, line):
    answer = reader.get(f"{API}{line.name}?format=csv")
    assert answer.status_code == 200
    assert answer.streaming
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    ids = [pk for page in pages(reader, f"{API}{line.name}?size=500", "next") for pk in page]
    assert [int(row["id"]) for row in rows] == ids
    first = reader.get(f"{API}{line.name}?size=1").json()["results"]
    assert not first or list(rows[0]) == list(first[0])


@every_list
def test_other_formats_are_refused_with_a_sentence(reader, line):
    assert reader.get(f"{API}{line.name}?format=json&size=1").status_code == 200
    answer = reader.get(f"{API}{line.name}?format=exe")
    assert answer.status_code == 406
    assert answer["Content-Type"].startswith(PROBLEM)


def test_csv_keeps_to_the_scope_and_the_gate(world):
    estate, elsewhere = world[HOME]["estate"], world[FOREIGN]["estate"]
    type(estate).objects.filter(pk=estate.pk).update(developer="=HYPERLINK(1)")
    county = world.program(person("county"))
    text = b"".join(county.get(f"{API}estates/?format=csv")).decode()
    assert estate.name in text
    assert elsewhere.name not in text
    assert "'=HYPERLINK" in text


def test_csv_takes_the_filters(reader, world):
    name = world[HOME]["estate"].name
    text = b"".join(reader.get(f"{API}estates/?format=csv&name={name}")).decode()
    assert len(text.strip().splitlines()) == 2
    assert reader.get(f"{API}estates/?format=csv&community=x").status_code == 422
    assert reader.get(f"{API}estates/?format=csv&sort=bad").status_code == 422


# --- What hangs on an object ------------------------------------------------------------------
def test_history_tells_fields_before_and_after(world):
    clerk = world.program(person("clerk"))
    estate = world[HOME]["estate"]
    url = f"{API}estates/{estate.pk}/"
    version = clerk.get(url).json()["version"]
    assert clerk.patch(url, {"version": version, "developer": "新置业"}).status_code == 200
    told = clerk.get(f"{url}history/").json()["results"]
    change = next(one for one in told[0]["changes"] if one["field"] == "developer")
    assert change["after"] == "新置业"
    assert told[0]["actor"] == person("clerk").pk
    only = clerk.get(f"{url}history/?field=developer").json()["results"]
    assert only[0]["id"] == told[0]["id"]
    assert len(only) < len(told)
    paged = list(pages(clerk, f"{url}history/?size=1", "next"))
    assert [pk for page in paged for pk in page] == [one["id"] for one in told]


def test_notes_are_read_and_left(world):
    clerk = world.program(person("clerk"))
    url = f"{API}substations/{world[HOME]['station'].pk}/notes/"
    answer = clerk.post(url, {"text": "查看过"})
    assert answer.status_code == 201
    assert clerk.get(url).json()["results"][0]["text"] == "查看过"
    assert clerk.post(url, {"text": "  "}).status_code == 422
    assert world.program(person("county")).post(url, {"text": "查看过"}).status_code == 403


def test_files_are_read_and_hung(world):
    clerk = world.program(person("clerk"))
    url = f"{API}estates/{world[HOME]['estate'].pk}/files/"
    paper = SimpleUploadedFile("图.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    answer = clerk.post(url, {"file": paper, "name": "总图"}, format="multipart")
    assert answer.status_code == 201, answer.json()
    assert clerk.get(url).json()["results"][0]["id"] == answer.json()["id"]
    wrong = SimpleUploadedFile("图.pdf", b"MZ\x90", "application/pdf")
    assert clerk.post(url, {"file": wrong}, format="multipart").status_code == 409
    assert clerk.post(url, {"file": "x"}, format="json").status_code == 415


def test_the_bytes_of_a_file_are_read_with_a_key(world):
    """The address that a row gives opens with the key alone, in a sandbox, within scope."""
    station = world[HOME]["station"]
    photo = world[HOME]["photo"]
    listed = world.program(person("clerk")).get(f"{API}substations/{station.pk}/files/").json()
    url = next(row["url"] for row in listed["results"] if row["id"] == photo.pk)
    filed = world.program(person("clerk")).get(
        f"{API}handovers/{world[HOME]['handover'].pk}/papers/"
    )
    assert all(f"{API}files/" in row["url"] for row in filed.json())

    answer = world.program(person("clerk")).get(url, HTTP_ACCEPT="image/avif,text/html")
    assert hashlib.sha256(b"".join(answer)).hexdigest() == photo.sha256
    assert answer["Content-Type"] == photo.content_type
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith("attachment")

    assert world.program(None).get(url).status_code == 401
    elsewhere = world.program(person("outsider")).get(url)
    assert (elsewhere.status_code, elsewhere["Content-Type"]) == (404, PROBLEM)
    records.withdraw(photo, actor=person("clerk"), note="误传")
    assert world.program(person("clerk")).get(url).status_code == 404


def test_an_archived_object_takes_no_notes(world):
    clerk = world.program(person("clerk"))
    source = clerk.post(f"{API}heat-sources/", {"name": "旧热源"}).json()
    url = f"{API}heat-sources/{source['id']}/"
    assert clerk.post(f"{url}archive/", {"note": "拆除"}).status_code == 200
    assert clerk.post(f"{url}notes/", {"text": "晚了"}).status_code == 403
    assert clerk.post(f"{url}restore/", {}).status_code == 200
    assert clerk.post(f"{url}notes/", {"text": "又用了"}).status_code == 201


# --- Figures, tasks, imports --------------------------------------------------------------------
def test_reports_as_data(world):
    clerk = world.program(person("clerk"))
    funnel = clerk.get(f"{API}reports/handover-funnel/").json()
    assert funnel["total"] == sum(bar["count"] for bar in funnel["bars"])
    supply = clerk.get(f"{API}reports/direct-supply/?on=2026-06-01").json()
    assert supply["as_of"] == "2026-06-01"
    assert supply["total"]["connected"] == sum(line["connected"] for line in supply["lines"])
    for day in ("x", "1900-01-01", "2999-01-01"):
        answer = clerk.get(f"{API}reports/direct-supply/?on={day}")
        assert answer.status_code == 422, day
        assert "on" in answer.json()["fields"]


def test_tasks_are_ones_own(world):
    clerk = world.program(person("clerk"))
    job = Job.objects.create(kind="nothing", created_by=person("clerk"))
    assert clerk.get(f"{API}jobs/{job.pk}/").json()["state"] == "queued"
    assert clerk.post(f"{API}jobs/{job.pk}/retry/", {}).status_code == 409
    assert clerk.post(f"{API}jobs/{job.pk}/cancel/", {}).json()["state"] == "cancelled"
    other = world.program(person("company"))
    assert other.get(f"{API}jobs/{job.pk}/").status_code == 404
    assert other.get(f"{API}jobs/").json()["results"] == []


def test_a_spreadsheet_comes_in(world):
    clerk = world.program(person("clerk"))
    url = f"{API}import-runs/"
    sheet = SimpleUploadedFile("账.csv", "名称,社区\n甲站,某社区\n".encode(), "text/csv")
    answer = clerk.post(url, {"kind": "substations", "file": sheet}, format="multipart")
    assert answer.status_code == 201, answer.json()
    run = f"{url}{answer.json()['id']}/"
    assert answer.json()["state"] == "uploaded"
    assert clerk.get(f"{run}issues/").json()["results"] == []
    assert clerk.post(f"{run}confirm/", {}).status_code == 409
    assert world.program(person("auditor")).post(f"{run}discard/", {}).status_code == 403
    assert clerk.post(f"{run}discard/", {}).json()["state"] == "discarded"
    bad = SimpleUploadedFile("x.xlsx", b"hello", "text/plain")
    answer = clerk.post(url, {"kind": "substations", "file": bad}, format="multipart")
    assert answer.status_code == 409


# --- The page and the refusals --------------------------------------------------------------------
def test_the_document_page_is_for_who_has_signed_in(world, client):
    assert client.get("/api/docs/").status_code == 302
    page = world.page(person("clerk")).get("/api/docs/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "<style" not in text
    assert "style=" not in text
    assert all("src=" in tag for tag in text.split("<script")[1:])
    assert world.page(person("clerk")).post("/api/docs/").status_code == 405


def test_a_session_needs_its_csrf_token(world):

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person("clerk"), backend="bureau.people.backends.PortalBackend")
    url = f"{API}heat-sources/"
    body = {"data": {"name": "热源"}, "content_type": "application/json"}
    assert browser.post(url, **body).status_code == 403
    browser.get("/api/docs/")
    token = browser.cookies["csrftoken"].value
    assert browser.post(url, **body, HTTP_X_CSRFTOKEN=token).status_code == 201


def test_every_refusal_is_a_problem_document(world, client):
    clerk = world.program(person("clerk"))
    estate = f"{API}estates/{world[HOME]['estate'].pk}/"
    asked = {
        401: client.get(f"{API}estates/"),
        403: world.program(person("county")).patch(estate, {"version": 1}),
        404: clerk.get(f"{API}estates/{10**17}/"),
        405: clerk.delete(estate),
        406: clerk.get(estate, HTTP_ACCEPT="text/html"),
        409: clerk.patch(estate, {"version": 99999, "developer": "甲"}),
        415: clerk.generic("POST", f"{API}estates/", "x", content_type="text/plain"),
        422: clerk.post(f"{API}estates/", {}),
    }
    for status, answer in asked.items():
        assert answer.status_code == status, (status, answer.content)
        assert answer["Content-Type"].startswith(PROBLEM), status
        body = answer.json()
        assert (body["status"], bool(body["code"]), bool(body["detail"])) == (status, True, True)


def test_too_many_calls_are_told_when_to_come_back(world, monkeypatch):

    cache.clear()
    monkeypatch.setattr("bureau.people.api_auth.TokenThrottle.rate", "1/min", raising=False)
    clerk = world.program(person("clerk"))
    assert clerk.get(f"{API}jobs/").status_code == 200
    answer = clerk.get(f"{API}jobs/")
    assert answer.status_code == 429
    assert answer["Content-Type"].startswith(PROBLEM)
    assert int(answer["Retry-After"]) > 0
    cache.clear()
