"""The handover of a station from whoever runs it to its heating company."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from bureau.core.addresses import page_of
from bureau.core.models import BaseModel, EditableModel
from bureau.core.triggers import follow_workflow
from heating.choices import (
    CostParty,
    HandoverHolder,
    HandoverState,
    HandoverVerb,
    ManagementMode,
)
from heating.models.handover_record import (
    Acceptance,
    Agreement,
    Consent,
    Notice,
    Survey,
    counts_in_order,
)
from heating.models.stations import Substation
from heating.querysets.handover import (
    HandoverQuerySet,
    HandoverSignatureQuerySet,
    HandoverStepTermQuerySet,
)
from heating.rules import handover as rules

NO_DATE = date(9999, 12, 31)


class Handover(Notice, Survey, Consent, Agreement, Acceptance, EditableModel):
    """One course of handing a station over (移交); a station has at most one that is open.

    ``revision`` counts the edits of what is signed: signatures of an earlier one are void.
    The clock of the step: ``step_days`` working days from ``step_from``; ``step_due_on`` stays
    empty while the calendar of the year it needs is not published.
    """

    station = models.ForeignKey(
        Substation, on_delete=models.PROTECT, related_name="handovers", verbose_name=_("station")
    )
    number = models.CharField(_("handover number"), max_length=16, unique=True, editable=False)
    state = models.CharField(
        _("state"), max_length=12, choices=HandoverState, default=HandoverState.REGISTERED
    )
    state_before = models.CharField(
        _("state before"), max_length=12, choices=HandoverState, blank=True, editable=False
    )
    holder = models.CharField(
        _("held by"), max_length=12, choices=HandoverHolder, default=HandoverHolder.CLERK
    )
    registered_on = models.DateField(_("registered on"))
    mode_at_register = models.CharField(
        _("management at registration"), max_length=16, choices=ManagementMode
    )
    manager_at_register = models.ForeignKey(
        "people.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="handovers_as_manager",
        verbose_name=_("manager at registration"),
    )
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    step_from = models.DateField(_("step began on"))
    step_days = models.PositiveSmallIntegerField(_("working days allowed"), null=True, blank=True)
    step_due_on = models.DateField(_("step due"), null=True, blank=True)
    step_pending_year = models.PositiveSmallIntegerField(
        _("year whose calendar is awaited"), null=True, blank=True
    )
    due_key = models.GeneratedField(
        expression=Coalesce("step_due_on", Value(NO_DATE)),
        output_field=models.DateField(),
        db_persist=True,
    )
    suspended_on = models.DateField(_("suspended on"), null=True, blank=True)
    review_on = models.DateField(_("review date"), null=True, blank=True)
    connected_on = models.DateField(_("effective date of the connection"), null=True, blank=True)
    revision = models.PositiveIntegerField(_("revision"), default=1, editable=False)

    objects = HandoverQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        default_permissions = ("change", "view")
        permissions = [
            ("register_handover", "Can register a handover"),
            ("issue_notice_handover", "Can issue the notice of a handover"),
            ("record_survey_handover", "Can record the survey of a handover"),
            ("agree_plan_handover", "Can agree the plan of a handover"),
            ("record_consent_handover", "Can record the owners' consent to a handover"),
            ("sign_handover", "Can sign the agreement of a handover"),
            ("accept_handover_company", "Can accept a handover for the heating company"),
            ("accept_handover_bureau", "Can accept a handover for the bureau"),
            ("send_back_handover", "Can send a handover back"),
            ("connect_handover", "Can connect a station"),
            ("connect_in_season_handover", "Can connect a station inside the heating season"),
            ("archive_handover", "Can file a handover away"),
            ("suspend_handover", "Can suspend and resume a handover"),
            ("cancel_handover", "Can cancel a handover"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["station"],
                condition=~Q(state__in=rules.FINAL),
                name="handover_one_open",
            ),
            models.CheckConstraint(
                name="handover_state_before",
                condition=Q(state=HandoverState.SUSPENDED, state_before__in=rules.OPEN)
                | (~Q(state=HandoverState.SUSPENDED) & Q(state_before="")),
            ),
            models.CheckConstraint(
                name="handover_plan_total",
                condition=Q(plan_total__isnull=True) | Q(plan_total__gte=0),
            ),
            counts_in_order("handover_heads", "heads"),
            counts_in_order("handover_area", "area"),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="handover_state_ix"),
            models.Index(fields=["holder", "state"], name="handover_holder_ix"),
            models.Index(fields=["number", "id"], name="handover_number_ix"),
            models.Index(fields=["registered_on", "id"], name="handover_registered_ix"),
            models.Index(fields=["updated_at", "id"], name="handover_updated_ix"),
            models.Index(fields=["due_key", "id"], name="handover_due_ix"),
            models.Index(fields=["manager_at_register", "id"], name="handover_manager_ix"),
        ]
        triggers = [
            *follow_workflow("handover", rules.WORKFLOW, rules.OPEN),
            pgtrigger.Trigger(
                name="handover_resumes",
                operation=pgtrigger.UpdateOf("state"),
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.state = 'suspended' AND NEW.state IS DISTINCT FROM OLD.state "
                    "AND NEW.state IS DISTINCT FROM OLD.state_before"
                ),
                func=(
                    "RAISE EXCEPTION 'handover: a suspended one goes back where it was' "
                    "USING ERRCODE = 'check_violation', CONSTRAINT = 'handover_state';"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.station.name}"

    def get_absolute_url(self) -> str:
        return page_of("heating:handover_detail", self.pk)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state not in rules.FINAL

    @property
    def step(self) -> rules.Step | None:
        """What the handover waits for now."""
        return rules.step_of(self.state, self.holder)

    def is_overdue(self, today: date) -> bool:
        """Whether the step was due before ``today``."""
        return self.is_open and self.step_due_on is not None and self.step_due_on < today


class HandoverDefect(BaseModel):
    """A defect that a survey found; a blocking one must be closed before acceptance."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="defects")
    survey_round = models.PositiveSmallIntegerField(_("survey round"))
    number = models.PositiveSmallIntegerField(_("number"))
    description = models.CharField(_("defect"), max_length=300)
    blocking = models.BooleanField(_("blocks acceptance"), default=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closing_note = models.CharField(_("how it was closed"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("handover defect")
        verbose_name_plural = _("handover defects")
        default_permissions = ()
        ordering = ["survey_round", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "survey_round", "number"], name="handoverdefect_number"
            ),
            models.CheckConstraint(
                name="handoverdefect_closed",
                condition=Q(closed_on__isnull=True, closed_by__isnull=True)
                | Q(closed_on__isnull=False, closed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.description}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be put right."""
        return self.closed_on is None


class HandoverCostShare(BaseModel):
    """One party's share of the plan: per cent with two decimals and its amount in yuan."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="shares")
    position = models.PositiveSmallIntegerField()
    party = models.CharField(_("party"), max_length=16, choices=CostParty)
    percent = models.DecimalField(_("share (%)"), max_digits=5, decimal_places=2)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("cost share")
        verbose_name_plural = _("cost shares")
        default_permissions = ()
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "party"], name="handovercostshare_party"),
            models.CheckConstraint(
                name="handovercostshare_range",
                condition=Q(percent__gt=0, percent__lte=100, amount__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_party_display()} {self.percent} %"


class HandoverSignature(BaseModel):
    """A person's signature under a verb of one revision; nobody signs twice."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="signatures")
    verb = models.CharField(_("verb"), max_length=20, choices=HandoverVerb)
    permission = models.CharField(_("permission"), max_length=60)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    revision = models.PositiveIntegerField(_("revision"))

    objects = HandoverSignatureQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("handover signature")
        verbose_name_plural = _("handover signatures")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "verb", "revision", "permission"],
                name="handoversignature_once",
            ),
            models.UniqueConstraint(
                fields=["handover", "verb", "revision", "user"],
                name="handoversignature_two_people",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="handoversignature_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.user}"


class HandoverStepTerm(BaseModel):
    """Working days allowed in a state from a day on; published anew, never overwritten."""

    state = models.CharField(_("state"), max_length=12, choices=HandoverState)
    working_days = models.PositiveSmallIntegerField(_("working days"))
    valid_from = models.DateField(_("from"))
    document = models.CharField(_("document"), max_length=100, blank=True)

    objects = HandoverStepTermQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("handover step term")
        verbose_name_plural = _("handover step terms")
        default_permissions = ("add", "view")
        ordering = ["state", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["state", "valid_from"], name="handoverstepterm_day"),
            models.CheckConstraint(
                name="handoverstepterm_days", condition=Q(working_days__range=(1, 250))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.working_days}"
