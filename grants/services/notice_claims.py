"""The verbs of a claim that its public notice carries out."""

from typing import Any

from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.people.models import User
from bureau.records.saving import refuse
from grants.choices import ClaimVerb, NoticeRefusal
from grants.models import Claim, NoticeItem
from grants.services import claim_moves
from grants.services.notices import approve_claims, publish_notice


def publish_claim(
    claim: Claim,
    *,
    actor: User,
    photo: Any = None,
    note: str = "",
    version: int | None = None,
) -> Claim:
    """Post the notice on whose sheet the claim stands, with everybody on it.

    Refuses ``guard:notice`` for a claim on no sheet, and what ``publish_notice`` refuses.
    """
    _refuse_other_version(claim, version)
    item = NoticeItem.objects.on_sheet().filter(claim=claim).select_related("notice").first()
    if item is None or claim.state != "awaiting_notice":
        _yes, no = claim_moves.check([claim], ClaimVerb.PUBLISH, actor=actor, note=note)
        refuse(no.get(claim.pk))
        raise BusinessError(NoticeRefusal.NO_NOTICE, name=claim.name)
    publish_notice(item.notice, actor=actor, photo=photo, note=note)
    return Claim.objects.get(pk=claim.pk)


def approve_claim(
    claim: Claim, *, actor: User, note: str = "", version: int | None = None
) -> Claim:
    """Approve one claim whose notice is over; refusals as in ``approve_claims``."""
    _refuse_other_version(claim, version)
    approve_claims([claim], actor=actor, note=note)
    return Claim.objects.get(pk=claim.pk)


def _refuse_other_version(claim: Claim, version: int | None) -> None:
    if version is not None and version != claim.version:
        raise BusinessError(Refusal.CONFLICT)
