"""Pages of entitlements, batches, lines, recoveries and funds: lists, verbs with their reasons."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bureau.desk import work
from grants.models import Fund, PaymentBatch, PaymentLine, Recovery
from grants.services import claim_verbs
from grants.services.batches import lock_batch
from grants.services.funds import funds
from grants.services.notices import confirm_notice, create_notice, publish_notice
from tests.grants.claim_story import Story, photo
from tests.grants.notice_story import AFTER, POSTED_ON, on, with_end_papers
from tests.grants.paid_story import (
    IN_GAOTANG,
    Payers,
    a_batch,
    an_account,
    answer,
    card_of,
    county_of,
    entitled,
    receipt,
    season_of,
    village_of,
)
from tests.suites.lists import ListTests

pytestmark = pytest.mark.django_db


@pytest.fixture
def payers():
    return Payers.of_the_cast()


class _MoneyList(ListTests):
    """Every list of money asks as much for many rows as for one."""


class TestEntitlementList(_MoneyList):
    names = "grants:entitlement"
    searched = "户主"

    def make(self, number):
        return entitled(number)


class TestLineList(_MoneyList):
    names = "grants:paymentline"

    def make(self, number):
        entitled(number)
        return list(a_batch().lines.all())


class TestBatchList(_MoneyList):
    names = "grants:paymentbatch"

    def make(self, number):
        clerk = Payers.of_the_cast().clerk
        first = PaymentBatch.objects.count()
        rows = [
            PaymentBatch(
                number=f"ZF2017-{first + each:04d}", kind="build", fiscal_year=2017,
                division=county_of(), created_by=clerk,
            )
            for each in range(number)
        ]  # fmt: skip
        return PaymentBatch.objects.bulk_create(rows)


class TestRecoveryList(_MoneyList):
    names = "grants:recovery"
    searched = "户主"

    def make(self, number):
        (row,) = entitled()
        who = Payers.of_the_cast().county
        rows = [
            Recovery(
                entitlement=row, amount=1, reason="x", announced_on=date(2026, 1, 1),
                announced_by=who,
            )
            for _each in range(number)
        ]  # fmt: skip
        return Recovery.objects.bulk_create(rows)


class TestFundList(_MoneyList):
    names = "grants:fund"

    def make(self, number):
        return [a_fund(f"聊财〔2018〕{each}号") for each in range(number)]


def a_fund(document="聊财〔2018〕3号", **more):
    given = {
        "level": "city", "fiscal_year": 2018, "received_on": date(2018, 5, 1),
        "amount": Decimal(8000), "division": county_of(),
    }  # fmt: skip
    return funds.register(actor=None, document=document, **(given | more))


def page_of(batch, client):
    return client.get(batch.get_absolute_url())


def actions_of(response):
    return {one.verb: one for one in response.context["actions"]}


def post(client, batch, verb, **given):
    address = reverse("grants:paymentbatch_verb", args=[batch.pk, verb])
    return client.post(address, {"version": batch.version} | given)


def test_a_batch_is_made_locked_signed_sent_and_answered_on_its_page(payers, signed_in):
    entitled(2)
    desk = {name: signed_in(getattr(payers, name)) for name in ("clerk", "chief", "finance")}
    form = {"area": "371502000000", "kind": "build", "fiscal_year": 2018}
    made = desk["clerk"].post(reverse("grants:paymentbatch_create"), form)
    batch = PaymentBatch.objects.get()
    assert made["Location"] == batch.get_absolute_url()
    for who, verb in (
        ("clerk", "lock"), ("chief", "approve-business"), ("finance", "approve-finance"),
        ("finance", "export"),
    ):  # fmt: skip
        assert post(desk[who], batch, verb).status_code == 302, verb
        batch.refresh_from_db()
    file = desk["finance"].post(reverse("grants:paymentbatch_bank_file", args=[batch.pk, "csv"]))
    assert file["Cache-Control"] == "no-store"
    assert "ZF2018-0001-000001" in file.content.decode()
    first, second = batch.lines.all()
    data = receipt([(first, "paid"), (second, "failed", "账号不符")])
    upload = SimpleUploadedFile("回单.csv", data)
    assert post(desk["finance"], batch, "import-receipt", upload=upload).status_code == 302
    batch.refresh_from_db()
    assert batch.state == "reconciling"
    again = SimpleUploadedFile("再传一次.csv", data)
    told = post(desk["finance"], batch, "import-receipt", upload=again)
    assert "此前已导入过" in desk["finance"].get(told.url).content.decode()
    shown = page_of(batch, desk["chief"]).content.decode()
    assert "回单.csv" in shown
    lines = desk["chief"].get(
        reverse("grants:paymentbatch_lines", args=[batch.pk]) + "?state=failed"
    )
    assert "账号不符" in lines.content.decode()
    assert first.reference not in lines.content.decode()
    assert post(desk["chief"], batch, "close").status_code == 302


def test_a_button_that_is_off_says_why(payers, signed_in):
    entitled()
    batch = a_batch("locked")
    mine = actions_of(page_of(batch, signed_in(payers.clerk)))
    assert mine["unlock"].enabled
    assert not mine["approve_business"].enabled
    assert str(mine["approve_business"].reason)
    chief = actions_of(page_of(batch, signed_in(payers.chief)))
    assert chief["approve_business"].enabled
    assert "lock" not in chief


def test_a_batch_with_open_lines_cannot_be_closed_and_says_so(payers, signed_in):
    entitled(2)
    batch = a_batch("exported")
    batch = answer(batch, actor=payers.finance, some=[batch.lines.first()])
    close = actions_of(page_of(batch, signed_in(payers.chief)))["close"]
    assert not close.enabled
    assert "1" in str(close.reason)


def test_a_receipt_that_does_not_fit_is_refused_with_a_list_of_reasons(payers, signed_in):
    entitled(2)
    batch = a_batch("exported")
    first, second = batch.lines.all()
    data = receipt([(first, "paid"), (second, "paid")], trailer="合计,3,9999.00")
    upload = SimpleUploadedFile("回单.csv", data)
    refused = post(signed_in(payers.finance), batch, "import-receipt", upload=upload)
    assert refused.status_code == 409
    assert len(refused.context["sentences"]) == 2
    assert not batch.receipts.exists()


def test_what_is_not_as_locked_is_shown(payers, signed_in):
    (row,) = entitled()
    batch = a_batch("locked")
    account = row.claim.household.accounts.get()
    account.card_index = "f" * 64
    account.save()
    assert b'data-panel="differences"' in page_of(batch, signed_in(payers.chief)).content


def test_work_waits_for_whom_the_step_is(payers):
    entitled()
    kinds = {}
    batch = a_batch()
    for who in ("clerk", "clerk2", "chief", "finance", "county"):
        kinds[who] = [item.url for item in work.items(getattr(payers, who))]
    assert batch.get_absolute_url() in kinds["clerk"]
    assert batch.get_absolute_url() not in kinds["chief"]
    batch = lock_batch(batch, actor=payers.clerk)
    assert batch.get_absolute_url() in [item.url for item in work.items(payers.chief)]
    assert batch.get_absolute_url() not in [item.url for item in work.items(payers.clerk)]


def test_what_came_back_waits_to_be_tried_again(payers):
    entitled()
    batch = a_batch("exported")
    answer(batch, actor=payers.finance, result="failed")
    found = [item for item in work.items(payers.clerk) if "state=failed" in item.url]
    assert len(found) == 1
    a_batch()
    assert not [item for item in work.items(payers.clerk) if "state=failed" in item.url]


def test_an_entitlement_is_suspended_and_recovered_on_its_page(payers, signed_in):
    paid, unpaid = entitled(2)
    desk = signed_in(payers.county)
    suspend = reverse("grants:entitlement_verb", args=[unpaid.pk, "suspend"])
    assert desk.post(suspend, {"version": 1}).status_code == 422
    assert desk.post(suspend, {"version": 1, "note": "查"}).status_code == 302
    a_batch("reconciling")
    recover = reverse("grants:entitlement_recover", args=[paid.pk])
    made = desk.post(recover, {"amount": "5000.01", "reason": "重复"})
    assert made.status_code == 409
    made = desk.post(recover, {"amount": "5000", "reason": "重复"})
    recovery = Recovery.objects.get()
    assert made["Location"] == recovery.get_absolute_url()
    assert "重复" in desk.get(recovery.get_absolute_url()).content.decode()
    payments = desk.get(reverse("grants:entitlement_payments", args=[paid.pk])).content.decode()
    assert PaymentLine.objects.get().reference in payments


def told(client, household):
    """Return (verb, what it happened to) of the household's history, the oldest first."""
    url = reverse("grants:household_history", args=[household.pk])
    page = client.get(url)
    assert page.status_code == 200
    lines = [(one.entry.verb, one.about) for one in page.context["timeline"].happenings]
    return lines[::-1]


