"""Money set aside for a batch: freed before the bank has it, and what was not paid afterwards."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from bureau.core.errors import BusinessError
from grants.models import Fund, PaymentBatch
from grants.reports.funds import ledger_of
from grants.services.batches import abort_batch, close_batch
from grants.services.funds import allot, funds, release
from tests.grants.paid_story import Payers, a_batch, answer, county_of, entitled

pytestmark = pytest.mark.django_db


@pytest.fixture
def who():
    return Payers.of_the_cast()


def a_fund(who, amount):
    return funds.register(
        actor=who.finance, document=f"聊财建〔2018〕{amount}号", level="county", fiscal_year=2018,
        received_on=date(2018, 5, 1), amount=Decimal(amount), division=county_of(),
    )  # fmt: skip


def free_of(fund):
    found = Fund.objects.with_ledger().get(pk=fund.pk)
    return found.amount - found.allotted


def paid_by_fund():
    ledger = ledger_of(Fund.objects.order_by("pk"), PaymentBatch.objects.all())
    return [line.paid for line in ledger.lines]


def refused(call, *args, **given):
    with pytest.raises(BusinessError) as refusal:
        call(*args, **given)
    return refusal.value.code.value


def test_what_a_closed_batch_did_not_pay_is_free_again_and_pays_the_next(who):
    entitled(3)
    batch = a_batch("exported")
    first, second = a_fund(who, 12_000), a_fund(who, 9_000)
    early = allot(first, batch=batch, amount=Decimal(8_000), actor=who.finance)
    late = allot(second, batch=batch, amount=Decimal(7_000), actor=who.finance)
    assert refused(release, early, actor=who.finance) == "guard:spent"
    one, two, three = batch.lines.all()
    batch = answer(batch, actor=who.finance, some=[one, two])
    batch = close_batch(answer(batch, actor=who.finance, result="failed"), actor=who.chief)
    assert paid_by_fund() == [8_000, 2_000]
    assert refused(release, early, actor=who.finance) == "guard:all_paid"
    assert (release(late, actor=who.finance).freed, free_of(second)) == (5_000, 7_000)
    assert refused(release, late, actor=who.finance) == "guard:all_paid"
    assert paid_by_fund() == [8_000, 2_000]
    again = a_batch("locked")
    allot(second, batch=again, amount=Decimal(5_000), actor=who.finance)
    assert (free_of(first), free_of(second)) == (4_000, 2_000)
    answer(batch, actor=who.finance, result="returned", some=[one])
    release(early, actor=who.finance)
    assert (free_of(first), paid_by_fund()) == (7_000, [5_000, 0])
    assert three.previous is None


def test_money_of_another_century_is_a_slip_of_the_pen(who):
    with pytest.raises(ValidationError) as refusal:
        funds.edit(a_fund(who, 1), {"received_on": date(218, 5, 1)}, actor=who.finance, version=1)
    assert list(refusal.value.message_dict) == ["received_on"]


def test_a_batch_given_up_frees_its_funds(who):
    entitled(1)
    batch, fund = a_batch("locked"), a_fund(who, 6_000)
    made = allot(fund, batch=batch, amount=Decimal(5_000), actor=who.finance)
    abort_batch(batch, actor=who.chief, note="重做")
    made.refresh_from_db()
    assert made.released_at is not None
    assert free_of(fund) == 6_000
