"""A policy published late: unpaid amounts follow it, what is posted, locked or paid does not."""

import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from bureau.core.errors import BusinessError
from bureau.documents.models import Document
from bureau.records.models import AuditEntry
from grants.choices import BatchRefusal, KeptWhy
from grants.models import Claim, Entitlement, NoticeItem, Policy
from grants.reports.rates import preview
from grants.services.batches import approve_business, create_batch, lock_batch, unlock_batch
from grants.services.entitlements import suspend
from grants.services.policies import policies, publish_policy, record_rate
from grants.services.rate_book import hold_rates
from tests.cast import person
from tests.grants.notice_story import a_posted_notice
from tests.grants.paid_story import (
    IN_GAOTANG,
    Payers,
    a_batch,
    a_claim,
    answer,
    build_of,
    county_of,
    season_of,
    village_of,
)

pytestmark = pytest.mark.django_db

GAS = {"kind": "build", "technology": "coal_to_gas", "heat_pump": "any"}


def a_policy(amount=5600, name="2018年补充方案", **more):
    document = Document.objects.get(title="2018年清洁取暖方案")
    policy = policies.register(actor=None, name=name, document=document)
    given = GAS | {"programme_year_from": 2018, "programme_year_to": 2018} | more
    record_rate(policy, actor=None, amount=Decimal(amount), **given)
    return policy


def gas(number=1, **more):
    return build_of([a_claim(**more) for _turn in range(number)])


def amounts(rows):
    return [Entitlement.objects.get(pk=row.pk).amount for row in rows]


def entries(row):
    return AuditEntry.objects.about(row).filter(verb="recompute_entitlements")


def test_unpaid_amounts_are_shown_first_and_then_follow_the_policy():
    open_ones, policy = gas(2), a_policy()
    waiting = suspend(gas()[0], actor=person("county"), note="查核")
    other_year = gas(year=2017)
    found = preview(policy).unpaid
    (one,) = found.differences
    assert (one.count, one.now, one.then) == (3, Decimal(5000), Decimal(5600))
    assert (found.count, found.total, found.kept) == (3, Decimal(1800), {})
    assert amounts(open_ones) == [5000, 5000]

    publish_policy(policy, actor=person("chief"))
    assert amounts([*open_ones, waiting, *other_year]) == [5600, 5600, 5600, 5000]
    row = Entitlement.objects.get(pk=open_ones[0].pk)
    assert (row.rate.policy, row.version) == (policy, 2)
    entry = entries(policy).get()
    assert (entry.after["count"], entry.after["total"]) == (3, "1800.00")
    assert [entries(row).count() for row in (*open_ones, waiting, *other_year)] == [1, 1, 1, 0]


def test_a_draft_batch_follows_with_its_lines_and_total_and_pays_the_new_amount():
    gas(2)
    who = Payers.of_the_cast()
    batch = create_batch(county_of(), actor=who.clerk, kind="build", fiscal_year=2018)
    seen = batch.version
    publish_policy(a_policy(), actor=None)
    batch.refresh_from_db()
    assert (batch.count, batch.total) == (2, 11_200)
    assert set(batch.lines.values_list("amount", flat=True)) == {Decimal(5600)}
    with pytest.raises(BusinessError) as refusal:
        lock_batch(batch, actor=who.clerk, version=seen)
    assert refusal.value.code == "conflict"
    assert approve_business(lock_batch(batch, actor=who.clerk), actor=who.chief).total == 11_200


def test_a_locked_batch_and_what_is_paid_keep_their_amounts():
    locked = gas()
    batch = a_batch("locked")
    paid = gas(village=village_of(IN_GAOTANG))
    who = Payers.of_the_cast()
    other = create_batch(county_of("371526000000"), actor=who.clerk, kind="build", fiscal_year=2018)
    assert other.count == 1
    policy = a_policy()
    lock_batch(other, actor=who.clerk)
    assert preview(policy).unpaid.kept == {KeptWhy.LOCKED: 2}
    publish_policy(policy, actor=None)
    assert amounts([*locked, *paid]) == [5000, 5000]
    assert not entries(policy).exists()
    assert approve_business(batch, actor=who.chief).total == 5000


