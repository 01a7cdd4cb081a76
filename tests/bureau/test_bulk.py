"""Changing many rows at once: every row once, with its own outcome, whatever happens meanwhile."""

from datetime import timedelta

import pytest
from django.urls import resolve, reverse

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.desk.bulk import BulkVerb
from bureau.desk.choices import BulkOutcome
from bureau.desk.models import BulkResult, BulkRun
from bureau.desk.parts import ReasonForm
from bureau.desk.services import bulk
from bureau.jobs import services as jobs
from bureau.people.models import Organisation, Posting
from bureau.people.services import end_posting, grant_posting, organisations
from bureau.places.models import Division
from bureau.records.models import AuditEntry
from heating.models import Estate
from heating.services.handover_detours import suspend_handover
from tests.factories import OrganisationFactory
from tests.heating.factories import EstateFactory, SubstationFactory
from tests.heating.handover_story import Story, a_station

pytestmark = pytest.mark.django_db

KEY = "desk:organisation_list"
CHANGE = "/organisations/bulk/change/"
HOTLINE = {"hotline": "0635-8123456"}


@pytest.fixture
def desk(clerk, signed_in):
    return signed_in(clerk)


def order(actor, rows, key="change", arguments=None, list_key=KEY):
    change = bulk.find_change(list_key, key)
    sent = {"hotline": ["0635-8123456"]} if arguments is None else arguments
    return bulk.order(
        actor=actor,
        list_key=list_key,
        change=change,
        model=type(rows[0]),
        rows=[(row.pk, row.version) for row in rows],
        arguments=sent,
    )


def work(run):
    return jobs.run(run.job_id)


def outcomes(run):
    return dict(run.results.values_list("object_id", "outcome"))


class TestPages:
    def test_nothing_chosen_and_too_many(self, desk, monkeypatch):
        one, two = OrganisationFactory.create_batch(2)
        assert desk.get(CHANGE).context["code"] == "no_rows"
        assert desk.post(CHANGE, HOTLINE).status_code == 409
        only = BulkVerb("archive", "收", call=organisations.archive, form=ReasonForm, most=1)
        listing = resolve("/organisations/").func.view_class
        monkeypatch.setattr(listing, "bulk", (only,))
        address = f"/organisations/bulk/archive/?pk={one.pk}&pk={two.pk}"
        answer = desk.post(address, {"note": "重复", "step": "write"})
        assert answer.context["code"] == "too_many_rows"
        assert not BulkRun.objects.exists()

    def test_the_last_look_shows_count_rows_and_change_before_anything_is_written(self, desk):
        rows = OrganisationFactory.create_batch(12)
        picked = "&".join(f"pk={row.pk}" for row in rows)
        look = desk.post(f"{CHANGE}?{picked}", HOTLINE)
        assert look.context["looking"]
        assert look.context["number"] == 12
        assert look.context["further"] == 2
        drawn = look.content.decode().partition("<tbody>")[2]
        assert [row.get_absolute_url() in drawn for row in rows] == [True] * 10 + [False] * 2
        assert [value for _label, value in look.context["shown"]] == ["0635-8123456"]
        assert not BulkRun.objects.exists()

    @pytest.mark.parametrize(
        ("sent", "code"),
        [
            ({}, "nothing_chosen"),
            ({"hotline": "1", "empty": "hotline"}, "both"),
            ({"kind": "nonsense"}, "invalid_choice"),
        ],
    )
    def test_what_is_filled_in_is_checked_first(self, desk, sent, code):
        row = OrganisationFactory()
        answer = desk.post(f"{CHANGE}?pk={row.pk}", sent)
        assert answer.status_code == 422
        errors = answer.context["form"].errors.as_data()
        assert code in {error.code for found in errors.values() for error in found}

    def test_a_field_is_made_empty_only_when_ticked(self, desk, clerk):
        row = OrganisationFactory(hotline="0635-1", address="东昌西路")
        run = order(clerk, [row], arguments={"empty": ["hotline"], "address": [""]})
        assert work(run).state == "done"
        row.refresh_from_db()
        assert (row.hotline, row.address) == ("", "东昌西路")

    def test_the_run_is_its_owners_and_the_chiefs(self, desk, clerk, clerk2, chief, signed_in):
        run = order(clerk, [OrganisationFactory()])
        assert desk.get(run.get_absolute_url()).status_code == 200
        assert signed_in(chief).get(run.get_absolute_url()).status_code == 200
        assert signed_in(clerk2).get(run.get_absolute_url()).status_code == 404
        assert list(desk.get("/lists/bulk/").context["page"].rows) == [run]
        assert not signed_in(clerk2).get("/lists/bulk/").context["page"].rows

    def test_it_waits_visibly_while_no_worker_runs(self, desk, clerk):
        run = order(clerk, [OrganisationFactory()])
        page = desk.get(run.get_absolute_url())
        assert f'data-job="{run.job_id}"' in page.content.decode()
        assert 'data-status="queued"' in page.content.decode()
        assert page.context["open"]

    def test_results_are_filtered_and_exported(self, desk, clerk):
        one, two = OrganisationFactory.create_batch(2)
        run = order(clerk, [one, two])
        Organisation.objects.filter(pk=two.pk).update(version=9)
        work(run)
        address = run.get_absolute_url()
        refused = desk.get(address, {"outcome": "refused"})
        assert [row.object_id for row in refused.context["page"].rows] == [two.pk]
        assert refused.context["again"] == f"/organisations/?refused={run.pk}"
        text = b"".join(desk.get(address, {"format": "csv"})).decode("utf-8-sig")
        assert len(text.strip().splitlines()) == 3

    def test_refused_rows_of_another_persons_run_are_not_selected(self, clerk, clerk2, signed_in):
        row = OrganisationFactory()
        run = order(clerk, [row])
        Organisation.objects.filter(pk=row.pk).update(version=9)
        work(run)
        other = signed_in(clerk2).get("/organisations/", {"refused": run.pk})
        assert not other.context["refused_run"]


