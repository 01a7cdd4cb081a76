"""Reads of imports and of the slips found in them."""

from datetime import datetime
from typing import Any, Self

from django.db import models

from bureau.core.querysets import BaseQuerySet
from bureau.exchange.choices import Severity
from bureau.exchange.rules import BUSY, STAGED

AUDIT = "exchange.audit_importrun"


class ImportRunQuerySet(BaseQuerySet):
    """Imports: everybody sees the own ones, auditors see all."""

    def visible_to(self, user: Any, permission: str | None = None) -> Self:
        """Return the person's own imports; with the auditors' permission for the city, all."""
        if any(area.is_city for area in user.areas(AUDIT)):
            return self.all()
        return self.filter(actor_id=user.pk)

    def busy(self) -> Self:
        """Return the imports that a worker has or will have in hand."""
        return self.filter(state__in=BUSY)

    def staged(self) -> Self:
        """Return the imports whose staging table is still needed."""
        return self.filter(state__in=STAGED)

    def outlived(self, before: datetime) -> Self:
        """Return the imports older than ``before`` whose file still lies there."""
        return self.filter(created_at__lt=before, purged_at__isnull=True)


class ExportRunQuerySet(BaseQuerySet):
    """Large exports; nobody but the owner ever sees one."""

    def visible_to(self, user: Any, permission: str | None = None) -> Self:
        """Return the person's own exports."""
        return self.filter(actor_id=user.pk)


class ImportIssueQuerySet(models.QuerySet):
    """Slips in the rows of an import, in the order of the sheet."""

    def in_order(self) -> Self:
        """Return them by row and column."""
        return self.order_by("row", "position", "id")

    def errors(self) -> Self:
        """Return those that keep their row out."""
        return self.filter(severity=Severity.ERROR)

    def warnings(self) -> Self:
        """Return those that only want to be read."""
        return self.filter(severity=Severity.WARNING)
