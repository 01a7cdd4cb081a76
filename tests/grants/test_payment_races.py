"""Eight at the same moment, on real connections: every entitlement is paid once (PAY-2).

The naive way, read the state and then pay, is kept here: the same check must fail for it.
"""

import threading
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from rest_framework.test import APIClient

from bureau.core.errors import BusinessError
from bureau.people.models import User
from bureau.people.services import issue_token
from grants.models import Entitlement, PaymentBatch, PaymentLine
from grants.services.batches import create_batch
from tests.grants.paid_story import Payers, a_batch, county_of, entitled, receipt

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8
HUNDRED = 100


def at_once(call, number=THREADS):
    """Run ``call(index)`` on a connection each, all begun together; return what came of each."""
    barrier, outcomes = threading.Barrier(number), [None] * number

    def run(index):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            outcomes[index] = call(index)
        except BusinessError as error:
            outcomes[index] = error.code.value
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return outcomes


def paid_once(rows):
    """Tell whether each entitlement has exactly one live line, and the sum is exact."""
    live = PaymentLine.objects.filter(state__in=("pending", "sent", "paid"))
    each = list(live.values_list("entitlement", flat=True))
    total = sum(live.values_list("amount", flat=True), Decimal(0))
    due = sum((row.amount for row in rows), Decimal(0))
    return sorted(each) == sorted(row.pk for row in rows) and total == due


def pay(_index):
    actor = User.objects.get(username="clerk")
    return create_batch(county_of(), actor=actor, kind="build", fiscal_year=2018).state


def pay_naively(barrier):
    """Return the mutant: it reads what is unpaid, and pays what it has read."""

    def call(index):
        actor = User.objects.get(username="clerk")
        batch = PaymentBatch.objects.create(
            number=f"N{index}", kind="build", fiscal_year=2018, division=county_of(),
            created_by=actor,
        )  # fmt: skip
        unpaid = [row for row in Entitlement.objects.order_by("pk") if not row.lines.exists()]
        barrier.wait(timeout=30)
        for row in unpaid:
            PaymentLine.objects.create(
                batch=batch, entitlement=row, amount=row.amount, payee_name="x",
                reference=f"N{index}-{row.pk}",
            )  # fmt: skip
        return "draft"

    return call


@pytest.fixture
def without_the_index():
    """Take the unique index away for a test, and put it back once the doubles are gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'paymentline_one_live'")
        (definition,) = cursor.fetchone()
        cursor.execute("DROP INDEX paymentline_one_live")
    yield
    with connection.cursor() as cursor:
        cursor.execute("UPDATE grants_paymentline SET state = 'dropped' WHERE state = 'pending'")
        cursor.execute(definition)


def test_eight_threads_pay_a_hundred_entitlements_once():
    rows = entitled(HUNDRED)
    Payers.of_the_cast()
    outcomes = at_once(pay)
    assert outcomes.count("draft") == 1
    assert set(outcomes) <= {"draft", "guard:lines", "conflict"}
    assert paid_once(rows)


def test_also_without_the_index_nothing_is_paid_twice(without_the_index):
    rows = entitled(HUNDRED)
    Payers.of_the_cast()
    assert at_once(pay).count("draft") == 1
    assert paid_once(rows)


def test_the_naive_way_fails_this_very_check(without_the_index):
    rows = entitled(HUNDRED)
    Payers.of_the_cast()
    at_once(pay_naively(threading.Barrier(THREADS)))
    assert not paid_once(rows)


def clients(user, number=THREADS):
    """Return API clients of one person, each with a key of its own."""
    found = []
    for _each in range(number):
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {issue_token(user, actor=None)}")
        client.default_format = "json"
        found.append(client)
    return found


def test_eight_programs_on_one_batch_move_it_once():
    entitled(5)
    who = Payers.of_the_cast()
    batch = a_batch("approved")
    calls = clients(who.finance)
    address = f"/api/v1/payment-batches/{batch.pk}"
    answers = at_once(lambda index: calls[index].post(f"{address}/export/", {}).status_code)
    assert set(answers) <= {200, 409}
    assert 200 in answers
    batch.refresh_from_db()
    assert (batch.state, batch.version) == ("exported", 5)
    data = receipt((line, "paid") for line in batch.lines.all())

    def answer_all(index):
        body = {"file": SimpleUploadedFile("r.csv", data)}
        return calls[index].post(f"{address}/import-receipt/", body, format="multipart").status_code

    answers = at_once(answer_all)
    assert set(answers) <= {200, 409}
    assert batch.receipts.count() == 1
    assert set(batch.lines.values_list("state", flat=True)) == {"paid"}


def test_one_key_sent_eight_times_is_carried_out_once():
    entitled(5)
    who = Payers.of_the_cast()
    calls = clients(who.clerk)
    body = {"area": "371502", "kind": "build", "fiscal_year": 2018}

    def create(index):
        answer = calls[index].post("/api/v1/payment-batches/", body, HTTP_IDEMPOTENCY_KEY="one")
        return answer.status_code, answer.json().get("id")

    answers = at_once(create)
    made = {pk for status, pk in answers if status == 201}
    assert {status for status, _pk in answers} <= {201, 409}
    assert len(made) == 1
    assert PaymentBatch.objects.count() == 1


def test_who_waits_longer_than_three_seconds_is_told_so():
    entitled()
    who = Payers.of_the_cast()
    batch = a_batch()
    held, done = threading.Event(), threading.Event()

    def hold(_index):
        with transaction.atomic():
            PaymentBatch.objects.select_for_update().get(pk=batch.pk)
            held.set()
            done.wait(timeout=30)

    thread = threading.Thread(target=lambda: at_once(hold, 1))
    thread.start()
    held.wait(timeout=30)
    (client,) = clients(who.clerk, 1)
    answer = client.post(f"/api/v1/payment-batches/{batch.pk}/lock/", {})
    done.set()
    thread.join(timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
