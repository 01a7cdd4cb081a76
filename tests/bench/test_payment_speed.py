"""What it costs to lock, approve and pay a batch of 200,000 lines (PERF-8)."""

import pytest
from django.db import connection, transaction

from grants.models import Claim, PaymentBatch, PaymentLine
from grants.rules.claims import PATH
from grants.services.batches import approve_business, create_batch, lock_batch
from grants.services.entitlements import open_build
from grants.services.rate_book import RateBook
from grants.services.receipt_files import read_receipt
from grants.services.receipts import import_receipt
from tests.bench import measures
from tests.grants.paid_story import HEAD, Payers, county_of, village_of

GOAL = 2
_MANY = """
    WITH dwelling AS (
        INSERT INTO grants_dwelling (created_at, updated_at, version, village_id, account_number,
            pending_number, gas_account, door_number)
        SELECT now(), now(), 1, %(village)s, 'B' || lpad(n::text, 9, '0'), '', '', ''
        FROM generate_series(1, %(rows)s) n RETURNING id
    ), household AS (
        INSERT INTO grants_household (created_at, updated_at, version, name, pinyin, bigrams,
            dwelling_id, register_number, remarks)
        SELECT now(), now(), 1, '户主' || id, 'hu zhu', '{}', id, '', '' FROM dwelling
        RETURNING id, dwelling_id, name
    ), account AS (
        INSERT INTO grants_bankaccount (created_at, updated_at, household_id, payee, holder_name,
            relation, bank, card_index, card_tail)
        SELECT now(), now(), id, 'head', name, '', '农业银行', md5(id::text) || md5(id::text),
            lpad((id %% 10000)::text, 4, '0') FROM household RETURNING household_id
    )
    INSERT INTO grants_claim (created_at, updated_at, version, name, pinyin, bigrams, dwelling_id,
        household_id, village_id, state, holder, technology, heat_pump, device_brand,
        device_model, device_serial, completed_on, programme_year, accepted_on, revision,
        content_hash, filed_by_id, reason, remarks)
    SELECT now(), now(), 1, household.name, 'hu zhu', '{}', household.dwelling_id, household.id,
        %(village)s, 'draft', 'village', 'coal_to_gas', 'none', '', '', '', '2018-05-16', 2018,
        '2018-06-01', 1, '', %(filer)s, '', ''
    FROM household JOIN account ON account.household_id = household.id
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_batch_beside_its_floor():
    beside_its_floor()


def beside_its_floor():
    """Lock, approve and pay beside one plain UPDATE of the same lines."""
    who = Payers.of_the_cast()
    fill(measures.IMPORTED, who)
    batch = create_batch(county_of(), actor=who.clerk, kind="build", fiscal_year=2018)
    vacuum()
    floor = min(measures.seconds(lambda: touch(batch)) for _each in range(2))
    vacuum()
    locked = measures.seconds(lambda: lock_batch(batch, actor=who.clerk))
    batch.refresh_from_db()
    approved = measures.seconds(lambda: approve_business(batch, actor=who.chief))
    data = sent(batch)
    vacuum()
    reading = measures.seconds(lambda: read_receipt(data, "receipt.csv"))
    given = {"actor": who.finance, "name": "receipt.csv", "data": data}
    paid = measures.seconds(lambda: import_receipt(batch, **given)) - reading
    assert not PaymentLine.objects.exclude(state="paid").exists()
    measures.report("PERF-8 lock", locked, "s", floor, GOAL)
    measures.report("PERF-8 approve", approved, "s", floor, GOAL)
    measures.report("PERF-8 pay", paid, "s", floor, GOAL)


def fill(number, who):
    """Let there be so many approved claims of one village, each with its entitlement."""
    values = {"village": village_of().pk, "rows": number, "filer": who.clerk.pk}
    with connection.cursor() as cursor:
        cursor.execute(_MANY, values)
    claims = Claim.objects.all()
    rate = RateBook.load().build_of(claims.first())
    claims.update(amount=rate.amount, rate_id=rate.pk)
    for state in PATH[1:]:
        claims.update(state=state)
    vacuum()
    assert open_build(list(claims.values_list("pk", flat=True)), actor=None) == number


def vacuum():
    """Leave no dead rows to whoever is measured next."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def touch(batch):
    """Update the same lines as plainly as SQL can, and take it back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE grants_paymentline SET updated_at = now() WHERE batch_id = %s", [batch.pk]
        )
        transaction.set_rollback(True)


def sent(batch):
    """Let the batch be at the bank, and return a receipt that pays all of it."""
    for state in ("approved", "exported"):
        PaymentBatch.objects.filter(pk=batch.pk).update(state=state)
    lines = PaymentLine.objects.filter(batch=batch)
    lines.update(state="sent")
    batch.refresh_from_db()
    rows = lines.order_by("pk").values_list("reference", "amount", "card_tail")
    told = [f"{reference},{amount},{tail},成功,," for reference, amount, tail in rows]
    return "\n".join([HEAD, *told, f"合计,{batch.count},{batch.total}"]).encode()
