"""The places that ship with the portal, written by set; the first migration and tests load them.

Sources: the statistics bureau's tree of 2023-06-30, public notices for what changed before and
after, the State Council's holiday notices. Which towns a managing area runs is our own
reading of public pages (source "ours"): rows that a clerk corrects, never constants.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from bureau.core import bigrams
from bureau.core.pinyin import sort_key
from bureau.core.querysets import CITY_LEVEL, COUNTY_LEVEL, TOWN_LEVEL, VILLAGE_LEVEL

FOLDER = Path(__file__).parent / "data"
STATE_OF = "国家统计局统计用区划代码（2023-06-30）"
HOLIDAY_NOTICES = "国务院办公厅节假日安排通知"

GetModel = Callable[[str], Any]


def load(get_model: GetModel) -> None:
    """Write tree, history, aliases, managing areas and calendar into empty tables.

    ``get_model("Division")`` gives the model class, historical in a migration. Tables that hold
    anything already are left as they are, so that a second call changes nothing.
    """
    if not get_model("Division").objects.exists():
        _load_tree(get_model)
        _load_aliases(get_model)
        _load_managing_areas(get_model)
    if not get_model("CalendarYear").objects.exists():
        _load_calendar(get_model)


def rows(name: str) -> Iterator[dict[str, str]]:
    """Return the lines of one shipped table by column name."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def level_of(code: str) -> int:
    """Return the level that the zeros of a 12-digit statistical code tell."""
    if code.endswith("00000000"):
        return CITY_LEVEL
    if code.endswith("000000"):
        return COUNTY_LEVEL
    return TOWN_LEVEL if code.endswith("000") else VILLAGE_LEVEL


def parent_code(code: str) -> str:
    """Return the code of the division above by the statistical code's own structure."""
    kept = {CITY_LEVEL: 2, COUNTY_LEVEL: 4, TOWN_LEVEL: 6, VILLAGE_LEVEL: 9}[level_of(code)]
    return code[:kept].ljust(12, "0")


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _load_tree(get_model: GetModel) -> None:
    Division = get_model("Division")  # noqa: N806
    history = {row["code"]: row for row in rows("history")}
    names = {row["code"]: row["name"] for row in rows("divisions")}
    names |= {code: row["name"] for code, row in history.items()}
    made: dict[str, Any] = {}
    for level in (CITY_LEVEL, COUNTY_LEVEL, TOWN_LEVEL, VILLAGE_LEVEL):
        batch = []
        for code, name in sorted(names.items()):
            if level_of(code) != level:
                continue
            parent = made.get(parent_code(code))
            past = history.get(code, {})
            path = f"{parent.path if parent else ''}{code}/"
            batch.append(
                Division(
                    code=code,
                    name=name,
                    level=level,
                    parent=parent,
                    path=path,
                    scope_path=path,
                    valid_from=_day(past.get("valid_from", "")),
                    valid_to=_day(past.get("valid_to", "")),
                    code_is_provisional=past.get("provisional") == "yes",
                    source=past.get("source") or STATE_OF,
                    pinyin=sort_key(name),
                    bigrams=bigrams.of(name),
                )
            )
        made |= {row.code: row for row in Division.objects.bulk_create(batch)}
    for code, past in history.items():
        if past["merged_into"]:
            heir = made[past["merged_into"]]
            Division.objects.filter(code=code).update(merged_into=heir, scope_path=heir.path)


def _load_aliases(get_model: GetModel) -> None:
    ids = dict(get_model("Division").objects.values_list("code", "id"))
    Alias = get_model("DivisionAlias")  # noqa: N806
    Alias.objects.bulk_create(
        Alias(alias=row["alias"], division_id=ids[row["code"]], source=row["source"])
        for row in rows("aliases")
    )


def _load_managing_areas(get_model: GetModel) -> None:
    Division = get_model("Division")  # noqa: N806
    Area = get_model("ManagingArea")  # noqa: N806
    TakeOver = get_model("ManagingAreaTown")  # noqa: N806
    ids = dict(Division.objects.values_list("code", "id"))
    areas = Area.objects.bulk_create(
        Area(
            code=row["code"],
            name=row["name"],
            full_name=row["full_name"],
            seat_id=ids[row["seat"]],
            pinyin=sort_key(row["name"]),
        )
        for row in rows("managing_areas")
    )
    by_code = {area.code: area for area in areas}
    taken = [
        TakeOver(
            area=by_code[row["area"]],
            division_id=ids[row["town"]],
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            source=row["source"],
        )
        for row in rows("take_overs")
    ]
    TakeOver.objects.bulk_create(taken)
    for area in areas:
        for row in taken:
            if row.area_id == area.pk and row.valid_to is None:
                town = Division.objects.get(pk=row.division_id)
                Division.objects.filter(path__startswith=town.path).update(managing_area=area)


def _load_calendar(get_model: GetModel) -> None:
    Year = get_model("CalendarYear")  # noqa: N806
    Day = get_model("CalendarDay")  # noqa: N806
    days = [(date.fromisoformat(row["date"]), row) for row in rows("calendar")]
    years = {
        row.year: row
        for row in Year.objects.bulk_create(
            Year(year=number, published=True, source=HOLIDAY_NOTICES)
            for number in sorted({day.year for day, _ in days})
        )
    }
    Day.objects.bulk_create(
        Day(date=day, year=years[day.year], kind=row["kind"], name=row["name"]) for day, row in days
    )
