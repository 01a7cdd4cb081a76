"""The guards of a claim: facts in, the first refusal out, or None when all is well."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from bureau.core.findings import Finding
from grants.choices import AcceptanceSigner, ClaimPaper, ClaimRefusal, Technology

DEMOLITION_YEARS = 3
"""A village demolished within so many years of the programme year is not subsidised."""

NEEDED_TO_SUBMIT = (ClaimPaper.PHOTO_AFTER.value,)
"""Papers without which a claim is not submitted; the others are shown as missing only."""

GAS, POWER, SERIAL = "gas", "power", "device_serial"
SUPPLY = {
    Technology.COAL_TO_GAS.value: GAS,
    Technology.COAL_TO_ELECTRICITY.value: POWER,
    Technology.COAL_TO_GEOTHERMAL.value: POWER,
}
"""What a village must have ready before a conversion of each technology."""


class Listed(tuple):
    """Words for a sentence, joined only when somebody reads it, in that reader's language."""

    __slots__ = ()

    def __str__(self) -> str:
        return ", ".join(str(word) for word in self)


def refused(code: ClaimRefusal, **values: Any) -> Finding:
    """Return a refusal to move a claim, with the values of its sentence."""
    return Finding(code, (), values)


# --- submit ------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class VillageFacts:
    """What a village is known to have or to face."""

    name: str
    demolition_year: int | None = None
    central_heating_on: date | None = None
    ready: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SubmissionFacts:
    """What stands in the file of a claim that is to be submitted."""

    name: str
    technology: str
    programme_year: int
    completed_on: date
    device_serial: str
    papers: frozenset[str]
    has_id: bool
    subsidised_before: bool
    village: VillageFacts


def submission(facts: SubmissionFacts, words: dict[str, Any]) -> Finding | None:
    """Refuse an incomplete file, a household without valid ID, and what is not eligible.

    ``words`` name the device's number, gas and power for the sentence. Eligible is a dwelling
    never subsidised before, in a village with its supply ready, without central heating at the
    completion, and not to be demolished within three years (the city's schemes of 2017 and 2018).
    """
    missing: list[Any] = [] if facts.device_serial else [words[SERIAL]]
    missing += [ClaimPaper(one).label for one in NEEDED_TO_SUBMIT if one not in facts.papers]
    if missing:
        return refused(ClaimRefusal.INCOMPLETE, name=facts.name, missing=Listed(missing))
    if not facts.has_id:
        return refused(ClaimRefusal.NO_ID, name=facts.name)
    if facts.subsidised_before:
        return refused(ClaimRefusal.ALREADY_SUBSIDISED, name=facts.name)
    return _eligible(facts, words)


def _eligible(facts: SubmissionFacts, words: dict[str, Any]) -> Finding | None:
    village, year = facts.village, facts.village.demolition_year
    if year is not None and year <= facts.programme_year + DEMOLITION_YEARS:
        return refused(ClaimRefusal.INELIGIBLE_DEMOLITION, village=village.name, year=year)
    reached = village.central_heating_on
    if reached is not None and reached <= facts.completed_on:
        return refused(ClaimRefusal.INELIGIBLE_CENTRAL, village=village.name, day=reached)
    supply = SUPPLY[facts.technology]
    if supply not in village.ready:
        return refused(ClaimRefusal.NOT_READY, village=village.name, supply=words[supply])
    return None


# --- pass_inspection ---------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class AcceptanceFacts:
    """The newest line of an acceptance sheet about a claim, beside the claim's own device."""

    name: str
    device_serial: str
    accepted_serial: str | None = None
    passed: bool = False


def acceptance(facts: AcceptanceFacts) -> Finding | None:
    """Refuse unless the town's team passed this very device."""
    if facts.passed and facts.accepted_serial == facts.device_serial:
        return None
    return refused(ClaimRefusal.NOT_ACCEPTED, name=facts.name, serial=facts.device_serial or "—")


def mandate(signer: str, papers: Iterable[str], name: str) -> Finding | None:
    """Refuse an agent's signature without the household's written mandate in the file."""
    if signer == AcceptanceSigner.AGENT and ClaimPaper.MANDATE.value not in set(papers):
        return refused(ClaimRefusal.NO_MANDATE, name=name)
    return None