def test_the_household_tells_the_whole_story_of_its_money(payers, signed_in, village):
    claim = Story().tell("awaiting_notice")
    an_account(claim.household, card_of(9_000_001))
    claim_verbs.do("withdraw", Story().tell("draft"), actor=village, note="x")
    with on(POSTED_ON):
        notice = create_notice(claim.village, [claim], actor=payers.county)
        publish_notice(notice, actor=payers.county, photo=photo())
    with on(AFTER):
        confirm_notice(with_end_papers(notice), actor=payers.county)
    for result in ("failed", "returned", "paid"):
        answer(a_batch("exported"), actor=payers.finance, result=result)
    claim.refresh_from_db()
    season_of(claim, claim.accepted_on.year)
    story = told(signed_in(payers.clerk), claim.household)
    verbs = [verb for verb, _about in story]
    path = ["file", "submit", "pass_township", "pass_inspection", "pass_county", "publish",
            "approve", "open_entitlement", "create", "export", "fail", "create", "export",
            "bounce", "create", "export", "pay", "open_entitlement"]  # fmt: skip
    left = iter(verbs)
    assert all(step in left for step in path), verbs
    assert "withdraw" not in verbs
    numbers = PaymentBatch.objects.order_by("pk").values_list("number", flat=True)
    answered = [about for verb, about in story if verb in ("fail", "bounce", "pay")]
    assert answered == list(numbers)
    text = signed_in(payers.clerk).get(claim.household.get_absolute_url()).content.decode()
    assert "银行退回" in text or "退汇" in text
    assert "open_entitlement<" not in text.replace(" ", "")
    seen = [verb for verb, _about in told(signed_in(village), claim.household)]
    assert {"file", "approve"} <= set(seen)


