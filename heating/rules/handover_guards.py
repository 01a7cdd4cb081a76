"""The guards of the handover: facts in, the first refusal out, or None when all is well."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from bureau.core.numbering import document_year, normalise_document_number
from bureau.core.shares import HUNDRED, split
from heating.choices import (
    ConsentBasis,
    CostParty,
    HandoverPaper,
    HandoverRefusal,
    HandoverState,
)
from heating.rules.figures import FIRST_YEAR
from heating.rules.season import season_on
from heating.rules.votes import Count

CENT = Decimal("0.01")
FARTHEST = timedelta(days=366)


class Refused(NamedTuple):
    """A refusal code with the values that its sentence needs."""

    code: HandoverRefusal
    values: dict[str, Any]


def _refuse(code: HandoverRefusal, **values: Any) -> Refused:
    return Refused(code, values)


class Listed(tuple):
    """Words for a sentence, joined only when somebody reads it, in that reader's language."""

    __slots__ = ()

    def __str__(self) -> str:
        return ", ".join(str(word) for word in self)


def _labels(labels: Iterable[Any]) -> Listed:
    return Listed(labels)


def _two_places(value: Decimal) -> bool:
    return value.is_finite() and value == value.quantize(CENT)


# --- register ----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class StationFacts:
    """How a station is run today and what already goes on there."""

    station: str
    management: str
    management_label: Any
    eligible: bool
    archived: bool
    open_number: str


def register(facts: StationFacts) -> Refused | None:
    """Refuse a handover of a company-run or archived station, and a second open one."""
    if facts.archived:
        return _refuse(HandoverRefusal.STATION_ARCHIVED, station=facts.station)
    if facts.open_number:
        return _refuse(HandoverRefusal.OPEN_HANDOVER, number=facts.open_number)
    if not facts.eligible:
        return _refuse(
            HandoverRefusal.STATION_NOT_ELIGIBLE,
            station=facts.station,
            management=facts.management_label,
        )
    return None


# --- issue_notice ------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """The paper that demands the handover."""

    document_number: str
    demand: str
    due_date: date | None


def notice(facts: NoticeFacts, today: date) -> Refused | None:
    """Refuse a notice without a register number, a demand or a due date within a year."""
    number = normalise_document_number(facts.document_number)
    if number is None or document_year(number) > today.year:
        return _refuse(HandoverRefusal.DOCUMENT_NUMBER, number=facts.document_number)
    if not facts.demand.strip():
        return _refuse(HandoverRefusal.DEMAND)
    if facts.due_date is None or not today < facts.due_date <= today + FARTHEST:
        return _refuse(HandoverRefusal.DUE_DATE, due=facts.due_date or "—", today=today)
    return None


# --- record_survey -----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """What the inspectors wrote down; ``missing`` holds the labels of the empty headings."""

    surveyed_on: date | None
    missing: tuple[Any, ...]


def survey(facts: SurveyFacts, today: date) -> Refused | None:
    """Refuse a survey that leaves out equipment, defects, debts or meters."""
    if facts.missing:
        return _refuse(HandoverRefusal.SURVEY_INCOMPLETE, missing=_labels(facts.missing))
    if facts.surveyed_on is None or facts.surveyed_on > today:
        return _refuse(HandoverRefusal.SURVEY_DATE, day=facts.surveyed_on or "—", today=today)
    if facts.surveyed_on.year < FIRST_YEAR:
        return too_old(facts.surveyed_on)
    return None


# --- agree_plan --------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Share:
    """One party's part of the cost, in per cent with two decimals."""

    party: str
    percent: Decimal


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """The cost of putting the station in order and who bears it."""

    total: Decimal
    shares: tuple[Share, ...]
    defects: int


