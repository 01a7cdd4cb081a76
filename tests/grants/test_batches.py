"""A batch from the first entitlement to the last answer of the bank, and what stops it."""

import csv
import hashlib
import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from python_calamine import CalamineWorkbook

from bureau.core import personal
from bureau.core.errors import BusinessError
from bureau.desk import search
from bureau.jobs.models import Job
from bureau.people.models import Delegation
from bureau.places.models import Division, ManagingArea
from bureau.places.services.areas import take_over_town
from bureau.records.models import AuditEntry
from grants.choices import BatchFlaw
from grants.models import (
    DuplicateCase,
    DuplicateSide,
    Household,
    Membership,
    PaymentBatch,
    PaymentLine,
    Person,
    Rate,
)
from grants.services.bank_files import download_bank_file, export_batch
from grants.services.batches import (
    abort_batch,
    approve_business,
    approve_finance,
    close_batch,
    create_batch,
    lock_batch,
    unlock_batch,
)
from grants.services.entitlements import suspend, void_unpaid
from tests.cast import person
from tests.factories import PostingFactory
from tests.grants.notice_story import on
from tests.grants.paid_story import (
    IN_GAOTANG,
    Payers,
    a_batch,
    a_claim,
    an_account,
    answer,
    build_of,
    card_of,
    county_of,
    entitled,
    season_of,
    village_of,
)

pytestmark = pytest.mark.django_db


def refused(call, *args, **how):
    with pytest.raises(BusinessError) as refusal:
        call(*args, **how)
    return refusal.value.code.value


@pytest.fixture
def payers():
    return Payers.of_the_cast()


def test_a_batch_takes_what_its_area_kind_and_time_allow(payers):
    mine = entitled(2)
    entitled(village=village_of(IN_GAOTANG))
    season_of(mine[0].claim)
    suspend(mine[1], actor=payers.county, note="x")
    batch = create_batch(county_of(), actor=payers.clerk, kind="build", fiscal_year=2018)
    assert (batch.number, batch.count, batch.total) == ("ZF2018-0001", 1, Decimal(5000))
    line = batch.lines.get()
    assert (line.reference, line.attempt, line.amount) == ("ZF2018-0001-000001", 1, Decimal(5000))
    assert (line.payee_name, line.card_tail) == (mine[0].claim.name, line.account.card_tail)
    entry = AuditEntry.objects.get(verb="create", object_id=batch.pk)
    assert (entry.after["count"], entry.after["total"]) == (1, "5000.00")
    found = [hit.title for group in search.find(payers.county, "zf2018") for hit in group.hits]
    assert found == [batch.number]
    assert search.find(person("outsider"), batch.number) == []


def test_nothing_to_pay_is_no_batch(payers):
    code = refused(create_batch, county_of(), actor=payers.clerk, kind="build", fiscal_year=2018)
    assert code == "guard:lines"
    assert not PaymentBatch.objects.exists()


def test_a_batch_is_of_a_county_or_a_managing_area(payers):
    with pytest.raises(ValidationError) as mistake:
        create_batch(
            Division.objects.get(level=2), actor=payers.clerk, kind="build", fiscal_year=2018
        )
    assert "division" in mistake.value.message_dict


def test_a_managing_area_pays_for_itself(payers):
    (row,) = entitled()
    area = ManagingArea.objects.first()
    take_over_town(area, row.village.parent, row.created_at.date(), actor=None)
    code = refused(create_batch, county_of(), actor=payers.clerk, kind="build", fiscal_year=2018)
    assert code == "guard:lines"
    batch = create_batch(area, actor=payers.clerk, kind="build", fiscal_year=2018)
    assert batch.lines.get().entitlement == row
    assert not PaymentBatch.objects.visible_to(payers.county).exists()


@pytest.mark.parametrize(
    ("spoil", "flaw"),
    [
        (lambda row: changed(row, state="suspended"), "entitlement"),
        (lambda row: changed(row.claim, state="revoked"), "claim"),
        (lambda row: changed(row.claim.household.accounts.get(), valid_to="2026-01-01"), "account"),
        (lambda row: frozen(row), "duplicate"),
    ],
)
def test_eligibility_is_checked_again_at_the_lock(payers, spoil, flaw):
    _good, bad = entitled(2)
    batch = a_batch()
    spoil(bad)
    with pytest.raises(BusinessError) as refusal:
        lock_batch(batch, actor=payers.clerk)
    assert refusal.value.code == "guard:eligible"
    assert refusal.value.values["count"] == 1
    assert refusal.value.values["name"] == bad.claim.name
    assert refusal.value.values["reason"] == BatchFlaw(flaw).label
    locked = lock_batch(batch, actor=payers.clerk, drop_ineligible=True)
    assert (locked.count, locked.total) == (1, Decimal(5000))
    assert batch.lines.get(entitlement=bad).state == "dropped"


