"""Every write about people: accounts, roles, postings, deputies, keys, organisations."""

from bureau.people.services.accounts import (
    PROFILE_FIELDS,
    change_own_password,
    close_user,
    create_user,
    edit_profile,
    end_sessions,
    set_password,
)
from bureau.people.services.keys import LONGEST_TOKEN, MOST_TOKENS, issue_token, revoke_token
from bureau.people.services.organisations import (
    ORGANISATION_FIELDS,
    archive_organisation,
    create_organisation,
    edit_organisation,
    organisation_index,
)
from bureau.people.services.postings import (
    delegate,
    end_delegation,
    end_posting,
    grant_posting,
)
from bureau.people.services.roles import sync_roles

__all__ = [
    "LONGEST_TOKEN", "MOST_TOKENS", "ORGANISATION_FIELDS", "PROFILE_FIELDS",
    "archive_organisation", "change_own_password", "close_user", "create_organisation",
    "create_user", "delegate", "edit_organisation", "edit_profile", "end_delegation",
    "end_posting", "end_sessions", "grant_posting", "issue_token", "organisation_index",
    "revoke_token", "set_password", "sync_roles",
]  # fmt: skip
