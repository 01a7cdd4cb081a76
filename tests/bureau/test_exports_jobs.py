"""Lists that a worker writes: sealed at rest, for their owner alone, gone after a week."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client

from bureau.core import clock, crypto
from bureau.exchange import exporting, exports
from bureau.exchange.models import ExportRun
from bureau.jobs import services as jobs
from bureau.jobs.choices import JobState
from bureau.jobs.models import Job
from bureau.people.models import Organisation, Posting
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
LIST, ORDER = "/organisations/", "/lists/export/"


@pytest.fixture
def many(monkeypatch):
    """Return 30 organisations where 20 are already many."""
    monkeypatch.setattr(exporting, "LONG", 20)
    return OrganisationFactory.create_batch(30)


def ordered(client, fmt="csv", **words):
    answer = client.post(ORDER, {"next": f"{LIST}?{urlencode(words)}", "format": fmt})
    assert answer.status_code == 302
    return Job.objects.get(pk=int(answer["Location"].rstrip("/").rpartition("/")[2]))


def state():
    return list(Job.objects.values_list()), list(ExportRun.objects.values_list())


def test_a_short_list_is_written_at_once(many, clerk, signed_in):
    answer = signed_in(clerk).get(LIST, {"format": "csv", "pk": [one.pk for one in many[:3]]})
    assert answer.status_code == 200
    assert not ExportRun.objects.exists()


def test_looking_at_a_long_list_orders_nothing_and_offers_the_button(many, clerk, signed_in):
    client, before = signed_in(clerk), state()
    shown = client.get(LIST, {"sort": "-name"}).content.decode()
    assert f'action="{ORDER}"' in shown
    assert "format=csv" not in shown
    answer = client.get(LIST, {"format": "csv", "sort": "-name"})
    assert answer.status_code == 409
    assert f'value="{LIST}?sort=-name"' in answer.content.decode()
    assert client.get(ORDER, {"next": LIST, "format": "csv"}).status_code == 405
    assert state() == before


def test_another_site_orders_nothing(many, clerk):
    client = Client(enforce_csrf_checks=True)
    client.force_login(clerk)
    assert client.post(ORDER, {"next": LIST, "format": "csv"}).status_code == 403
    assert not ExportRun.objects.exists()


@pytest.mark.parametrize(
    ("next_page", "fmt", "status", "code"),
    [
        (LIST, "pdf", 409, "unknown_format"),
        (f"{LIST}?kind=nonsense", "csv", 409, "filters_unclear"),
        ("/audit/", "csv", 409, "not_permitted"),
        ("/", "csv", 422, ""),
        ("https://elsewhere.example/organisations/", "csv", 422, ""),
    ],
)
def test_what_makes_no_sense_is_refused(many, clerk, signed_in, next_page, fmt, status, code):
    answer = signed_in(clerk).post(ORDER, {"next": next_page, "format": fmt})
    assert (answer.status_code, answer.context["code"]) == (status, code)
    assert not ExportRun.objects.exists()


@pytest.mark.parametrize("fmt", exporting.FORMATS)
def test_a_long_list_is_written_by_a_worker(many, clerk, signed_in, fmt):
    client = signed_in(clerk)
    job = ordered(client, fmt, sort="-name")
    assert job.state == JobState.QUEUED
    done = jobs.run(job.pk)
    assert (done.state, done.result["rows"]) == (JobState.DONE, Organisation.objects.count())
    answer = client.get(done.result_url)
    body = b"".join(answer)
    assert int(answer["Content-Length"]) == len(body)
    assert "no-store" in answer["Cache-Control"]
    if fmt == "csv":
        assert all(one.name in body.decode("utf-8-sig") for one in many)
    else:
        assert body.startswith(b"PK")


def test_the_file_at_rest_is_sealed(many, clerk, signed_in, monkeypatch):
    monkeypatch.setattr(exports, "PIECE", 100)
    job = ordered(signed_in(clerk))
    jobs.run(job.pk)
    run = ExportRun.objects.get(job=job)
    place = Path(settings.MEDIA_ROOT) / run.path
    raw = place.read_bytes()
    assert many[0].name.encode() not in raw
    assert len(b"".join(exports.unsealed(run))) == run.size
    first = int.from_bytes(raw[: exports.HEAD], "big") + exports.HEAD
    place.write_bytes(raw[:first])
    with pytest.raises(crypto.SealBrokenError):
        list(exports.unsealed(run))


def test_nobody_else_fetches_it(many, clerk, auditor, signed_in):
    job = jobs.run(ordered(signed_in(clerk)).pk)
    assert signed_in(auditor).get(job.result_url).status_code == 404


def test_ordered_twice_is_written_once(many, clerk, clerk2, signed_in):
    client = signed_in(clerk)
    assert ordered(client).pk == ordered(client).pk
    assert ordered(client, kind="heating_company").pk != ordered(client).pk
    assert ordered(signed_in(clerk2)).pk != ordered(client).pk


def test_the_scope_is_that_of_the_moment_of_writing(many, clerk, signed_in):
    job = ordered(signed_in(clerk))
    Posting.objects.filter(user=clerk).update(ended_at=clock.now() - timedelta(days=1))
    done = jobs.run(job.pk)
    assert (done.state, done.reason_code) == (JobState.FAILED, "not_permitted")
    assert not ExportRun.objects.get(job=job).path


def test_after_a_week_the_file_is_gone_and_the_counts_stay(many, clerk, signed_in):
    client = signed_in(clerk)
    job = jobs.run(ordered(client).pk)
    run = ExportRun.objects.get(job=job)
    place = Path(settings.MEDIA_ROOT) / run.path
    assert exports.purge_exports() == 0
    ExportRun.objects.filter(pk=run.pk).update(created_at=clock.now() - timedelta(days=8))
    assert exports.purge_exports() == 1
    assert not place.exists()
    assert client.get(job.result_url).status_code == 404
    run.refresh_from_db()
    assert run.rows == Organisation.objects.count()
