"""Writes about accounts and passwords."""

import secrets
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from bureau.core import identifiers
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.id_numbers import is_sound
from bureau.people import rules
from bureau.people.choices import PeopleRefusal, PeopleVerb
from bureau.people.models import User
from bureau.people.services.changes import apply
from bureau.people.services.locks import forget_failures, is_locked
from bureau.people.services.posts import refuse_last_of_post
from bureau.people.services.sessions import drop_sessions, end_sessions
from bureau.people.services.superiors import refuse_unless_superior
from bureau.records.services import record

PROFILE_FIELDS = ("display_name", "phone", "language", "theme")
USER_FIELDS = ("display_name", "phone")
PERSONAL = ("phone",)
GROUPS, GROUP_LENGTH = 4, 4


@transaction.atomic
def create_user(
    username: str, *, actor: User | None, password: str | None = None, **fields: Any
) -> User:
    """Open an account; without a password it can be posted but nobody can sign in with it."""
    if password is not None:
        validate_password(password, User(username=username, **fields))
    user = User.objects.create_user(username, password, **fields)
    record(PeopleVerb.CREATE_USER, user, actor=actor, after={"username": user.username})
    return user


@transaction.atomic
def open_account(username: str, *, actor: User | None, **fields: Any) -> tuple[User, str]:
    """Open an account and return it with its one-time password, which is kept nowhere."""
    user = User(username=username, **fields)
    password = one_time_password(user)
    return create_user(username, actor=actor, password=password, **fields), password


@transaction.atomic
def edit_user(user: User, changes: dict[str, Any], *, actor: User | None, version: int) -> User:
    """Change name or phone of an account that nobody changed since ``version``, else ``stale``."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.version != version:
        raise BusinessError(Refusal.STALE)
    before, after = apply(user, {k: v for k, v in changes.items() if k in USER_FIELDS})
    if after:
        user.version += 1
        user.full_clean(exclude=["password"])
        user.save(update_fields=[*after, "version", "updated_at"])
        record(
            PeopleVerb.EDIT_USER, user, actor=actor, before=_masked(before), after=_masked(after)
        )
    return user


@transaction.atomic
def close_user(user: User, *, actor: User | None, note: str = "") -> User:
    """Close an account: it keeps its history and can never sign in or be a deputy again."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if actor is not None and actor.pk == user.pk:
        raise BusinessError(PeopleRefusal.OWN_ACCOUNT)
    if not user.is_active:
        raise BusinessError(PeopleRefusal.ACCOUNT_CLOSED, person=user)
    for posting in user.postings.on().select_related("role"):
        refuse_last_of_post(posting)
    return _open_or_close(user, False, PeopleVerb.CLOSE_USER, actor, note)


@transaction.atomic
def reopen_user(user: User, *, actor: User | None, note: str = "") -> User:
    """Open a closed account again; its postings count again as far as they still run."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active:
        raise BusinessError(PeopleRefusal.ACCOUNT_OPEN, person=user)
    return _open_or_close(user, True, PeopleVerb.REOPEN_USER, actor, note)


def _open_or_close(
    user: User, active: bool, verb: PeopleVerb, actor: User | None, note: str
) -> User:
    user.is_active = active
    user.version += 1
    user.save(update_fields=["is_active", "version", "updated_at"])
    end_sessions(user)
    record(
        verb,
        user,
        actor=actor,
        before={"is_active": not active},
        after={"is_active": active},
        note=note,
    )
    return user


@transaction.atomic
def record_own_number(user: User, id_number: str, *, actor: User | None, note: str = "") -> User:
    """Remember by a blind index who a user is, so that nobody handles their own household.

    Given by a superior office; the number itself is kept nowhere and never shown again. An
    empty text forgets it. Refused: ``own_account``, ``not_superior``, ``bad_id_number``.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    refuse_unless_superior(actor, user)
    plain = identifiers.plain(id_number)
    if plain and not is_sound(plain.upper()):
        raise BusinessError(PeopleRefusal.BAD_ID_NUMBER)
    user.id_number_index = identifiers.blind("id_number", plain) if plain else ""
    user.save(update_fields=["id_number_index", "updated_at"])
    told = {"id_number_index": {"changed": True, "last_four": plain[-4:]}}
    record(PeopleVerb.RECORD_OWN_NUMBER, user, actor=actor, after=told, note=note)
    return user


