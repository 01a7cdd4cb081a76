"""Writes about the door: what happened there, and which sessions are open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F

from bureau.core import clock
from bureau.people.choices import PeopleVerb, SignInKind
from bureau.people.models import KEPT_FOR, SignIn, User, UserSession
from bureau.records.services import record


@dataclass(frozen=True, slots=True)
class Visitor:
    """From where somebody comes and with what, as far as can be known."""

    address: str | None = None
    browser: str = ""


NOBODY = Visitor()
ONE_DAY = timedelta(days=1)


def record_sign_in(kind: SignInKind, user: User | None, visitor: Visitor = NOBODY) -> SignIn:
    """Write down what happened at the door; a name that no account has is not kept."""
    return SignIn.objects.create(
        kind=kind, user=user, address=visitor.address, browser=visitor.browser
    )


@transaction.atomic
def begin_session(user: User, key: str, visitor: Visitor) -> UserSession:
    """Remember a session that begins, and write the sign-in down."""
    session = _remember(user, key, visitor)
    record_sign_in(SignInKind.SUCCESS, user, visitor)
    return session


def see_session(user: User, key: str, visitor: Visitor) -> None:
    """Note that somebody is there; a session that began before sessions were kept is added."""
    if not UserSession.objects.filter(key=key, user=user).update(seen_at=clock.now()):
        _remember(user, key, visitor)


def follow_session(before: str, after: str) -> None:
    """Keep a session known by its new key."""
    UserSession.objects.filter(key=before).update(key=after)


@transaction.atomic
def close_session(key: str, user: User, kind: SignInKind, visitor: Visitor) -> None:
    """Note that a session was left or ran out; the session itself ends in the request."""
    UserSession.objects.filter(key=key, ended_at__isnull=True).update(
        key=None, ended_at=clock.now(), ending=kind
    )
    record_sign_in(kind, user, visitor)


@transaction.atomic
def end_session(session: UserSession, *, actor: User) -> UserSession:
    """End one session at once: its next request is led to the door."""
    if drop_sessions([session.user_id], only=session.pk):
        record(PeopleVerb.END_SESSION, session.user, actor=actor, after={"browser": str(session)})
    session.refresh_from_db()
    return session


@transaction.atomic
def end_other_sessions(user: User, *, key: str) -> int:
    """End all of one's own sessions but the one with ``key``; returns how many."""
    number = drop_sessions([user.pk], keep=key)
    if number:
        record(PeopleVerb.END_SESSIONS, user, actor=user, after={"sessions": number})
    return number


@transaction.atomic
def sign_out_user(user: User, *, actor: User, note: str = "") -> User:
    """End all sessions of somebody at once."""
    number = UserSession.objects.live().filter(user=user).count()
    end_sessions(user)
    record(PeopleVerb.END_SESSIONS, user, actor=actor, after={"sessions": number}, note=note)
    return user


def end_sessions(*users: User | int) -> None:
    """End every session of these users: they sign in again under what they may do now."""
    ids = [user.pk if isinstance(user, User) else user for user in users]
    User.objects.filter(pk__in=ids).update(session_epoch=F("session_epoch") + 1)
    drop_sessions(ids)
    for user in users:
        if isinstance(user, User):
            user.refresh_from_db(fields=["session_epoch"])
            user.forget_postings()


def drop_sessions(
    user_ids: Iterable[int], *, keep: str | None = None, only: int | None = None
) -> int:
    """Delete the open sessions of users, mark them ended, and return how many there were."""
    rows = UserSession.objects.filter(user__in=list(user_ids), ended_at__isnull=True)
    if keep:
        rows = rows.exclude(key=keep)
    if only is not None:
        rows = rows.filter(pk=only)
    return _end(list(rows), SignInKind.ENDED)


def expire_sessions() -> int:
    """Mark the sessions that ran out while nobody looked; returns how many."""
    return _end(list(UserSession.objects.run_out()[:1000]), SignInKind.EXPIRED)


def purge_sign_ins() -> int:
    """Forget what happened at the door more than a year ago; returns how many rows went.

    What the lock counts by is needed for an hour and goes after a day: it holds names as typed.
    """
    moment = clock.now()
    Session.objects.filter(expire_date__lt=moment).delete()
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        model.objects.filter(attempt_time__lt=moment - ONE_DAY).delete()
    UserSession.objects.filter(ended_at__lt=moment - KEPT_FOR).delete()
    number, _kinds = SignIn.objects.filter(at__lt=moment - KEPT_FOR).delete()
    return number


@transaction.atomic
def _end(rows: list[UserSession], kind: SignInKind) -> int:
    if not rows:
        return 0
    keys = [row.key for row in rows if row.key]
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(pk__in=[row.pk for row in rows]).update(
        key=None, ended_at=clock.now(), ending=kind
    )
    SignIn.objects.bulk_create(
        SignIn(kind=kind, user_id=row.user_id, address=row.address, browser=row.browser)
        for row in rows
    )
    return len(rows)


def _remember(user: User, key: str, visitor: Visitor) -> UserSession:
    values: dict[str, Any] = {
        "user": user,
        "address": visitor.address,
        "browser": visitor.browser,
        "seen_at": clock.now(),
        "ended_at": None,
        "ending": "",
    }
    session, _made = UserSession.objects.update_or_create(key=key, defaults=values)
    return session
