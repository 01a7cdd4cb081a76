"""Money that comes back: never more than was paid, in cash or kept back, the rest stays open."""

from datetime import date
from decimal import Decimal

import pytest

from bureau.core.errors import BusinessError
from grants.models import PaymentLine, Repayment
from grants.rules.payments import fill, idle_since, kept_back, recoverable
from grants.services import recoveries
from grants.services.bank_files import download_bank_file, export_batch
from grants.services.batches import (
    abort_batch,
    approve_business,
    approve_finance,
    lock_batch,
    unlock_batch,
)
from tests.grants.paid_story import Payers, a_batch, a_claim, answer, build_of, entitled, season_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def who():
    return Payers.of_the_cast()


def refused(call, *args, **how):
    with pytest.raises(BusinessError) as refusal:
        call(*args, **how)
    return refusal.value.code.value


def decided(who, amount="400.00"):
    """Return a decided recovery of a paid construction subsidy."""
    claim = a_claim()
    (row,) = build_of([claim])
    a_batch("reconciling")
    found = recoveries.announce_recovery(row, actor=who.county, amount=Decimal(amount), reason="x")
    found = recoveries.hear(found, actor=who.county, statement="x")
    return recoveries.decide(found, actor=who.county, remedies="x")


def test_demands_never_exceed_what_was_paid(who):
    (row,) = entitled()
    announce = recoveries.announce_recovery
    given = {"actor": who.county, "reason": "x"}
    assert refused(announce, row, amount=Decimal(1), **given) == "guard:paid"
    a_batch("reconciling")
    first = announce(row, amount=Decimal(3000), **given)
    assert refused(announce, row, amount=Decimal("2000.01"), **given) == "guard:amount"
    announce(row, amount=Decimal(2000), **given)
    recoveries.cancel(first, actor=who.county, note="x")
    announce(row, amount=Decimal(3000), **given)
    assert recoveries.recoverable(row) == 0


def test_the_household_is_heard_before_the_decision_tells_remedies(who):
    (row,) = entitled()
    a_batch("reconciling")
    found = recoveries.announce_recovery(row, actor=who.county, amount=Decimal(1), reason="x")
    decide, hear = recoveries.decide, recoveries.hear
    assert refused(decide, found, actor=who.county, remedies="x") == "not_allowed_from_state"
    assert refused(hear, found, actor=who.county, statement=" ") == "guard:heard"
    found = hear(found, actor=who.county, statement="未陈述")
    assert refused(decide, found, actor=who.county, remedies=" ") == "guard:remedies"


def test_a_part_is_kept_back_and_the_rest_stays_open(who):
    found = decided(who, "1400.00")
    season_of(found.entitlement.claim)
    batch = a_batch(kind="operate")
    found = recoveries.offset(found, actor=who.finance, line=batch.lines.get())
    batch = lock_batch(batch, actor=who.clerk)
    line = batch.lines.get()
    assert (line.amount, line.offset, batch.total) == (1000, 1000, 1000)
    found.refresh_from_db()
    cash = {"actor": who.finance}
    assert refused(recoveries.record_cash, found, amount=Decimal("400.01"), **cash) == (
        "guard:kept_back"
    )
    batch = signed_and_sent(batch, who)
    assert batch.state == "reconciling"
    assert b"ZF" not in file_of(batch, who)
    found.refresh_from_db()
    assert (found.state, found.repayments.get().amount) == ("decided", Decimal(1000))
    assert batch.lines.get().state == "paid"
    over = refused(recoveries.record_cash, found, amount=Decimal("400.01"), **cash)
    assert over == "guard:remainder"
    early = refused(
        recoveries.record_cash, found, amount=Decimal(400), on=date(1026, 11, 26), **cash
    )
    assert early == "guard:day_early"
    done = recoveries.record_cash(found, amount=Decimal(400), **cash)
    assert done.state == "settled"