# --- Passwords ---------------------------------------------------------------------------
def one_time_password(user: User) -> str:
    """Return a password to be read out once: four groups of four letters and digits."""
    while True:
        letters = [secrets.choice(rules.ALPHABET) for _ in range(GROUPS * GROUP_LENGTH)]
        groups = ("".join(letters[at::GROUPS]) for at in range(GROUPS))
        password = "-".join(groups)
        try:
            validate_password(password, user)
        except ValidationError:  # one in millions holds the user name
            continue
        return password


@transaction.atomic
def change_own_password(user: User, password: str, *, session_key: str | None = None) -> User:
    """Give oneself a new password; every other session ends (SEC-5)."""
    return _give_password(
        user, password, actor=user, verb=PeopleVerb.CHANGE_PASSWORD, own=True, keep=session_key
    )


@transaction.atomic
def set_password(user: User, password: str, *, actor: User | None) -> User:
    """Give somebody a first password, to be changed at the next sign-in."""
    return _give_password(user, password, actor=actor, verb=PeopleVerb.SET_PASSWORD, own=False)


@transaction.atomic
def reset_password(user: User, *, actor: User | None, note: str = "") -> str:
    """Return a new one-time password of somebody, given by a superior office.

    All its sessions end, a locked name is unlocked; the password itself is kept nowhere.
    Refused: ``account_closed``, ``own_account``, ``not_superior``.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    refuse_unless_superior(actor, user)
    if not user.is_active:
        raise BusinessError(PeopleRefusal.ACCOUNT_CLOSED, person=user)
    password = one_time_password(user)
    forget_failures(user)
    _give_password(
        user, password, actor=actor, verb=PeopleVerb.RESET_PASSWORD, own=False, note=note
    )
    return password


@transaction.atomic
def unlock_user(user: User, *, actor: User | None, note: str = "") -> User:
    """Let somebody try to sign in again at once; ``not_locked`` where nothing is locked."""
    user = User.objects.select_for_update().get(pk=user.pk)
    refuse_unless_superior(actor, user)
    if not is_locked(user):
        raise BusinessError(PeopleRefusal.NOT_LOCKED, person=user)
    forget_failures(user)
    record(PeopleVerb.UNLOCK_USER, user, actor=actor, note=note)
    return user


def _give_password(
    user: User,
    password: str,
    *,
    actor: User | None,
    verb: PeopleVerb,
    own: bool,
    keep: str | None = None,
    note: str = "",
) -> User:
    validate_password(password, user)
    locked = User.objects.select_for_update().get(pk=user.pk)
    locked.set_password(password)
    locked.must_change_password = not own
    locked.session_epoch = F("session_epoch") + 1
    locked.save(update_fields=["password", "must_change_password", "session_epoch", "updated_at"])
    locked.refresh_from_db()
    drop_sessions([locked.pk], keep=keep)
    record(verb, locked, actor=actor, note=note)
    return locked


@transaction.atomic
def edit_profile(user: User, changes: dict[str, Any]) -> User:
    """Change one's own name, phone, language or theme."""
    user = User.objects.select_for_update().get(pk=user.pk)
    before, after = apply(user, {k: v for k, v in changes.items() if k in PROFILE_FIELDS})
    if after:
        user.version += 1
        user.full_clean(exclude=["password"])
        user.save(update_fields=[*after, "version", "updated_at"])
        record(
            PeopleVerb.EDIT_PROFILE, user, actor=user, before=_masked(before), after=_masked(after)
        )
    return user


def _masked(values: dict[str, Any]) -> dict[str, Any]:
    """Return what the audit keeps: of a phone only that it changed and its last four (SEC-7)."""
    return {
        name: {"changed": True, "last_four": str(value)[-4:]} if name in PERSONAL else value
        for name, value in values.items()
    }