def test_the_ledger_comes_to_what_the_batches_have_paid(payers, signed_in):
    entitled(2)
    batch = a_batch("locked")
    fund, other = a_fund(), a_fund("聊财〔2025〕9号", received_on=date(2026, 9, 1))
    desk = signed_in(payers.finance)
    for one, amount in ((fund, 4000), (other, 3000)):
        address = reverse("grants:fund_allot", args=[one.pk])
        assert desk.post(address, {"batch": batch.pk, "amount": amount}).status_code == 302
    for act in ("approve-business", "approve-finance", "export"):
        who = payers.chief if act == "approve-business" else payers.finance
        post(signed_in(who), batch, act)
        batch.refresh_from_db()
    answer(batch, actor=payers.finance, some=[batch.lines.first()])
    page = desk.get(reverse("grants:fund_ledger"))
    ledger = page.context["ledger"]
    paid = {line.fund.pk: (line.paid, line.balance, line.is_idle) for line in ledger.lines}
    assert paid[fund.pk] == (Decimal(4000), Decimal(4000), True)
    assert paid[other.pk] == (Decimal(1000), Decimal(7000), False)
    assert (ledger.totals.paid, ledger.totals.uncovered) == (Decimal(5000), Decimal(0))
    text = b"".join(desk.get(reverse("grants:fund_ledger") + "?format=csv")).decode()
    assert "4000.00" in text
    assert desk.get(reverse("grants:fund_ledger") + "?format=pdf").status_code == 400
    paper = desk.get(reverse("grants:fund_ledger") + "?format=print").content.decode()
    assert "¥8,000.00" in paper
    assert "2,018" not in page.content.decode() + paper


def test_a_batch_on_paper_tells_lines_sums_and_signatures(payers, signed_in):
    (row,) = entitled()
    batch = a_batch("approved")
    address = reverse("grants:paymentbatch_sheet", args=[batch.pk])
    assert address in page_of(batch, signed_in(payers.finance)).content.decode()
    paper = signed_in(payers.finance).get(address).content.decode()
    card = f"****{row.claim.household.accounts.get().card_tail}"
    for told in ("ZF2018-0001-000001", card, "¥5,000.00", str(payers.chief), str(payers.finance)):
        assert told in paper


@pytest.mark.parametrize("typed", ["1e3", "1_000", "5,000", "NaN"])
def test_an_amount_typed_otherwise_than_in_digits_is_not_taken(payers, signed_in, typed):
    (row,) = entitled()
    answer(a_batch("exported"), actor=payers.finance)
    address = reverse("grants:entitlement_recover", args=[row.pk])
    told = signed_in(payers.county).post(address, {"amount": typed, "reason": "复核不符"})
    assert told.status_code == 422
    assert not row.recoveries.exists()


def test_another_county_sees_nothing(payers, signed_in, outsider):
    (row,) = entitled()
    entitled(village=village_of(IN_GAOTANG))
    batch, fund = a_batch("reconciling"), a_fund()
    desk = signed_in(outsider)
    for address in (
        row.get_absolute_url(), batch.get_absolute_url(), fund.get_absolute_url(),
        reverse("grants:paymentbatch_lines", args=[batch.pk]),
        reverse("grants:fund_allotments", args=[fund.pk]),
    ):  # fmt: skip
        assert desk.get(address).status_code == 404, address
    assert post(desk, batch, "lock").status_code == 404
    mine = desk.get(reverse("grants:entitlement_list")).context["page"].rows
    assert [one.village.code[:6] for one in mine] == ["371526"]
    assert not Fund.objects.visible_to(outsider).exists()
    assert desk.get(reverse("grants:fund_ledger")).context["ledger"].totals.paid == 0
