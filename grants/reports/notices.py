"""What pages, sheets and the public see of a notice: rows that never hold a card or phone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from bureau.core.errors import BusinessError
from bureau.desk.formats import day
from bureau.places.models import Division
from bureau.records.models import Attachment
from grants.choices import ClaimHolder, ClaimState, NoticePaper, Technology
from grants.models import Claim, NoticeItem, PublicNotice
from grants.rules import notices as rules
from grants.services.notice_items import masks_of
from grants.services.rate_book import RateBook


@dataclass(frozen=True, slots=True)
class Line:
    """A household as a notice prints it; ``amount`` in yuan."""

    position: int
    name: str
    village: str
    technology: Any
    amount: Decimal
    id_mask: str
    until: date | None = None
    is_corrected: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A notice on paper: its lines and their sum in yuan."""

    notice: PublicNotice
    years: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        """The sum of the amounts in yuan."""
        return sum((line.amount for line in self.lines), Decimal(0))


def last_days(claims: Iterable[Claim], today: date) -> dict[int, date | None]:
    """Return claim → last day of its period, for the claims whose public notice still runs."""
    noticed = [claim.pk for claim in claims if claim.state == ClaimState.NOTICE]
    if not noticed:
        return {}
    items = NoticeItem.objects.on_sheet().filter(claim__in=noticed).running(today)
    return dict(items.until().values_list("claim_id", "last_day"))


def waits_for(claim: Claim, runs: dict[int, date | None]) -> Any:
    """Return what a claim waits for: a period to end, else whoever has to act; else nothing."""
    if not claim.is_open:
        return ""
    if claim.pk not in runs:
        return ClaimHolder(claim.holder).label
    last = runs[claim.pk]
    if last is None:
        return _("the end of the public notice")
    return _("the end of the public notice (%(day)s)") % {"day": day(last)}


def sheet(notice: PublicNotice, running_on: date | None = None) -> Sheet:
    """Return a notice as it is printed; for the public only what still runs on a day."""
    items = NoticeItem.objects.of_notice(notice).on_sheet()
    if running_on is not None:
        items = items.running(running_on)
    rows: Any = items.until().select_related("claim")
    years = sorted({item.claim.programme_year for item in rows}) or [notice.programme_year]
    lines = tuple(
        Line(
            item.position,
            item.name,
            notice.village.name,
            Technology(item.technology).label,
            item.amount,
            item.id_mask,
            item.last_day,
            item.corrected_at is not None,
        )
        for item in rows
    )
    return Sheet(notice, "、".join(map(str, years)), lines)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claim that waits for a notice; ``problem`` says why no rate holds for it."""

    claim: Claim
    amount: Decimal | None
    id_mask: str
    problem: str = ""


def preview(claims: Iterable[Claim]) -> list[Waiting]:
    """Return what the sheet would print of claims that wait for a notice."""
    book, waiting = RateBook.load(), list(claims)
    masks = masks_of(waiting)
    return [_waiting(claim, book, masks.get(claim.household_id, "")) for claim in waiting]


def _waiting(claim: Claim, book: RateBook, mask: str) -> Waiting:
    try:
        return Waiting(claim, book.build_of(claim).amount, mask)
    except BusinessError as refusal:
        return Waiting(claim, None, mask, refusal.sentence)


def villages_waiting(user: Any) -> list[tuple[Division, int]]:
    """Return the villages in which ``user`` may prepare a notice, with the claims that wait."""
    waiting = Claim.objects.visible_to(user, rules.MAY_KEEP).awaiting_notice()
    counts = dict(
        waiting.order_by().values("village").annotate(n=Count("pk")).values_list("village", "n")
    )
    places = Division.objects.filter(pk__in=counts).select_related("parent__parent")
    return [(place, counts[place.pk]) for place in places.order_by("path")]


@dataclass(frozen=True, slots=True)
class PaperKind:
    """One kind of paper in a notice's file, with its files."""

    kind: str
    label: Any
    files: tuple[Attachment, ...]


def papers(notice: PublicNotice) -> list[PaperKind]:
    """Return the papers in a notice's file by kind, missing ones too."""
    found = list(Attachment.objects.of(notice).select_related("uploaded_by"))
    return [
        PaperKind(kind.value, kind.label, tuple(one for one in found if one.kind == kind))
        for kind in NoticePaper
    ]
