"""The ledgers that heating reads: estates and substations."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.core.choices import Refusal
from bureau.core.findings import Finding
from bureau.exchange.cells import Slip
from bureau.exchange.choices import IssueCode, Severity
from bureau.exchange.importer import Column, Issue, Row
from bureau.exchange.parsers import Amount, Choice, Day, Degrees, Parse, Text, Whole, Year
from bureau.exchange.placed import PLACE_COLUMNS, Ground, PlacedImporter
from bureau.exchange.registry import register
from bureau.exchange.staging import Stage
from bureau.people.models import Organisation
from bureau.places.choices import UnknownPlaceCode
from bureau.places.models import Division
from heating.choices import (
    Datum,
    EquipmentKind,
    IndoorSystem,
    Insulation,
    LedgerSlip,
    ManagementMode,
    RegistryRefusal,
)
from heating.models import Estate, HeatSource, HouseholdCount, ManagementPeriod, Substation
from heating.rules import figures, position
from heating.services import estate_ledger, ledger
from heating.services.ledger import Notice

OWNER_RUN = "owner_run"
REMARK = re.compile(r"\s*[（(][^（()）]*[）)]\s*$")
MODES = {
    "直管": ManagementMode.COMPANY_RUN,
    "公司直管": ManagementMode.COMPANY_RUN,
    "企业直管": ManagementMode.COMPANY_RUN,
    "供热企业直管": ManagementMode.COMPANY_RUN,
    "供热公司直管": ManagementMode.COMPANY_RUN,
    "热力公司直管": ManagementMode.COMPANY_RUN,
    "公司管理": ManagementMode.COMPANY_RUN,
    "供热企业管理": ManagementMode.COMPANY_RUN,
    "供热公司管理": ManagementMode.COMPANY_RUN,
    "热力公司管理": ManagementMode.COMPANY_RUN,
    "直营": ManagementMode.COMPANY_RUN,
    "非直管": ManagementMode.THIRD_PARTY_RUN,
    "物业管理": ManagementMode.THIRD_PARTY_RUN,
    "物业公司管理": ManagementMode.THIRD_PARTY_RUN,
    "物业": ManagementMode.THIRD_PARTY_RUN,
    "物业自管": ManagementMode.THIRD_PARTY_RUN,
    "第三方": ManagementMode.THIRD_PARTY_RUN,
    "第三方管理": ManagementMode.THIRD_PARTY_RUN,
    "第三方运营": ManagementMode.THIRD_PARTY_RUN,
    "自管": OWNER_RUN,
    "自营": OWNER_RUN,
    "业主自管": OWNER_RUN,
    "业主自营": OWNER_RUN,
    "小区自管": OWNER_RUN,
    "单位自管": OWNER_RUN,
    "业主管理": OWNER_RUN,
    "业主委员会管理": OWNER_RUN,
    "托管": ManagementMode.CUSTODY,
    "代管": ManagementMode.CUSTODY,
    "接管": ManagementMode.CUSTODY,
    "应急接管": ManagementMode.CUSTODY,
    "应急代管": ManagementMode.CUSTODY,
    "企业代管": ManagementMode.CUSTODY,
    "委托管理": ManagementMode.CUSTODY,
}
DATUMS = {
    "WGS84": Datum.WGS84, "WGS-84": Datum.WGS84, "GCJ02": Datum.GCJ02, "GCJ-02": Datum.GCJ02,
    "火星坐标": Datum.GCJ02, "高德": Datum.GCJ02, "BD09": Datum.BD09, "BD-09": Datum.BD09,
    "百度": Datum.BD09,
}  # fmt: skip
INSULATIONS = {
    "无保温": Insulation.NONE, "节能30%": Insulation.SAVING_30, "节能50%": Insulation.SAVING_50,
    "节能65%": Insulation.SAVING_65, "节能75%": Insulation.SAVING_75,
    "既改": Insulation.RETROFITTED, "已改造": Insulation.RETROFITTED,
    "无": Insulation.NONE, "30%": Insulation.SAVING_30, "50%": Insulation.SAVING_50,
    "65%": Insulation.SAVING_65, "75%": Insulation.SAVING_75,
}  # fmt: skip
SYSTEMS = {
    "单管": IndoorSystem.SINGLE_PIPE, "双管": IndoorSystem.DOUBLE_PIPE,
    "分户": IndoorSystem.HOUSEHOLD_LOOP, "地暖": IndoorSystem.FLOOR, "混合": IndoorSystem.MIXED,
    "单管散热器": IndoorSystem.SINGLE_PIPE, "双管散热器": IndoorSystem.DOUBLE_PIPE,
    "分户循环": IndoorSystem.HOUSEHOLD_LOOP, "地板辐射": IndoorSystem.FLOOR,
    "地板采暖": IndoorSystem.FLOOR,
}  # fmt: skip
# The rules word the sentences, so the parser lets every four-digit year through.
ANY_YEAR = Year(first=1000, future=True)
LATE = {
    "archived": Refusal.ARCHIVED,
    "area": RegistryRefusal.HEATED_EXCEEDS_AREA,
    "households": RegistryRefusal.DIRECT_EXCEEDS_HOUSEHOLDS,
    "company": LedgerSlip.ORGANISATION_CREATED,
    "manager": LedgerSlip.ORGANISATION_CREATED,
    "estate": LedgerSlip.ESTATE_CREATED,
    "source": LedgerSlip.SOURCE_CREATED,
    "management": LedgerSlip.MANAGEMENT_CHANGED,
}
LATE_COLUMNS = {
    "archived": "name",
    "area": "heated_area",
    "households": "direct_households",
    "management": "mode",
}
LATE_ERRORS = ("archived", "area", "households")


class ModeChoice(Choice):
    """The words for who runs a station, also as 非直管（物业）; others have a code of their own."""

    __slots__ = ()

    def bind(self, factor: Decimal) -> Parse:
        """Return the parser; raises unknown_mode."""
        parse = super().bind(factor)

        def parse_mode(cell: Any) -> str:
            try:
                bare = REMARK.sub("", cell) if isinstance(cell, str) else cell
                return parse(bare or cell)
            except Slip as slip:
                if slip.code != IssueCode.UNKNOWN_CHOICE:
                    raise
                raise Slip(LedgerSlip.UNKNOWN_MODE, **slip.values) from None

        return parse_mode


class HeatingImporter(PlacedImporter):
    """A ledger of the registry, which tells late what only the registry knows."""

    def late(self, notices: Iterable[Notice]) -> Iterator[Issue]:
        """Turn what the registry told into issues of the rows."""
        for notice in notices:
            severity = Severity.ERROR if notice.kind in LATE_ERRORS else Severity.WARNING
            column, code = LATE_COLUMNS.get(notice.kind, notice.kind), LATE[notice.kind]
            yield self.row_issue(notice.row, column, code, severity, **notice.values)


def _figures(row: Row, year: str, today: date) -> tuple[Finding | None, ...]:
    """Ask the rules about the numbers of a row, as far as both cells of a pair are filled."""
    areas = row.has("heated_area", "connected_area")
    counts = row.has("direct_households", "households")
    return (
        figures.check_year(row[year], today=today, field=year),
        figures.check_areas(row["connected_area"], row["heated_area"]) if areas else None,
        figures.check_households(row["households"], row["direct_households"]) if counts else None,
    )


@register
class SubstationImporter(HeatingImporter):
    """The office's ledger of heat substations."""

    kind = "substations"
    label = _("Heat substations")
    permission = "heating.add_substation"
    columns = (
        Column("name", "换热站名称",
               ("站名", "换热站", "换热站名", "站点名称", "热力站名称", "热力站"),
               required=True, parse=Text(100), missing=IssueCode.MISSING_NAME,
               example="北苑2号换热站"),
        Column("estate", "所属小区", ("小区名称", "小区", "供热小区", "服务小区", "所供小区"),
               parse=Text(100), example="北苑小区"),
        *PLACE_COLUMNS,
        Column("mode", "管理方式",
               ("运行方式", "管理模式", "管理类型", "运营方式", "运行管理方式", "管理形式"),
               required=True, parse=ModeChoice(MODES, ("直管", "非直管", "自管", "托管")),
               example="非直管"),
        Column("manager", "管理单位",
               ("物业公司", "物业企业", "物业单位", "物业管理单位", "物业服务企业", "物业公司名称",
                "运行单位", "运营单位", "管理公司"),
               parse=Text(100), example="北苑物业服务有限公司"),
        Column("company", "供热企业", ("供热公司", "供热单位", "热力公司", "供热企业名称", "热企"),
               parse=Text(100), example="聊城热电"),
        Column("source", "热源", ("热源名称", "所属热源", "热源厂", "首站"), parse=Text(100),
               example="热电厂首站"),
        Column("commissioned_year", "投运年份",
               ("投用年份", "投产年份", "建成年份", "启用年份", "投运时间", "投用时间", "投运年度"),
               parse=ANY_YEAR, example="2012"),
        Column("connected_area", "供热面积（㎡）",
               ("建筑面积", "总供热面积", "入网面积", "并网面积", "供暖面积"), parse=Amount(2),
               example="13680"),
        Column("heated_area", "实供面积（㎡）",
               ("实际供热面积", "实际供暖面积", "实供热面积", "实供暖面积", "实际面积"),
               parse=Amount(2), example="11804"),
        Column("households", "供热户数", ("用热户数", "总户数", "入网户数", "供暖户数", "户数"),
               parse=Whole(), example="114"),
        Column("direct_households", "直供户数",
               ("直供到户数", "直供到户户数", "直供到户", "直接供热户数"), parse=Whole(),
               example="0"),
        Column(EquipmentKind.TRANSFORMER.value, "变压器（台）", ("变压器数量", "变压器数"),
               parse=Whole(high=9999)),
        Column(EquipmentKind.FIRE_EXTINGUISHER.value, "灭火器（具）", ("灭火器数量", "灭火器数"),
               parse=Whole(high=9999)),
        Column(EquipmentKind.EXCHANGER.value, "换热器（台）", ("换热器数量", "板换", "板式换热器"),
               parse=Whole(high=9999)),
        Column(EquipmentKind.PUMP.value, "循环泵（台）", ("循环泵数量", "水泵"),
               parse=Whole(high=9999)),
        Column(EquipmentKind.METER.value, "热量表（块）", ("热表", "热量表数量"),
               parse=Whole(high=9999)),
        Column("longitude", "经度", ("东经", "经度坐标", "坐标经度"), parse=Degrees(),
               example="115.95667"),
        Column("latitude", "纬度", ("北纬", "纬度坐标", "坐标纬度"), parse=Degrees(),
               example="36.47306"),
        Column("datum", "坐标系", ("坐标系统", "坐标基准"),
               parse=Choice(DATUMS, ("WGS-84", "GCJ-02", "BD-09"))),
        Column("network_name", "一级管网", ("所属管网", "一级网"), parse=Text(100)),
        Column("remarks", "备注", ("说明", "附注"), parse=Text(2000, free=True)),
    )  # fmt: skip
    staged = ledger.STAGED
    sources = {
        "community_id": "community",
        "estate_id": "estate",
        "heating_company_id": "company",
        "heat_source_id": "source",
        "manager_id": "manager",
        "owner_run": "mode",
    }
    target = Substation
    watches = (Substation, Estate, HeatSource, Organisation, ManagementPeriod, Division)
    sentences = (LedgerSlip, Refusal, RegistryRefusal, UnknownPlaceCode)
    notes = (
        _("A station is known by its community and its name; the same again changes it."),
        _("Blank cells change nothing."),
        _("Estates, companies and heat sources that are not registered yet are added."),
        _("A changed management ends the recorded one and begins on the day of the import."),
    )

    def judge(self, row: Row, ground: Ground) -> None:
        """Judge one station."""
        community = self.place(row, ground)
        self.apply_rules(
            row,
            *_figures(row, "commissioned_year", ground.today),
            position.check_position(row["longitude"], row["latitude"]),
        )
        mode, owner_run = row["mode"], row["mode"] == OWNER_RUN
        if owner_run:
            mode = ManagementMode.THIRD_PARTY_RUN.value
        manager = self._manager(row)
        if row.rejected:
            return
        told = {"community_id": community, "mode": mode, "owner_run": owner_run}
        row.stage(**row.values | told | {"manager": manager})

    @staticmethod
    def _manager(row: Row) -> str | None:
        """Return the managing unit that the row's mode needs or allows."""
        mode, manager = row["mode"], row["manager"]
        if mode == ManagementMode.COMPANY_RUN:
            if manager and manager != row["company"]:
                row.warn("manager", LedgerSlip.MANAGER_IGNORED, name=manager)
            return None
        unread = any(issue.key == "manager" for issue in row.issues or ())
        if mode is not None and mode != OWNER_RUN and not manager and not unread:
            row.error("manager", LedgerSlip.MANAGER_MISSING)
        return manager

    def predict(self, stage: Stage, ground: Ground) -> Iterable[Issue]:
        """Match the rows with the registry."""
        strays = self.settle(stage)
        return strays + list(self.late(ledger.match_stations(stage)))

    def apply(self, stage: Stage, *, actor: Any) -> None:
        """Save the rows."""
        ledger.write_stations(stage, actor=actor)