def signed_and_sent(batch, who):
    batch = approve_finance(approve_business(batch, actor=who.chief), actor=who.finance)
    return export_batch(batch, actor=who.finance)


def file_of(batch, who):
    return download_bank_file(batch, "csv", actor=who.finance)


def test_what_is_kept_back_stays_kept_when_the_rest_is_returned_and_paid_again(who):
    found = decided(who)
    season_of(found.entitlement.claim)
    batch = a_batch(kind="operate")
    recoveries.offset(found, actor=who.finance, line=batch.lines.get())
    batch = signed_and_sent(lock_batch(batch, actor=who.clerk), who)
    batch = answer(batch, actor=who.finance)
    found.refresh_from_db()
    assert found.state == "settled"
    answer(batch, actor=who.finance, result="returned", some=batch.lines.all())
    again = a_batch("reconciling", kind="operate")
    line = again.lines.get()
    assert (line.attempt, line.amount, line.offset, line.state) == (2, 1000, 400, "paid")
    assert Repayment.objects.count() == 1


def test_a_failed_payment_repays_nothing(who):
    found = decided(who)
    season_of(found.entitlement.claim)
    batch = a_batch(kind="operate")
    recoveries.offset(found, actor=who.finance, line=batch.lines.get())
    batch = signed_and_sent(lock_batch(batch, actor=who.clerk), who)
    answer(batch, actor=who.finance, result="failed")
    found.refresh_from_db()
    assert (found.state, found.offset_amount) == ("decided", 0)
    assert not Repayment.objects.exists()
    again = a_batch(kind="operate")
    assert again.lines.get().offset == 0
    recoveries.offset(found, actor=who.finance, line=again.lines.get())


@pytest.mark.parametrize("verb", ["unlock", "abort"])
def test_an_opened_or_given_up_batch_keeps_nothing_back(who, verb):
    found = decided(who)
    season_of(found.entitlement.claim)
    batch = a_batch(kind="operate")
    recoveries.offset(found, actor=who.finance, line=batch.lines.get())
    batch = lock_batch(batch, actor=who.clerk)
    if verb == "unlock":
        unlock_batch(batch, actor=who.clerk)
        assert batch.lines.get().offset == 0
    else:
        abort_batch(batch, actor=who.chief, note="x")
    found.refresh_from_db()
    assert found.offset_amount == 0


def test_only_the_dwellings_own_payment_in_a_draft_bears_it(who):
    found = decided(who)
    entitled()
    other = a_batch()
    offset = recoveries.offset
    code = refused(offset, found, actor=who.finance, line=other.lines.get())
    assert code == "guard:line"
    season_of(found.entitlement.claim)
    locked = a_batch("locked", kind="operate")
    code = refused(offset, found, actor=who.finance, line=locked.lines.get())
    assert code == "guard:line_open"
    assert PaymentLine.objects.filter(claimed_by__isnull=False).count() == 0


# --- Arithmetic --------------------------------------------------------------------------
def test_what_may_be_recovered():
    assert recoverable(Decimal(5000), [Decimal(3000), Decimal("1999.99")]) == Decimal("0.01")
    assert recoverable(Decimal(5000), [Decimal(6000)]) == 0


def test_what_each_recovery_keeps_back():
    wanted = [Decimal(300), Decimal(900), Decimal(50)]
    assert kept_back(Decimal(1000), Decimal(0), wanted) == [300, 700, 0]
    assert kept_back(Decimal(1000), Decimal(900), wanted) == [100, 0, 0]


def test_allotments_fill_in_order():
    assert fill(Decimal(700), [Decimal(500), Decimal(500)]) == [500, 200]
    assert fill(Decimal(9), []) == []


def test_idle_for_a_year():
    assert idle_since(date(2026, 11, 26)) == date(2025, 11, 26)
    assert idle_since(date(2024, 2, 29)) == date(2023, 2, 28)
