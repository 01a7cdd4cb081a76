"""Writes about API keys."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.people.choices import PeopleRefusal, PeopleVerb
from bureau.people.models import ApiToken, User
from bureau.records.services import record

MOST_TOKENS = 5
LONGEST_TOKEN = timedelta(days=365)


@transaction.atomic
def issue_token(
    user: User, *, actor: User | None, name: str = "", expires_on: date | None = None
) -> str:
    """Return a new API key of ``user``; it cannot be read again afterwards.

    A person (not the command line) may have five that work, each for a year at most
    (``too_many_tokens``, ``token_period``).
    """
    if actor is not None:
        User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        _refuse_token(user, expires_on)
    key = ApiToken.new_key()
    ApiToken.objects.create(
        user=user, name=name, digest=ApiToken.digest_of(key), expires_on=expires_on
    )
    record(PeopleVerb.ISSUE_TOKEN, user, actor=actor, after={"name": name, "until": expires_on})
    return key


def _refuse_token(user: User, expires_on: date | None) -> None:
    if ApiToken.objects.active().filter(user=user).count() >= MOST_TOKENS:
        raise BusinessError(PeopleRefusal.TOO_MANY_TOKENS, limit=MOST_TOKENS)
    first, last = clock.today(), clock.today() + LONGEST_TOKEN
    if expires_on is None or not first <= expires_on <= last:
        raise BusinessError(PeopleRefusal.TOKEN_PERIOD, first=first, last=last)


def mark_used(token: ApiToken) -> None:
    """Remember that a key was used today, with one write a day and no entry in the audit."""
    today = clock.today()
    fresh = Q(last_used_on__isnull=True) | Q(last_used_on__lt=today)
    ApiToken.objects.filter(fresh, pk=token.pk).update(last_used_on=today)


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: User | None) -> ApiToken:
    """Make an API key worthless at once."""
    token = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    token.revoked_at = token.revoked_at or clock.now()
    token.save(update_fields=["revoked_at", "updated_at"])
    record(PeopleVerb.REVOKE_TOKEN, token.user, actor=actor, before={"name": token.name})
    return token
