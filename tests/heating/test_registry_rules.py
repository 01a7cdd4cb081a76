"""Areas, households, years, positions, seasons and management, by example."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heating.choices import ManagementMode
from heating.rules import figures, management, position, season

D = Decimal
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("connected", "heated", "code"),
    [
        (D(100), D(100), None),
        (D(100), D("100.01"), "heated_exceeds_area"),
        (D(32000), D(53793), "heated_exceeds_area"),
        (D(100), None, None),
        (None, D(0), None),
        (None, D(5), "missing_area"),
    ],
)
def test_areas(connected, heated, code):
    finding = figures.check_areas(connected, heated)
    assert (finding and finding.code) == code


@pytest.mark.parametrize(
    ("connected", "direct", "code"),
    [(114, 114, None), (480, 485, "direct_exceeds_households"), (None, 0, None),
     (None, 1, "direct_exceeds_households"), (10, None, None)],
)  # fmt: skip
def test_households(connected, direct, code):
    finding = figures.check_households(connected, direct)
    assert (finding and finding.code) == code


@pytest.mark.parametrize(
    ("year", "code"),
    [(2026, None), (2027, "future_year"), (1950, None), (1949, "year_too_old"), (None, None)],
)
def test_years(year, code):
    finding = figures.check_year(year, today=TODAY, field="commissioned_year")
    assert (finding and finding.code) == code


@pytest.mark.parametrize(
    ("longitude", "latitude", "code"),
    [
        (D("115.95"), D("36.47"), None),
        (D("115.2"), D("35.7"), None),
        (D("36.47"), D("115.95"), "swapped_coordinates"),
        (D("117.1"), D("36.6"), "outside_city"),
        (D("0"), D("0"), "outside_city"),
        (None, None, None),
        (D("115.95"), None, "half_coordinates"),
    ],
)
def test_positions(longitude, latitude, code):
    finding = position.check_position(longitude, latitude)
    assert (finding and finding.code) == code


@given(
    st.decimals(position.CITY_BOX.west, position.CITY_BOX.east, places=6),
    st.decimals(position.CITY_BOX.south, position.CITY_BOX.north, places=6),
)
def test_inside_is_inside_and_swapped_is_swapped(longitude, latitude):
    assert position.check_position(longitude, latitude) is None
    assert position.check_position(latitude, longitude).code == "swapped_coordinates"


def test_the_rate_of_the_published_figures():
    assert figures.direct_rate(85, 100) == D("85.00")
    assert figures.direct_rate(1, 3) == D("33.33")
    assert figures.direct_rate(2, 3) == D("66.67")
    assert figures.direct_rate(0, 0) is None


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_a_rate_lies_between_nothing_and_all(direct, connected):
    assert 0 <= figures.direct_rate(min(direct, connected), connected) <= 100


@pytest.mark.parametrize(
    ("supply", "back", "codes"),
    [
        (D("78.3"), D("41.7"), []),
        (D(70), D(80), ["return_not_below_supply"]),
        (D(160), D(50), ["temperature_range"]),
        (None, D(-1), ["temperature_range"]),
        (None, None, []),
    ],
)
def test_odd_temperatures_are_only_doubted(supply, back, codes):
    doubts = figures.doubt_temperatures(
        supply, back, allowed=figures.PRIMARY_RANGE, fields=("supply", "back")
    )
    assert [doubt.code for doubt in doubts] == codes


def test_a_secondary_side_is_cooler():
    doubts = figures.doubt_temperatures(
        D(96), D(41), allowed=figures.SECONDARY_RANGE, fields=("supply", "back")
    )
    assert [doubt.code for doubt in doubts] == ["temperature_range"]


@pytest.mark.parametrize(("year", "days"), [(2025, 121), (2026, 121), (2027, 122), (2023, 122)])
def test_days_of_a_season(year, days):
    assert season.season_of(year).days == days


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 11, 14), None),
        (date(2026, 11, 15), 2026),
        (date(2027, 3, 15), 2026),
        (date(2027, 3, 16), None),
        (date(2026, 1, 1), 2025),
    ],
)
def test_which_season_a_day_falls_into(day, year):
    found = season.season_on(day)
    assert (found and found.year) == year
    assert season.in_season(day) is (year is not None)


@pytest.mark.parametrize(
    ("mode", "has_manager", "owner_run", "code"),
    [
        ("company_run", False, False, None),
        ("company_run", True, False, "manager_not_expected"),
        ("company_run", False, True, "manager_not_expected"),
        ("third_party_run", True, False, None),
        ("third_party_run", False, True, None),
        ("third_party_run", True, True, None),
        ("third_party_run", False, False, "manager_missing"),
        ("custody", True, False, None),
        ("custody", False, False, "manager_missing"),
        ("custody", False, True, "manager_missing"),
    ],
)
def test_who_needs_a_manager(mode, has_manager, owner_run, code):
    finding = management.check_management(mode, has_manager=has_manager, owner_run=owner_run)
    assert (finding and finding.code) == code
    assert mode in ManagementMode.values


def test_when_a_management_begins():
    assert management.first_day(2012, TODAY) == date(2012, 1, 1)
    assert management.first_day(None, TODAY) == date(2026, 1, 1)
    assert management.first_day(2099, TODAY) == date(2026, 1, 1)
    assert management.check_change(date(2012, 1, 1), date(2012, 1, 1)).code == (
        "management_too_early"
    )
    assert management.check_change(date(2012, 1, 1), date(2012, 1, 2)) is None
