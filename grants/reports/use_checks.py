"""Which villages have a season to be checked."""

from dataclasses import dataclass
from typing import Any

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.places.models import Division
from grants.choices import ClaimState
from grants.models import Claim, UseCheck
from grants.rules import seasons
from grants.rules import use_checks as rules
from grants.services.entitlements import SeasonBook, stop_of_village

ALIKE = ("village_id", "technology", "heat_pump", "programme_year", "accepted_on", "completed_on")


@dataclass(frozen=True, slots=True)
class Due:
    """A season of a village whose list was not opened yet; ``why`` it needs none any more."""

    village: Division
    season: int
    why: str = ""

    @property
    def name(self) -> str:
        """The season as it is written."""
        return seasons.name(self.season)


def due(user: Any) -> list[Due]:
    """Return the lists that ``user`` may open now, by village, the earliest season first.

    A season that is paid to nobody of the village any more has the reason instead of a list.
    """
    latest = rules.last_begun(clock.today())
    approved = Claim.objects.visible_to(user, rules.MAY_OPEN).filter(state=ClaimState.APPROVED)
    samples = approved.order_by(*ALIKE).distinct(*ALIKE).select_related("village", "dwelling")
    book, found = SeasonBook(), set()
    for claim in samples:
        found |= {(claim.village_id, season) for season in _seasons(book, claim, latest)}
    opened = UseCheck.objects.filter(village__in={village for village, _season in found})
    found -= set(opened.values_list("village_id", "season"))
    places = Division.objects.select_related("parent__parent").in_bulk(
        {village for village, _season in found}
    )
    listed = [
        Due(places[village], season, stop_of_village(places[village], season))
        for village, season in found
    ]
    return sorted(listed, key=lambda one: (one.village.path, one.season))


def _seasons(book: SeasonBook, claim: Claim, latest: int) -> list[int]:
    try:
        return [one.season for one in book.all(claim) if one.season <= latest]
    except BusinessError:
        return []
