"""How dates, money and areas are written, in the reader's language."""

from contextlib import AbstractContextManager
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from django.db.models import Model
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext

NOTHING = "—"
TEN_THOUSAND = Decimal(10_000)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def in_chinese() -> AbstractContextManager[None]:
    """Have everything inside said in Chinese."""
    return translation.override("zh-hans")


def day(value: date | datetime | None) -> str:
    """Write a day as 2026年11月21日, in English 21 Nov 2026."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if _chinese():
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime | None) -> str:
    """Write a day and the time of day in Shanghai, to the minute."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local)} {local:%H:%M}"


def clock_time(value: datetime) -> str:
    """Write the time of day in Shanghai, to the minute."""
    return f"{timezone.localtime(value):%H:%M}"


def number(value: Any, places: int | None = None) -> str:
    """Write a number with thousands separated; ``places`` fixes the decimals."""
    if value is None or value == "":
        return NOTHING
    if places is not None:
        return f"{_decimal(value, places):,f}"
    if isinstance(value, int):
        return f"{value:,}"
    text = f"{Decimal(str(value)):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: Any) -> str:
    """Write an amount of yuan as ¥6,500.00."""
    if value is None or value == "":
        return NOTHING
    amount = _decimal(value, 2)
    return f"-¥{-amount:,f}" if amount < 0 else f"¥{amount:,f}"


def area(value: Any) -> str:
    """Write square metres; above 10,000 in 万 for Chinese readers."""
    if value is None or value == "":
        return NOTHING
    size = value if isinstance(value, Decimal) else Decimal(str(value))
    if _chinese() and abs(size) >= TEN_THOUSAND:
        return f"{_decimal(size / TEN_THOUSAND, 2):,f} 万 m²"
    return f"{number(size)} m²"


def yes_no(value: bool | None) -> str:
    """Write a truth; nothing known is a dash."""
    if value is None:
        return NOTHING
    return gettext("Yes") if value else gettext("No")


def file_size(value: int) -> str:
    """Write bytes as kB or MB."""
    if value < 1_000_000:
        return f"{max(1, round(value / 1000))} kB"
    return f"{value / 1_000_000:.1f} MB"


def plain(value: Any) -> str:
    """Write whatever a noun holds as a reader expects it."""
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return str(value) or NOTHING
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, (int, Decimal, float)):
        return number(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return "、".join(plain(item) for item in value) or NOTHING
    return str(value) or NOTHING


def _decimal(value: Any, places: int) -> Decimal:
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact.quantize(_unit(places), ROUND_HALF_UP)


@cache
def _unit(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)
