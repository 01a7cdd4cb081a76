"""Scope: the one filter from which every list, page, export, count and panel starts."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Self

from django.db import models
from django.db.models import Q


@dataclass(frozen=True, slots=True)
class Area:
    """The ground on which a posting's role holds; exactly one of the three is set.

    ``division_path`` is the scope path of a division ("city/county/…/"), ``level`` its level.
    """

    posting_id: int
    division_path: str = ""
    level: int = 0
    managing_area_id: int | None = None
    organisation_id: int | None = None

    @property
    def is_city(self) -> bool:
        """Whether the posting covers the whole city."""
        return bool(self.division_path) and self.level == CITY_LEVEL


CITY_LEVEL = 2
COUNTY_LEVEL = 3
TOWN_LEVEL = 4
VILLAGE_LEVEL = 5

NOTHING = Q(pk__in=[])
# Not Q(): an empty Q vanishes beside an OR. The compiler drops this one from the SQL.
EVERYTHING = ~Q(pk__in=[])


class BaseQuerySet(models.QuerySet):
    """Reads of a noun; ``visible_to`` is where all of them begin."""

    def within(self, area: Area) -> Q:
        """Return the condition for rows on the ground of one posting; nothing by default.

        The whole city is everything; nouns with a place or an organisation say more.
        """
        return EVERYTHING if area.is_city else NOTHING

    def visible_to(self, user: Any, permission: str | None = None) -> Self:
        """Return the rows on which ``user`` holds ``permission`` (default: the view permission)."""
        meta = self.model._meta
        wanted = permission or f"{meta.app_label}.view_{meta.model_name}"
        areas = getattr(user, "areas", lambda _permission: ())(wanted)
        if any(area.is_city for area in areas):
            return self.all()
        return self.filter(reduce(or_, map(self.within, areas)) if areas else NOTHING)

    def active(self) -> Self:
        """Return the rows of a noun that were not put away."""
        return self.filter(archived_at__isnull=True)
