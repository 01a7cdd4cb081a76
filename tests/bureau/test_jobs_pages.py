"""The pages of background tasks: everybody's own, followed to their end."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bureau.jobs import celery_wake, services
from bureau.jobs.models import Job
from tests.bureau import sample_tasks  # noqa: F401 - declares the kinds ordered here

pytestmark = pytest.mark.django_db
LIST = "/jobs/"


@pytest.fixture(autouse=True)
def quiet_broker(monkeypatch):
    """Send no wake-up calls."""
    monkeypatch.setattr(celery_wake, "wake", lambda pk: True)


def order(actor, kind="sample.mark", **options):
    return services.enqueue(kind, actor=actor, **options)


def running(actor, **values):
    job = services._claim(order(actor).pk)
    Job.objects.filter(pk=job.pk).update(**values)
    job.refresh_from_db()
    return job


def page(job, name="detail"):
    return reverse(f"jobs:job_{name}", args=[job.pk])


def test_one_sees_ones_own_tasks(clerk, village, signed_in):
    own, others = order(village), order(clerk)
    body = signed_in(village).get(LIST).content.decode()
    assert page(own) in body
    assert page(others) not in body


def test_who_looks_after_tasks_sees_them_all(clerk, village, admin, signed_in):
    jobs = [order(clerk), order(village)]
    body = signed_in(admin).get(LIST).content.decode()
    assert all(page(job) in body for job in jobs)


@pytest.mark.parametrize("name", ["detail", "progress"])
def test_a_strangers_task_is_not_there(clerk, outsider, signed_in, name):
    assert signed_in(outsider).get(page(order(clerk), name)).status_code == 404


@pytest.mark.parametrize("verb", ["retry", "cancel"])
def test_verbs_ask_scope_before_permission(clerk, outsider, auditor, signed_in, verb):
    job = order(clerk)
    assert signed_in(outsider).post(page(job, verb)).status_code == 404
    assert signed_in(auditor).post(page(job, verb)).status_code == 403
    assert signed_in(clerk).get(page(job, verb)).status_code == 405


def test_the_list_follows_itself_only_while_something_moves(clerk, signed_in):
    client = signed_in(clerk)
    assert 'hx-trigger="every' not in client.get(LIST).content.decode()
    job = order(clerk)
    assert 'hx-trigger="every' in client.get(LIST).content.decode()
    fragment = client.get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-swap-oob="true" hx-get="/jobs/"' in fragment
    services.run(job.pk)
    fragment = client.get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert "hx-get=" not in fragment.partition('id="follow"')[2]


def test_a_running_task_shows_its_progress_and_time_left(clerk, signed_in):
    started = timezone.now() - timedelta(seconds=10)
    job = running(clerk, done=1234, total=4936, phase="reading", started_at=started)
    for url in (page(job), page(job, "progress")):
        body = signed_in(clerk).get(url).content.decode()
        assert 'value="25"' in body
        assert "1,234 / 4,936" in body
        assert "reading" in body
        assert re.search(r"\b3[0-3]\b", body)
        assert 'hx-trigger="every 1s"' in body
    assert 'value="25"' in signed_in(clerk).get(LIST).content.decode()


def test_at_its_end_the_page_around_is_loaded_anew(clerk, signed_in):
    job = order(clerk)
    assert "HX-Refresh" not in signed_in(clerk).get(page(job, "progress")).headers
    services.run(job.pk)
    answer = signed_in(clerk).get(page(job, "progress"))
    assert answer.headers["HX-Refresh"] == "true"
    assert 'href="/somewhere/"' in answer.content.decode()


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_result_leads_nowhere_outside(clerk, url):
    job = services.run(order(clerk).pk)
    job.result = {"url": url}
    assert job.result_url == ""


def test_cancel_and_retry_through_the_page(clerk, signed_in):
    client, job = signed_in(clerk), order(clerk)
    assert client.post(page(job, "cancel")).headers["Location"] == page(job)
    job.refresh_from_db()
    assert job.state == "cancelled"
    client.post(page(job, "retry"))
    job.refresh_from_db()
    assert job.state == "queued"
    refused = client.post(page(job, "retry"))
    assert refused.status_code == 409
    body = client.get(page(job)).content.decode()
    assert f'action="{page(job, "cancel")}"' in body
    assert f'action="{page(job, "retry")}"' not in body
    assert body.count('data-verb="cancel"') >= 2, "the button, and the story below it"


def test_the_reason_of_a_failure_is_shown_and_escaped(clerk, signed_in):
    job = running(clerk)
    Job.objects.filter(pk=job.pk).update(
        state="failed", lease_owner="", reason="<b>broken</b>", reason_code="program_error"
    )
    for url in (LIST, page(job)):
        body = signed_in(clerk).get(url).content.decode()
        assert "&lt;b&gt;broken&lt;/b&gt;" in body


@pytest.mark.parametrize("count", [1, 10, 100])
def test_a_list_costs_the_same_few_questions(
    clerk, signed_in, django_assert_max_num_queries, count
):
    for _ in range(count):
        order(clerk)
    client = signed_in(clerk)
    client.get(LIST)
    with django_assert_max_num_queries(9):
        client.get(LIST)


def test_every_task_states_word_is_in_the_export(clerk, signed_in):
    order(clerk)
    answer = signed_in(clerk).get(LIST, {"format": "csv"})
    assert answer.status_code == 200


def test_the_list_says_how_many_wait_and_whether_a_worker_lives(clerk, signed_in):
    Job.objects.create(kind="nothing", created_by=clerk)
    client = signed_in(clerk)
    found = client.get("/jobs/").context["standing"]
    assert (found["queued"], found["running"], found["silent"]) == (1, 0, True)
    services.beat_heart()
    page = client.get("/jobs/")
    assert not page.context["standing"]["silent"]
    assert 'data-silent="no"' in page.content.decode()
    assert (
        'id="standing" hx-swap-oob' in client.get("/jobs/", HTTP_HX_REQUEST="true").content.decode()
    )


def test_the_list_narrows_by_kind_person_and_day(clerk, auditor, signed_in):
    mine = Job.objects.create(kind="exchange.check", created_by=clerk)
    Job.objects.create(kind="exchange.export", created_by=auditor)
    client = signed_in(auditor)

    def shown(**words):
        return [job.pk for job in client.get("/jobs/", words).context["page"].rows]

    assert shown(kind="exchange.check") == [mine.pk]
    assert shown(created_by=clerk.pk) == [mine.pk]
    assert shown(ordered_before="2020-01-01") == []
    assert "created_by" not in signed_in(clerk).get("/jobs/").context["filters"].filters
