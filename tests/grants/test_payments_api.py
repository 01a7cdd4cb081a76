"""Batches, receipts, recoveries and funds for programs; a request sent twice is done once."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.desk.models import StoredAnswer
from grants.models import PaymentBatch, PaymentLine, Recovery
from tests.grants.paid_story import (
    IN_GAOTANG,
    Payers,
    a_batch,
    entitled,
    receipt,
    village_of,
)

pytestmark = pytest.mark.django_db

BATCHES = "/api/v1/payment-batches/"


@pytest.fixture
def payers():
    return Payers.of_the_cast()


def keyed(key):
    return {"HTTP_IDEMPOTENCY_KEY": key}


def new(**more):
    return {"area": "371502", "kind": "build", "fiscal_year": 2018} | more


def test_a_batch_from_the_first_call_to_the_last(payers, api):
    entitled(2)
    clerk, chief, finance = (api(who) for who in (payers.clerk, payers.chief, payers.finance))
    made = clerk.post(BATCHES, new())
    assert made.status_code == 201, made.json()
    assert (made.json()["state"], made.json()["count"]) == ("draft", 2)
    assert made.json()["total"] == "10000.00"
    here = f"{BATCHES}{made.json()['id']}/"
    assert clerk.post(f"{here}lock/", {}).json()["sha256"] != ""
    assert chief.post(f"{here}approve-business/").json()["state"] == "business_approved"
    assert finance.post(f"{here}approve-finance/").json()["state"] == "approved"
    assert finance.post(f"{here}export/").json()["state"] == "exported"
    file = finance.get(f"{here}bank-file/?kind=csv")
    assert (file.status_code, file["Cache-Control"]) == (200, "no-store")
    assert chief.get(f"{here}bank-file/").status_code == 403
    lines = finance.get(f"/api/v1/payment-lines/?batch={made.json()['id']}").json()["results"]
    line = lines[0]
    assert {"id", "reference", "entitlement", "amount", "state", "attempt"} <= set(line)
    assert (line["amount"], line["state"], line["attempt"]) == ("5000.00", "sent", 1)
    done = finance.post(f"{here}import-receipt/", {"file": upload(paid())}, format="multipart")
    assert done.status_code == 200, done.json()
    assert done.json()["state"] == "reconciling"
    assert chief.post(f"{here}close/").json()["state"] == "closed"
    again = clerk.post(f"{here}abort/", {"note": "x"})
    assert again.status_code == 403
    refused = chief.post(f"{here}abort/", {"note": "x"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_allowed_from_state")


def paid():
    return receipt((line, "paid") for line in PaymentLine.objects.filter(state="sent"))


def upload(data, name="receipt.csv"):
    return SimpleUploadedFile(name, data)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (new(area="371526"), None),
        (new(area="nowhere"), "area"),
        (new(division="371502", managing_area="x"), "managing_area"),
        ({"kind": "build", "fiscal_year": 2018}, "area"),
        (new(kind="bonus"), "kind"),
        (new(fiscal_year=1), "fiscal_year"),
        (new(area={"code": "371502"}), "area"),
    ],
)
def test_what_a_new_batch_must_say(payers, api, body, field):
    entitled()
    answer = api(payers.clerk).post(BATCHES, body)
    if field is None:
        assert (answer.status_code, answer.json()["code"]) == (409, "guard:lines")
    else:
        assert answer.status_code == 422
        assert field in answer.json()["fields"]
    assert not PaymentBatch.objects.exists()


def test_a_county_names_no_area_but_its_own(payers, api):
    entitled(village=village_of(IN_GAOTANG))
    answer = api(payers.county).post(BATCHES, new(area="371526"))
    assert answer.status_code == 422
    assert "area" in answer.json()["fields"]


def test_the_same_key_is_carried_out_once(payers, api):
    entitled(2)
    clerk = api(payers.clerk)
    first = clerk.post(BATCHES, new(), **keyed("a"))
    again = clerk.post(BATCHES, new(), **keyed("a"))
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert PaymentBatch.objects.count() == 1
    other = clerk.post(BATCHES, new(fiscal_year=2019), **keyed("a"))
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    elsewhere = clerk.post(f"{BATCHES}{first.json()['id']}/lock/", new(), **keyed("a"))
    assert elsewhere.json()["code"] == "idempotency_conflict"


def test_a_key_belongs_to_its_person(payers, api):
    entitled()
    made = api(payers.clerk).post(BATCHES, new(), **keyed("a"))
    assert made.status_code == 201
    other = api(payers.clerk2).post(BATCHES, new(), **keyed("a"))
    assert other.json()["code"] == "guard:lines"


def test_a_refusal_by_the_rules_is_the_stored_answer_of_its_key(payers, api):
    clerk = api(payers.clerk)
    refused = clerk.post(BATCHES, new(), **keyed("a"))
    assert (refused.status_code, refused.json()["code"]) == (409, "guard:lines")
    entitled()
    again = clerk.post(BATCHES, new(), **keyed("a"))
    assert (again.status_code, again.json()) == (409, refused.json())
    assert again["Idempotent-Replayed"] == "true"
    assert again["Content-Type"] == refused["Content-Type"] == "application/problem+json"
    assert not PaymentBatch.objects.exists()
    other = clerk.post(BATCHES, new(fiscal_year=2019), **keyed("a"))
    assert other.json()["code"] == "idempotency_conflict"
    assert clerk.post(BATCHES, new(), **keyed("b")).status_code == 201


def test_a_refused_receipt_leaves_its_answer_and_nothing_else(payers, api):
    entitled(2)
    batch = a_batch("exported")
    here = f"{BATCHES}{batch.pk}/import-receipt/"
    data = receipt([(line, "paid") for line in batch.lines.all()], "合计,2,1.00")

    def send():
        return api(payers.finance).post(
            here, {"file": upload(data)}, format="multipart", **keyed("r")
        )

    first, second = send(), send()
    assert (first.status_code, first.json()["code"]) == (409, "receipt_refused")
    assert second.json() == first.json()
    batch.refresh_from_db()
    assert (batch.state, batch.receipts.count()) == ("exported", 0)


def test_what_the_rules_never_saw_keeps_its_key(payers, api):
    entitled()
    clerk = api(payers.clerk)
    assert clerk.post(BATCHES, {"kind": "build"}, **keyed("a")).status_code == 422
    assert api(payers.chief).post(BATCHES, new(), **keyed("b")).status_code == 403
    batch = a_batch()
    stale = clerk.post(f"{BATCHES}{batch.pk}/lock/", {"version": batch.version + 1}, **keyed("c"))
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
    assert not StoredAnswer.objects.exists()
    assert clerk.post(f"{BATCHES}{batch.pk}/lock/", {}, **keyed("c")).status_code == 200


def test_every_step_gives_its_stored_answer(payers, api):
    entitled(2)
    who = {"lock": payers.clerk, "approve-business": payers.chief, "close": payers.chief}
    batch = a_batch()
    for verb in ("lock", "approve-business", "approve-finance", "export", "import-receipt",
                 "close"):  # fmt: skip
        client = api(who.get(verb, payers.finance))
        data = paid() if verb == "import-receipt" else b""

        def send(client=client, verb=verb, data=data):
            address = f"{BATCHES}{batch.pk}/{verb}/"
            if data:
                body = {"file": upload(data)}
                return client.post(address, body, format="multipart", **keyed(verb))
            return client.post(address, {}, **keyed(verb))

        first, again = send(), send()
        assert (first.status_code, again.status_code) == (200, 200), (verb, first.json())
        assert again.json() == first.json(), verb
    batch.refresh_from_db()
    assert (batch.state, batch.receipts.count()) == ("closed", 1)


@pytest.mark.parametrize("key", ["", "x" * 201, "a b", "钥匙"])
def test_a_key_is_plain_and_short(payers, api, key):
    answer = api(payers.clerk).post(BATCHES, new(), **keyed(key.encode().decode("latin-1")))
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["fields"]


def test_outside_the_scope_a_stored_answer_is_not_told(payers, api):
    entitled()
    batch = a_batch()
    lock = f"{BATCHES}{batch.pk}/lock/"
    assert api(payers.county).post(lock, {}, **keyed("a")).status_code == 200
    payers.county.postings.update(valid_until="2026-01-02")
    assert api(payers.county).post(lock, {}, **keyed("a")).status_code == 404


def test_a_refused_receipt_tells_every_reason(payers, api):
    entitled(2)
    batch = a_batch("exported")
    first, second = batch.lines.all()
    data = receipt([(first, "paid"), (second, "paid")]).replace(b",5000.00,", b",1e3,", 1)
    answer = api(payers.finance).post(
        f"{BATCHES}{batch.pk}/import-receipt/", {"file": upload(data)}, format="multipart"
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "receipt_refused")
    assert "1e3" in answer.json()["detail"]
    assert [reason.count("1e3") for reason in answer.json()["reasons"]] == [1]
    assert set(batch.lines.values_list("state", flat=True)) == {"sent"}


def test_a_recovery_by_its_calls(payers, api):
    (row,) = entitled()
    a_batch("reconciling")
    county, finance = api(payers.county), api(payers.finance)
    body = {"entitlement": row.pk, "amount": "5000.00", "reason": "重复享受"}
    made = county.post("/api/v1/recoveries/", body, **keyed("r"))
    assert made.status_code == 201, made.json()
    assert county.post("/api/v1/recoveries/", body, **keyed("r")).json() == made.json()
    over = county.post("/api/v1/recoveries/", body)
    assert (over.status_code, over.json()["code"]) == (409, "guard:amount")
    here = f"/api/v1/recoveries/{made.json()['id']}/"
    county.post(f"{here}hear/", {"statement": "属实"})
    county.post(f"{here}decide/", {"remedies": "可在六十日内申请行政复议"})
    part = finance.post(f"{here}record-cash/", {"amount": "2000.00"}, **keyed("c"))
    assert (
        part.json()
        == finance.post(f"{here}record-cash/", {"amount": "2000.00"}, **keyed("c")).json()
    )
    assert (part.json()["state"], part.json()["repaid"]) == ("decided", "2000.00")
    assert finance.post(f"{here}record-cash/", {"amount": "3000.01"}).json()["code"] == (
        "guard:remainder"
    )
    rest = finance.post(f"{here}record-cash/", {"amount": "3000.00"})
    assert rest.json()["state"] == "settled"
    assert Recovery.objects.get().repayments.count() == 2


MONEY = {
    "document": "聊财〔2018〕3号", "level": "city", "fiscal_year": 2018,
    "received_on": "2018-05-01", "amount": "8000.00", "division": "371502",
}  # fmt: skip


@pytest.mark.parametrize(
    "amount",
    ["1e3", "1_000", "５００", "٥٠٠", " 500 ", "5,000", "500元", "5.005", "-5", "NaN", True],
)
def test_an_amount_is_written_in_plain_digits(payers, api, amount):
    answer = api(payers.finance).post("/api/v1/funds/", MONEY | {"amount": amount})
    assert (answer.status_code, list(answer.json().get("fields", ()))) == (422, ["amount"])


def test_money_received_is_recorded_once_under_its_key(payers, api):
    finance = api(payers.finance)
    first, again = (finance.post("/api/v1/funds/", MONEY, **keyed("f")) for _time in (1, 2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    other = finance.post("/api/v1/funds/", MONEY | {"amount": 1}, **keyed("f"))
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")


def test_funds_are_kept_and_allotted(payers, api):
    entitled()
    batch = a_batch("locked")
    finance = api(payers.finance)
    made = finance.post("/api/v1/funds/", MONEY)
    assert made.status_code == 201, made.json()
    allot = f"/api/v1/funds/{made.json()['id']}/allot/"
    over = finance.post(allot, {"batch": batch.pk, "amount": "5000.01"})
    assert (over.status_code, over.json()["code"]) == (409, "guard:batch")
    answer = finance.post(allot, {"batch": batch.pk, "amount": "5000.00"})
    (part,) = answer.json()["allotments"]
    assert part["amount"] == "5000.00"
    free = f"/api/v1/funds/{made.json()['id']}/release/"
    assert finance.post(free, {"allotment": part["id"] + 1}).status_code == 422
    released = finance.post(free, {"allotment": part["id"]})
    assert released.json()["allotments"][0]["released_at"] is not None
    assert Decimal(answer.json()["amount"]) == 8000
