"""What the page of a claim tells: its way, the papers of its file, who signed, what was heard."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bureau.records.models import Attachment, AuditEntry
from grants.choices import ClaimPaper, ClaimState
from grants.models import Claim
from grants.rules import claims as rules
from grants.rules.claim_guards import NEEDED_TO_SUBMIT


@dataclass(frozen=True, slots=True)
class Milestone:
    """One state of the path on a claim's page: past, here or ahead, and since when."""

    state: str
    label: Any
    where: str
    at: datetime | None = None


def milestones(claim: Claim) -> list[Milestone]:
    """Return the states of the path; where the claim left it, the way that it had come."""
    reached = _reached(claim)
    at = rules.PATH.index(claim.state) if claim.state in rules.PATH else -1
    found = []
    for index, state in enumerate(rules.PATH):
        where = "past" if index < at or (at < 0 and state in reached) else "ahead"
        where = "here" if index == at else where
        moment = reached.get(state) if where != "ahead" else None
        found.append(Milestone(state, ClaimState(state).label, where, moment))
    if at < 0:
        here = ClaimState(claim.state)
        found.append(Milestone(claim.state, here.label, "here", reached.get(claim.state)))
    return found


def _reached(claim: Claim) -> dict[str, datetime]:
    """Return when the claim last came into each state, as its own entries tell it."""
    entries = AuditEntry.objects.about(claim).filter(after__has_key="state").order_by("id")
    return {after["state"]: at for after, at in entries.values_list("after", "at")}


@dataclass(frozen=True, slots=True)
class KindOfPaper:
    """A kind of paper in the file: what is there, and whether a submission waits for it."""

    kind: str
    label: Any
    files: tuple[Attachment, ...]
    is_needed: bool


def papers(claim: Claim, files: Iterable[Attachment]) -> list[KindOfPaper]:
    """Return every kind of paper of the household's file (一户一档) with what is there."""
    there: dict[str, list[Attachment]] = {}
    for one in files:
        there.setdefault(one.kind, []).append(one)
    return [
        KindOfPaper(
            kind.value, kind.label, tuple(there.get(kind.value, ())),
            kind.value in NEEDED_TO_SUBMIT,
        )
        for kind in ClaimPaper
    ]  # fmt: skip
