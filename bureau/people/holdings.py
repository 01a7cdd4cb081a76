"""What a person's postings of today permit and where: asked in every request."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db.models import QuerySet

from bureau.core.prepared import Prepared
from bureau.core.querysets import Area


@dataclass(frozen=True, slots=True)
class Holding:
    """A posting in force as the scope takes it: whose, which permissions ("app.codename"), where.

    ``pk`` is the posting's; ``user_id`` is another person's where somebody acts as a deputy.
    """

    pk: int
    user_id: int
    role_id: int
    permissions: frozenset[str]
    area: Area

    @classmethod
    def of(cls, pk: int, user_id: int, role_id: int, names: list[str], *ground: Any) -> Self:
        """Make one from a row of the read."""
        path, level, managing_area_id, organisation_id = ground
        area = Area(pk, path or "", level or 0, managing_area_id, organisation_id)
        return cls(pk, user_id, role_id, frozenset(names), area)


def _held(user: int, day: date) -> QuerySet:
    postings: Any = apps.get_model("people.Posting").objects
    return (
        postings.held_by(user, day)
        .with_permissions()
        .order_by()
        .values_list(
            "pk", "user_id", "role_id", "permission_names",
            "division__scope_path", "division__level", "managing_area_id", "organisation_id",
        )
    )  # fmt: skip


HELD = Prepared(_held)


def read(user_id: int, day: date) -> tuple[Holding, ...]:
    """Return what ``user_id`` holds on ``day``, its own before that of its principals."""
    held = (Holding.of(*row) for row in HELD.rows(user=user_id, day=day))
    return tuple(sorted(held, key=lambda one: (one.user_id != user_id, one.pk)))
