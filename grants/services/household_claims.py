"""What a change of a household's file means for its claims: some stop it, others follow it."""

from typing import Any

from bureau.core.errors import BusinessError
from bureau.people.models import User
from bureau.records.services import record
from grants.choices import ClaimState, ClaimVerb
from grants.choices import HouseholdRefusal as Refusal
from grants.models import Claim, Household
from grants.rules.claims import EDITABLE


def refuse_signed(field: Any, *, of_approved: bool = True, **whose: Any) -> None:
    """Refuse to change ``field`` where a claim of ``whose`` household or dwelling was signed.

    ``under_review`` from submission until approval, ``approved_with`` afterwards, unless the
    change concerns only what comes later (``of_approved`` False: the entitlements stay with the
    dwelling). A draft or returned claim is signed anew, so it stops nothing; it is locked, so that
    nobody submits it meanwhile.
    """
    claims = Claim.objects.live().filter(**whose).order_by("pk").select_for_update(of=("self",))
    claim = next((one for one in claims if one.state not in EDITABLE), None)
    if claim is None:
        return
    facts = {"claim": claim.pk, "name": claim.name, "year": claim.programme_year, "field": field}
    if claim.state != ClaimState.APPROVED:
        state = ClaimState(claim.state).label
        raise BusinessError(Refusal.UNDER_REVIEW, state=state, **facts)
    if of_approved:
        raise BusinessError(Refusal.APPROVED_WITH, **facts)


def rename_claims(
    row: Household, *, actor: User | None, note: str = "", but: Claim | None = None
) -> None:
    """Let the draft and returned claims of a locked household bear its new name.

    Claims further on keep the name with which they were signed. ``but`` is a claim whose own
    correction gives the name, and which writes it itself.
    """
    drafts = Claim.objects.filter(household=row, state__in=EDITABLE).exclude(name=row.name)
    if but is not None:
        drafts = drafts.exclude(pk=but.pk)
    for claim in drafts.select_for_update():
        before = {"name": claim.name}
        claim.call(row.name)
        claim.version += 1
        claim.save(update_fields=["name", "pinyin", "bigrams", "version", "updated_at"])
        after = {"name": claim.name}
        record(ClaimVerb.CORRECT, claim, actor=actor, before=before, after=after, note=note)
