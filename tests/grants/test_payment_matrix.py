"""Every state × verb × role of batches and recoveries, through the service (PAY-4 beside it)."""

from decimal import Decimal

import pytest
from django.db import transaction

from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.transitions import allowed_from
from grants.choices import BatchRefusal, BatchState, RecoveryState
from grants.models import PaymentBatch, PaymentLine, Recovery
from grants.rules.payments import BATCH, RECOVERY
from grants.services import batch_verbs, recoveries
from grants.services.batches import create_batch
from tests.cast import person
from tests.grants.paid_story import (
    Payers,
    a_batch,
    county_of,
    entitled,
    receipt,
    season_of,
)
from tests.heating.test_handover_matrix import ROLES, UndoError

pytestmark = pytest.mark.django_db

EVERYBODY = (*ROLES, "clerk2", "county2")
MAKERS = {"clerk", "clerk2", "county", "county2"}
BATCH_HOLDERS = {
    "lock": MAKERS, "unlock": MAKERS, "approve_business": {"chief"},
    "approve_finance": {"finance"}, "export": {"finance"}, "import_receipt": {"finance"},
    "import_returns": {"finance"},
    "close": {"chief"}, "abort": {"chief"},
}  # fmt: skip
RECOVERY_HOLDERS = {
    "hear": {"county", "county2"}, "decide": {"county", "county2"},
    "cancel": {"county", "county2"}, "record_cash": {"finance"}, "offset": {"finance"},
}  # fmt: skip


def tried(call):
    """Try a verb and undo it; return the state it led to, or the code of the refusal."""
    outcome = None
    try:
        with transaction.atomic():
            outcome = call().state
            raise UndoError
    except UndoError:
        return outcome
    except BusinessError as error:
        return error.code


def batch_values(verb, batch):
    if verb == "abort":
        return {"note": "x"}
    if verb == "import_returns":
        return {"name": "back.csv", "data": receipt([(batch.lines.first(), "returned")])}
    if verb != "import_receipt":
        return {}
    sent = batch.lines.filter(state="sent")
    return {"name": "r.csv", "data": receipt((line, "paid") for line in sent)}


def a_batch_in(state):
    """Return a batch in a state whose every guard is content."""
    entitled(2)
    batch = a_batch("exported" if state == "reconciling" else state)
    if state == "reconciling":  # an answer arrives for one line, the other waits
        finance = Payers.of_the_cast().finance
        data = receipt([(batch.lines.first(), "paid")])
        batch = batch_verbs.do("import_receipt", batch, actor=finance, name="r.csv", data=data)
    return batch


@pytest.mark.parametrize("state", BatchState.values)
def test_every_verb_on_a_batch_by_everybody(state):
    batch = a_batch_in(state)
    lines = {line.verb: line for line in allowed_from(BATCH, state)}
    for role in EVERYBODY:
        actor = person(role)
        for verb in batch_verbs.SERVICES:
            fresh = PaymentBatch.objects.get(pk=batch.pk)
            values = batch_values(verb, fresh)
            outcome = tried(
                lambda verb=verb, fresh=fresh, actor=actor, values=values: batch_verbs.do(
                    verb, fresh, actor=actor, **values
                )
            )
            where = (state, verb, role)
            if verb not in lines:
                assert outcome == Refusal.NOT_ALLOWED_FROM_STATE, where
            elif role not in BATCH_HOLDERS[verb]:
                assert outcome == Refusal.NOT_PERMITTED, where
            elif (state, verb) == ("reconciling", "close"):
                assert outcome == BatchRefusal.LINES_SENT, where
            else:
                assert outcome == lines[verb].target, where
    assert PaymentBatch.objects.get(pk=batch.pk).state == state


@pytest.mark.parametrize("role", EVERYBODY)
def test_who_may_create_a_batch(role):
    entitled()
    actor = person(role)
    outcome = tried(lambda: create_batch(county_of(), actor=actor, kind="build", fiscal_year=2018))
    assert outcome == ("draft" if role in MAKERS else Refusal.NOT_PERMITTED)


def a_recovery_in(state):
    """Return a recovery of 100 yuan, with a payment of the dwelling from which it can be kept."""
    (row,) = entitled()
    a_batch("reconciling")
    who = Payers.of_the_cast()
    found = recoveries.announce_recovery(
        row, actor=who.county, amount=Decimal(100), reason="重复享受"
    )
    steps = {
        "heard": lambda: recoveries.hear(found, actor=who.county, statement="属实"),
        "decided": lambda: recoveries.decide(found, actor=who.county, remedies="可申请复议"),
        "settled": lambda: recoveries.record_cash(found, actor=who.finance, amount=Decimal(100)),
        "cancelled": lambda: recoveries.cancel(found, actor=who.county, note="查无实据"),
    }
    path = ["cancelled"] if state == "cancelled" else ["heard", "decided", "settled"]
    for step in path:
        if found.state == state:
            break
        found = steps[step]()
    assert found.state == state
    season_of(row.claim)
    a_batch(kind="operate")
    return found


@pytest.mark.parametrize("state", RecoveryState.values)
def test_every_verb_on_a_recovery_by_everybody(state):
    recovery = a_recovery_in(state)
    line = PaymentLine.objects.get(state="pending")
    given = {
        "hear": {"statement": "x"}, "decide": {"remedies": "x"}, "cancel": {"note": "x"},
        "record_cash": {"amount": Decimal(1)}, "offset": {"line": line},
    }  # fmt: skip
    lines = {one.verb: one.target for one in allowed_from(RECOVERY, state) if one.signatures}
    if state == "decided":
        lines |= {"record_cash": "decided", "offset": "decided"}
    for role in EVERYBODY:
        actor = person(role)
        for verb in recoveries.SERVICES:
            fresh = Recovery.objects.get(pk=recovery.pk)
            outcome = tried(
                lambda verb=verb, fresh=fresh, actor=actor: recoveries.do(
                    verb, fresh, actor=actor, **given[verb]
                )
            )
            where = (state, verb, role)
            if verb not in lines:
                assert outcome == Refusal.NOT_ALLOWED_FROM_STATE, where
            elif role not in RECOVERY_HOLDERS[verb]:
                assert outcome == Refusal.NOT_PERMITTED, where
            else:
                assert outcome == lines[verb], where


@pytest.mark.parametrize("role", EVERYBODY)
def test_who_may_announce_a_recovery(role):
    (row,) = entitled()
    a_batch("reconciling")
    actor = person(role)
    outcome = tried(
        lambda: recoveries.announce_recovery(row, actor=actor, amount=Decimal(1), reason="x")
    )
    allowed = role in {"county", "county2"}
    assert outcome == ("announced" if allowed else Refusal.NOT_PERMITTED)
