"""What a decision on a claim does to its money."""

from bureau.people.models import User
from grants.models import Claim
from grants.services.entitlements import void_unpaid


def after_revocation(claim: Claim, *, actor: User, reason: str) -> None:
    """Void what the revoked claim was not paid yet, and announce what was paid for recovery."""
    void_unpaid(claim, actor=actor, reason=reason)