def plan(facts: PlanFacts) -> Refused | None:
    """Refuse shares that are not exactly 100 %, and a cost where no defect was found."""
    if not _two_places(facts.total) or facts.total < 0:
        return _refuse(HandoverRefusal.PLAN_TOTAL, total=facts.total)
    if not facts.defects and facts.total:
        return _refuse(HandoverRefusal.ZERO_PLAN, total=facts.total)
    seen: set[str] = set()
    for share in facts.shares:
        twice = share.party in seen
        seen.add(share.party)
        if twice or not _two_places(share.percent) or not 0 < share.percent <= HUNDRED:
            label = CostParty(share.party).label
            return _refuse(HandoverRefusal.SHARE_VALUE, party=label, percent=share.percent)
    needed = bool(facts.shares) or facts.defects > 0
    added = sum((share.percent for share in facts.shares), Decimal("0.00"))
    if needed and added != HUNDRED:
        return _refuse(HandoverRefusal.COST_SHARES, sum=f"{added:.2f}")
    return None


def amounts(facts: PlanFacts) -> list[Decimal]:
    """Return each share's amount in yuan; they add up to the total (largest remainder, 分)."""
    if not facts.shares:
        return []
    return split(facts.total, [share.percent for share in facts.shares])


# --- record_consent ----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """How the owners said yes, and whether the paper lies in the file."""

    basis: str
    heads: Count
    area: Count
    consented_on: date | None
    has_paper: bool


COUNTED = (ConsentBasis.ASSEMBLY.value, ConsentBasis.STREET_POLL.value)


def consent(facts: ConsentFacts, today: date, heads_label: Any, area_label: Any) -> Refused | None:
    """Refuse a consent without quorum, majority or paper (Civil Code, article 278).

    The owner unit's letter or an abolition order stands instead of a vote; a poll run by the
    street office is a vote.
    """
    if facts.consented_on is None or facts.consented_on > today:
        return _refuse(HandoverRefusal.CONSENT_DATE, day=facts.consented_on or "—", today=today)
    if facts.consented_on.year < FIRST_YEAR:
        return too_old(facts.consented_on)
    if facts.basis in COUNTED:
        refused = _vote(facts, heads_label, area_label)
        if refused:
            return refused
    if not facts.has_paper:
        return missing_papers([HandoverPaper.CONSENT.value])
    return None


def _vote(facts: ConsentFacts, heads_label: Any, area_label: Any) -> Refused | None:
    for label, count in ((heads_label, facts.heads), (area_label, facts.area)):
        if not count.plausible:
            return _refuse(
                HandoverRefusal.COUNTS,
                what=label,
                agreed="—" if count.agreed is None else count.agreed,
                took_part="—" if count.took_part is None else count.took_part,
                total="—" if count.total is None else count.total,
            )
    if not (facts.heads.has_quorum and facts.area.has_quorum):
        return _refuse(
            HandoverRefusal.QUORUM,
            heads=f"{facts.heads.turnout} %",
            area=f"{facts.area.turnout} %",
        )
    if not (facts.heads.has_majority and facts.area.has_majority):
        return _refuse(
            HandoverRefusal.MAJORITY,
            heads=f"{facts.heads.approval or 0} %",
            area=f"{facts.area.approval or 0} %",
        )
    return None


# --- sign --------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class SigningFacts:
    """Who signed the agreement, when, and whether the paper lies in the file."""

    signed_on: date | None
    missing: tuple[Any, ...]
    has_paper: bool


def signing(facts: SigningFacts, today: date) -> Refused | None:
    """Refuse an agreement that lacks one of its three signatories, its date or its paper."""
    if facts.missing:
        return _refuse(HandoverRefusal.SIGNATORIES, missing=_labels(facts.missing))
    if facts.signed_on is None or facts.signed_on > today:
        return _refuse(HandoverRefusal.SIGNING_DATE, day=facts.signed_on or "—", today=today)
    if facts.signed_on.year < FIRST_YEAR:
        return too_old(facts.signed_on)
    if not facts.has_paper:
        return missing_papers([HandoverPaper.AGREEMENT.value])
    return None


