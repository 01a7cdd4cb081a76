"""The registers that villages send in: one row is one household and its claim (花名册)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.exchange.choices import IssueCode, Severity
from bureau.exchange.importer import Column, Issue, Row
from bureau.exchange.parsers import Day, Identifier, Text
from bureau.exchange.placed import PLACE_COLUMNS, Ground, PlacedImporter
from bureau.exchange.registry import register
from bureau.exchange.staging import Stage
from bureau.people.models import User
from bureau.places.choices import UnknownPlaceCode
from bureau.places.models import Division
from grants.choices import (
    ClaimSlip,
    ClaimState,
    HeatPump,
    HouseholdRefusal,
    Technology,
)
from grants.imports.cells import (
    Account,
    Conversion,
    PersonalNumber,
    PersonName,
    id_of_today,
    phones,
)
from grants.models import (
    BankAccount,
    Claim,
    Dwelling,
    Household,
    Membership,
    Person,
    Rate,
)
from grants.rules import identity, registers
from grants.rules.claims import MAY_FILE
from grants.rules.rates import Wanted
from grants.services import claim_ledger, ledger_people
from grants.services.claim_ledger import Notice, Reader
from grants.services.rate_book import RateBook

BATCH = 5000
FREE_TEXT = ("remarks", "door_number", "device", "device_brand", "bank")
SHORTEST = 11
"""Digits of a mobile number, the shortest that names a person."""
LATE = {
    "moved_on": ("account_number", ClaimSlip.CLAIM_MOVED_ON, Severity.ERROR),
    "live": ("account_number", ClaimSlip.LIVE_CLAIM, Severity.ERROR),
    "own": ("id_number", HouseholdRefusal.OWN_HOUSEHOLD, Severity.ERROR),
    "person": ("id_number", ClaimSlip.WARN_DUPLICATE_PERSON, Severity.WARNING),
}


@dataclass(slots=True)
class ClaimGround(Ground):
    """What a register is judged by, besides places: the rates, and the dwellings it has named."""

    own: tuple[str, ...] = ()
    rates: RateBook = field(default_factory=RateBook.load)
    dwellings: dict[tuple[int, str], tuple[int, int | None]] = field(default_factory=dict)
    rated: dict[tuple[str, str, int, int], str] = field(default_factory=dict)

    def rate_refusal(self, technology: str, heat_pump: str, year: int, village: Division) -> str:
        """Return why no single rate holds for a conversion, or nothing where one does."""
        if technology == registers.OTHER:
            return ClaimSlip.NO_RATE.value
        asked = (technology, heat_pump, year, village.pk)
        if asked not in self.rated:
            area = self.rates.area_of(village)
            try:
                self.rates.build(Wanted(technology, heat_pump, year, area))
                self.rated[asked] = ""
            except BusinessError as refusal:
                self.rated[asked] = refusal.code.value
        return self.rated[asked]


@register
class ClaimImporter(PlacedImporter):
    """A village's register of households that converted their heating."""

    kind = "claims"
    label = _("Claims (village register)")
    permission = MAY_FILE
    columns = (
        *PLACE_COLUMNS[:2],
        Column("community", "村（社区）",
               ("村", "村名", "村庄", "村庄名称", "村名称", "自然村", "所在村", "所属村", "社区",
                *PLACE_COLUMNS[2].aliases),
               required=True, example="北苑社区居委会"),
        Column("name", "户主姓名",
               ("姓名", "户主", "农户姓名", "申请人", "申请人姓名", "补贴对象", "用户姓名", "户名",
                "户主名", "户主名称", "农户", "用户名称", "被补贴人", "被补贴人姓名"),
               required=True, parse=PersonName(60), missing=IssueCode.MISSING_NAME,
               example="李保田"),
        Column("id_number", "身份证号",
               ("身份证号码", "身份证", "公民身份号码", "户主身份证号", "户主身份证号码",
                "证件号码", "证件号", "公民身份证号码", "身份证件号码", "身份证编号",
                "居民身份证号", "居民身份证号码"),
               required=True, parse=PersonalNumber(reader=id_of_today), personal=True,
               hint=_("Text of 18 characters; the 15 digits of an old card are converted.")),
        Column("phone", "联系电话",
               ("电话", "手机", "手机号", "手机号码", "联系方式", "电话号码",
                "户主电话", "户主联系电话", "联系人电话"),
               parse=PersonalNumber(reader=phones, eaten=HouseholdRefusal.BAD_PHONE),
               personal=True, hint=_("A mobile number of eleven digits.")),
        Column("account_number", "电力户号",
               ("用电户号", "电表户号", "供电户号", "电费户号", "电户号", "户号", "用电客户编号",
                "电力客户编号", "国网户号", "国家电网户号", "用电编号", "电表号", "电力用户编号",
                "用电户编号", "电力编号"),
               required=True, parse=Account(r"\d{1,20}"), missing=ClaimSlip.MISSING_ACCOUNT,
               example="3716368886"),
        Column("gas_account", "燃气户号",
               ("燃气编号", "用气户号", "天然气户号", "燃气用户编号", "燃气客户编号", "燃气表号",
                "气户号"),
               parse=Identifier(r"[0-9A-Z\-]{1,20}")),
        Column("technology", "改造方式",
               ("改造类型", "改造技术", "改造模式", "取暖方式", "技术路线", "清洁取暖方式",
                "改造类别", "改造形式", "清洁取暖改造方式", "改造技术路线", "改造路线", "能源类型",
                "清洁能源类型", "改造后取暖方式"),
               required=True, parse=Conversion(registers.TECHNOLOGIES, ("气代煤", "电代煤")),
               example="电代煤"),
        Column("device", "设备类型",
               ("设备", "设备名称", "取暖设备", "采暖设备", "设备种类", "设备类别", "设备型号",
                "取暖设备类型", "采暖设备类型"),
               parse=Text(100), example="空气源热泵",
               hint=_("Tells an air-source heat pump (空气源热泵) from other electric devices.")),
        Column("device_brand", "设备品牌", ("品牌", "生产厂家", "厂家", "设备厂家"),
               parse=Text(60)),
        Column("device_serial", "设备编号",
               ("设备序列号", "序列号", "机身编号", "出厂编号", "设备号", "机号"),
               parse=Identifier(r".{1,60}"), example="SN1000000"),
        Column("completed_on", "竣工日期",
               ("完工日期", "改造完成日期", "安装日期", "竣工时间", "完工时间", "改造日期",
                "改造时间", "安装时间", "改造完成时间", "安装完成日期", "安装完成时间", "完成日期",
                "完成时间", "竣工验收日期"),
               required=True, parse=Day(), example="2018-05-16"),
        Column("bank", "开户银行", ("开户行", "银行", "银行名称", "开户行名称"), parse=Text(60),
               example="农村商业银行"),
        Column("card", "一卡通账号",
               ("银行卡号", "银行账号", "卡号", "账号", "一卡通", "一卡通卡号", "一卡通号",
                "惠民卡号", "社保卡号", "社会保障卡号", "补贴账号", "收款账号", "银行账户",
                "银行卡账号", "存折账号"),
               parse=PersonalNumber(eaten=HouseholdRefusal.CARD_IS_NUMBER),
               personal=True, hint=_("Text of 12 to 19 digits.")),
        Column("door_number", "门牌号", ("门牌", "门牌号码", "住址", "详细地址", "家庭住址"),
               parse=Text(40)),
        Column("register_number", "户口簿号",
               ("户口簿编号", "户口本号", "户籍号", "户口号", "户口编号"),
               parse=Identifier(r".{1,30}")),
        Column("remarks", "备注", ("说明", "附注"), parse=Text(2000, free=True)),
    )  # fmt: skip
    staged = claim_ledger.STAGED
    sources = claim_ledger.SOURCES
    target = Claim
    key = ("village_id", "account_number")
    watches = (Claim, Dwelling, Household, Membership, Person, BankAccount, Division, Rate)
    sentences = (UnknownPlaceCode, ClaimSlip, IssueCode, HouseholdRefusal, Refusal)
    notes = (
        _("One row is one household; it makes a draft of its claim, which the village submits."),
        _("A dwelling is known by its village and its electricity account, a claim by its year."),
        _("Drafts and returned claims are changed by the same register again, others are not."),
        _("Photos and papers are added afterwards; they are not needed for the register."),
    )

    def prepare(self, actor: Any) -> ClaimGround:
        """Load the tree, where the importer may write, and the rates."""
        ground = super().prepare(actor)
        same = User.objects.filter(pk__in=actor.person_ids()).exclude(id_number_index="")
        own = tuple(same.values_list("id_number_index", flat=True))
        return ClaimGround(ground.places, ground.allowed, ground.today, own=own)

    def check(self, rows: Iterator[Row], ground: ClaimGround) -> Iterator[Row]:
        """Judge the rows, and seal what names a person before anything reaches the database."""
        while batch := list(islice(rows, BATCH)):
            for row in batch:
                self.judge(row, ground)
            ledger_people.seal([row.staged for row in batch if not row.rejected])
            yield from batch

    def judge(self, row: Row, ground: ClaimGround) -> None:
        """Judge one household and its claim."""
        village = self.locate(row, ground)
        technology, heat_pump = self._conversion(row)
        completed: date | None = row["completed_on"]
        if village is not None:
            if technology and completed:
                self._rate(row, ground, technology, heat_pump or HeatPump.NONE.value, village)
            if row["account_number"]:
                self._once_a_dwelling(row, ground, village)
        for key in ("id_number", "card"):
            read = row[key]
            if read and read.doubt:
                row.warn(key, read.doubt, value=identity.mask_tail(read.plain[-4:]))
        self._words(row)
        if row.rejected or village is None or completed is None:
            return
        row.stage(
            **row.values | {
                "village_id": village.pk,
                "technology": technology,
                "heat_pump": heat_pump,
                "device_model": row["device"],
                "programme_year": completed.year,
            }
        )  # fmt: skip

    @staticmethod
    def _words(row: Row) -> None:
        """Look at what was written freely: names that are none, numbers that belong elsewhere."""
        values = row.values
        name = values.get("name")
        if name and registers.is_odd_name(name):
            row.warn("name", ClaimSlip.WARN_NAME, value=name)
        for key in FREE_TEXT:
            text = values.get(key)
            if text and len(text) >= SHORTEST and (kept := identity.veiled(text)) != text:
                values[key] = kept
                row.warn(key, ClaimSlip.WARN_NUMBER_HIDDEN)

    @staticmethod
    def _conversion(row: Row) -> tuple[str | None, str | None]:
        """Return technology and heat pump of a row; None where a blank cell leaves it open."""
        word, device = row["technology"], row["device"]
        if word == registers.OTHER or word is None:
            return word, None
        told = registers.heat_pump_of(device) if device else None
        if word == registers.AIR_SOURCE:
            word, told = registers.POWER, registers.AIR_SOURCE
        if device and registers.is_other_device(device, word):
            label = Technology(word).label
            row.warn("device", ClaimSlip.WARN_OTHER_DEVICE, value=device, technology=label)
            return word, HeatPump.NONE.value
        if word == registers.POWER:
            if told is None:
                row.warn("device", ClaimSlip.WARN_DEVICE, value=device or _("(empty)"))
            return word, told or (HeatPump.NONE.value if device else None)
        return word, HeatPump.NONE.value

    @staticmethod
    def _rate(
        row: Row, ground: ClaimGround, technology: str, heat_pump: str, village: Division
    ) -> None:
        year = row["completed_on"].year
        refusal = ground.rate_refusal(technology, heat_pump, year, village)
        if refusal:
            other = technology == registers.OTHER
            label = _("another technology") if other else Technology(technology).label
            row.error("technology", ClaimSlip(refusal), technology=label, year=year)

    @staticmethod
    def _once_a_dwelling(row: Row, ground: ClaimGround, village: Division) -> None:
        account = row["account_number"]
        year = row["completed_on"].year if row["completed_on"] else None
        first, of_year = ground.dwellings.setdefault((village.pk, account), (row.number, year))
        if first == row.number:
            return
        if year and of_year and year != of_year:
            state = ClaimState.DRAFT.label
            row.error("account_number", ClaimSlip.LIVE_CLAIM,
                      account=account, year=of_year, state=state)  # fmt: skip
        else:
            row.error("account_number", IssueCode.DUPLICATE_ROW, name=account, row=first)

    def late(self, notices: Iterable[Notice]) -> Iterator[Issue]:
        """Turn what only the records knew into issues of the rows."""
        for notice in notices:
            column, code, severity = LATE[notice.kind]
            yield self.row_issue(notice.row, column, code, severity, **notice.values)

    def predict(self, stage: Stage, ground: ClaimGround) -> Iterable[Issue]:
        """Match the rows with the records."""
        strays, reader = self.settle(stage), Reader(ground.allowed, ground.own)
        return strays + list(self.late(claim_ledger.match_claims(stage, reader)))

    def onward(self, run: Any) -> list[tuple[str | Promise, str]]:
        """Lead on to the claims of this import, where photos and papers are added."""
        address = f"{reverse('grants:claim_list')}?brought={run.pk}"
        return [(_("Claims of this import: photos, papers, submission"), address)]

    def apply(self, stage: Stage, *, actor: Any) -> None:
        """Save the rows."""
        claim_ledger.write_claims(stage, actor=actor)
