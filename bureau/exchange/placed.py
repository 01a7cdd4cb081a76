"""Imports of nouns that lie in a village or community."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from django.db import connection

from bureau.core import bigrams, clock, pinyin
from bureau.core.choices import Refusal
from bureau.core.findings import Finding
from bureau.exchange import mergers
from bureau.exchange.choices import IssueCode
from bureau.exchange.importer import Column, Importer, Issue, Row
from bureau.exchange.staging import Stage, quote
from bureau.places.choices import UnknownPlaceCode
from bureau.places.models import Division
from bureau.places.resolve import Gazetteer, UnknownPlace
from bureau.records.keeper import Keeper

PLACE_COLUMNS = (
    Column(
        "county",
        "县（市、区）",
        ("县市区", "区县", "县区", "县（区）", "所属区县", "所在区县", "所在县区", "行政区",
         "县区名称", "县市区名称", "所属县区"),
        required=True,
        example="东昌府区",
    ),
    Column(
        "town",
        "乡镇（街道）",
        ("街道", "乡镇", "镇街", "乡镇街道", "街道（乡镇）", "镇（街道）", "所属街道",
         "乡镇街道名称", "镇街名称", "乡镇名称", "街道名称", "所属乡镇", "所在乡镇", "乡", "镇"),
        required=True,
        example="新区街道",
    ),
    Column(
        "community",
        "社区",
        ("社区（村）", "村居", "村（居）", "村（社区）", "社区名称", "村居/社区名称", "村居/社区",
         "村居（社区）", "所属社区", "行政村", "社区居委会", "村社区", "村居名称", "行政村名称"),
        required=True,
        example="北苑社区居委会",
    ),
)  # fmt: skip


@dataclass(slots=True)
class Ground:
    """What one file is judged by: the places, where the importer may write, and its rows."""

    places: Gazetteer
    allowed: frozenset[int] | None
    today: date
    seen: dict[tuple[int, str], int] = field(default_factory=dict)
    found: dict[tuple[str, str, str], Division] = field(default_factory=dict)

    def find(self, county: str, town: str, community: str) -> Division:
        """Return the community of the three cells, most of which an earlier row has asked for."""
        written = (county, town, community)
        if written not in self.found:
            self.found[written] = self.places.find(*written)
        return self.found[written]


class PlacedImporter(Importer):
    """A ledger whose rows lie in a village or community and are known by place and name."""

    key = ("community_id", "name")

    def prepare(self, actor: Any) -> Ground:
        """Load the tree, and the communities in which the importer may write."""
        areas = actor.areas(self.permission)
        allowed = None
        if not any(area.is_city for area in areas):
            places = Division.objects.visible_to(actor, self.permission)
            allowed = frozenset(places.values_list("pk", flat=True))
        return Ground(Gazetteer(), allowed, clock.today())

    def place(self, row: Row, ground: Ground) -> int | None:
        """Return the id of the row's community, or reject the row; its name stands there once."""
        found = self.locate(row, ground)
        if found is not None and row["name"]:
            self.once(row, ground.seen, (found.pk, row["name"]), "name")
        return found.pk if found else None

    @staticmethod
    def locate(row: Row, ground: Ground) -> Division | None:
        """Return the row's community where the importer may write in it, or reject the row."""
        if not row.has("county", "town", "community"):
            return None
        try:
            found = ground.find(row["county"], row["town"], row["community"])
        except UnknownPlace as unknown:
            row.refuse(unknown.column_key, unknown)
            return None
        if ground.allowed is not None and found.pk not in ground.allowed:
            row.error("community", IssueCode.OUT_OF_SCOPE, name=found.name)
            return None
        return found

    def settle(self, stage: Stage) -> list[Issue]:
        """Lead rows of merged villages to their objects; return the issues of those that stray."""
        if self.target is None:
            return []
        strays = mergers.settle(stage, self.target, *self.key)
        return [self.row_issue(one.row, "community", one.code, **one.values) for one in strays]

    @staticmethod
    def apply_rules(row: Row, *findings: Finding | None) -> None:
        """Reject the row for every broken rule whose cells could be read."""
        broken = [finding for finding in findings if finding is not None]
        faulty = {issue.key for issue in row.issues or ()} if broken else set()
        for finding in broken:
            if faulty.isdisjoint(finding.fields):
                row.error(finding.fields[0], finding.code, **finding.values)


class RegisterImporter(PlacedImporter):
    """A ledger of a plain noun, whose columns are named as the noun's fields.

    Declare ``kind``, ``label``, ``keeper`` and ``columns`` with ``name`` and ``PLACE_COLUMNS``
    among them. The keeper's rules judge each row by the cells that it fills.
    """

    keeper: ClassVar[Keeper]
    sources = {"community_id": "community"}
    sentences = (Refusal, UnknownPlaceCode)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        model = cls.target = cls.keeper.model
        places = {column.key for column in PLACE_COLUMNS}
        own = [column.key for column in cls.columns if column.key not in places]
        staged = ["community_id", "pinyin", "bigrams", *own]
        kinds = {one.attname: one.db_type(connection) for one in model._meta.concrete_fields}
        cls.staged = {name: str(kinds[name]) for name in staged}
        cls.compared = tuple(name for name in own if name != "name")
        cls.watches = (model, Division)
        cls.permission = f"{model._meta.app_label}.add_{model._meta.model_name}"

    def judge(self, row: Row, ground: Ground) -> None:
        """Judge one row by its place and by the noun's own rules."""
        community = self.place(row, ground)
        known = {name: row[name] for name in self.compared if row[name] is not None}
        self.apply_rules(row, *self.keeper.check(self.keeper.model(**known)))
        if not row.rejected:
            name = row["name"]
            keys = {"pinyin": pinyin.sort_key(name), "bigrams": bigrams.of(name)}
            row.stage(name=name, community_id=community, **keys, **known)

    def predict(self, stage: Stage, ground: Ground) -> Iterable[Issue]:
        """Match the rows with the register; what was put away there stays as it is."""
        strays = self.settle(stage)
        stage.match(self)
        table = quote(self.keeper.model._meta.db_table)
        found = stage.fetch(
            f"SELECT s.row_number, s.name FROM {stage.table} s JOIN {table} t "
            "ON t.id = s.target_id WHERE t.archived_at IS NOT NULL"
        )
        stage.reject([number for number, _name in found])
        away = [self.row_issue(n, "name", Refusal.ARCHIVED, name=name) for n, name in found]
        return strays + away

    def apply(self, stage: Stage, *, actor: Any) -> None:
        """Write the rows by set; the import itself is the audit's entry."""
        stage.insert(self.keeper.model)
        stage.update(self.keeper.model, self.compared)