class TestCarryingOut:
    def test_a_refusal_of_the_service_stands_beside_its_row(self, clerk):
        free = EstateFactory()
        served = EstateFactory()
        SubstationFactory(estate=served)
        run = order(clerk, [free, served], "archive", {"note": ["拆迁"]}, "heating:estate_list")
        assert work(run).state == "done"
        assert outcomes(run) == {free.pk: "changed", served.pk: "refused"}
        result = run.results.get(object_id=served.pk)
        assert result.code == "still_served"
        assert served.name in result.sentence
        assert not Estate.objects.get(pk=served.pk).is_archived
        assert AuditEntry.objects.about(free).first().note == "拆迁"

    def test_what_a_service_finds_in_a_field_stands_beside_its_row(self, clerk):
        built = EstateFactory(connected_area=10, heated_area=10)
        run = order(
            clerk, [built], arguments={"year_built": ["1900"]}, list_key="heating:estate_list"
        )
        work(run)
        assert outcomes(run) == {built.pk: "refused"}
        assert run.results.get().code == "invalid"
        assert run.results.get().sentence

    def test_a_row_that_has_a_result_is_never_done_again(self, clerk):
        one, two = OrganisationFactory.create_batch(2)
        run = order(clerk, [one, two])
        BulkResult.objects.create(run=run, object_id=one.pk, outcome=BulkOutcome.CHANGED)
        assert work(run).state == "done"
        one.refresh_from_db()
        two.refresh_from_db()
        assert (one.version, two.version) == (1, 2)

    def test_permission_lost_in_the_middle(self, clerk):
        one, two = OrganisationFactory.create_batch(2)
        run = order(clerk, [one, two])
        change = bulk.find_change(KEY, "change")
        bulk._do_one(run, change, bulk._given(run, change), one.pk, one.version)
        grant_posting(clerk, "legal_reviewer", actor=None, division=Division.objects.get(level=2))
        for posting in Posting.objects.filter(user=clerk, role__code="bureau_clerk"):
            end_posting(posting, actor=None)
        assert work(run).state == "done"
        assert outcomes(run) == {one.pk: "changed", two.pk: "refused"}
        assert run.results.get(object_id=two.pk).code == "not_permitted"

    def test_sight_lost_in_the_middle(self, clerk):
        row = OrganisationFactory()
        run = order(clerk, [row])
        for posting in Posting.objects.filter(user=clerk):
            end_posting(posting, actor=None)
        work(run)
        assert outcomes(run) == {row.pk: "gone"}
        assert not run.results.get().label

    def test_what_was_filled_in_is_gone_meanwhile(self, clerk):
        company = OrganisationFactory(kind="heating_company")
        station = SubstationFactory()
        sent = {"heating_company": [str(company.pk)]}
        run = order(clerk, [station], arguments=sent, list_key="heating:substation_list")
        organisations.archive(company, actor=None)
        job = work(run)
        assert (job.state, job.reason_code) == ("failed", "arguments_gone")
        assert not run.results.exists()

    def test_one_entry_for_the_run_and_one_for_each_row(self, clerk):
        rows = OrganisationFactory.create_batch(2)
        run = order(clerk, rows)
        work(run)
        bulk.carry_out(run.job, lambda *_progress: None)
        verbs = AuditEntry.objects.about(run).values_list("verb", flat=True)
        assert sorted(verbs) == ["finish_bulk", "order_bulk"]
        ended = AuditEntry.objects.about(run).get(verb="finish_bulk")
        assert ended.after["count"] == 2
        assert ended.after["changed"] == 2
        for row in rows:
            assert AuditEntry.objects.about(row).filter(verb="change").count() == 1

    def test_a_change_that_the_list_no_longer_offers(self, clerk):
        run = order(clerk, [OrganisationFactory()])
        BulkRun.objects.filter(pk=run.pk).update(verb="fly")
        job = work(run)
        assert (job.state, job.reason_code) == ("failed", "no_such_bulk")

    def test_a_retry_after_a_cancellation_goes_on(self, clerk):
        rows = OrganisationFactory.create_batch(3)
        run = order(clerk, rows)
        jobs.cancel_job(run.job, actor=clerk)
        assert not run.results.exists()
        jobs.retry_job(run.job, actor=clerk)
        work(run)
        assert set(outcomes(run).values()) == {"changed"}


