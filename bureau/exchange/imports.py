"""The foundation's own imports: the divisions, and the working days of a year."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.core import bigrams
from bureau.core.pinyin import sort_key
from bureau.core.querysets import CITY_LEVEL, VILLAGE_LEVEL
from bureau.core.workdays import SATURDAY
from bureau.exchange import document_imports  # noqa: F401 - declares its two ledgers
from bureau.exchange.choices import IssueCode
from bureau.exchange.importer import Column, Importer, Row
from bureau.exchange.parsers import Choice, Day, Identifier, Text
from bureau.exchange.registry import register
from bureau.exchange.staging import Stage
from bureau.places import services, shipped
from bureau.places.choices import CalendarSlip, DayKind, DivisionSlip, Level
from bureau.places.models import CalendarDay, Division

LEVELS = {
    "市": "2", "地级市": "2", "2": "2", "city": "2",
    "县": "3", "县级": "3", "区县": "3", "县（市、区）": "3", "3": "3", "county": "3",
    "乡镇": "4", "乡级": "4", "乡镇（街道）": "4", "街道": "4", "4": "4", "town": "4",
    "村": "5", "村级": "5", "社区": "5", "村（社区）": "5", "5": "5", "village": "5",
}  # fmt: skip
TWELVE_DIGITS = r"\d{12}"
KINDS = {
    "休": DayKind.HOLIDAY, "假": DayKind.HOLIDAY, "放假": DayKind.HOLIDAY,
    "节假日": DayKind.HOLIDAY, "holiday": DayKind.HOLIDAY,
    "班": DayKind.MAKE_UP, "上班": DayKind.MAKE_UP, "补班": DayKind.MAKE_UP,
    "调休": DayKind.MAKE_UP, "调休上班": DayKind.MAKE_UP, "调休上班日": DayKind.MAKE_UP,
    "make_up": DayKind.MAKE_UP,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """What a row needs to know of a division: known before, or made by an earlier row."""

    code: str
    name: str
    level: int
    parent: str
    scope_path: str
    path: str
    managing_area: int | None
    is_old: bool
    has_ended: bool = False


def _place_of(division: Division) -> Place:
    return Place(
        code=division.code,
        name=division.name,
        level=division.level,
        parent=division.parent.code if division.parent else "",
        scope_path=division.scope_path,
        path=division.path,
        managing_area=division.managing_area_id,
        is_old=True,
        has_ended=division.has_ended,
    )


@dataclass(slots=True)
class Ground:
    """The tree by code, the names under each parent, and what the actor may touch."""

    places: dict[str, Place] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    allowed: frozenset[str] = frozenset()
    seen: dict[Any, int] = field(default_factory=dict)

    def learn(self, place: Place) -> None:
        """Remember a division, and its name among those that have not ended."""
        self.places[place.code] = place
        if not place.has_ended:
            self.names.setdefault((place.parent, place.name), place.code)


@register
class DivisionImporter(Importer):
    """Divisions by code: new ones are added under their parent, changed names are taken over."""

    kind = "divisions"
    label = _("Divisions")
    permission = "places.add_division"
    columns = (
        Column(
            "code", "代码", ("code12", "code", "统计用区划代码", "区划代码"),
            required=True, parse=Identifier(TWELVE_DIGITS), example="371502001001",
        ),
        Column(
            "name", "名称", ("name", "区划名称"),
            required=True, parse=Text(100), missing=IssueCode.MISSING_NAME,
            example="古城社区居委会",
        ),
        Column(
            "level", "级别", ("level", "层级"),
            parse=Choice(LEVELS, ("市", "县", "乡镇", "村")), example="村",
        ),
        Column(
            "parent", "上级代码", ("parent12", "parent", "上级区划代码"),
            parse=Identifier(TWELVE_DIGITS), example="371502001000",
        ),
    )  # fmt: skip
    staged = {
        "code": "text",
        "name": "text",
        "level": "smallint",
        "parent_code": "text",
        "path": "text",
        "scope_path": "text",
        "managing_area_id": "bigint",
        "pinyin": "text",
        "bigrams": "varchar(2)[]",
    }
    target = Division
    key = ("code",)
    compared = ("name",)
    sources = {"parent_code": "parent"}
    watches = (Division,)
    sentences = (DivisionSlip,)
    notes = (
        _("One row for each division; the code has twelve digits and is formatted as text."),
        _("A division is never moved or ended here: merge it on its own page."),
    )

    def prepare(self, actor: Any) -> Ground:
        """Load the tree and the codes on the actor's ground."""
        allowed = Division.objects.visible_to(actor, self.permission)
        ground = Ground(allowed=frozenset(allowed.values_list("code", flat=True)))
        for division in Division.objects.select_related("parent").order_by("level", "code"):
            ground.learn(_place_of(division))
        return ground

    def check(self, rows: Iterator[Row], ground: Ground) -> Iterator[Row]:
        """Judge parents before children, whatever the order of the sheet."""
        every = list(rows)
        for row in sorted(every, key=lambda one: shipped.level_of(one["code"] or "")):
            self.judge(row, ground)
        yield from every

    def judge(self, row: Row, ground: Ground) -> None:
        """Judge one row against the tree as the rows above it leave it."""
        if row.rejected:
            return
        if not self.once(row, ground.seen, row["code"], "code"):
            return
        known = ground.places.get(row["code"])
        place = self._kept(row, known, ground) if known else self._new(row, ground)
        if place is None:
            return
        ground.learn(place)
        row.stage(
            code=place.code,
            name=place.name,
            level=place.level,
            parent_code=place.parent,
            path=place.path,
            scope_path=place.scope_path,
            managing_area_id=place.managing_area,
            pinyin=sort_key(place.name),
            bigrams=bigrams.of(place.name),
        )

    def _kept(self, row: Row, known: Place, ground: Ground) -> Place | None:
        parent = row["parent"]
        if parent and known.level != CITY_LEVEL and parent != known.parent:
            row.error("parent", DivisionSlip.PARENT_CHANGED, number=known.code, parent=known.parent)
        self._check_level(row, known.level)
        if row["name"] != known.name and known.code not in ground.allowed:
            row.error("code", IssueCode.OUT_OF_SCOPE, name=known.name)
        if row.rejected:
            return None
        return Place(
            known.code, row["name"], known.level, known.parent, known.scope_path, known.path,
            known.managing_area, is_old=True, has_ended=known.has_ended,
        )  # fmt: skip

    def _new(self, row: Row, ground: Ground) -> Place | None:
        code = row["code"]
        if shipped.level_of(code) == CITY_LEVEL:
            row.error("code", DivisionSlip.ANOTHER_CITY, number=code)
            return None
        above = row["parent"] or shipped.parent_code(code)
        parent = ground.places.get(above)
        if parent is None or parent.has_ended or parent.level == VILLAGE_LEVEL:
            row.error("parent", DivisionSlip.UNKNOWN_PARENT, number=code, parent=above)
            return None
        self._check_level(row, parent.level + 1)
        if parent.is_old and above not in ground.allowed:
            row.error("code", IssueCode.OUT_OF_SCOPE, name=row["name"])
        if row.rejected:
            return None
        twin = ground.names.get((above, row["name"]))
        if twin:
            row.warn(
                "name", DivisionSlip.SAME_NAME, name=row["name"], parent=parent.name, number=twin
            )
        return Place(
            code, row["name"], parent.level + 1, above, f"{parent.scope_path}{code}/",
            f"{parent.path}{code}/", parent.managing_area, is_old=False,
        )  # fmt: skip

    @staticmethod
    def _check_level(row: Row, expected: int) -> None:
        given = row["level"]
        if given is not None and int(given) != expected:
            row.error(
                "level",
                DivisionSlip.WRONG_LEVEL,
                number=row["code"],
                given=Level(int(given)).label,
                expected=Level(expected).label,
            )

    def apply(self, stage: Stage, *, actor: Any) -> None:
        """Hand the staged rows to the service of places."""
        services.import_divisions(stage, actor=actor)


