"""The workbooks of who used the device in a season."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.exchange.importer import Column, Issue, Row
from bureau.exchange.parsers import Amount, Choice, Identifier, Text
from bureau.exchange.placed import PLACE_COLUMNS, Ground, PlacedImporter
from bureau.exchange.registry import register
from bureau.exchange.staging import Stage
from bureau.places.choices import UnknownPlaceCode
from grants.choices import (
    ClaimSlip,
    HouseholdRefusal,
    UseCheckRefusal,
    UseCheckSlip,
)
from grants.models import (
    Dwelling,
    UseCheck,
    UseCheckLine,
)
from grants.rules import seasons
from grants.rules.use_checks import MAY_TICK
from grants.services import use_check_ledger


@dataclass(slots=True)
class UseGround(Ground):
    """What a use check's workbook is judged by, besides places: whose household is one's own."""

    own: tuple[int, ...] = ()


@register
class UseCheckImporter(PlacedImporter):
    """A village's workbook of who used the device in a season, or what the meters say."""

    kind = "use-checks"
    label = _("Use checks")
    permission = MAY_TICK
    columns = (
        *PLACE_COLUMNS[:2],
        Column("community", "村（社区）", PLACE_COLUMNS[2].headings, required=True,
               example="北苑社区居委会"),
        Column("account_number", "电力户号", ("用电户号", "户号", "电表户号", "用电客户编号"),
               required=True, parse=Identifier(r"\d{1,20}"), missing=ClaimSlip.MISSING_ACCOUNT,
               example="3716368886"),
        Column("season", "采暖季", ("供暖季", "取暖季", "采暖期"), parse=Text(20),
               example="2018-2019",
               hint=_("Left out, the village's latest list that is being ticked is meant.")),
        Column("used", "是否使用", ("使用情况", "是否正常使用", "是否取暖"),
               parse=Choice({"是": "yes", "使用": "yes", "已使用": "yes", "否": "no",
                             "未使用": "no", "未用": "no"}, ("是", "否"))),
        Column("reason", "未使用原因", ("原因", "不使用原因"), parse=Text(300)),
        Column("reading", "用量", ("用电量", "用气量", "采暖季用量", "用量（千瓦时）"),
               parse=Amount(2), hint=_("In kWh or m³; under the list's minimum it is unticked.")),
    )  # fmt: skip
    staged = use_check_ledger.STAGED
    sources = {"village_id": "community"}
    target = UseCheckLine
    key = ("village_id", "account_number")
    watches = (UseCheck, UseCheckLine, Dwelling)
    sentences = (UnknownPlaceCode, UseCheckSlip, UseCheckRefusal, ClaimSlip, HouseholdRefusal)

    def prepare(self, actor: Any) -> UseGround:
        """Load the tree, where the importer may tick, and whose household is the own one."""
        ground = super().prepare(actor)
        own = use_check_ledger.own_ids(actor)
        return UseGround(ground.places, ground.allowed, ground.today, own=own)

    def judge(self, row: Row, ground: UseGround) -> None:
        """Judge what a row says of one household."""
        village, account = self.locate(row, ground), row["account_number"]
        if village is not None and account:
            self.once(row, ground.seen, (village.pk, account), "account_number")
        season = seasons.read(row["season"]) if row["season"] else None
        if row["season"] and season is None:
            row.error("season", UseCheckSlip.BAD_SEASON, value=row["season"])
        used = {"yes": True, "no": False}.get(row["used"])
        if used is None and row["reading"] is None and not row.rejected:
            row.error("used", UseCheckSlip.NOTHING_SAID)
        if used is False and not row["reason"]:
            row.error("reason", UseCheckSlip.REASON_NEEDED)
        if not row.rejected and village is not None:
            row.stage(
                village_id=village.pk, account_number=account, season=season, used=used,
                reason=row["reason"], reading=row["reading"],
            )  # fmt: skip

    def predict(self, stage: Stage, ground: UseGround) -> Iterable[Issue]:
        """Match the rows with the lists that are being ticked."""
        codes = {
            "nowhere": UseCheckSlip.NO_LINE,
            "stopped": UseCheckRefusal.STOPPED,
            "own": HouseholdRefusal.OWN_HOUSEHOLD,
        }
        return [
            self.row_issue(one.row, "account_number", codes[one.kind], account=one.account,
                           name=one.account)
            for one in use_check_ledger.match_lines(stage, ground.own)
        ]  # fmt: skip

    def apply(self, stage: Stage, *, actor: Any) -> None:
        """Tick the lines."""
        use_check_ledger.write_lines(stage, actor=actor)
