"""What was paid in the demo city: one household through three seasons, and batches on the way."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Self

from bureau.core import clock
from bureau.people.models import User
from grants.choices import BatchState, GovernmentLevel, LineState, SubsidyKind
from grants.demo.claims import on
from grants.demo.offices import Office
from grants.models import Entitlement, PaymentBatch, PaymentLine
from grants.services.bank_files import export_batch
from grants.services.batches import (
    approve_business,
    approve_finance,
    close_batch,
    create_batch,
    lock_batch,
)
from grants.services.entitlements import suspend
from grants.services.funds import allot, funds
from grants.services.receipts import import_receipt
from grants.services.recoveries import announce_recovery
from grants.services.use_checks import confirm_check, open_check, submit_check

BUILD, OPERATE = SubsidyKind.BUILD, SubsidyKind.OPERATE
SEASONS = (2017, 2018, 2019)
HEADINGS = "付款编号,金额,卡号后四位,结果,原因,日期"
#: How far the batch of each of the other areas has come, in the order of the areas.
ON_THE_WAY = (
    BatchState.LOCKED, BatchState.BUSINESS_APPROVED, BatchState.APPROVED, BatchState.EXPORTED,
    BatchState.RECONCILING, BatchState.CLOSED, BatchState.DRAFT,
)  # fmt: skip


class Payer:
    """Takes batches of one area along their table."""

    def __init__(self, office: Office, clerk: User, chief: User, finance: User) -> None:
        self.office, self.clerk, self.chief, self.finance = office, clerk, chief, finance
        for user in (clerk, chief, finance):
            user.forget_postings()

    @classmethod
    def of(cls, office: Office) -> Self:
        """Return who paid there in earlier years."""
        who = office.who
        return cls(office, who["clerk"], who["chief"], who["finance"])

    def pay(
        self, kind: str, year: int, *, until: str = BatchState.CLOSED, failing: int = 0
    ) -> PaymentBatch:
        """Put what waits into a batch and bring it to a state; the first ``failing`` lines fail."""
        area = self.office.area
        batch = create_batch(area, actor=self.clerk, kind=kind, fiscal_year=year)
        steps: tuple[tuple[BatchState, Any], ...] = (
            (BatchState.LOCKED, lambda row: lock_batch(row, actor=self.clerk)),
            (BatchState.BUSINESS_APPROVED, lambda row: approve_business(row, actor=self.chief)),
            (BatchState.APPROVED, lambda row: approve_finance(row, actor=self.finance)),
            (BatchState.EXPORTED, lambda row: export_batch(row, actor=self.finance)),
            (BatchState.RECONCILING, lambda row: self._answer(row, failing)),
            (BatchState.CLOSED, lambda row: close_batch(row, actor=self.chief)),
        )
        for _reached, step in steps:
            if batch.state == until:
                break
            batch = step(batch)
        return batch

    def _answer(self, batch: PaymentBatch, failing: int) -> PaymentBatch:
        lines = list(batch.lines.filter(state=LineState.SENT).order_by("pk"))
        name = f"{batch.number}-回执.csv"
        return import_receipt(batch, actor=self.finance, name=name, data=_receipt(lines, failing))


def _receipt(lines: Iterable[PaymentLine], failing: int) -> bytes:
    rows, total = [HEADINGS], Decimal(0)
    for place, line in enumerate(lines):
        net = line.amount - line.offset
        result, why = ("失败", "账号户名不符") if place < failing else ("成功", "")
        rows.append(f"{line.reference},{net},{line.card_tail},{result},{why},{clock.today()}")
        total += net
    rows.append(f"合计,{len(rows) - 1},{total}")
    return "\r\n".join(rows).encode("utf-8-sig")


def pay_builds(payer: Payer, year: int) -> None:
    """Pay the construction subsidies of a year in its autumn."""
    with on(date(year, 9, 20)):
        payer.pay(BUILD, year)


def seed_money(people: dict[str, User], offices: list[Office], home: Office) -> None:
    """Tell the seasons of the village of today's accounts, and leave work for each of them."""
    _seasons(home)
    others = [office for office in offices if office is not home]
    for office, reached in zip(others, ON_THE_WAY, strict=False):
        payer = Payer(office, people["clerk"], people["chief"], people["finance"])
        payer.pay(BUILD, clock.today().year, until=reached)
    _present(people, home)


def _seasons(office: Office) -> None:
    """Check the use of three seasons and pay for them; one payment of the second year fails."""
    payer = Payer.of(office)
    for season in SEASONS:
        with on(date(season + 1, 4, 10)):
            check = open_check(office.village, season, actor=office.who["village"])
            check = submit_check(check, actor=office.who["village"])
            confirm_check(check, actor=office.who["county"])
        with on(date(season + 1, 5, 20)):
            payer.pay(OPERATE, season + 1, failing=1 if season == SEASONS[1] else 0)


def _present(people: dict[str, User], office: Office) -> None:
    """Leave a list to tick, a fund, a demand and a suspended entitlement."""
    for name in ("village", "county", "finance"):
        people[name].forget_postings()
    open_check(office.village, 2020, actor=people["village"])
    county, finance = people["county"], people["finance"]
    closed = PaymentBatch.objects.filter(state=BatchState.CLOSED).order_by("pk")
    latest = closed.filter(division=office.area).last()
    fund = funds.register(
        actor=finance,
        document="2018年清洁取暖市级补贴资金",
        level=GovernmentLevel.CITY,
        fiscal_year=2018,
        received_on=date(2018, 6, 20),
        amount=Decimal(1_000_000),
        division=office.area,
    )
    if latest is not None:
        allot(fund, batch=latest, amount=latest.total, actor=finance)
    paid = Entitlement.objects.filter(
        village=office.village, lines__state=LineState.PAID, kind=BUILD
    )
    told = paid.order_by("-pk").first()
    if told is not None:
        announce_recovery(
            told, actor=county, amount=Decimal(1000), reason="复核发现设备铭牌功率与申报不符"
        )
    open_one = Entitlement.objects.payable().filter(village=office.village).first()
    if open_one is not None:
        suspend(open_one, actor=county, note="住户外出，待核实")