def changed(row, **values):
    type(row).objects.filter(pk=row.pk).update(**values)


def frozen(row):
    case = DuplicateCase.objects.create(ground="person", key="x")
    DuplicateSide.objects.create(case=case, position=1, dwelling=row.dwelling, claim=row.claim)


def test_what_is_frozen_stands_in_no_new_batch(payers):
    frozen(entitled()[0])
    code = refused(create_batch, county_of(), actor=payers.clerk, kind="build", fiscal_year=2018)
    assert code == "guard:lines"


def test_the_lock_pays_to_the_account_of_the_day(payers):
    (row,) = entitled()
    batch = a_batch()
    an_account(row.claim.household, card_of(777), "新户主")
    lock_batch(batch, actor=payers.clerk)
    line = batch.lines.get()
    assert (line.payee_name, line.card_tail) == ("新户主", card_of(777)[-4:])


def test_operation_is_paid_to_who_lives_there_now(payers):
    claim = a_claim()
    season_of(claim)
    claim.household.valid_to = "2019-01-01"
    claim.household.save()
    new = Household(dwelling=claim.dwelling)
    new.call("新住户")
    new.save()
    an_account(new, card_of(888))
    batch = a_batch("locked", kind="operate")
    assert batch.lines.get().payee_name == "新住户"


def test_shares_add_up_by_level(payers):
    policy = Rate.objects.filter(published=True).first().policy
    rate = Rate.objects.create(
        policy=policy, kind="build", technology="coal_to_gas", programme_year_from=2018,
        amount="333.33", share_province=20, share_city=30, share_county=50,
    )  # fmt: skip
    claim = a_claim(amount=Decimal("333.33"))
    type(claim).objects.filter(pk=claim.pk).update(rate_id=rate.pk)
    build_of([claim])
    line = a_batch("locked").lines.get()
    shares = (line.share_province, line.share_city, line.share_county)
    assert shares == (Decimal("66.67"), Decimal("100.00"), Decimal("166.66"))


def test_whoever_made_or_locked_it_does_not_approve(payers):
    entitled()
    batch = a_batch("locked")
    for who in (payers.clerk, payers.clerk2, payers.finance, payers.county):
        assert refused(approve_business, batch, actor=who) == "not_permitted"
    Delegation.objects.create(principal=payers.clerk, deputy=payers.chief, valid_from="2026-01-01")
    payers.chief.forget_postings()
    assert refused(approve_business, batch, actor=payers.chief) == "four_eyes"


def test_the_same_person_with_two_roles_signs_once(payers):
    entitled()
    PostingFactory(user=payers.chief, role_code="finance_clerk")
    payers.chief.forget_postings()
    batch = a_batch("business_approved")
    assert refused(approve_finance, batch, actor=payers.chief) == "four_eyes"
    assert approve_finance(batch, actor=payers.finance).state == "approved"


def test_nobody_pays_the_own_household(payers, household_of):
    (row,) = entitled()
    household_of(payers.chief, row.claim.household)
    batch = a_batch("locked")
    assert refused(approve_business, batch, actor=payers.chief) == "own_household"


@pytest.fixture
def household_of():
    def live(user, household):
        someone = Person()
        someone.call(str(user))
        someone.save()
        someone.save(update_fields=personal.keep(someone, "id_number", "id_number", ID))
        Membership.objects.create(household=household, person=someone, relation="head")
        user.id_number_index = someone.id_number_index
        user.save(update_fields=["id_number_index"])

    return live


ID = "371502198503120014"


def test_what_changed_since_the_lock_is_not_approved(payers):
    (row,) = entitled()
    batch = a_batch("locked")
    account = row.claim.household.accounts.get()
    account.card_index = "f" * 64
    account.save()
    assert refused(approve_business, batch, actor=payers.chief) == "guard:hash"


def test_unlocking_voids_what_was_signed(payers):
    entitled()
    batch = unlock_batch(a_batch("locked"), actor=payers.clerk2)
    assert (batch.state, batch.locked_by, batch.sha256) == ("draft", None, "")
    again = lock_batch(batch, actor=payers.clerk2)
    signed = approve_business(again, actor=payers.chief)
    assert refused(unlock_batch, signed, actor=payers.clerk) == "not_allowed_from_state"


