"""Dates, money and areas as people here write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from bureau.desk import formats


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (date(2026, 11, 21), "2026年11月21日", "21 Nov 2026"),
        (datetime(2026, 11, 21, 17, 30, tzinfo=UTC), "2026年11月22日", "22 Nov 2026"),
        (None, "—", "—"),
    ],
)
def test_days_are_those_of_liaocheng(value, chinese, english):
    with translation.override("zh-hans"):
        assert formats.day(value) == chinese
    with translation.override("en"):
        assert formats.day(value) == english


def test_moments_carry_the_hour():
    with translation.override("zh-hans"):
        moment = formats.moment(datetime(2026, 11, 21, 17, 30, tzinfo=UTC))
    assert moment == "2026年11月22日 01:30"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("6500"), "¥6,500.00"),
        ("333.335", "¥333.34"),
        (Decimal("-12.5"), "-¥12.50"),
        (0, "¥0.00"),
        (None, "—"),
    ],
)
def test_money(value, written):
    assert formats.money(value) == written


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (Decimal("9999.5"), "9,999.5 m²", "9,999.5 m²"),
        (Decimal("12345.00"), "1.23 万 m²", "12,345 m²"),
        (Decimal("120000"), "12.00 万 m²", "120,000 m²"),
        (None, "—", "—"),
    ],
)
def test_areas_in_ten_thousands_for_chinese_readers(value, chinese, english):
    with translation.override("zh-hans"):
        assert formats.area(value) == chinese
    with translation.override("en"):
        assert formats.area(value) == english


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [(1234567, None, "1,234,567"), (Decimal("45.480"), None, "45.48"), (18, 2, "18.00")],
)
def test_numbers(value, places, written):
    assert formats.number(value, places) == written


def test_anything_is_written_somehow():
    with translation.override("en"):
        assert formats.plain(True) == "Yes"
        assert formats.plain([1, "二", None]) == "1、二、—"
        assert formats.plain("") == "—"
        assert formats.file_size(15_300_000) == "15.3 MB"
