"""Writes about postings and deputies."""

from datetime import date
from typing import Any

from django.db import transaction

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.people import rules
from bureau.people.choices import GroundKind, PeopleRefusal, PeopleVerb
from bureau.people.models import GROUNDS, Delegation, Posting, Role, User, ground_of
from bureau.people.services.posts import (
    refuse_last_of_post,
    refuse_mixed_deputy,
    refuse_mixed_posts,
)
from bureau.people.services.sessions import end_sessions
from bureau.records.services import record, values


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
    Refused: ``one_ground``, ``period_reversed``, ``account_closed``, ``own_posting``,
    ``role_archived``, ``ground_does_not_fit``, ``posting_overlaps``, ``separate_posts``.
    """
    if sum(value is not None for value in ground.values()) != 1:
        raise BusinessError(PeopleRefusal.ONE_GROUND)
    since = valid_from or clock.today()
    _check_period(since, valid_until)
    role = Role.objects.get(**({"code": role} if isinstance(role, str) else {"pk": role.pk}))
    User.objects.select_for_update().get(pk=user.pk)
    posting = Posting(user=user, role=role, valid_from=since, valid_until=valid_until, **ground)
    _refuse_posting(posting, actor, ground)
    refuse_mixed_posts(user, role, since, valid_until)
    posting.full_clean()
    posting.save()
    end_sessions(user, *_deputies_of(user))
    record(
        PeopleVerb.GRANT_POSTING, user, actor=actor, after=_posting_values(posting), also=posting
    )
    return posting


@transaction.atomic
def end_posting(
    posting: Posting, *, actor: User | None, last_day: date | None = None, note: str = ""
) -> Posting:
    """End a posting after ``last_day``, or at once without one; it stays on record."""
    posting = Posting.objects.select_for_update(of=("self",)).get(pk=posting.pk)
    if posting.ended_at or (posting.valid_until and posting.valid_until < clock.today()):
        raise BusinessError(PeopleRefusal.POSTING_ENDED, day=posting.valid_until)
    refuse_last_of_post(posting)
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
        also=posting,
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
    """Let ``deputy`` act under the postings of ``principal`` for a period, both days included.

    What the principal itself holds as a deputy is not passed on. Refused: ``own_deputy``,
    ``deputy_inactive``, ``period_reversed``, ``delegation_overlaps``, ``separate_posts``.
    """
    since = valid_from or clock.today()
    _refuse_deputy(principal, deputy)
    _check_period(since, valid_until)
    _refuse_second(principal, deputy, since, valid_until)
    refuse_mixed_deputy(principal, deputy, since, valid_until)
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
        after=values(delegation, ["deputy", "valid_from", "valid_until"]),
        note=reason,
        also=delegation,
    )
    return delegation


@transaction.atomic
def end_delegation(delegation: Delegation, *, actor: User | None, note: str = "") -> Delegation:
    """End a delegation at once; what was signed under it still counts as one person's."""
    delegation = Delegation.objects.select_for_update(of=("self",)).get(pk=delegation.pk)
    if delegation.is_over:
        raise BusinessError(PeopleRefusal.DELEGATION_ENDED, day=delegation.valid_until)
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
        also=delegation,
    )
    return delegation


def _end(row: Posting | Delegation, last_day: date | None) -> None:
    """Set the last day of a dated row; without one it ends now, whatever the day."""
    if last_day is None:
        row.ended_at = clock.now()
    row.valid_until = last_day or max(row.valid_from, clock.today())
    _check_period(row.valid_from, row.valid_until)
    row.save(update_fields=["valid_until", "ended_at", "updated_at"])


def _refuse_posting(posting: Posting, actor: User | None, ground: dict[str, Any]) -> None:
    """Refuse what makes no sense for this person, this role and this ground."""
    user, role = posting.user, posting.role
    if not user.is_active:
        raise BusinessError(PeopleRefusal.ACCOUNT_CLOSED, person=user)
    if actor is not None and actor.pk == user.pk:
        raise BusinessError(PeopleRefusal.OWN_POSTING)
    if role.is_archived:
        raise BusinessError(PeopleRefusal.ROLE_ARCHIVED, role=role)
    kind = ground_of(posting).kind
    if not rules.fits(role.standard_code, kind):
        kinds = [str(one.label) for one in GroundKind if rules.fits(role.standard_code, one)]
        raise BusinessError(
            PeopleRefusal.GROUND_DOES_NOT_FIT,
            role=role,
            kind=str(kind.label),
            ground=posting.ground,
            kinds="、".join(kinds),
        )
    same = Posting.objects.overlapping(posting.valid_from, posting.valid_until)
    double = same.filter(user=user, role=role, **ground).first()
    if double is not None:
        raise BusinessError(
            PeopleRefusal.POSTING_OVERLAPS,
            person=user,
            role=role,
            ground=posting.ground,
            since=double.valid_from,
        )


def _refuse_deputy(principal: User, deputy: User) -> None:
    if principal.pk == deputy.pk:
        raise BusinessError(PeopleRefusal.OWN_DEPUTY)
    if not deputy.is_active:
        raise BusinessError(PeopleRefusal.DEPUTY_INACTIVE, person=deputy)


def _refuse_second(principal: User, deputy: User, since: date, until: date | None) -> None:
    same = Delegation.objects.overlapping(since, until)
    double = same.filter(principal=principal, deputy=deputy).first()
    if double is not None:
        raise BusinessError(
            PeopleRefusal.DELEGATION_OVERLAPS,
            principal=principal,
            deputy=deputy,
            since=double.valid_from,
        )


def _deputies_of(user: User) -> list[int]:
    running = Delegation.objects.since(clock.today())
    return list(running.filter(principal=user).values_list("deputy_id", flat=True))


def _check_period(since: date, until: date | None) -> None:
    if until and until < since:
        raise BusinessError(PeopleRefusal.PERIOD_REVERSED, since=since, until=until)


def _posting_values(posting: Posting) -> dict[str, Any]:
    grounds = [name for name in GROUNDS if getattr(posting, f"{name}_id")]
    return values(posting, ["role", *grounds, "valid_from", "valid_until"])
