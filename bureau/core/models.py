"""What every noun carries."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.core.querysets import BaseQuerySet


class BaseModel(models.Model):
    """A row that knows when it was made and last changed."""

    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = BaseQuerySet.as_manager()

    class Meta:
        abstract = True


class EditableModel(BaseModel):
    """A noun that people edit: it counts its versions and is archived, never deleted."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_archived(self) -> bool:
        """Whether the noun was put away; it stays readable."""
        return self.archived_at is not None
