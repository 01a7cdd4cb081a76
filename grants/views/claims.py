"""The pages of claims: the list with its bulk verbs, and one claim with its next step."""

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.desk.bulk import BulkSet
from bureau.desk.tables import (
    Column,
    DateColumn,
    LinkColumn,
    MomentColumn,
    MoneyColumn,
    StatusColumn,
)
from bureau.desk.views import Action, Group, ListPage, StepsPage
from bureau.desk.views.base import NO_PERMISSION
from bureau.records.models import Attachment
from grants.choices import ClaimVerb, HearingPurpose
from grants.filters.claims import ClaimFilter
from grants.forms.claims import (
    BulkNoteForm,
    BulkReasonForm,
    ClaimPaperForm,
    IntentForm,
    StatementForm,
)
from grants.models import Claim
from grants.reports import claims as reports
from grants.rules import claims as rules
from grants.services.claim_corrections import MAY_CORRECT
from grants.services.claim_hearings import DECIDES
from grants.services.claim_papers import FILERS
from grants.services.claim_sets import do_many
from grants.tables.claims import ClaimTable
from grants.views import claim_steps

MAY_UPLOAD = "exchange.add_importrun"


def _set(verb: ClaimVerb, form: Any, icon: str) -> BulkSet:
    """Return a verb on thousands of claims, as the list offers it."""
    name = verb.value

    def call(ids: Any, **given: Any) -> Any:
        return do_many(name, ids, **given).refused

    return BulkSet(
        claim_steps.kebab(name), verb.label, call=call, form=form, permission=rules.by(verb),
        icon=icon,
    )  # fmt: skip


class ClaimList(ListPage):
    """All claims within scope with what they wait for; whole villages go on at once."""

    queryset = Claim.objects.all()
    filterset, table = ClaimFilter, ClaimTable
    title = _("Subsidy claims")
    first_step = _("File the first household, or import the village's register.")
    icon = "file-text"
    export_name = "claims"
    bulk = (
        _set(ClaimVerb.SUBMIT, BulkNoteForm, "send"),
        _set(ClaimVerb.PASS_TOWNSHIP, BulkNoteForm, "check"),
        _set(ClaimVerb.PASS_INSPECTION, BulkNoteForm, "check"),
        _set(ClaimVerb.PASS_COUNTY, BulkNoteForm, "check"),
        _set(ClaimVerb.RETURN, BulkReasonForm, "arrow-back-up"),
    )

    @classmethod
    def with_row_data(cls, rows: Any) -> Any:
        return rows.with_row_data()

    def actions(self) -> list[Action]:
        villages = Action(
            "villages", _("Villages"), reverse("grants:village_list"), method="get",
            icon="buildings",
        )  # fmt: skip
        if not self.request.user.has_perm(MAY_CORRECT):
            return [villages]
        photos = Action(
            "photos", _("Photos"), reverse("grants:claim_photos"), method="get", icon="camera"
        )
        return [*self._import_action(), villages, photos]

    def _import_action(self) -> list[Action]:
        if not all(self.request.user.has_perm(one) for one in (rules.MAY_FILE, MAY_UPLOAD)):
            return []
        address = f"{reverse('exchange:import_create')}?kind=claims"
        return [
            Action("import", _("Import a register"), address, method="get", icon="table-import")
        ]


class ClaimPage(StepsPage):
    """One claim: where it stands, who holds it, what comes next and what was recorded."""

    template = "grants/claim_detail.html"
    queryset = Claim.objects.with_page_data()
    status = StatusColumn(_("State"), "state")
    icon = "file-text"
    list_title = _("Subsidy claims")
    has_files = False
    facts: ClassVar[tuple[Group, ...]] = (
        Group(
            _("Household"),
            LinkColumn(_("Household"), "household"),
            Column(_("Account number"), "dwelling"),
            LinkColumn(_("Village"), "village"),
        ),
        Group(
            _("Conversion"),
            Column(_("Technology"), "get_technology_display"),
            Column(_("Heat pump"), "get_heat_pump_display"),
            Column(_("Device brand"), "device_brand"),
            Column(_("Device type"), "device_model"),
            Column(_("Device number"), "device_serial"),
            DateColumn(_("Completed on"), "completed_on"),
            Column(_("Programme year"), value=lambda row: str(row.programme_year)),
            DateColumn(_("Accepted on"), "accepted_on"),
            MoneyColumn(_("Construction subsidy"), "amount"),
        ),
        Group(
            _("Filing"),
            Column(_("Filed by"), "filed_by"),
            MomentColumn(_("Submitted at"), "submitted_at"),
            Column(_("Revision"), "revision"),
            Column(_("Remarks"), "remarks"),
        ),
    )

    def title(self) -> str:
        return f"{self.object.name} {self.object.dwelling}"

    def subtitle(self) -> str:
        village = self.object.village
        town = village.parent
        return "".join(place.name for place in (town.parent, town, village))

    def holder(self) -> str:
        return claim_steps.waiting_for(self.object)

    def actions(self) -> list[Action]:
        return claim_steps.detours(self.object, self.request.user, self.forms)

    def standard_actions(self) -> list[Action]:
        """Offer the correction to whoever may change the claim while something is open."""
        claim, user = self.object, self.request.user
        if not claim.is_open:
            return []
        allowed = user.can("grants.change_claim", claim)
        return [
            Action(
                "edit", ClaimVerb.CORRECT.label, reverse("grants:claim_edit", args=[claim.pk]),
                enabled=allowed, reason="" if allowed else NO_PERMISSION, method="get",
                icon="pencil",
            )
        ]  # fmt: skip

    def extra(self) -> dict[str, Any]:
        claim, user = self.object, self.request.user
        files = Attachment.objects.of(claim).select_related("uploaded_by")
        may_file = claim.is_open and any(user.can(one, claim) for one in FILERS)
        return {
            "step": claim_steps.next_step(claim, user, self.forms),
            "milestones": reports.milestones(claim),
            "papers": reports.papers(claim, files),
            "paper_form": ClaimPaperForm() if may_file else None,
            "may_withdraw_paper": may_file and claim.state in rules.EDITABLE,
            "signatures": claim.signatures.all(),
            "revisions": claim.revisions.select_related("made_by"),
            "hearings": claim.hearings.all(),
            "hearing_forms": self._hearing_forms(),
            "acceptances": claim.acceptances.select_related("sheet"),
            "cases": claim.duplicate_sides.select_related("case"),
        }

    def _hearing_forms(self) -> list[tuple[Any, str, Any]]:
        """Return (label, address, form) of the next step of a hearing that the user may take."""
        claim, user, found = self.object, self.request.user, []
        for purpose, verb in DECIDES.items():
            line = claim_steps.find_from(rules.WORKFLOW, verb.value, claim.state)
            if line is None or not claim_steps.may(user, line, claim):
                continue
            pending = next(
                (one for one in claim.hearings.all() if one.purpose == purpose and not one.used),
                None,
            )
            label = HearingPurpose(purpose).label
            form: Any
            if pending is None:
                form, step = IntentForm, ClaimVerb.ANNOUNCE
            elif pending.heard_on is None:
                form, step = StatementForm, ClaimVerb.HEAR
            else:
                continue
            url = reverse(f"grants:claim_{step.value}", args=[claim.pk])
            drawn = form(initial={"purpose": purpose}, auto_id=f"id_{purpose}_%s")
            found.append((f"{step.label}: {label}", url, drawn))
        return found
