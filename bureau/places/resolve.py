"""From the county, town and community of a cell to the division, or a reason; never a guess."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from difflib import get_close_matches

from django.db.models import TextChoices

from bureau.core.errors import BusinessError
from bureau.core.querysets import COUNTY_LEVEL, TOWN_LEVEL, VILLAGE_LEVEL
from bureau.places import names
from bureau.places.choices import UnknownPlaceCode
from bureau.places.models import Division, DivisionAlias, ManagingArea, ManagingAreaTown
from bureau.places.names import Reading

COUNTY, TOWN, COMMUNITY = "county", "town", "community"
NOTHING_NEAR = "—"
SUGGESTIONS = 5
CLOSE = 0.6

Path = tuple[str, str, str]
Read = Callable[[str], Reading]


class UnknownPlace(BusinessError):  # noqa: N818 - it is a refusal, not a fault
    """A written place that the tree does not hold; ``column_key`` names the cell to correct."""

    def __init__(self, column_key: str, code: TextChoices, **values: str) -> None:
        super().__init__(code, **values)
        self.column_key = column_key


class Gazetteer:
    """The tree of today in memory, asked by name within the path; load one for each batch.

    The county cell may name the legal county or the managing area that runs the town. Exact
    names win; another writing of the same name counts only where it fits one place; everything
    else is an ``UnknownPlace`` whose ``near`` lists what may have been meant.
    """

    def __init__(self) -> None:
        columns = ("id", "code", "name", "level", "parent_id", "path", "scope_path", "valid_to",
                   "managing_area_id", "merged_into_id")  # fmt: skip
        everything = Division.objects.only(*columns).in_bulk()
        self._by_id: dict[int, Division] = everything
        self._by_code = {division.code: division for division in everything.values()}
        living = [division for division in everything.values() if not division.has_ended]
        self._ended = [division for division in everything.values() if division.has_ended]
        self._counties = [one for one in living if one.level == COUNTY_LEVEL]
        self._towns = [one for one in living if one.level == TOWN_LEVEL]
        self._villages = [one for one in living if one.level == VILLAGE_LEVEL]
        self._below: dict[int, list[Division]] = defaultdict(list)
        for division in living:
            if division.parent_id:
                self._below[self._heir(division.parent_id).pk].append(division)
        self._areas = list(ManagingArea.objects.filter(archived_at__isnull=True))
        self._run: dict[int, list[Division]] = defaultdict(list)
        for area, town in ManagingAreaTown.objects.filter(valid_to__isnull=True).values_list(
            "area_id", "division_id"
        ):
            self._run[area].append(everything[town])
        self._aliases: dict[str, list[Division]] = defaultdict(list)
        for alias, meant in DivisionAlias.objects.values_list("alias", "division_id"):
            self._aliases[names.plain(alias)].append(self._heir(meant))
        self._answers: dict[Path, Division | UnknownPlace] = {}

    def _heir(self, division: int | None) -> Division:
        """Return the division of an id, or where mergers have led it."""
        found = self._by_id[division or 0]
        while found.merged_into_id:
            found = self._by_id[found.merged_into_id]
        return found

    def by_code(self, code: object) -> Division | None:
        """Return the division of a 12-digit code, ended ones included, or None."""
        return self._by_code.get(names.plain(code))

    def find(self, county: object, town: object, community: object) -> Division:
        """Return the community or village of the three cells; raises UnknownPlace.

        A village that was merged is found by its exact old name: what was recorded there names
        it still. Nothing new may begin in it.
        """
        asked = (names.plain(county), names.plain(town), names.plain(community))
        if asked not in self._answers:
            try:
                self._answers[asked] = self._community(*asked)
            except UnknownPlace as refusal:
                self._answers[asked] = refusal
        answer = self._answers[asked]
        if isinstance(answer, UnknownPlace):
            raise UnknownPlace(answer.column_key, answer.code, **answer.values)
        return answer

    def find_town(self, county: object, town: object) -> Division:
        """Return the town of the two cells; raises UnknownPlace."""
        return self._town(names.plain(county), names.plain(town), "")

    def find_county(self, county: object) -> Division | ManagingArea:
        """Return the county or managing area of the cell; raises UnknownPlace."""
        return self._county(names.plain(county), "", "")

    # --- one level after the other --------------------------------------------------------

    def _county(self, county: str, town: str, community: str) -> Division | ManagingArea:
        grounds: list[Division | ManagingArea] = [*self._counties, *self._areas]
        for ground in grounds:
            if county in (ground.name, getattr(ground, "full_name", None)):
                return ground
        same = _fitting(county, self._counties, names.county)
        if len(same) == 1:
            return same[0]
        meant = self._old_names(county, names.county, COUNTY_LEVEL)
        meant += self._counties_with(town, community)
        meant = meant or _close(county, grounds)
        code = UnknownPlaceCode.ALIAS_OR_WRONG_COUNTY if meant else UnknownPlaceCode.UNKNOWN_COUNTY
        raise UnknownPlace(COUNTY, code, value=county, within="", near=_listed(meant))

    def _town(self, county: str, town: str, community: str) -> Division:
        ground = self._county(county, town, community)
        towns = self._towns_of(ground)
        if not town:
            raise self._town_missing(ground, community)
        same = _same(town, towns, names.town, ground.name)
        if len(same) == 1:
            return same[0]
        if same:
            raise self._ambiguous(TOWN, town, ground, same)
        elsewhere = [one for one in self._towns if one.name == town]
        if elsewhere:
            raise UnknownPlace(
                COUNTY,
                UnknownPlaceCode.ALIAS_OR_WRONG_COUNTY,
                value=county,
                within=ground.name,
                near=_listed(self._county_of(one) for one in elsewhere),
            )
        old = self._old_names(town, names.town, TOWN_LEVEL)
        code = UnknownPlaceCode.ALIAS_OR_WRONG_COUNTY if old else UnknownPlaceCode.UNKNOWN_TOWN
        near = _listed(old or _close(town, towns))
        raise UnknownPlace(TOWN, code, value=town, within=ground.name, near=near)

    def _community(self, county: str, town: str, community: str) -> Division:
        within = self._town(county, town, community)
        villages = self._below[within.pk]
        same = _same(community, villages, names.community, within.name)
        if len(same) == 1:
            return same[0]
        if same:
            raise self._ambiguous(COMMUNITY, community, within, same)
        if merged := self._merged(community, within):
            return merged
        old = [
            one
            for one in self._old_names(community, names.community, VILLAGE_LEVEL)
            if one.path.startswith(self._county_of(within).path)
        ]
        code = UnknownPlaceCode.ALIAS_OR_WRONG_COUNTY if old else UnknownPlaceCode.UNKNOWN_VILLAGE
        near = _listed(old) if old else self._elsewhere(community, within, villages)
        raise UnknownPlace(COMMUNITY, code, value=community, within=within.name, near=near)

    def _merged(self, community: str, within: Division) -> Division | None:
        """Return the one village of exactly this name that was merged away from a town."""
        found = [
            one
            for one in self._ended
            if one.level == VILLAGE_LEVEL
            and one.merged_into_id
            and names.plain(one.name) == community
            and self._heir(one.parent_id).pk == within.pk
        ]
        return found[0] if len(found) == 1 else None

    # --- what may have been meant -----------------------------------------------------------

    def _towns_of(self, ground: Division | ManagingArea) -> list[Division]:
        return self._run[ground.pk] if isinstance(ground, ManagingArea) else self._below[ground.pk]

    def _county_of(self, division: Division) -> Division:
        while division.level > COUNTY_LEVEL:
            division = self._heir(division.parent_id)
        return division

    def _old_names(self, written: str, read: Read, level: int) -> list[Division]:
        """Return the heirs of aliases and ended divisions that the cell writes."""
        if not written:
            return []
        found = {one.pk: one for one in self._aliases.get(written, ()) if one.level == level}
        for alias, heirs in self._aliases.items():
            if read(alias).may_be(read(written)):
                found |= {heir.pk: heir for heir in heirs if heir.level == level}
        for ended in self._ended:
            if ended.level == level and ended.merged_into_id and ended.name == written:
                heir = self._heir(ended.pk)
                found[heir.pk] = heir
        return list(found.values())

    def _counties_with(self, town: str, community: str) -> list[Division]:
        """Return the counties in which the rest of the path is right."""
        found = {}
        for one in self._towns:
            if town and one.name == town:
                villages = self._below[one.pk]
                if not community or _fitting(community, villages, names.community):
                    county = self._county_of(one)
                    found[county.pk] = county
        return list(found.values())

    def _elsewhere(self, community: str, within: Division, villages: list[Division]) -> str:
        """Return where else in the same county the name stands, else similar names."""
        county = self._county_of(within).path
        same = [
            one
            for one in _fitting(community, self._villages, names.community)
            if one.path.startswith(county)
        ]
        if same:
            return _join(f"{self._heir(one.parent_id).name}{one.name}" for one in same)
        base = names.community(community).base
        called = [one for one in villages if names.community(one.name).base == base]
        return _listed(called or _close(community, villages))

    def _town_missing(self, ground: Division | ManagingArea, community: str) -> UnknownPlace:
        """Return the refusal of a blank town: a village is never matched by its name alone."""
        bearers = [
            town
            for town in self._towns_of(ground)
            if _fitting(community, self._below[town.pk], names.community)
        ]
        if len(bearers) > 1:
            return self._ambiguous(COMMUNITY, community, ground, bearers)
        code = UnknownPlaceCode.UNKNOWN_TOWN
        return UnknownPlace(TOWN, code, value="", within=ground.name, near=_listed(bearers))

    def _ambiguous(
        self, column: str, value: str, within: Division | ManagingArea, same: list[Division]
    ) -> UnknownPlace:
        code = UnknownPlaceCode.AMBIGUOUS_PLACE
        return UnknownPlace(column, code, value=value, within=within.name, near=_listed(same))


def _same(written: str, places: list[Division], read: Read, above: str) -> list[Division]:
    """Return the places of exactly this name, else those that fit, else without ``above``."""
    exact = [one for one in places if names.plain(one.name) == written]
    shorter = written.removeprefix(above)
    found = exact or _fitting(written, places, read)
    return found if found or shorter == written else _same(shorter, places, read, above)


def _fitting(written: str, places: Iterable[Division], read: Read) -> list[Division]:
    """Return the places whose name may be another writing of the cell.

    The cell is read both with its ending taken off and as a bare name: 沙镇 is 沙镇镇.
    """
    if not written:
        return []
    readings = {read(written), Reading(written, names.EITHER)}
    return [one for one in places if any(read(one.name).may_be(way) for way in readings)]


def _close(written: str, places: Iterable[Division | ManagingArea]) -> list:
    by_name = {one.name: one for one in places}
    return [by_name[name] for name in get_close_matches(written, by_name, SUGGESTIONS, CLOSE)]


def _listed(places: Iterable[Division | ManagingArea]) -> str:
    return _join(one.name for one in places)


def _join(words: Iterable[str]) -> str:
    return "、".join(list(dict.fromkeys(words))[:SUGGESTIONS]) or NOTHING_NEAR
