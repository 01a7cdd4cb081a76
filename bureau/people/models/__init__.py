"""Users, roles, postings, delegations, organisations and API keys."""

from bureau.people.models.accounts import Delegation, Posting, Role, User
from bureau.people.models.keys import ApiToken
from bureau.people.models.organisations import PHONE, Organisation

__all__ = ["PHONE", "ApiToken", "Delegation", "Organisation", "Posting", "Role", "User"]
