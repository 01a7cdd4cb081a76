"""Entitlements: opened once, season by season, suspended by one and lifted by another."""

from datetime import date
from decimal import Decimal

import pytest

from bureau.core.errors import BusinessError
from bureau.people.models import Delegation
from bureau.records.models import AuditEntry
from grants.models import Claim, Entitlement
from grants.rules.payments import what_stops
from grants.services.entitlements import (
    lift,
    open_build,
    open_operating,
    suspend,
    void_unpaid,
)
from tests.grants.paid_story import POWER, a_claim, a_household, entitled, season_of

pytestmark = pytest.mark.django_db


def test_construction_is_opened_once_for_what_the_notice_showed():
    gas, pump = a_claim(), a_claim(technology=POWER, heat_pump="air_source")
    assert open_build([gas.pk, pump.pk], actor=None) == 2
    assert open_build([gas.pk, pump.pk], actor=None) == 0
    found = Entitlement.objects.filter(kind="build").order_by("pk")
    assert [one.amount for one in found] == [Decimal(5000), Decimal(6500)]
    assert [one.rate_id for one in found] == [gas.rate_id, pump.rate_id]
    entry = AuditEntry.objects.get(verb="open_entitlement")
    assert (entry.after["count"], entry.after["total"]) == (2, "11500.00")


def test_what_is_not_approved_is_not_opened():
    with pytest.raises(BusinessError) as refusal:
        open_build([a_claim().pk, a_claim(until="notice").pk], actor=None)
    assert refusal.value.code == "guard:approved"
    assert not Entitlement.objects.exists()


def test_a_dwelling_is_subsidised_once_for_life():
    first = a_claim()
    open_build([first.pk], actor=None)
    Claim.objects.filter(pk=first.pk).update(state="revoked")
    second = a_claim(first.household)
    with pytest.raises(BusinessError) as refusal:
        open_build([second.pk], actor=None)
    assert refusal.value.code == "exists"


def test_operation_is_opened_season_by_season():
    claim = a_claim()
    for season, index in ((2018, 1), (2019, 2), (2020, 3)):
        made = season_of(claim, season)
        assert (made.index, made.amount, made.state) == (index, Decimal(1000), "open")
    assert open_operating([claim.pk], season=2021, actor=None) == 0
    assert open_operating([claim.pk], season=2018, actor=None) == 0


def test_a_missed_season_is_consumed_and_not_shifted():
    used, still = a_claim(), a_claim()
    opened = open_operating([used.pk], season=2018, actor=None, unused={still.pk: "搬走"})
    assert opened == 1
    missed = Entitlement.objects.get(claim=still)
    assert (missed.state, missed.reason, missed.index) == ("void", "搬走", 1)
    assert season_of(still, 2019).index == 2
    assert open_operating([still.pk], season=2018, actor=None) == 0


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({}, None),
        ({"demolished_on": date(2018, 11, 15)}, "demolished"),
        ({"demolished_on": date(2018, 11, 16)}, None),
        ({"central_heating_on": date(2018, 11, 15)}, "central_heating"),
        ({"central_heating_on": date(2018, 11, 16)}, None),
        ({"demolition_year": 2019}, None),
        ({"demolition_year": 2018}, "demolition_list"),
        ({"demolition_year": 2017}, "demolition_list"),
        ({"demolished_on": date(2019, 3, 1), "central_heating_on": date(2018, 6, 1)},
         "central_heating"),
    ],
)  # fmt: skip
def test_operation_stops_from_the_season_on(facts, why):
    assert what_stops(2018, **facts) == why


def test_a_demolished_dwelling_gets_no_further_season():
    claim = a_claim()
    claim.dwelling.demolished_on = date(2019, 7, 1)
    claim.dwelling.save()
    assert season_of(claim, 2018).state == "open"
    assert open_operating([claim.pk], season=2019, actor=None) == 0


def test_one_suspends_and_another_lifts(county, county2):
    (row,) = entitled()
    row = suspend(row, actor=county, note="查无此设备")
    assert row.state == "suspended"
    with pytest.raises(BusinessError) as refusal:
        lift(row, actor=county, note="x")
    assert refusal.value.code == "four_eyes"
    assert lift(row, actor=county2, note="查清").state == "open"


def test_principal_and_deputy_count_as_one(county, county2):
    Delegation.objects.create(principal=county, deputy=county2, valid_from=date(2026, 1, 1))
    (row,) = entitled()
    row = suspend(row, actor=county, note="x")
    with pytest.raises(BusinessError) as refusal:
        lift(row, actor=county2, note="x")
    assert refusal.value.code == "four_eyes"


@pytest.mark.parametrize("who", ["clerk", "chief", "finance", "town", "outsider", "auditor"])
def test_only_the_county_suspends(who, request):
    (row,) = entitled()
    with pytest.raises(BusinessError) as refusal:
        suspend(row, actor=request.getfixturevalue(who), note="x")
    assert refusal.value.code == "not_permitted"


def test_a_reason_is_needed(county):
    with pytest.raises(BusinessError) as refusal:
        suspend(entitled()[0], actor=county, note="  ")
    assert refusal.value.code == "guard:reason"


def test_revoking_makes_void_what_was_not_paid(county):
    claim = a_claim(a_household())
    open_build([claim.pk], actor=None)
    season_of(claim)
    assert void_unpaid(claim, actor=county, reason="冒领") == []
    assert set(Entitlement.objects.values_list("state", "reason")) == {("void", "冒领")}
