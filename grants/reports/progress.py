"""How far the eleven areas are with a programme year, beside what they were told to do."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Sum

from bureau.core.querysets import COUNTY_LEVEL
from bureau.places.models import Division, ManagingArea
from grants.choices import TargetKind
from grants.models import Progress, Target
from grants.rules import progress as rules

FIGURES = ("filed", "accepted", "approved", "paid")
CITY_KINDS = (TargetKind.CITY_GOAL, TargetKind.PROVINCIAL_TASK, TargetKind.CITY_PLAN)


@dataclass(slots=True)
class Line:
    """One area, or all together: households by how far they are, and the target in households."""

    name: str
    code: str
    filed: int = 0
    accepted: int = 0
    approved: int = 0
    paid: int = 0
    amount: Decimal = Decimal(0)
    target: int | None = None
    milestone: rules.MilestoneFacts | None = None
    rank: int | None = None

    @property
    def ratio(self) -> Decimal | None:
        """Households accepted by those wanted."""
        return rules.ratio(self.accepted, self.target)

    @property
    def is_over(self) -> bool:
        """Whether more was done than wanted, which is allowed and flagged."""
        return self.target is not None and self.accepted > self.target

    @property
    def behind(self) -> int:
        """How many households are missing at the milestone that should be met by now."""
        return max(self.milestone.households - self.accepted, 0) if self.milestone else 0


@dataclass(frozen=True, slots=True)
class Report:
    """The lines of a reader's areas and, for who sees the city, all together."""

    year: int
    lines: tuple[Line, ...]
    total: Line | None
    as_of: datetime | None


def progress(user: Any, year: int, today: date, technology: str = "") -> Report:
    """Return how far a reader's areas are with a programme year."""
    known = sums(user, year, technology)
    targets = _targets(year, technology)
    lines = [_line(area, known, targets, today) for area in _areas(user)]
    placed = rules.ranks([one.accepted for one in lines], [one.target for one in lines])
    for line, rank in zip(lines, placed, strict=True):
        line.rank = rank if len(lines) > 1 else None
    stand = Progress.objects.aggregate(as_of=Max("as_of"))["as_of"]
    total = _total(lines, targets, today) if len(lines) > 1 else None
    return Report(year, tuple(lines), total, stand)


def years(user: Any) -> list[int]:
    """Return the programme years of which there is something to tell, the latest first."""
    known = set(Target.objects.values_list("year", flat=True))
    known |= set(Progress.objects.values_list("programme_year", flat=True))
    return sorted(known, reverse=True)


def _areas(user: Any) -> list[Division | ManagingArea]:
    view = "grants.view_progress"
    counties = Division.objects.current().of_level(COUNTY_LEVEL).visible_to(user, view)
    areas = ManagingArea.objects.active().visible_to(user, view)
    return [*counties.order_by("code"), *areas.order_by("code")]


def _key(division: int | None, area: int | None) -> tuple[int | None, int | None]:
    return division, area


def _key_of(area: Division | ManagingArea) -> tuple[int | None, int | None]:
    return _key(None, area.pk) if isinstance(area, ManagingArea) else _key(area.pk, None)


def sums(user: Any, year: int, technology: str) -> dict[Any, dict[str, Any]]:
    """Return the kept sums of a programme year by area, within scope."""
    rows = Progress.objects.visible_to(user).filter(programme_year=year)
    if technology:
        rows = rows.filter(technology=technology)
    figures = {name: Sum(name) for name in (*FIGURES, "amount")}
    grouped = rows.order_by().values("division", "managing_area").annotate(**figures)
    return {_key(row["division"], row["managing_area"]): row for row in grouped}


def _targets(year: int, technology: str) -> dict[Any, Target]:
    """Return the newest edition by area; the city's own goal comes before its tasks."""
    found: dict[Any, dict[str, Target]] = defaultdict(dict)
    rows = Target.objects.filter(year=year, technology=technology, archived_at__isnull=True)
    for row in (
        rows.exclude(kind=TargetKind.STRETCH).prefetch_related("milestones").order_by("edition")
    ):
        found[_key(row.division_id, row.managing_area_id)][row.kind] = row
    return {
        key: next(kinds[kind] for kind in CITY_KINDS if kind in kinds)
        for key, kinds in found.items()
    }


def _line(
    area: Division | ManagingArea, sums: dict, targets: dict[Any, Target], today: date
) -> Line:
    row = sums.get(_key_of(area), {})
    line = Line(str(area), area.code)
    for name in (*FIGURES, "amount"):
        setattr(line, name, row.get(name) or getattr(line, name))
    return _aim(line, targets.get(_key_of(area)), today)


def _aim(line: Line, target: Target | None, today: date) -> Line:
    if target is not None:
        line.target = target.households
        marks = [rules.MilestoneFacts(m.month, m.households) for m in target.milestones.all()]
        line.milestone = rules.due(marks, today)
    return line


def _total(lines: list[Line], targets: dict[Any, Target], today: date) -> Line:
    city = Division.objects.get(level=COUNTY_LEVEL - 1)
    total = Line(str(city), city.code)
    for name in (*FIGURES, "amount"):
        setattr(total, name, sum((getattr(one, name) for one in lines), getattr(total, name)))
    return _aim(total, targets.get(_key_of(city)), today)