def test_the_bank_file_is_the_same_for_ever(payers):
    rows = entitled(2)
    an_account(rows[1].claim.household, "=6228480000000000", "=HYPERLINK(1)")
    batch = a_batch("exported")
    sheet = download_bank_file(batch, "xlsx", actor=payers.finance)
    text = download_bank_file(batch, "csv", actor=payers.finance)
    export_batch(batch, actor=payers.finance)
    assert hashlib.sha256(download_bank_file(batch, "xlsx", actor=payers.finance)).digest() == (
        hashlib.sha256(sheet).digest()
    )
    table = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert [line[0] for line in table[1:]] == ["ZF2018-0001-000001", "ZF2018-0001-000002", "合计"]
    assert table[2][1:3] == ["'=HYPERLINK(1)", "'=6228480000000000"]
    assert (table[3][1], table[3][4]) == ("2", "10000.00")
    grid = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert grid[1][2].startswith("6228480")
    assert [entry.after["format"] for entry in AuditEntry.objects.filter(verb__contains="bank_f")]
    stored = open_path(batch.xlsx_path).read_bytes()
    assert b"PK" not in stored[:40]
    assert refused(download_bank_file, batch, "xlsx", actor=payers.clerk) == "not_permitted"


def open_path(path):
    return Path(settings.MEDIA_ROOT) / path


def test_a_failed_line_is_tried_again_once_and_a_returned_one_too(payers):
    first, second = entitled(2)
    batch = a_batch("exported")
    lines = {line.entitlement_id: line for line in batch.lines.all()}
    batch = answer(batch, actor=payers.finance, result="failed", some=[lines[first.pk]])
    batch = answer(batch, actor=payers.finance, some=[lines[second.pk]])
    again = a_batch("exported")
    tried = again.lines.get()
    assert (tried.entitlement, tried.attempt, tried.previous) == (first, 2, lines[first.pk])
    code = refused(create_batch, county_of(), actor=payers.clerk, kind="build", fiscal_year=2018)
    assert code == "guard:lines"
    again = answer(again, actor=payers.finance)
    bounced = PaymentLine.objects.get(pk=lines[second.pk].pk)
    answer(batch, actor=payers.finance, result="returned", some=[bounced])
    third = a_batch("reconciling")
    assert (third.lines.get().attempt, third.lines.get().previous) == (2, bounced)
    paid = PaymentLine.objects.filter(state="paid").values_list("entitlement", flat=True)
    assert sorted(paid) == [first.pk, second.pk]


def test_an_aborted_batch_frees_its_lines(payers):
    (row,) = entitled()
    batch = abort_batch(a_batch("locked"), actor=payers.chief, note="重做")
    assert batch.lines.get().state == "dropped"
    assert a_batch().lines.get().entitlement == row


def test_a_batch_closes_when_the_bank_has_answered_all(payers):
    entitled(2)
    batch = a_batch("exported")
    batch = answer(batch, actor=payers.finance, some=[batch.lines.first()])
    assert refused(close_batch, batch, actor=payers.chief) == "guard:lines_sent"
    batch = answer(batch, actor=payers.finance)
    assert close_batch(batch, actor=payers.chief).state == "closed"


def test_revoking_takes_a_line_out_of_a_draft_and_stops_at_a_lock(payers):
    first, second = entitled(2)
    batch = a_batch()
    void_unpaid(first.claim, actor=payers.county, reason="冒领")
    batch.refresh_from_db()
    assert (batch.count, batch.total) == (1, Decimal(5000))
    lock_batch(batch, actor=payers.clerk)
    assert refused(void_unpaid, second.claim, actor=payers.county, reason="x") == "in_batch"


def test_what_was_paid_is_returned_for_a_recovery(payers):
    (row,) = entitled()
    a_batch("reconciling")
    assert void_unpaid(row.claim, actor=payers.county, reason="冒领") == [row]
    assert refused(suspend, row, actor=payers.county, note="x") == "already_paid"


def test_who_comes_second_is_told_so(payers):
    entitled()
    batch = a_batch()
    lock_batch(PaymentBatch.objects.get(pk=batch.pk), actor=person("clerk2"))
    assert refused(lock_batch, batch, actor=payers.clerk) == "not_allowed_from_state"
    stale = PaymentBatch.objects.get(pk=batch.pk)
    approve_business(PaymentBatch.objects.get(pk=batch.pk), actor=payers.chief)
    assert refused(abort_batch, stale, actor=payers.chief, note="x") == "conflict"


def test_rows_are_dated_by_the_portals_clock():
    posted = date(2026, 5, 11)
    with on(posted):
        (row,) = entitled()
        batch = a_batch("locked")
        line = batch.lines.get()
        recorded = Job.objects.create(kind="anything")
    with on(posted + timedelta(days=9)):
        batch = approve_business(batch, actor=Payers.of_the_cast().chief)
    days = [one.created_at.date() for one in (row, row.claim, batch, line)]
    assert days == [posted] * 4
    assert (batch.updated_at - batch.created_at).days == 9
    assert recorded.created_at.date() != posted  # a queue runs by the true time
