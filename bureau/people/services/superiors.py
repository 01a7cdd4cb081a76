"""Who is a superior of whom: asked before a password is given or a name unlocked."""

from bureau.core.errors import BusinessError
from bureau.people import rules
from bureau.people.choices import AdminPost, PeopleRefusal
from bureau.people.models import Posting, User, ground_of

RESET = "people.reset_password_user"


def is_superior(actor: User, user: User) -> bool:
    """Whether ``actor`` may give ``user`` a password: from above all its postings.

    What the user holds as a deputy counts too. The system administrator stands above everybody
    but the holders of its own post; nobody stands above oneself.
    """
    if actor.pk == user.pk:
        return False
    with_reset = {one.pk for one in actor.holdings if RESET in one.permissions}
    holding = [one for one in actor.postings_in_force if one.pk in with_reset]
    held = _held_by(user)
    if any(one.role.post == AdminPost.SYSTEM for one in holding):
        return all(one.role.post != AdminPost.SYSTEM for one in held)
    return rules.is_superior([ground_of(one) for one in holding], [ground_of(one) for one in held])


def refuse_unless_superior(actor: User | None, user: User) -> None:
    """Raise ``own_account`` or ``not_superior``; the command line is above everybody."""
    if actor is None:
        return
    if actor.pk == user.pk:
        raise BusinessError(PeopleRefusal.OWN_ACCOUNT)
    if not is_superior(actor, user):
        raise BusinessError(PeopleRefusal.NOT_SUPERIOR, person=user)


def _held_by(user: User) -> list[Posting]:
    own = Posting.objects.not_over().filter(user=user)
    acting = Posting.objects.held_by(user)
    rows = Posting.objects.filter(pk__in=[*own.values_list("pk", flat=True)])
    rows = rows | Posting.objects.filter(pk__in=[*acting.values_list("pk", flat=True)])
    return list(rows.select_related("role", "division", "managing_area", "organisation"))
