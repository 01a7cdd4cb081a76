"""Every write about people: accounts, roles, postings, deputies, keys, the door, organisations."""

from bureau.people.services.accounts import (
    PROFILE_FIELDS,
    change_own_password,
    close_user,
    create_user,
    edit_profile,
    edit_user,
    open_account,
    record_own_number,
    reopen_user,
    reset_password,
    set_password,
    unlock_user,
)
from bureau.people.services.keys import (
    LONGEST_TOKEN,
    MOST_TOKENS,
    issue_token,
    mark_used,
    revoke_token,
)
from bureau.people.services.locks import is_locked
from bureau.people.services.organisations import organisations
from bureau.people.services.postings import (
    delegate,
    end_delegation,
    end_posting,
    grant_posting,
)
from bureau.people.services.roles import archive_role, create_role, edit_role, sync_roles
from bureau.people.services.sessions import (
    NOBODY,
    Visitor,
    begin_session,
    close_session,
    end_other_sessions,
    end_session,
    end_sessions,
    expire_sessions,
    follow_session,
    purge_sign_ins,
    record_sign_in,
    see_session,
    sign_out_user,
)
from bureau.people.services.superiors import is_superior

__all__ = [
    "LONGEST_TOKEN", "MOST_TOKENS", "NOBODY", "PROFILE_FIELDS", "Visitor",
    "archive_role", "begin_session", "change_own_password",
    "close_session", "close_user", "create_role", "create_user",
    "delegate", "edit_profile", "edit_role", "edit_user",
    "end_delegation", "end_other_sessions", "end_posting", "end_session", "end_sessions",
    "expire_sessions", "follow_session", "grant_posting", "is_locked", "is_superior",
    "issue_token", "mark_used", "open_account", "organisations", "purge_sign_ins",
    "record_own_number", "record_sign_in", "reopen_user", "reset_password", "revoke_token",
    "see_session",
    "set_password", "sign_out_user", "sync_roles", "unlock_user",
]  # fmt: skip
