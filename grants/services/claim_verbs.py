"""Every verb by its name, so that page and API offer exactly what the table lists."""

from collections.abc import Callable
from typing import Any

from grants.choices import ClaimVerb as Verb
from grants.models import Claim
from grants.services.acceptance import pass_inspection
from grants.services.claim_hearings import reject_claim, revoke_claim
from grants.services.claims import (
    pass_county,
    pass_township,
    return_claim,
    submit_claim,
    withdraw_claim,
)
from grants.services.notice_claims import approve_claim, publish_claim
from grants.services.objections import correct_item, hold, release

SERVICES: dict[str, Callable[..., Claim]] = {
    Verb.SUBMIT.value: submit_claim,
    Verb.PASS_TOWNSHIP.value: pass_township,
    Verb.PASS_INSPECTION.value: pass_inspection,
    Verb.PASS_COUNTY.value: pass_county,
    Verb.PUBLISH.value: publish_claim,
    Verb.APPROVE.value: approve_claim,
    Verb.HOLD.value: hold,
    Verb.RELEASE.value: release,
    Verb.CORRECT_ITEM.value: correct_item,
    Verb.RETURN.value: return_claim,
    Verb.REJECT.value: reject_claim,
    Verb.WITHDRAW.value: withdraw_claim,
    Verb.REVOKE.value: revoke_claim,
}


def do(verb: str, claim: Claim, *, actor: Any, **given: Any) -> Claim:
    """Carry out a verb of the table; KeyError for any other word."""
    return SERVICES[verb](claim, actor=actor, **given)
