"""Whatever is done in whatever order: never more is paid than approved, nothing twice (PAY-5)."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Count, F, Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bureau.core.errors import BusinessError
from grants.models import Entitlement, Fund, PaymentBatch, PaymentLine, Repayment
from grants.reports.funds import ledger_of
from grants.services import batches, entitlements, recoveries
from grants.services.bank_files import export_batch
from tests.grants.paid_story import Payers, answer, county_of, entitled, season_of

pytestmark = pytest.mark.django_db

LIVE = ("pending", "sent", "paid")
KINDS = st.sampled_from(["build", "operate"])
PICKS = st.integers(min_value=0, max_value=7)
RESULTS = st.sampled_from(["paid", "paid", "failed", "returned"])


def picked(rows, pick):
    """Return one of the rows; None where there is none."""
    found = list(rows.order_by("pk"))
    return found[pick % len(found)] if found else None


class Office(RuleBasedStateMachine):
    """Clerks, chiefs, finance and the bank around five households."""

    who: Payers

    def __init__(self):
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        rows = entitled(5)
        for row in rows[:3]:
            season_of(row.claim)

    def teardown(self):
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    def do(self, call, *args, **how):
        """Try something; a refusal is an answer too."""
        try:
            with transaction.atomic():
                return call(*args, **how)
        except BusinessError:
            return None

    def batch(self, *states):
        """Return the oldest batch in one of the states."""
        return PaymentBatch.objects.filter(state__in=states).order_by("pk").first()

    @rule(kind=KINDS)
    def create(self, kind):
        self.do(
            batches.create_batch, county_of(), actor=self.who.clerk, kind=kind, fiscal_year=2018
        )

    @precondition(lambda self: self.batch("draft"))
    @rule()
    def lock(self):
        batch = self.batch("draft")
        self.do(batches.lock_batch, batch, actor=self.who.clerk2, drop_ineligible=True)

    @precondition(lambda self: self.batch("locked"))
    @rule()
    def unlock(self):
        self.do(batches.unlock_batch, self.batch("locked"), actor=self.who.clerk)

    @precondition(lambda self: self.batch("locked"))
    @rule()
    def approve_and_send(self):
        batch = batches.approve_business(self.batch("locked"), actor=self.who.chief)
        batch = batches.approve_finance(batch, actor=self.who.finance)
        export_batch(batch, actor=self.who.finance)

    @precondition(lambda self: self.batch("draft", "locked"))
    @rule()
    def abort(self):
        batch = self.batch("draft", "locked")
        self.do(batches.abort_batch, batch, actor=self.who.chief, note="重做")

    @precondition(lambda self: PaymentLine.objects.filter(state="sent").exists())
    @rule(result=RESULTS, pick=PICKS)
    def bank_answers_one(self, result, pick):
        line = picked(PaymentLine.objects.filter(state="sent"), pick)
        answer(line.batch, actor=self.who.finance, result=result, some=[line])

    @precondition(lambda self: self.bouncing().exists())
    @rule()
    def bank_sends_back(self):
        line = self.bouncing().first()
        answer(line.batch, actor=self.who.finance, result="returned", some=[line])

    def bouncing(self):
        """Return the paid lines that the bank may still send back."""
        return PaymentLine.objects.filter(
            state="paid", batch__state__in=("reconciling", "closed"), amount__gt=F("offset")
        )

    @precondition(lambda self: self.batch("reconciling"))
    @rule()
    def close(self):
        self.do(batches.close_batch, self.batch("reconciling"), actor=self.who.chief)

    @rule(pick=PICKS)
    def suspend_or_lift(self, pick):
        held = Entitlement.objects.filter(state="suspended").first()
        if held is not None:
            self.do(entitlements.lift, held, actor=self.who.county2, note="x")
        else:
            row = picked(Entitlement.objects.filter(state="open"), pick)
            self.do(entitlements.suspend, row, actor=self.who.county, note="x")

    @rule(amount=st.sampled_from([Decimal(200), Decimal(1500)]), pick=PICKS)
    def recover(self, amount, pick):
        line = picked(PaymentLine.objects.filter(state="paid"), pick)
        if line is None:
            return
        found = self.do(
            recoveries.announce_recovery, line.entitlement, actor=self.who.county, amount=amount,
            reason="x",
        )  # fmt: skip
        if found is None:
            return
        found = recoveries.hear(found, actor=self.who.county, statement="x")
        found = recoveries.decide(found, actor=self.who.county, remedies="x")
        bearer = PaymentLine.objects.filter(
            state="pending", batch__state="draft",
            entitlement__dwelling=line.entitlement.dwelling_id,
        ).first()  # fmt: skip
        if bearer is not None:
            self.do(recoveries.offset, found, actor=self.who.finance, line=bearer)
        else:
            self.do(recoveries.record_cash, found, actor=self.who.finance, amount=Decimal(100))

    # --- What is always so ----------------------------------------------------------------
    @invariant()
    def no_more_is_paid_than_approved(self):
        paid = PaymentLine.objects.paid().aggregate(total=Sum("amount"))["total"] or 0
        approved = Entitlement.objects.aggregate(total=Sum("amount"))["total"]
        assert paid <= approved
        per = PaymentLine.objects.paid().values("entitlement").annotate(total=Sum("amount"))
        for row in per:
            assert row["total"] <= Entitlement.objects.get(pk=row["entitlement"]).amount

    @invariant()
    def no_entitlement_stands_twice(self):
        live = PaymentLine.objects.filter(state__in=LIVE)
        assert not live.values("entitlement").annotate(n=Count("pk")).filter(n__gt=1).exists()

    @invariant()
    def what_came_back_is_tried_again_once(self):
        again = PaymentLine.objects.exclude(previous=None).exclude(state="dropped")
        assert not again.values("previous").annotate(n=Count("pk")).filter(n__gt=1).exists()
        for line in again.select_related("previous"):
            assert line.previous.state in ("failed", "returned")
            assert line.attempt == line.previous.attempt + 1

    @invariant()
    def the_ledger_is_what_the_batches_have_paid(self):
        ledger = ledger_of(Fund.objects.all(), PaymentBatch.objects.all())
        paid = PaymentLine.objects.paid().aggregate(total=Sum(F("amount") - F("offset")))["total"]
        assert ledger.totals.paid == (paid or 0)

    @invariant()
    def what_is_kept_back_is_what_recoveries_took(self):
        kept = PaymentLine.objects.paid().aggregate(total=Sum("offset"))["total"] or 0
        taken = Repayment.objects.filter(kind="offset").aggregate(total=Sum("amount"))["total"] or 0
        assert kept <= taken
        for one in Repayment.objects.values("recovery__amount", "recovery").annotate(
            total=Sum("amount")
        ):
            assert one["total"] <= one["recovery__amount"]


def test_whatever_is_done_in_whatever_order():
    who = Payers.of_the_cast()
    Office.who = who
    run_state_machine_as_test(
        Office,
        settings=settings(
            max_examples=6,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_machine_reaches_the_end_of_the_road():
    """Payments that fail, come back and are paid are all within the machine's reach."""
    who = Payers.of_the_cast()
    Office.who = who
    machine = Office()
    machine.create("build")
    for step in ("lock", "approve_and_send"):
        getattr(machine, step)()
    for result in ("paid", "failed", "returned"):
        machine.bank_answers_one(result, 0)
    machine.bank_answers_one("paid", 0)
    machine.bank_answers_one("paid", 0)
    machine.close()
    machine.bank_sends_back()
    machine.create("build")
    found = set(PaymentLine.objects.values_list("state", "attempt"))
    assert {("paid", 1), ("failed", 1), ("returned", 1), ("pending", 2)} <= found
    assert PaymentLine.objects.filter(batch__state="closed", state="returned").count() == 2
    machine.teardown()
