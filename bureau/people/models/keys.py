"""Keys with which programs act as their users."""

import hashlib
import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.core.models import BaseModel
from bureau.people.models.accounts import User
from bureau.people.querysets import ApiTokenQuerySet


class ApiToken(BaseModel):
    """A key for programs, acting as its user; only its hash is kept.

    It works up to and including ``expires_on``; ``last_used_on`` is exact to the day.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name=_("user"))
    name = models.CharField(_("what it is for"), max_length=60, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_on = models.DateField(_("works until"), null=True, blank=True)
    last_used_on = models.DateField(_("last used on"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"

    @staticmethod
    def new_key() -> str:
        """Return a fresh key of 256 random bits; it is shown once and never stored."""
        return secrets.token_hex(32)

    @staticmethod
    def digest_of(key: str) -> str:
        """Return what the database keeps of a key (SHA-256; the key itself is random)."""
        return hashlib.sha256(key.encode()).hexdigest()
