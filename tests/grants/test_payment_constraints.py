"""What the database itself refuses, whoever asks: money rows and their workflows (PAY-1)."""

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction

from bureau.core.transitions import first_states, moves
from grants.choices import BatchState, LineState, RecoveryState
from grants.models import Allotment, Entitlement, PaymentBatch, PaymentLine, Receipt, Repayment
from grants.rules import payments as rules
from grants.services.batches import lock_batch
from tests.grants.paid_ground import payments_on_ground
from tests.grants.paid_story import a_batch, a_claim, entitled, season_of, village_of

pytestmark = pytest.mark.django_db

REFUSED = (IntegrityError, InternalError, ProgrammingError)


def run(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def copied(row, table, **changed):
    """Return the statement that writes a row once more, with some columns changed."""
    fields = [field.column for field in row._meta.fields if field.column != "id"]
    chosen = [changed.get(name, f'"{name}"') for name in fields]
    names = ", ".join(f'"{name}"' for name in fields)
    return f"INSERT INTO {table} ({names}) SELECT {', '.join(chosen)} FROM {table} WHERE id = %s"


@pytest.fixture
def paid():
    return payments_on_ground("试", village_of())


def test_one_live_claim_per_dwelling():
    claim = a_claim(until="notice")
    statement = copied(claim, "grants_claim", state="'draft'")
    with pytest.raises(IntegrityError, match="claim_one_live_per_dwelling"):
        run(statement, claim.pk)
    type(claim).objects.filter(pk=claim.pk).update(state="withdrawn")
    run(statement, claim.pk)


def test_one_construction_entitlement_per_dwelling():
    (row,) = entitled()
    with pytest.raises(IntegrityError, match="entitlement_build_once"):
        run(copied(row, "grants_entitlement"), row.pk)


def test_one_operating_entitlement_per_dwelling_and_season_also_a_void_one():
    row = season_of(a_claim())
    Entitlement.objects.filter(pk=row.pk).update(state="void")
    with pytest.raises(IntegrityError, match="entitlement_season_once"):
        run(copied(row, "grants_entitlement", state="'open'"), row.pk)
    run(copied(row, "grants_entitlement", season="2019"), row.pk)


def test_one_live_line_per_entitlement():
    entitled()
    line = a_batch().lines.get()
    statement = copied(line, "grants_paymentline", reference="'twice'")
    with pytest.raises(IntegrityError, match="paymentline_one_live"):
        run(statement, line.pk)
    PaymentLine.objects.filter(pk=line.pk).update(state="dropped")
    run(copied(line, "grants_paymentline", reference="'twice'", state="'pending'"), line.pk)


def test_a_line_is_tried_again_once(paid):
    line = paid["line"]
    PaymentLine.objects.filter(pk=line.pk).update(state="returned")
    again = copied(
        line, "grants_paymentline", reference="'again'", state="'pending'",
        previous_id=str(line.pk),
    )  # fmt: skip
    run(again, line.pk)
    PaymentLine.objects.filter(reference="again").update(state="sent")
    PaymentLine.objects.filter(reference="again").update(state="failed")
    with pytest.raises(IntegrityError, match="paymentline_again_once"):
        run(again.replace("'again'", "'third'"), line.pk)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("grants_paymentline", "amount"),
        ("grants_entitlement", "amount"),
        ("grants_recovery", "amount"),
        ("grants_allotment", "amount"),
        ("grants_fund", "amount"),
        ("grants_repayment", "amount"),
    ],
)
@pytest.mark.parametrize("value", ["0", "-1"])
def test_amounts_are_above_nothing(paid, table, column, value):
    row = {
        "grants_paymentline": paid["line"], "grants_entitlement": paid["entitlement"],
        "grants_recovery": paid["recovery"], "grants_allotment": paid["allotment"],
        "grants_fund": paid["fund"], "grants_repayment": a_repayment(paid),
    }[table]  # fmt: skip
    changes = {column: value, "state": "'pending'"} if table.endswith("line") else {column: value}
    changes |= {"reference": "'x'"} if table.endswith("line") else {}
    with pytest.raises(IntegrityError, match="_amount"):
        run(copied(row, table, **changes), row.pk)


