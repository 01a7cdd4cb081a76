"""Reads of places, and the scope of everything that has one."""

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db.models import CharField, Q, Value
from django.db.models.functions import Replace

from bureau.core import bigrams
from bureau.core.querysets import COUNTY_LEVEL, EVERYTHING, NOTHING, Area, BaseQuerySet


def on_ground(area: Area, division: str = "") -> Q:
    """Return the condition for rows whose ``division`` (a relation path) lies in an area.

    A county does not see what a managing area runs, and the other way round; a town or village
    sees its own ground whoever runs it. Organisations have no ground.
    """
    prefix = f"{division}__" if division else ""
    if area.is_city:
        return EVERYTHING
    if area.managing_area_id is not None:
        return Q(**{f"{prefix}managing_area_id": area.managing_area_id})
    if not area.division_path:
        return NOTHING
    ground = Q(**{f"{prefix}scope_path__startswith": area.division_path})
    if area.level == COUNTY_LEVEL:
        ground &= Q(**{f"{prefix}managing_area__isnull": True})
    return ground


class PlacedQuerySet(BaseQuerySet):
    """Reads of a noun that lies in a division, named by ``place_field`` (may span relations)."""

    place_field = "community"

    def within(self, area: Area) -> Q:
        """Return the condition for rows whose division lies on the ground of one posting."""
        return on_ground(area, self.place_field)

    def under(self, path: str) -> Self:
        """Return the rows below a division, mergers followed, by its scope path."""
        return self.filter(**{f"{self.place_field}__scope_path__startswith": path})

    def run_by(self, managing_area_id: int) -> Self:
        """Return the rows in towns that a managing area runs now."""
        return self.filter(**{f"{self.place_field}__managing_area_id": managing_area_id})


class PublicQuerySet(BaseQuerySet):
    """Reads of what every reader may know; scope counts only where somebody acts.

    Forms ask ``visible_to(user, "heating.change_substation")`` for the places they may offer.
    """

    def visible_to(self, user: Any, permission: str | None = None) -> Self:
        """Return all rows to every reader; with a permission, the ground on which it holds."""
        meta = self.model._meta
        reading = f"{meta.app_label}.view_{meta.model_name}"
        if permission in (None, reading):
            areas = getattr(user, "areas", lambda _permission: ())(reading)
            return self.all() if areas else self.none()
        return super().visible_to(user, permission)


def in_force(day: date) -> Q:
    """Return the condition for rows that hold on ``day``; half open, an empty end is open."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


class DatedQuerySet(BaseQuerySet):
    """Reads of rows that hold from ``valid_from`` until the day before ``valid_to``."""

    def on(self, day: date) -> Self:
        """Return the rows in force on ``day``."""
        return self.filter(in_force(day))


class DivisionQuerySet(PublicQuerySet):
    """Reads of the division tree: public reference data, scoped only where somebody acts."""

    def within(self, area: Area) -> Q:
        """Return the condition for divisions on the ground of one posting."""
        return on_ground(area)

    def on(self, day: date) -> Self:
        """Return the divisions that existed on ``day``."""
        return self.filter(in_force(day))

    def current(self) -> Self:
        """Return the divisions that have not ended."""
        return self.filter(valid_to__isnull=True)

    def of_level(self, level: int) -> Self:
        """Return the divisions of one level (2 city, 3 county, 4 town, 5 village)."""
        return self.filter(level=level)

    def below(self, path: str) -> Self:
        """Return the division of ``path`` and everything under it, mergers followed."""
        return self.filter(scope_path__startswith=path)

    def under_today(self, place: Any) -> Self:
        """Return what stands one level under ``place`` today, mergers followed.

        Of one that has ended, what stood under it by law.
        """
        if place.valid_to is not None:
            return self.filter(parent=place)
        return self.of_level(place.level + 1).below(place.scope_path)

    def named_like(self, text: str) -> Self:
        """Return the divisions whose name contains ``text``; by pairs of characters."""
        plain = bigrams.normalise(text)
        if len(plain) < 2:  # noqa: PLR2004
            return self.filter(name__istartswith=plain)
        return self.filter(bigrams__contains=bigrams.of(plain))

    def found_by(self, text: str) -> Self:
        """Return the divisions found by name, former or mistaken name, pinyin or code."""
        plain = bigrams.normalise(text)
        if plain.isdecimal():
            return self.filter(code__startswith=plain)
        named = Q(pk__in=self.named_like(text).order_by().values("pk"))
        if plain.isascii():
            sound = Replace("pinyin", Value(" "), Value(""), output_field=CharField())
            return self.alias(sound=sound).filter(named | Q(sound__startswith=plain))
        aliases: Any = apps.get_model("places.DivisionAlias")
        called = aliases.objects.filter(alias__icontains=plain).values("division_id")
        return self.filter(named | Q(pk__in=called))


class ManagingAreaQuerySet(PublicQuerySet):
    """Reads of the managing areas: public reference data like the tree."""

    def within(self, area: Area) -> Q:
        """Return the condition for the managing area of a posting."""
        if area.managing_area_id is not None:
            return Q(pk=area.managing_area_id)
        return super().within(area)


class ReferenceQuerySet(BaseQuerySet):
    """Reads of what is the same for everybody, wherever they are posted."""

    def within(self, area: Area) -> Q:
        """Return everything: reference data have no ground."""
        return EVERYTHING
