"""Users, roles, postings, delegations, organisations, API keys, sign-ins and sessions."""

from bureau.people.models.accounts import (
    GROUNDS,
    Delegation,
    Posting,
    User,
    ground_of,
)
from bureau.people.models.doors import KEPT_FOR, SignIn, UserSession
from bureau.people.models.keys import ApiToken
from bureau.people.models.organisations import PHONE, Organisation
from bureau.people.models.roles import Role

__all__ = [
    "GROUNDS",
    "KEPT_FOR",
    "PHONE",
    "ApiToken",
    "Delegation",
    "Organisation",
    "Posting",
    "Role",
    "SignIn",
    "User",
    "UserSession",
    "ground_of",
]
