"""Who signs in, posted where and how long, and who acts for them."""

from datetime import date
from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bureau.core import bigrams, clock, pinyin
from bureau.core.addresses import page_of
from bureau.core.models import BaseModel, MomentField
from bureau.core.querysets import Area
from bureau.people import holdings, masks, rules
from bureau.people.choices import GroundKind, Language, Theme, UserState
from bureau.people.holdings import Holding
from bureau.people.models.organisations import PHONE, Organisation
from bureau.people.models.roles import Role
from bureau.people.querysets import (
    DelegationQuerySet,
    PostingQuerySet,
    UserManager,
)

GROUNDS = ("division", "managing_area", "organisation")


class User(AbstractBaseUser):
    """A person who signs in; what it may do and where follows from its postings alone."""

    username = models.CharField(
        _("user name"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()]
    )
    display_name = models.CharField(_("full name"), max_length=60)
    phone = models.CharField(_("phone"), max_length=20, blank=True, validators=[PHONE])
    language = models.CharField(
        _("language"), max_length=10, choices=Language, blank=True, default=Language.DEFAULT
    )
    theme = models.CharField(
        _("theme"), max_length=10, choices=Theme, blank=True, default=Theme.SYSTEM
    )
    # Only a blind index: by it the portal knows a person's own household, and nothing more.
    id_number_index = models.CharField(
        _("identity number"), max_length=64, blank=True, default="", editable=False
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_demo = models.BooleanField(_("demo account"), default=False, editable=False)
    must_change_password = models.BooleanField(_("must change the password"), default=True)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    pinyin = models.CharField(max_length=120, editable=False, default="")
    bigrams = ArrayField(models.CharField(max_length=2), editable=False, default=list)
    created_at = MomentField(_("created at"), auto_now_add=True)
    updated_at = MomentField(_("updated at"), auto_now=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]
        permissions = [
            ("search_identifier", "Can search by identity number, bank card or phone"),
            ("close_user", "Can close and reopen accounts and end their sessions"),
            ("reset_password_user", "Can give a one-time password and unlock an account"),
            ("view_phone_user", "Can see the whole phone number of a user"),
        ]
        indexes = [
            models.Index(fields=["pinyin", "id"], name="user_by_pinyin"),
            GinIndex(fields=["bigrams"], name="user_bigrams"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def save(self, **kwargs: Any) -> None:
        """Store the account with what its name is found and sorted by."""
        changed = kwargs.get("update_fields")
        if changed is None or {"display_name", "username"} & set(changed):
            self.pinyin = pinyin.sort_key(self.display_name or self.username)
            self.bigrams = bigrams.of(self.display_name, self.username)
            if changed is not None:
                kwargs["update_fields"] = {*changed, "pinyin", "bigrams"}
        super().save(**kwargs)

    def get_absolute_url(self) -> str:
        return page_of("desk:user_detail", self.pk)

    @property
    def state(self) -> str:
        """How the account stands: in use, not used yet, or closed."""
        if not self.is_active:
            return UserState.CLOSED
        return UserState.ACTIVE if self.last_login else UserState.WAITING

    def get_state_display(self) -> str:
        """The state in the reader's language."""
        return str(UserState(self.state).label)

    @property
    def masked_phone(self) -> str:
        """The phone with its middle hidden."""
        return masks.phone(self.phone)

    @property
    def steady_key(self) -> tuple[str, str]:
        """What the shell of a page shows of the person."""
        return self.username, str(self)

    def get_full_name(self) -> str:
        """Return the name that colleagues know."""
        return self.display_name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Tie sessions to password and epoch, so a change of either ends them all (SEC-5)."""
        return salted_hmac(
            "bureau.people.session",
            f"{self.password}.{self.session_epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    @cached_property
    def holdings(self) -> tuple[Holding, ...]:
        """What the postings of today permit and where, the own ones first.

        Read in every request that asks, and never kept beyond it: an ended posting counts at once.
        """
        if not self.is_active:
            return ()
        return holdings.read(self.pk, clock.today())

    @cached_property
    def postings_in_force(self) -> tuple["Posting", ...]:
        """The postings behind the holdings, with their grounds, in the same order."""
        ids = [one.pk for one in self.holdings]
        found = Posting.objects.select_related("user", "role", *GROUNDS).in_bulk(ids)
        return tuple(found[pk] for pk in ids)

    def forget_postings(self) -> None:
        """Drop what was read of the postings, after one of them changed."""
        self.__dict__.pop("holdings", None)
        self.__dict__.pop("postings_in_force", None)

    def areas(self, permission: str) -> tuple[Area, ...]:
        """Return the grounds on which this person holds ``permission`` today."""
        return tuple(one.area for one in self.holdings if permission in one.permissions)

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Whether any posting gives ``perm``; with an object, whether it does so there."""
        if obj is not None:
            return self.can(perm, obj)
        return any(perm in one.permissions for one in self.holdings)

    def has_perms(self, perm_list: Any, obj: models.Model | None = None) -> bool:
        """Whether every permission of the list is held."""
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether anything of an app is permitted; templates ask this."""
        return any(
            name.startswith(f"{app_label}.") for one in self.holdings for name in one.permissions
        )

    def can(self, permission: str, obj: models.Model) -> bool:
        """Whether ``permission`` is held on the ground where ``obj`` stands."""
        manager = cast("Any", type(obj))._default_manager
        return manager.visible_to(self, permission).filter(pk=obj.pk).exists()

    def posting_for(self, permission: str, obj: models.Model) -> Holding | None:
        """Return the posting under which ``permission`` is used on ``obj``; None without one.

        The person's own postings come before those of a principal; the audit records it.
        """
        rows = cast("Any", type(obj))._default_manager.filter(pk=obj.pk)
        for one in self.holdings:
            if permission not in one.permissions:
                continue
            if one.area.is_city or rows.filter(rows.within(one.area)).exists():
                return one
        return None

    def person_ids(self, since: date | None = None) -> frozenset[int]:
        """Return the user ids that count as this one person for four eyes.

        Principals and deputies are one person while the delegation lasts; with ``since``, also
        those whose delegation was in force on any day from then on.
        """
        return Delegation.objects.one_person(self.pk, since)

    @property
    def organisation(self) -> Organisation | None:
        """The company or office this person is posted to, if any."""
        for one in self.holdings:
            if one.area.organisation_id and one.user_id == self.pk:
                return Organisation.objects.get(pk=one.area.organisation_id)
        return None

    @property
    def posting_names(self) -> list[str]:
        """The person's own postings as words, for its profile and the user menu."""
        return [str(p) for p in self.postings_in_force if p.user_id == self.pk]


class Posting(BaseModel):
    """A user holds a role on one ground for a period; both days are included."""

    user = models.ForeignKey(User, models.PROTECT, related_name="postings", verbose_name=_("user"))
    role = models.ForeignKey(Role, models.PROTECT, related_name="postings", verbose_name=_("role"))
    division = models.ForeignKey(
        "places.Division",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="postings",
        verbose_name=_("division"),
    )
    managing_area = models.ForeignKey(
        "places.ManagingArea",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="postings",
        verbose_name=_("managing area"),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="postings",
        verbose_name=_("organisation"),
    )
    valid_from = models.DateField(_("first day"))
    valid_until = models.DateField(_("last day"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["user", "valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    division__isnull=False, managing_area__isnull=True, organisation__isnull=True
                )
                | Q(division__isnull=True, managing_area__isnull=False, organisation__isnull=True)
                | Q(division__isnull=True, managing_area__isnull=True, organisation__isnull=False),
                name="posting_one_ground",
                violation_error_message=_(
                    "Choose exactly one of a division, a managing area and an organisation."
                ),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="posting_period",
                violation_error_message=_("The last day lies before the first day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} · {self.ground}"

    def get_absolute_url(self) -> str:
        return page_of("desk:posting_detail", self.pk)

    @property
    def is_over(self) -> bool:
        """Whether the posting was ended or its last day is past."""
        return is_over(self)

    @property
    def ground(self) -> models.Model | None:
        """The division, managing area or organisation of the posting."""
        return self.division or self.managing_area or self.organisation

    @property
    def area(self) -> Area:
        """The ground as scope filters take it."""
        return Area(
            posting_id=self.pk,
            division_path=self.division.scope_path if self.division else "",
            level=self.division.level if self.division else 0,
            managing_area_id=self.managing_area_id,
            organisation_id=self.organisation_id,
        )


class Delegation(BaseModel):
    """A deputy acts under the postings of a principal for a period; both days are included."""

    principal = models.ForeignKey(
        User, models.PROTECT, related_name="delegations_given", verbose_name=_("principal")
    )
    deputy = models.ForeignKey(
        User, models.PROTECT, related_name="delegations_received", verbose_name=_("deputy")
    )
    valid_from = models.DateField(_("first day"))
    valid_until = models.DateField(_("last day"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(principal=F("deputy")),
                name="delegation_two_people",
                violation_error_message=_("Nobody can be their own deputy."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="delegation_period",
                violation_error_message=_("The last day lies before the first day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.principal} → {self.deputy}"

    def get_absolute_url(self) -> str:
        return page_of("desk:delegation_detail", self.pk)

    @property
    def is_over(self) -> bool:
        """Whether the delegation was ended or its last day is past."""
        return is_over(self)


def ground_of(row: Any) -> rules.Ground:
    """Return the ground of a posting, saved or not, as the rules take it."""
    if row.division is not None:
        place = row.division
        kind = rules.LEVELS[place.level]
        return rules.Ground(kind, path=place.scope_path, run_by=place.managing_area_id)
    if row.managing_area is not None:
        return rules.Ground(GroundKind.MANAGING_AREA, area=row.managing_area.pk)
    kind = row.organisation.kind
    known = kind in (GroundKind.HEATING_COMPANY, GroundKind.PROPERTY_COMPANY)
    return rules.Ground(GroundKind(kind) if known else GroundKind.ORGANISATION)


def is_over(row: Posting | Delegation) -> bool:
    """Whether a dated row was ended by hand or its last day is past."""
    if row.ended_at is not None:
        return True
    return row.valid_until is not None and row.valid_until < clock.today()
