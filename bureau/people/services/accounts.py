"""Writes about accounts and passwords."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import F

from bureau.people.choices import PeopleVerb
from bureau.people.models import User
from bureau.people.services.changes import apply
from bureau.records.services import record

PROFILE_FIELDS = ("display_name", "phone", "language", "theme")


def end_sessions(*users: User | int) -> None:
    """End every session of these users: they sign in again under what they may do now."""
    ids = [user.pk if isinstance(user, User) else user for user in users]
    User.objects.filter(pk__in=ids).update(session_epoch=F("session_epoch") + 1)
    for user in users:
        if isinstance(user, User):
            user.refresh_from_db(fields=["session_epoch"])
            user.forget_postings()


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
def close_user(user: User, *, actor: User | None, note: str = "") -> User:
    """Close an account: it keeps its history and can never sign in or be a deputy again."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = False
    user.save(update_fields=["is_active", "updated_at"])
    end_sessions(user)
    record(
        PeopleVerb.CLOSE_USER,
        user,
        actor=actor,
        before={"is_active": True},
        after={"is_active": False},
        note=note,
    )
    return user


@transaction.atomic
def change_own_password(user: User, password: str) -> User:
    """Give oneself a new password; every other session ends (SEC-5)."""
    return _give_password(user, password, actor=user, verb=PeopleVerb.CHANGE_PASSWORD, own=True)


@transaction.atomic
def set_password(user: User, password: str, *, actor: User | None) -> User:
    """Give somebody a first password, to be changed at the next sign-in."""
    return _give_password(user, password, actor=actor, verb=PeopleVerb.SET_PASSWORD, own=False)


def _give_password(
    user: User, password: str, *, actor: User | None, verb: PeopleVerb, own: bool
) -> User:
    validate_password(password, user)
    locked = User.objects.select_for_update().get(pk=user.pk)
    locked.set_password(password)
    locked.must_change_password = not own
    locked.session_epoch = F("session_epoch") + 1
    locked.save(update_fields=["password", "must_change_password", "session_epoch", "updated_at"])
    locked.refresh_from_db()
    record(verb, locked, actor=actor)
    return locked


@transaction.atomic
def edit_profile(user: User, changes: dict[str, Any]) -> User:
    """Change one's own name, phone, language or theme."""
    user = User.objects.select_for_update().get(pk=user.pk)
    before, after = apply(user, {k: v for k, v in changes.items() if k in PROFILE_FIELDS})
    if after:
        user.full_clean(exclude=["password"])
        user.save(update_fields=[*after, "updated_at"])
        record(PeopleVerb.EDIT_PROFILE, user, actor=user, before=before, after=after)
    return user
