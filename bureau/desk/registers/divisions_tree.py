"""The tree of places, opened level by level."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import ngettext

from bureau.core.querysets import COUNTY_LEVEL, TOWN_LEVEL, VILLAGE_LEVEL
from bureau.desk import formats, hanging
from bureau.places.models import Division, ManagingArea

AREA = "area-"
CODE = re.compile(r"[0-9]{12}\Z")


@dataclass(slots=True)
class Branch:
    """One line of the tree; ``word`` opens it, ``counts`` says what lies there."""

    label: str
    url: str
    word: str = ""
    kind: str = "village"
    counts: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    is_open: bool = False
    branches: list["Branch"] = field(default_factory=list)


def branches(opened: str, user: Any) -> list[Branch]:
    """Return counties and managing areas as equals, opened down to the place of ``opened``.

    Four small queries for the levels, and one for each kind of thing that can be counted.
    """
    chain = _chain(opened)
    top = [_area(area, chain) for area in _areas()]
    top = [_county(county, chain) for county in _counties()] + top
    for branch in top:
        if branch.is_open:
            branch.branches = [_town(town, chain) for town in _towns(branch.word)]
            for town in branch.branches:
                if town.is_open:
                    town.branches = list(_villages(town.word, user))
    return top


def _chain(opened: str) -> set[str]:
    """Return the words of everything that must be open to show a place."""
    if opened.startswith(AREA):
        return {opened}
    if not CODE.match(opened):
        return set()
    place = Division.objects.filter(code=opened).select_related("parent", "managing_area")
    found = place.first()
    while found is not None and found.level > TOWN_LEVEL:
        found = found.parent
    if found is None:
        return set()
    if found.level == TOWN_LEVEL:
        area = found.managing_area
        above = f"{AREA}{area.code}" if area else found.scope_path.split("/")[1]
        return {above, found.code}
    return {found.code}


def _counties() -> Iterable[Any]:
    towns = Division.objects.current().of_level(TOWN_LEVEL).filter(managing_area__isnull=True)
    every = Division.objects.current().of_level(COUNTY_LEVEL)
    return every.annotate(below=_number_under(towns)).order_by("code")


def _areas() -> Iterable[Any]:
    towns = Q(divisions__level=TOWN_LEVEL, divisions__valid_to__isnull=True)
    every = ManagingArea.objects.filter(archived_at__isnull=True)
    return every.annotate(below=Count("divisions", filter=towns)).order_by("code")


def _towns(word: str) -> Iterable[Any]:
    towns = Division.objects.current().of_level(TOWN_LEVEL)
    if word.startswith(AREA):
        towns = towns.filter(managing_area__code=word.removeprefix(AREA))
    else:
        towns = towns.filter(scope_path__contains=f"/{word}/", managing_area__isnull=True)
    villages = Division.objects.current().of_level(VILLAGE_LEVEL)
    return towns.annotate(below=_number_under(villages)).order_by("code")


def _number_under(places: QuerySet) -> Coalesce:
    """Return how many of ``places`` stand under a row today, mergers followed."""
    under = places.filter(scope_path__startswith=OuterRef("scope_path")).order_by()
    found = under.annotate(one=Value(1)).values("one").annotate(number=Count("pk"))
    return Coalesce(Subquery(found.values("number")), 0)


def _villages(code: str, user: Any) -> Iterable[Branch]:
    town = Division.objects.get(code=code)
    kinds = [one for one in hanging.kinds_of("places.division", user) if one.by_child]
    there = [(one.label, one.by_child(town, user)) for one in kinds if one.by_child]
    every = Division.objects.current().of_level(VILLAGE_LEVEL)
    for village in every.filter(scope_path__startswith=town.scope_path).order_by("code"):
        counts = [
            f"{label} {formats.number(found[village.pk])}"
            for label, found in there
            if found.get(village.pk)
        ]
        yield Branch(village.name, village.get_absolute_url(), counts=counts)


def _county(county: Any, chain: set[str]) -> Branch:
    return Branch(
        county.name,
        county.get_absolute_url(),
        county.code,
        "county",
        [_towns_counted(county.below)],
        is_open=county.code in chain,
    )


def _area(area: Any, chain: set[str]) -> Branch:
    word = f"{AREA}{area.code}"
    counted = [_towns_counted(area.below)]
    return Branch(area.name, area.get_absolute_url(), word, "area", counted, is_open=word in chain)


def _town(town: Any, chain: set[str]) -> Branch:
    words = ngettext("%(n)s village or community", "%(n)s villages and communities", town.below)
    counted = [words % {"n": town.below}]
    return Branch(
        town.name, town.get_absolute_url(), town.code, "town", counted, is_open=town.code in chain
    )


def _towns_counted(number: int) -> str:
    return ngettext("%(n)s town", "%(n)s towns", number) % {"n": number}