@register
class EstateImporter(HeatingImporter):
    """The office's ledger of estates."""

    kind = "estates"
    label = _("Estates")
    permission = "heating.add_estate"
    columns = (
        Column("name", "小区名称", ("小区", "小区名", "所属小区", "名称"), required=True,
               parse=Text(100), missing=IssueCode.MISSING_NAME, example="北苑小区"),
        *PLACE_COLUMNS,
        Column("year_built", "建成年份", ("建造年份", "建筑年代", "竣工年份", "建成时间"),
               parse=ANY_YEAR, example="2008"),
        Column("insulation", "保温情况", ("保温", "节能标准", "建筑节能", "外墙保温"),
               parse=Choice(INSULATIONS)),
        Column("indoor_system", "室内采暖系统", ("采暖方式", "室内系统", "供暖方式", "采暖系统"),
               parse=Choice(SYSTEMS)),
        Column("developer", "开发单位", ("开发商", "开发企业", "建设单位"), parse=Text(100)),
        Column("builder", "施工单位", ("建筑单位", "承建单位", "施工企业"), parse=Text(100)),
        Column("warranty_until", "保修期至", ("质保期至", "保修截止", "质保到期", "保修到期日"),
               parse=Day(future=True)),
        Column("first_season", "首个采暖季", ("首次供热年份", "首次供暖年份", "开始供热年份"),
               parse=ANY_YEAR, example="2009"),
        Column("occupancy", "入住率（%）", ("入住率",), parse=Amount(2, high=100)),
        Column("connected_area", "供热面积（㎡）", ("建筑面积", "入网面积", "并网面积", "供暖面积"),
               parse=Amount(2), example="13680"),
        Column("heated_area", "实供面积（㎡）", ("实际供热面积", "实际供暖面积", "实供热面积"),
               parse=Amount(2), example="11804"),
        Column("households", "供热户数", ("用热户数", "总户数", "入网户数", "供暖户数", "户数"),
               parse=Whole(), example="114"),
        Column("direct_households", "直供户数", ("直供到户数", "直供到户户数", "直供到户"),
               parse=Whole(), example="114"),
        Column("remarks", "备注", ("说明", "附注"), parse=Text(2000, free=True)),
    )  # fmt: skip
    staged = estate_ledger.STAGED
    sources = {"community_id": "community"}
    target = Estate
    watches = (Estate, HouseholdCount, Division)
    sentences = (LedgerSlip, Refusal, RegistryRefusal, UnknownPlaceCode)
    notes = (
        _("An estate is known by its community and its name; the same again changes it."),
        _("Blank cells change nothing."),
        _("Households are counted as of the day of the import."),
    )

    def judge(self, row: Row, ground: Ground) -> None:
        """Judge one estate."""
        community = self.place(row, ground)
        today = ground.today
        year = figures.check_year(row["first_season"], today=today, field="first_season")
        self.apply_rules(row, *_figures(row, "year_built", today), year)
        if not row.rejected:
            row.stage(**row.values | {"community_id": community})

    def predict(self, stage: Stage, ground: Ground) -> Iterable[Issue]:
        """Match the rows with the registry."""
        strays = self.settle(stage)
        return strays + list(self.late(estate_ledger.match_estates(stage)))

    def apply(self, stage: Stage, *, actor: Any) -> None:
        """Save the rows."""
        estate_ledger.write_estates(stage)
