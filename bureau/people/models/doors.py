"""The door: who came in, from where, and which sessions are open."""

from datetime import timedelta

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.core.models import BaseModel
from bureau.core.triggers import append_only
from bureau.people.choices import SignInKind
from bureau.people.models.accounts import User
from bureau.people.querysets import SignInQuerySet, UserSessionQuerySet

KEPT_FOR = timedelta(days=366)
YEAR_OLD = "OLD.at > now() - interval '365 days'"


class SignIn(models.Model):
    """One thing that happened at the door, kept for a year; nobody changes it (SEC-5).

    A name that no account has is not kept at all: people type passwords into the wrong field.
    ``browser`` holds words like "Chrome 131 · Windows".
    """

    at = models.DateTimeField(_("at"), default=clock.now)
    kind = models.CharField(_("what happened"), max_length=12, choices=SignInKind)
    user = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="sign_ins", db_index=False,
        verbose_name=_("user"),
    )  # fmt: skip
    address = models.GenericIPAddressField(_("address"), null=True)
    browser = models.CharField(_("browser"), max_length=80, blank=True)

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["user", "id"], name="signin_user"),
            models.Index(fields=["kind", "id"], name="signin_kind"),
            BrinIndex(fields=["at"], name="signin_at"),
        ]
        triggers = [
            pgtrigger.Protect(name="signin_no_change", operation=pgtrigger.Update),
            pgtrigger.Protect(
                name="signin_kept_a_year",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition(YEAR_OLD),
            ),
            *[one for one in append_only("signin") if one.name == "signin_no_truncate"],
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.user or self.address}"


class UserSession(BaseModel):
    """An open or former session of a person: from where, with what, since when.

    ``key`` is the session's own, as the table of sessions has it; it is never shown and is
    emptied when the session ends.
    """

    user = models.ForeignKey(
        User, models.PROTECT, related_name="sessions", verbose_name=_("user"), db_index=False
    )
    key = models.CharField(max_length=40, null=True, unique=True, editable=False)  # noqa: DJ001
    address = models.GenericIPAddressField(_("address"), null=True)
    browser = models.CharField(_("browser"), max_length=80, blank=True)
    signed_in_at = models.DateTimeField(_("signed in at"), default=clock.now)
    seen_at = models.DateTimeField(_("last seen at"), default=clock.now)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ending = models.CharField(_("how it ended"), max_length=12, choices=SignInKind, blank=True)

    objects = UserSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        default_permissions = ()
        indexes = [models.Index(fields=["user", "ended_at", "id"], name="session_user")]

    def __str__(self) -> str:
        return self.browser or f"#{self.pk}"

    @property
    def is_live(self) -> bool:
        """Whether its next request would still be let in, as far as the clocks go."""
        moment = clock.now()
        idle, age = moment - self.seen_at, moment - self.signed_in_at
        within = idle <= settings.SESSION_IDLE and age <= settings.SESSION_LIMIT
        return self.ended_at is None and within
