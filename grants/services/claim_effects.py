"""What a decision on a claim does to its money."""

from bureau.people.models import User
from grants.models import Claim
from grants.services.entitlements import void_unpaid
from grants.services.recoveries import announce_recovery, recoverable


def after_revocation(claim: Claim, *, actor: User, reason: str) -> None:
    """Void what the revoked claim was not paid yet, and announce what was paid for recovery."""
    for paid in void_unpaid(claim, actor=actor, reason=reason):
        amount = recoverable(paid)
        if amount > 0:
            announce_recovery(paid, actor=actor, amount=amount, reason=reason)