def a_repayment(paid):
    return Repayment.objects.create(
        recovery=paid["recovery"], kind="cash", amount=1, on="2026-01-01",
        recorded_by=paid["batch"].created_by,
    )  # fmt: skip


FIXED = [
    ("line", "grants_paymentline", "amount", "1"),
    ("line", "grants_paymentline", "account_id", "NULL"),
    ("line", "grants_paymentline", "payee_name", "'x'"),
    ("line", "grants_paymentline", "card_tail", "'0000'"),
    ("line", "grants_paymentline", '"offset"', "1"),
    ("line", "grants_paymentline", "reference", "'x'"),
    ("line", "grants_paymentline", "entitlement_id", "0"),
    ("line", "grants_paymentline", "attempt", "9"),
    ("entitlement", "grants_entitlement", "amount", "1"),
    ("entitlement", "grants_entitlement", "dwelling_id", "0"),
    ("batch", "grants_paymentbatch", "total", "1"),
    ("batch", "grants_paymentbatch", "sha256", "'x'"),
    ("batch", "grants_paymentbatch", "created_by_id", "0"),
    ("batch", "grants_paymentbatch", "locked_by_id", "0"),
    ("batch", "grants_paymentbatch", "business_approved_by_id", "0"),
    ("batch", "grants_paymentbatch", "finance_approved_by_id", "NULL"),
    ("recovery", "grants_recovery", "amount", "1"),
    ("allotment", "grants_allotment", "amount", "1"),
]


@pytest.mark.parametrize(("word", "table", "column", "value"), FIXED)
def test_money_rows_refuse_changes(paid, word, table, column, value):
    with pytest.raises(REFUSED):
        run(f"UPDATE {table} SET {column} = {value} WHERE id = %s", paid[word].pk)


def test_a_locked_line_keeps_its_account_while_a_draft_may_change_it():
    entitled()
    batch = a_batch()
    change = "UPDATE grants_paymentline SET payee_name = 'x' WHERE batch_id = %s"
    run(change, batch.pk)
    lock_batch(batch, actor=batch.created_by)
    with pytest.raises(IntegrityError, match="was locked"):
        run(change.replace("'x'", "'y'"), batch.pk)


@pytest.mark.parametrize(
    "model", [PaymentLine, PaymentBatch, Entitlement, Receipt, Repayment, Allotment]
)
def test_money_rows_are_not_deleted(paid, model):
    a_repayment(paid)
    with pytest.raises(REFUSED):
        run(f"DELETE FROM {model._meta.db_table}")
    assert model.objects.exists()


@pytest.mark.parametrize(
    ("column", "of"),
    [("business_approved_by_id", "created_by_id"), ("business_approved_by_id", "locked_by_id"),
     ("finance_approved_by_id", "created_by_id"), ("finance_approved_by_id", "locked_by_id"),
     ("finance_approved_by_id", "business_approved_by_id")],
)  # fmt: skip
def test_an_approver_is_no_maker(column, of):
    entitled()
    state = "locked" if column.startswith("business") else "business_approved"
    batch = a_batch(state)
    with pytest.raises(IntegrityError, match="_not_"):
        run(f"UPDATE grants_paymentbatch SET {column} = {of} WHERE id = %s", batch.pk)


@pytest.mark.parametrize(
    ("table", "workflow", "states", "word"),
    [
        ("grants_paymentline", rules.LINE, LineState, "line"),
        ("grants_paymentbatch", rules.BATCH, BatchState, "batch"),
        ("grants_recovery", rules.RECOVERY, RecoveryState, "recovery"),
    ],
)
def test_no_state_changes_but_by_the_table(paid, table, workflow, states, word):
    allowed, row = moves(workflow), paid[word]
    now = row.state
    for target in states.values:
        if target == now or (now, target) in allowed:
            continue
        with pytest.raises(IntegrityError, match="not in the table"):
            run(f"UPDATE {table} SET state = %s WHERE id = %s", target, row.pk)
    for born in set(states.values) - first_states(workflow):
        changes = {"state": f"'{born}'"}
        changes |= {"reference": "'x'"} if word == "line" else {}
        changes |= {"number": "'x'"} if word == "batch" else {}
        with pytest.raises(IntegrityError, match="first state|one_live"):
            run(copied(row, table, **changes), row.pk)
