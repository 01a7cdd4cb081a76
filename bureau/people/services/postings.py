"""Writes about postings and deputies."""

from datetime import date
from typing import Any

from django.db import transaction

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.people.choices import PeopleRefusal, PeopleVerb
from bureau.people.models import Delegation, Posting, Role, User
from bureau.people.services.accounts import end_sessions
from bureau.records.services import record


@transaction.atomic
def grant_posting(
    user: User,
    role: Role | str,
    *,
    actor: User | None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    **ground: Any,
) -> Posting:
    """Post somebody to a division, managing area or organisation (exactly one) for a period.

    ``role`` is a Role or its code; the first day is today by default. Ends the user's sessions.
    """
    if sum(value is not None for value in ground.values()) != 1:
        raise BusinessError(PeopleRefusal.ONE_GROUND)
    since = valid_from or clock.today()
    _check_period(since, valid_until)
    if isinstance(role, str):
        role = Role.objects.get(code=role)
    posting = Posting(user=user, role=role, valid_from=since, valid_until=valid_until, **ground)
    posting.full_clean()
    posting.save()
    end_sessions(user, *_deputies_of(user))
    record(PeopleVerb.GRANT_POSTING, user, actor=actor, after=_posting_values(posting))
    return posting


@transaction.atomic
def end_posting(
    posting: Posting, *, actor: User | None, last_day: date | None = None, note: str = ""
) -> Posting:
    """End a posting after ``last_day``, or at once without one; it stays on record."""
    posting = Posting.objects.select_for_update(of=("self",)).get(pk=posting.pk)
    if posting.ended_at or (posting.valid_until and posting.valid_until < clock.today()):
        raise BusinessError(PeopleRefusal.POSTING_ENDED, day=posting.valid_until)
    before = _posting_values(posting)
    _end(posting, last_day)
    end_sessions(posting.user, *_deputies_of(posting.user))
    record(
        PeopleVerb.END_POSTING,
        posting.user,
        actor=actor,
        before=before,
        after=_posting_values(posting),
        note=note,
    )
    return posting


@transaction.atomic
def delegate(
    principal: User,
    deputy: User,
    *,
    actor: User | None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    reason: str = "",
) -> Delegation:
    """Let ``deputy`` act under the postings of ``principal`` for a period, both days included."""
    if principal.pk == deputy.pk:
        raise BusinessError(PeopleRefusal.OWN_DEPUTY)
    if not deputy.is_active:
        raise BusinessError(PeopleRefusal.DEPUTY_INACTIVE, person=deputy)
    since = valid_from or clock.today()
    _check_period(since, valid_until)
    delegation = Delegation(
        principal=principal,
        deputy=deputy,
        valid_from=since,
        valid_until=valid_until,
        reason=reason,
    )
    delegation.full_clean()
    delegation.save()
    end_sessions(deputy)
    record(
        PeopleVerb.DELEGATE,
        principal,
        actor=actor,
        after={
            "deputy": deputy.username,
            "valid_from": str(since),
            "valid_until": valid_until and str(valid_until),
        },
        note=reason,
    )
    return delegation


@transaction.atomic
def end_delegation(delegation: Delegation, *, actor: User | None, note: str = "") -> Delegation:
    """End a delegation at once; what was signed under it still counts as one person's."""
    delegation = Delegation.objects.select_for_update(of=("self",)).get(pk=delegation.pk)
    before = delegation.valid_until
    _end(delegation, None)
    end_sessions(delegation.deputy)
    record(
        PeopleVerb.END_DELEGATION,
        delegation.principal,
        actor=actor,
        before={"valid_until": before},
        after={"valid_until": delegation.valid_until},
        note=note,
    )
    return delegation


def _end(row: Posting | Delegation, last_day: date | None) -> None:
    """Set the last day of a dated row; without one it ends now, whatever the day."""
    if last_day is None:
        row.ended_at = clock.now()
    row.valid_until = last_day or max(row.valid_from, clock.today())
    _check_period(row.valid_from, row.valid_until)
    row.save(update_fields=["valid_until", "ended_at", "updated_at"])


def _deputies_of(user: User) -> list[int]:
    running = Delegation.objects.since(clock.today())
    return list(running.filter(principal=user).values_list("deputy_id", flat=True))


def _check_period(since: date, until: date | None) -> None:
    if until and until < since:
        raise BusinessError(PeopleRefusal.PERIOD_REVERSED, since=since, until=until)


def _posting_values(posting: Posting) -> dict[str, Any]:
    return {
        "role": posting.role.code,
        "ground": str(posting.ground),
        "valid_from": posting.valid_from,
        "valid_until": posting.valid_until,
    }
