"""A household and its claim in one step, as a village official files them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from bureau.people.models import User
from bureau.places.models import Division
from grants.choices import ClaimPaper
from grants.models import Claim
from grants.services.claim_papers import file_paper
from grants.services.claims import file_claim
from grants.services.households import record_household


@transaction.atomic
def file_household(
    village: Division,
    *,
    actor: User,
    household: Mapping[str, Any],
    claim: Mapping[str, Any],
    photo: Any = None,
) -> Claim:
    """Open a household's file and its claim, with the photo of the device; both or neither.

    Raises what ``record_household`` and ``file_claim`` raise.
    """
    home = record_household(village, actor=actor, **household)
    made = file_claim(home, actor=actor, **claim)
    if photo is not None:
        file_paper(made, photo, actor=actor, kind=ClaimPaper.PHOTO_AFTER)
    return made
