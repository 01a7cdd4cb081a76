"""Answers given to programs, kept so that a request sent twice is carried out once."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.core.querysets import BaseQuerySet

LONGEST_KEY = 200


class StoredAnswer(models.Model):
    """What one request of a person was answered, under the key that its program chose.

    ``request_hash`` tells another request under the same key; status and body are null only
    while the transaction that carries the request out is under way.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    key = models.CharField(_("key"), max_length=LONGEST_KEY)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    body = models.JSONField(null=True)
    given_at = models.DateTimeField(_("given at"), default=clock.now)

    objects = BaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("stored answer")
        verbose_name_plural = _("stored answers")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="answer_once_a_key")]
        indexes = [models.Index(fields=["given_at"], name="answer_given_at")]

    def __str__(self) -> str:
        return self.key
