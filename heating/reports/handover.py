"""Numbers on handovers: the funnel, the way one handover has come, its consent in figures."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _

from bureau.records.models import Attachment, AuditEntry
from heating.choices import HandoverPaper, HandoverState
from heating.models import Handover, HandoverDefect
from heating.rules import handover as rules
from heating.rules.votes import Count

FUNNEL = (*rules.PATH, HandoverState.RETURNED, HandoverState.SUSPENDED, HandoverState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Bar:
    """One state of the funnel: how many handovers stand there and how many of them are late.

    ``reached`` counts those on the path that stand here or further on.
    """

    state: str
    label: Any
    count: int
    overdue: int
    reached: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """All bars, as of a day."""

    bars: tuple[Bar, ...]
    total: int
    overdue: int
    as_of: date


def funnel(handovers: Any, today: date) -> Funnel:
    """Count handovers per state; the states of the path in order, then those beside it."""
    return _funnel(handovers.counts_per_state(today), today)


def funnel_as_of(handovers: Any, day: date) -> Funnel:
    """Count handovers per state as they stood at the end of a day, as the audit tells it."""
    counts: dict[str, tuple[int, int]] = {}
    for row in handovers.counts_as_of(day):
        count, late = counts.get(row["state_then"], (0, 0))
        counts[row["state_then"]] = (count + row["count"], late + row["late"])
    return _funnel(counts, day)


def _funnel(counts: dict[str, tuple[int, int]], today: date) -> Funnel:
    bars = []
    for state in FUNNEL:
        count, late = counts.get(str(state), (0, 0))
        bars.append(
            Bar(str(state), HandoverState(state).label, count, late, _reached(str(state), counts))
        )
    return Funnel(
        bars=tuple(bars),
        total=sum(bar.count for bar in bars),
        overdue=sum(bar.overdue for bar in bars),
        as_of=today,
    )


def _reached(state: str, counts: dict[str, tuple[int, int]]) -> int:
    if state not in rules.PATH:
        return counts.get(state, (0, 0))[0]
    ahead = rules.PATH[rules.PATH.index(state) :]
    return sum(counts.get(one, (0, 0))[0] for one in ahead)


@dataclass(frozen=True, slots=True)
class Milestone:
    """One state of the path on a handover's page: past, here or ahead, reached when by whom."""

    state: str
    label: Any
    where: str
    at: datetime | None = None
    actor: Any = None


def milestones(handover: Handover) -> list[Milestone]:
    """Return the states of the path; a suspended handover stands where it stood."""
    here = handover.state_before or handover.state
    position = rules.PATH.index(here) if here in rules.PATH else -1
    arrivals = _arrivals(handover)
    lines = []
    for index, state in enumerate(rules.PATH):
        where = "here" if index == position else "past" if index < position else "ahead"
        entry = arrivals.get(state) if where != "ahead" else None
        lines.append(
            Milestone(
                state,
                HandoverState(state).label,
                where,
                entry.at if entry else None,
                entry.actor if entry else None,
            )
        )
    return lines


def _arrivals(handover: Handover) -> dict[str, AuditEntry]:
    """Return the last entry that brought the handover to each state."""
    kind = ContentType.objects.get_for_model(Handover)
    entries = AuditEntry.objects.filter(
        object_type=kind, object_id=handover.pk, after__has_key="state"
    ).select_related("actor")
    return {entry.after["state"]: entry for entry in entries.order_by("id")}


def standing(handover: Handover) -> dict[str, bool]:
    """Tell of plan, consent and agreement whether they stand, or are of before a return."""
    return {
        name: rules.reached(handover.state, handover.state_before, milestone)
        for name, milestone in (
            ("plan", HandoverState.PLANNED.value),
            ("consent", HandoverState.CONSENTED.value),
            ("agreement", HandoverState.SIGNED.value),
        )
    }


@dataclass(frozen=True, slots=True)
class Vote:
    """One line of the consent: its three figures and the two shares in per cent."""

    label: Any
    count: Count
    turnout: Decimal | None
    approval: Decimal | None
    quorum: bool
    majority: bool


def votes(handover: Handover) -> list[Vote]:
    """Return the consent by heads and by area; nothing where no vote was held."""
    if handover.heads_total is None:
        return []
    return [
        Vote(label, count, count.turnout, count.approval, count.has_quorum, count.has_majority)
        for label, count in ((_("By heads"), handover.heads), (_("By area (m²)"), handover.area))
    ]


@dataclass(frozen=True, slots=True)
class Paper:
    """A kind of paper with what is in the file."""

    kind: str
    label: Any
    required: bool
    files: tuple[Attachment, ...]


def papers(handover: Handover) -> list[Paper]:
    """Return every kind of paper, the required ones with or without a file."""
    files: dict[str, list[Attachment]] = {}
    for one in Attachment.objects.of(handover).select_related("uploaded_by"):
        files.setdefault(one.kind or HandoverPaper.OTHER.value, []).append(one)
    return [
        Paper(kind.value, kind.label, kind.value in rules.REQUIRED_PAPERS, tuple(found))
        for kind in HandoverPaper
        if (found := files.get(kind.value, [])) or kind.value in rules.REQUIRED_PAPERS
    ]


def current_defects(handover: Handover) -> list[HandoverDefect]:
    """Return the defects of the last survey, from what the page has already read."""
    return [one for one in handover.defects.all() if one.survey_round == handover.survey_round]


def earlier_defects(handover: Handover) -> list[HandoverDefect]:
    """Return the defects of surveys before a return."""
    return [one for one in handover.defects.all() if one.survey_round < handover.survey_round]
