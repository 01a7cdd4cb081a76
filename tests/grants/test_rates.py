"""What a conversion is worth: by the schemes of 2017 and 2018, as examples."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bureau.core.errors import BusinessError
from grants.models import Rate, Target
from grants.rules import rates as rules
from grants.rules.rates import Wanted
from grants.services.rate_book import RateBook

pytestmark = pytest.mark.django_db

GAS, POWER, GROUND = "coal_to_gas", "coal_to_electricity", "coal_to_geothermal"


@pytest.mark.parametrize(
    ("technology", "heat_pump", "year", "amount"),
    [
        (GAS, "none", 2017, "5000.00"),
        (GAS, "air_source", 2018, "5000.00"),
        (POWER, "air_source", 2017, "5000.00"),
        (POWER, "air_source", 2018, "6500.00"),
        (POWER, "air_source", 2021, "6500.00"),
        (POWER, "none", 2018, "5000.00"),
    ],
)
def test_construction_is_worth(technology, heat_pump, year, amount):
    rate = RateBook.load().build(Wanted(technology, heat_pump, year))
    assert rate.amount == Decimal(amount)


@pytest.mark.parametrize(
    ("accepted_on", "seasons"),
    [
        (date(2018, 1, 1), ["2018-2019", "2019-2020", "2020-2021"]),
        (date(2018, 12, 31), ["2018-2019", "2019-2020", "2020-2021"]),
        (date(2019, 1, 1), ["2019-2020", "2020-2021", "2021-2022"]),
    ],
)
def test_operation_runs_three_seasons_from_the_cut_off_on(accepted_on, seasons):
    quote = RateBook.load().quote(Wanted(GAS, "none", 2018), accepted_on)
    assert [(one.name, one.index, one.amount) for one in quote.operate] == [
        (season, index, Decimal("1000.00")) for index, season in enumerate(seasons, start=1)
    ]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [(Wanted(GROUND, "none", 2018), "no_rate"), (Wanted(GAS, "", 2016), "no_rate")],
)
def test_where_no_rate_is_published_none_is_named(wanted, code):
    with pytest.raises(BusinessError) as refusal:
        RateBook.load().quote(wanted, date(2018, 6, 1))
    assert refusal.value.code == code


def test_the_published_rates_and_targets_are_shipped():
    assert Rate.objects.filter(published=True).count() == 7
    plan = Target.objects.filter(year=2018, kind="city_plan")
    assert plan.count() == 11
    assert sum(plan.values_list("households", flat=True)) == 172_775


def test_two_rates_of_one_level_are_never_chosen_between():
    gas = RateBook.load().build(Wanted(GAS, "none", 2018))
    with pytest.raises(rules.NoRateError) as refusal:
        rules.find([gas, replace(gas, pk=0)], Wanted(GAS, "none", 2018), "build")
    assert refusal.value.code == "ambiguous_rate"


def test_shares_add_up():
    gas = RateBook.load().build(Wanted(GAS, "none", 2018))
    shared = replace(gas, shares=(Decimal(20), Decimal(30), Decimal(50)))
    parts = rules.by_level(Decimal("333.33"), shared)
    assert parts == (Decimal("66.67"), Decimal("100.00"), Decimal("166.66"))
