"""Reads of what belongs to lists: saved views and bulk changes."""

from typing import Any, Self

from django.db.models import Q

from bureau.core.querysets import BaseQuerySet


class SavedViewQuerySet(BaseQuerySet):
    """Saved views; everybody sees their own and the shared ones."""

    def visible_to(self, user: Any, permission: str | None = None) -> Self:
        """Return one's own views and the shared ones; only one's own to whoever may change."""
        mine = Q(owner=user.pk)
        if permission in (None, "desk.view_savedview"):
            mine |= Q(is_shared=True)
        return self.filter(mine)

    def current(self) -> Self:
        """Return the views that nobody deleted."""
        return self.filter(archived_at__isnull=True)


class BulkRunQuerySet(BaseQuerySet):
    """Bulk changes; everybody sees their own."""

    def visible_to(self, user: Any, permission: str | None = None) -> Self:
        """Return one's own runs, and all of them for who holds ``permission`` city-wide."""
        areas = user.areas(permission or "desk.view_bulkrun")
        if any(area.is_city for area in areas):
            return self.all()
        return self.filter(actor=user.pk)