def test_a_returned_payment_is_tried_again_with_the_new_amount():
    (row,) = gas()
    batch = a_batch("exported")
    answer(batch, actor=person("finance"), result="failed")
    publish_policy(a_policy(), actor=None)
    again = create_batch(county_of(), actor=person("clerk"), kind="build", fiscal_year=2018)
    assert [(line.amount, line.attempt) for line in again.lines.all()] == [(5600, 2)]
    assert amounts([row]) == [5600]


def test_what_hangs_in_a_village_stays_and_the_look_says_so(client):
    notice = a_posted_notice(2)
    by_hand = build_of([a_claim(amount=Decimal(4800))])
    policy = a_policy()
    assert preview(policy).unpaid.kept == {KeptWhy.ON_NOTICE: 2, KeptWhy.BY_HAND: 1}
    client.force_login(person("chief"))
    page = client.get(reverse("grants:policy_publish", args=[policy.pk])).content.decode()
    assert "公示仍在进行" in page
    assert 'data-unpaid="0"' in page
    address = reverse("grants:policy_publish", args=[policy.pk])
    stale = client.post(address, {"seen": ""})
    assert (stale.status_code, Policy.objects.get(pk=policy.pk).state) == (409, "draft")
    assert "请重新查看影响后再发布" in stale.content.decode()
    assert client.post(address, {"seen": str(policy.rates.get().pk)}).status_code == 302
    assert set(Claim.objects.filter(notice_items__notice=notice).values_list("amount", flat=True))
    assert set(NoticeItem.objects.filter(notice=notice).values_list("amount", flat=True)) == {5000}
    assert amounts(by_hand) == [4800]


def test_an_operating_rate_moves_the_seasons_that_are_open_by_their_number():
    claim = a_claim()
    first, second = season_of(claim, 2018), season_of(claim, 2019)
    rate = {"kind": "operate", "year_index": 2, "seasons": 3}
    policy = a_policy(800, **rate)
    publish_policy(policy, actor=None)
    assert amounts([first, second]) == [1000, 800]


def test_a_second_policy_changes_nothing_that_it_does_not_name():
    (row,) = gas()
    policy = a_policy()
    publish_policy(policy, actor=None)
    with pytest.raises(BusinessError) as refusal:
        publish_policy(policy, actor=None)
    assert refusal.value.code == "policy_published"
    other = a_policy(7000, name="2019年方案", programme_year_from=2019, programme_year_to=None)
    assert preview(other).unpaid.count == 0
    publish_policy(other, actor=None)
    assert amounts([row]) == [5600]
    assert Entitlement.objects.get(pk=row.pk).version == 2


def test_the_database_keeps_what_is_locked():
    (row,) = gas()
    batch = a_batch("locked")
    for change in (
        lambda: Entitlement.objects.filter(pk=row.pk).update(amount=1),
        lambda: batch.lines.update(amount=1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    unlock_batch(batch, actor=person("clerk"))
    Entitlement.objects.filter(pk=row.pk).update(amount=5100)


@pytest.mark.django_db(transaction=True)
def test_a_policy_waits_for_whoever_writes_by_the_rates_and_says_so():
    policy, chief = a_policy(), person("chief")
    held, done = threading.Event(), threading.Event()

    def write_by_the_rates():
        with transaction.atomic():
            hold_rates()
            held.set()
            done.wait(30)
        connection.close()

    writer = threading.Thread(target=write_by_the_rates)
    writer.start()
    held.wait(30)
    with pytest.raises(BusinessError) as refused:
        publish_policy(policy, actor=chief)
    done.set()
    writer.join()
    assert refused.value.code == BatchRefusal.BUSY
    assert publish_policy(policy, actor=chief).state == "published"