@register
class CalendarImporter(Importer):
    """The State Council's list of a year: days of rest, and weekend days that are made up."""

    kind = "workdays"
    label = _("Work calendar")
    permission = "places.change_calendaryear"
    columns = (
        Column(
            "date", "日期", ("date",),
            required=True, parse=Day(future=True), example="2027-01-01",
        ),
        Column(
            "kind", "类别", ("kind", "休或班"),
            required=True, parse=Choice(KINDS, ("休", "班")), example="休",
        ),
        Column("name", "节日", ("name", "名称", "说明"), parse=Text(50), example="元旦"),
    )  # fmt: skip
    staged = {"date": "date", "kind": "text", "name": "text"}
    target = CalendarDay
    key = ("date",)
    watches = (CalendarDay,)
    sentences = (CalendarSlip,)
    notes = (
        _("List every day of rest on a weekday and every weekend day that is made up."),
        _("With the first row of a year its calendar counts as published."),
    )

    def prepare(self, actor: Any) -> dict[Any, int]:
        """Remember the days that the sheet names."""
        return {}

    def judge(self, row: Row, ground: dict[Any, int]) -> None:
        """Judge one day."""
        if row.rejected or not self.once(row, ground, row["date"], "date"):
            return
        if row["kind"] == DayKind.MAKE_UP and row["date"].weekday() < SATURDAY:
            row.error("kind", CalendarSlip.MAKE_UP_ON_WEEKDAY, day=row["date"].isoformat())
            return
        row.stage(date=row["date"], kind=row["kind"], name=row["name"])

    def apply(self, stage: Stage, *, actor: Any) -> None:
        """Hand the days to the service of places."""
        days = Stage.fetch(f"SELECT date, kind, COALESCE(name, '') FROM {stage.table}")  # noqa: S608
        services.import_calendar(days, actor=actor)
