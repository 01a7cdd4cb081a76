"""The division tree: what is added, changed and merged."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from bureau.core import bigrams, clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.pinyin import sort_key
from bureau.core.querysets import CITY_LEVEL, COUNTY_LEVEL, TOWN_LEVEL, VILLAGE_LEVEL
from bureau.places.choices import PlaceRefusal, PlaceVerb
from bureau.places.models import Division, DivisionAlias, ManagingAreaTown
from bureau.places.querysets import DivisionQuerySet
from bureau.places.services.locks import locked, not_in_the_future, run_by, still_there
from bureau.records.changes import diff
from bureau.records.services import record, record_batch, rows_of

VILLAGE_FIELDS = (
    "demolition_year",
    "central_heating_on",
    "coal_free",
    "gas_ready",
    "power_ready",
)
EDITABLE = ("name", "valid_from", "source", *VILLAGE_FIELDS)


@transaction.atomic
def create_division(
    *,
    code: str,
    name: str,
    parent: Division,
    actor: Any,
    valid_from: date | None = None,
    code_is_provisional: bool = False,
    source: str = "",
) -> Division:
    """Add a county, town, village or community below ``parent``; whoever runs that runs it."""
    above = locked(parent)
    still_there(above)
    if above.level == VILLAGE_LEVEL:
        raise BusinessError(PlaceRefusal.WRONG_PARENT, parent=above.name)
    taken = Division.objects.filter(code=code).first()
    if taken is not None:
        raise BusinessError(PlaceRefusal.CODE_TAKEN, number=code, division=taken.name)
    division = Division(
        code=code,
        name=name,
        level=above.level + 1,
        parent=above,
        path=f"{above.path}{code}/",
        scope_path=f"{above.scope_path}{code}/",
        managing_area_id=above.managing_area_id,
        valid_from=valid_from,
        code_is_provisional=code_is_provisional,
        source=source,
        pinyin=sort_key(name),
        bigrams=bigrams.of(name),
    )
    division.full_clean()
    division.save(force_insert=True)
    facts = {"code": code, "name": name, "parent": str(above)}
    record(PlaceVerb.CREATE_DIVISION, division, actor=actor, after=facts)
    return division


@transaction.atomic
def edit_division(
    division: Division, *, actor: Any, version: int | None = None, **changes: Any
) -> Division:
    """Change what people may change of a division; code, level and place in the tree stay.

    What heating and power concerns is carried by villages and communities alone. A former name
    becomes an alias, so that older papers still lead to the place.
    """
    row = locked(division)
    if version is not None and version != row.version:
        raise BusinessError(Refusal.STALE)
    before = Division.objects.get(pk=row.pk)
    for field, value in changes.items():
        if field not in EDITABLE:
            raise TypeError(f"{field} of a division cannot be edited")
        setattr(row, field, value)
    old, new = diff(before, row, EDITABLE)
    if not new:
        return row
    if row.level != VILLAGE_LEVEL and not set(new).isdisjoint(VILLAGE_FIELDS):
        raise BusinessError(PlaceRefusal.ONLY_VILLAGES, division=row.name)
    row.pinyin, row.bigrams = sort_key(row.name), bigrams.of(row.name)
    row.version += 1
    row.full_clean()
    row.save(update_fields=[*changes, "pinyin", "bigrams", "version", "updated_at"])
    if row.name != before.name:
        DivisionAlias.objects.get_or_create(alias=before.name, division=row)
    record(PlaceVerb.EDIT_DIVISION, row, actor=actor, before=old, after=new)
    return row


@transaction.atomic
def merge_divisions(
    source: Division, into: Division, on: date, *, actor: Any, note: str = ""
) -> Division:
    """End ``source`` on ``on`` and let its scope follow ``into``.

    Rows keep the division they name, with its old path; whoever looks after ``into`` looks
    after them from now on, and reports count them there. The old name becomes an alias.
    """
    not_in_the_future(on)
    if into.path.startswith(source.path):
        raise BusinessError(PlaceRefusal.MERGE_INTO_ITSELF, source=source.name)
    pair = Division.objects.select_for_update(of=("self",)).in_bulk([source.pk, into.pk])
    old, heir = pair[source.pk], pair[into.pk]
    still_there(old)
    still_there(heir)
    if old.valid_from is not None and on <= old.valid_from:
        raise BusinessError(
            PlaceRefusal.BEFORE_IT_BEGAN, division=old.name, day=old.valid_from.isoformat()
        )
    _alike(old, heir)
    moved = _move_scope(old.scope_path, heir.scope_path)
    if old.level >= TOWN_LEVEL:
        run_by(heir.scope_path, heir.managing_area_id)
        ManagingAreaTown.objects.on(on).filter(division=old).update(valid_to=on)
    old.refresh_from_db()
    old.valid_to, old.merged_into, old.version = on, heir, old.version + 1
    old.full_clean()
    old.save(update_fields=["valid_to", "merged_into", "version", "updated_at"])
    _hand_down_names(old, heir)
    record(
        PlaceVerb.MERGE_DIVISIONS,
        old,
        actor=actor,
        after={"merged_into": str(heir), "valid_to": on.isoformat(), "divisions": moved},
        note=note,
        also=heir,
    )
    return old


def _alike(old: Division, heir: Division) -> None:
    """Refuse a merger across counties or levels."""
    if old.level > COUNTY_LEVEL and _county(old) != _county(heir):
        raise BusinessError(PlaceRefusal.ACROSS_COUNTIES, source=old.name, into=heir.name)
    if old.level != heir.level or old.level == CITY_LEVEL:
        raise BusinessError(PlaceRefusal.LEVELS_DIFFER, source=old.name, into=heir.name)


def _hand_down_names(old: Division, heir: Division) -> None:
    """Let every name that led to a place lead to its heir: its own, and those it was heir to."""
    for alias, source in [(old.name, ""), *old.aliases.values_list("alias", "source")]:
        if alias != heir.name:
            DivisionAlias.objects.get_or_create(
                alias=alias, division=heir, defaults={"source": source}
            )


def _move_scope(from_path: str, to_path: str) -> int:
    """Put everything whose scope lay under one path under another; return how many."""
    tail = Substr(F("scope_path"), len(from_path) + 1)
    return Division.objects.filter(scope_path__startswith=from_path).update(
        scope_path=Concat(Value(to_path), tail)
    )


def _county(division: Division) -> str:
    """Return the code of the county in which a division lies today, mergers followed."""
    return division.scope_path.split("/")[1]


@transaction.atomic
def mark_supply_ready(villages: DivisionQuerySet, *, actor: Any, note: str = "") -> int:
    """Say that gas and power have reached many villages; returns how many were not ready before.

    One audit entry on the city stands for all of them.
    """
    left = villages.of_level(VILLAGE_LEVEL).exclude(gas_ready=True, power_ready=True)
    touched = rows_of(left)
    if touched.count:
        city = Division.objects.get(level=CITY_LEVEL)
        record_batch(
            PlaceVerb.SUPPLY_READY, city, actor=actor, rows=touched, note=note,
            after={"gas_ready": True, "power_ready": True},
        )  # fmt: skip
        left.update(
            gas_ready=True, power_ready=True, version=F("version") + 1, updated_at=clock.now()
        )
    return touched.count
