"""Half-filled forms, kept sealed until they are sent or thrown away."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.core.querysets import BaseQuerySet

LONGEST_ADDRESS = 300


class Draft(models.Model):
    """What somebody had typed into a form when it was last kept.

    ``address`` is the form's own path, ``version`` that of the object it was drawn from (null
    for a new one). ``content`` is sealed, since a form may hold personal data (SEC-7).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    address = models.CharField(_("address"), max_length=LONGEST_ADDRESS)
    version = models.PositiveIntegerField(_("version"), null=True)
    content = models.BinaryField()
    saved_at = models.DateTimeField(_("saved at"), default=clock.now)

    objects = BaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["user", "address"], name="draft_one_each")]
        indexes = [models.Index(fields=["saved_at"], name="draft_saved_at")]

    def __str__(self) -> str:
        return self.address

    @property
    def context(self) -> str:
        """The place to which the content is sealed: it opens for this person and form alone."""
        return f"desk_draft.content.{self.user_id}.{self.address}"
