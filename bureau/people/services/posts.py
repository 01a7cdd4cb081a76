"""The three separate posts of administration, asked before postings and delegations change."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.people import rules
from bureau.people.choices import PeopleRefusal
from bureau.people.models import Delegation, Posting, Role, User


def refuse_mixed_posts(user: User, role: Role, since: date, until: date | None) -> None:
    """Raise ``separate_posts`` where ``role`` would make somebody hold two posts at once.

    What somebody holds as a deputy counts, and so does what the deputies of ``user`` hold.
    """
    deputies = Delegation.objects.overlapping(since, until).filter(principal=user)
    people = [user, *(row.deputy for row in deputies.select_related("deputy"))]
    for person in people:
        _refuse_clash(person, [role], _roles_of(person, since, until))


def refuse_mixed_deputy(principal: User, deputy: User, since: date, until: date | None) -> None:
    """Raise ``separate_posts`` where the deputy would act under two posts at once."""
    brought = Posting.objects.overlapping(since, until).filter(user=principal)
    roles = [posting.role for posting in brought.select_related("role")]
    _refuse_clash(deputy, roles, _roles_of(deputy, since, until))


def refuse_last_of_post(posting: Posting) -> None:
    """Raise ``last_of_post`` where nobody else could do an administrator's work today."""
    post = posting.role.post
    if post is None:
        return
    code = posting.role.standard_code
    same = Q(role__code=code) | Q(role__base=code)
    others = Posting.objects.on(clock.today()).filter(same).exclude(user=posting.user_id)
    if not others.exists():
        raise BusinessError(PeopleRefusal.LAST_OF_POST, person=posting.user, post=str(post.label))


def _roles_of(person: User, since: date, until: date | None) -> list[Any]:
    running = Delegation.objects.overlapping(since, until).filter(deputy=person)
    held = Posting.objects.overlapping(since, until).filter(
        Q(user=person) | Q(user__in=running.values("principal_id"))
    )
    return [posting.role for posting in held.select_related("role")]


def _refuse_clash(person: User, new: Iterable[Role], held: Iterable[Role]) -> None:
    for role in new:
        for other in held:
            if rules.clash((role.post, other.post)):
                raise BusinessError(
                    PeopleRefusal.SEPARATE_POSTS, person=person, first=str(other), second=str(role)
                )
