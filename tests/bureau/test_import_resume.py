"""A worker that dies in the middle of an import and is started again (REL-5)."""

import pytest
from django.db import connection

from bureau.core import personal
from bureau.exchange import services
from bureau.exchange.choices import RunState
from bureau.exchange.models import ImportIssue, ImportRun
from bureau.jobs.models import Job
from bureau.places.models import Division
from bureau.records.models import AuditEntry
from grants.models import BankAccount, Claim, DuplicateCase, Membership, Person
from tests.bureau import sheets
from tests.grants import registers

HEADINGS = ("代码", "名称", "级别", "上级代码")
CHECKPOINTS = ("exchange.check.between_batches", "exchange.check.before_commit")
SAVING = ("exchange.apply.before_write", "exchange.apply.before_commit")


def ledger() -> bytes:
    """Return a ledger of 60 new villages under a real town, one of them without a name."""
    town = Division.objects.filter(level=4, valid_to__isnull=True).order_by("code").first()
    taken = set(Division.objects.values_list("code", flat=True))
    codes = [code for n in range(500, 999) if (code := f"{town.code[:9]}{n}") not in taken]
    rows = [(code, f"试验新村{n}", "村", town.code) for n, code in enumerate(codes[:60])]
    rows[30] = (codes[30], "", "村", town.code)
    return sheets.texts([("区划表",), HEADINGS, *rows])


class Villages:
    """A ledger of divisions, and what it leaves behind."""

    kind, ledger = "divisions", staticmethod(ledger)

    @staticmethod
    def rows() -> list:
        """Return the rows that came in."""
        new = Division.objects.filter(name__startswith="试验新村").order_by("code")
        return list(new.values_list("code", "name", "path", "version"))

    @staticmethod
    def forget() -> None:
        """Take the rows away again."""
        Division.objects.filter(name__startswith="试验新村").delete()


class Claims:
    """A village register: one row fills six tables, two rows name one person."""

    kind = "claims"
    people = [registers.household() for _turn in range(58)]
    people += [registers.household(id_number=people[0]["id_number"]), registers.household(name="")]

    @classmethod
    def ledger(cls) -> bytes:
        """Return a register of 60 households, one of them without a name."""
        return registers.register(*cls.people)

    @staticmethod
    def rows() -> list:
        """Return the rows that came in, their numbers opened."""
        homes = Claim.objects.order_by("dwelling__account_number")
        found = list(homes.values_list("dwelling__account_number", "name", "state", "version"))
        people = Person.objects.order_by("id_number_index")
        found += [
            personal.reveal(one, "id_number") + personal.reveal(one, "phone") for one in people
        ]
        accounts = BankAccount.objects.order_by("card_index")
        found += [personal.reveal(one, "card") for one in accounts]
        return [*found, Membership.objects.count(), DuplicateCase.objects.count()]

    @staticmethod
    def forget() -> None:
        """Take the rows away again."""
        with connection.cursor() as cursor:
            cursor.execute(
                "TRUNCATE grants_claim, grants_bankaccount, grants_membership, grants_person, "
                "grants_household, grants_dwelling, grants_duplicatecase CASCADE"
            )


def found(ledger=Villages) -> dict:
    """Return everything that an import leaves: rows, slips, audit, numbers."""
    run = ImportRun.objects.latest("pk")
    return {
        "rows": ledger.rows(),
        "counts": (run.state, run.rows, run.created, run.updated, run.unchanged, run.rejected),
        "slips": list(ImportIssue.objects.in_order().values_list("row", "code")),
        "audit": AuditEntry.objects.about(run).filter(verb="import_saved").count(),
        "stages": staging_tables(),
    }


def staging_tables() -> int:
    """Return how many staging tables there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'exchange\\_stage\\_%'")
        return cursor.fetchone()[0]


def state(run: ImportRun) -> str:
    """Return where the run stands now."""
    return ImportRun.objects.values_list("state", flat=True).get(pk=run.pk)


def undisturbed(actor, ledger) -> dict:
    """Import without any accident and take the rows away again."""
    run = services.start_import(ledger.kind, "a.xlsx", ledger.ledger(), actor=actor, later=False)
    run = services.check(run.pk)
    assert (run.reason, run.state, run.created, run.rejected) == ("", RunState.CHECKED, 59, 1)
    services.confirm(run, actor=actor, accept_passing=True, later=False)
    services.apply(run.pk)
    answer = found(ledger)
    ledger.forget()
    ImportIssue.objects.all().delete()
    return answer


@pytest.mark.worker
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ledger", [Villages, Claims])
@pytest.mark.parametrize("checkpoint", [*CHECKPOINTS, *SAVING])
def test_an_import_killed_at_a_checkpoint_ends_like_an_undisturbed_one(
    clerk, start_worker, wait_for, checkpoint, ledger
):
    expected = undisturbed(clerk, ledger)
    none = ledger.rows()
    run = services.start_import(ledger.kind, "a.xlsx", ledger.ledger(), actor=clerk)
    if checkpoint in SAVING:
        services.check(run.pk)
        Job.objects.filter(pk=run.job_id).delete()
        services.confirm(run, actor=clerk, accept_passing=True)
    run.refresh_from_db()
    doomed = start_worker(PORTAL_CHECKPOINT=checkpoint)
    wait_for(lambda: doomed.process.poll() is not None, 30, "the worker to die")
    assert ledger.rows() == none
    assert state(run) in (RunState.CHECKING, RunState.APPLYING)
    assert not ImportIssue.objects.filter(run=run).exists() or checkpoint in SAVING

    start_worker()
    if checkpoint in CHECKPOINTS:
        wait_for(lambda: state(run) == RunState.CHECKED, 60, "the check to be done again")
        run.refresh_from_db()
        services.confirm(run, actor=clerk, accept_passing=True)
    wait_for(lambda: state(run) == RunState.DONE, 60, "the import to be done")
    assert found(ledger) == expected


@pytest.mark.django_db
def test_a_step_done_twice_is_done_once(clerk):
    run = services.start_import("divisions", "a.xlsx", ledger(), actor=clerk, later=False)
    services.check(run.pk)
    again = services.check(run.pk)
    assert again.state == RunState.CHECKED
    services.confirm(run, actor=clerk, accept_passing=True, later=False)
    services.apply(run.pk)
    before = found()
    services.apply(run.pk)
    assert found() == before


@pytest.mark.django_db
def test_a_lost_staging_table_is_filled_again(clerk):
    run = services.start_import("divisions", "a.xlsx", ledger(), actor=clerk, later=False)
    run = services.check(run.pk)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE exchange_stage_{run.pk}")
    services.confirm(run, actor=clerk, accept_passing=True, later=False)
    assert services.apply(run.pk).state == RunState.DONE
    assert len(found()["rows"]) == 59


def test_checkpoints_are_deaf_without_the_variable(monkeypatch):
    from bureau.exchange import checkpoints

    monkeypatch.setattr("os.kill", lambda *_args: pytest.fail("killed"))
    checkpoints.reach("exchange.apply.before_commit")
    monkeypatch.setenv(checkpoints.VARIABLE, "elsewhere")
    checkpoints.reach("exchange.apply.before_commit")
