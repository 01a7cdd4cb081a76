"""What every noun carries."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.core.querysets import BaseQuerySet


class MomentField(models.DateTimeField):
    """When a row was made or changed, by the portal's clock; a moved one moves it too."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Return the present moment where the field keeps it by itself."""
        if not (self.auto_now or (self.auto_now_add and add)):
            return super().pre_save(model_instance, add)
        value = clock.now()
        setattr(model_instance, self.attname, value)
        return value

    def deconstruct(self) -> Any:
        """Be a plain column to the migrations: the database knows no other clock."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, kwargs


class BaseModel(models.Model):
    """A row that knows when it was made and last changed."""

    created_at = MomentField(_("created at"), auto_now_add=True)
    updated_at = MomentField(_("updated at"), auto_now=True)

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