def test_handovers_are_suspended_together_where_their_state_allows(clerk, chief):
    open_one = Story.of_the_cast().tell(a_station("甲站"), "noticed")
    aside = Story.of_the_cast().tell(a_station("乙站"), "noticed")
    later = clock.today() + timedelta(days=30)
    suspend_handover(aside, actor=chief, note="等资金", review_date=later)
    aside.refresh_from_db()
    sent = {"note": ["采暖季"], "review_date": [later.isoformat()]}
    run = order(chief, [open_one, aside], "suspend", sent, "heating:handover_list")
    assert work(run).state == "done"
    assert outcomes(run) == {open_one.pk: "changed", aside.pk: "refused"}
    assert run.results.get(object_id=aside.pk).code == "not_allowed_from_state"
    open_one.refresh_from_db()
    assert open_one.state == "suspended"


@pytest.mark.parametrize(("number", "code"), [(0, "no_rows"), (20_001, "too_many_rows")])
def test_the_limits(number, code):
    with pytest.raises(BusinessError) as refused:
        bulk.check_number(number, bulk.find_change(KEY, "change"))
    assert refused.value.code == code


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_worker_without_power_does_no_row_twice(start_worker, wait_for, clerk):
    rows = OrganisationFactory.create_batch(400)
    run = order(clerk, rows)
    worker = start_worker("-P", "solo")
    wait_for(lambda: run.results.count() >= 20, seconds=40)
    worker.kill()
    reached = run.results.count()
    assert reached < 400
    worker.start()
    wait_for(lambda: BulkRun.objects.get(pk=run.pk).finished_at, seconds=60)
    assert set(Organisation.objects.filter(pk__in=run.ids).values_list("version", flat=True)) == {2}
    assert bulk.counts(run)["changed"] == 400
    assert reverse("desk:bulkrun_detail", args=[run.pk]) == run.get_absolute_url()