# --- accept ------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class DefectFacts:
    """An open defect: its number in the survey, its words, whether it blocks acceptance."""

    number: int
    description: str
    blocking: bool

    def __str__(self) -> str:
        return f"{self.number} {self.description}"


@dataclass(frozen=True, slots=True)
class AcceptanceFacts:
    """Pressure test, keys and drawings (``missing`` holds what lacks) and the open defects."""

    missing: tuple[Any, ...]
    open_defects: tuple[DefectFacts, ...] = field(default=())
    defects_listed: bool = False
    tested_on: date | None = None


def acceptance(facts: AcceptanceFacts) -> Refused | None:
    """Refuse an acceptance with a blocking defect open, or an open defect left unlisted."""
    if facts.missing:
        return _refuse(HandoverRefusal.ACCEPTANCE_RECORD, missing=_labels(facts.missing))
    if facts.tested_on and facts.tested_on.year < FIRST_YEAR:
        return too_old(facts.tested_on)
    refused = blocking(facts.open_defects)
    if refused:
        return refused
    if facts.open_defects and not facts.defects_listed:
        return _refuse(
            HandoverRefusal.DEFECTS_NOT_LISTED,
            count=len(facts.open_defects),
            defects=_labels(facts.open_defects),
        )
    return None


def blocking(open_defects: Iterable[DefectFacts]) -> Refused | None:
    """Refuse while a defect is open that blocks the acceptance."""
    found = [defect for defect in open_defects if defect.blocking]
    if not found:
        return None
    return _refuse(HandoverRefusal.BLOCKING_DEFECTS, count=len(found), defects=_labels(found))


# --- connect -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ConnectionFacts:
    """The day on which the company takes the station over, and what that day meets."""

    effective_on: date | None
    not_before: date
    may_in_season: bool


def connection(facts: ConnectionFacts, today: date) -> Refused | None:
    """Refuse an impossible effective date, and one inside the season without permission."""
    day = facts.effective_on
    if day is None or day < facts.not_before or day > today + FARTHEST:
        return _refuse(HandoverRefusal.EFFECTIVE_DATE, day=day or "—", not_before=facts.not_before)
    season = season_on(day)
    if season and not facts.may_in_season:
        return _refuse(
            HandoverRefusal.IN_SEASON, day=day, start=season.first_day, end=season.last_day
        )
    return None


# --- archive, suspend, papers ------------------------------------------------------------
def missing_papers(kinds: Iterable[str]) -> Refused:
    """Name the papers that lack, in the reader's language."""
    labels = [HandoverPaper(kind).label for kind in kinds]
    return _refuse(HandoverRefusal.PAPERS_MISSING, papers=_labels(labels))


def papers(required: Iterable[str], attached: Iterable[str]) -> Refused | None:
    """Refuse to file a handover away while a required paper lacks."""
    there = set(attached)
    lacking = [kind for kind in required if kind not in there]
    return missing_papers(lacking) if lacking else None


def review(review_on: date | None, today: date) -> Refused | None:
    """Refuse a suspension without a review date after today and within a year."""
    if review_on is None or not today < review_on <= today + FARTHEST:
        return _refuse(HandoverRefusal.REVIEW_DATE, day=review_on or "—", today=today)
    return None


def editable(state: str, allowed: Iterable[str]) -> Refused | None:
    """Refuse to correct recorded data once the handover is through or put aside."""
    if state in tuple(allowed):
        return None
    return _refuse(HandoverRefusal.NOT_EDITABLE, state=HandoverState(state).label)


def not_after_today(day: date, today: date) -> Refused | None:
    """Refuse a day for something that has happened: one in the future or absurdly long ago."""
    if day > today:
        return _refuse(HandoverRefusal.FUTURE_DAY, day=day, today=today)
    return too_old(day) if day.year < FIRST_YEAR else None


def too_old(day: date) -> Refused:
    """Say that nothing was heated centrally on ``day``: only a slip of typing gives it."""
    return _refuse(HandoverRefusal.DAY_TOO_OLD, day=day, first=FIRST_YEAR)
