"""Lines of clean-heating subsidies in the menu, and what waits for whom."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.desk import nav, work
from bureau.desk.nav import Entry
from grants.choices import ClaimState, NoticeVerb, ObjectionState, UseCheckVerb
from grants.models import NoticeItem, PublicNotice, UseCheck
from grants.rules import notices as notice_rules
from grants.rules import use_checks as use_rules

nav.section("grants", _("Clean-heating subsidies"), 30)
nav.register(
    Entry(_("Subsidy claims"), "grants:claim_list", "file-text", "grants.view_claim", "grants", 10),
    Entry(_("Villages"), "grants:village_list", "buildings", "grants.view_claim", "grants", 15),
    Entry(_("Acceptance sheets"), "grants:acceptancesheet_list", "clipboard-check",
          "grants.view_acceptancesheet", "grants", 20),
    Entry(_("Draws for re-inspection"), "grants:reinspectiondraw_list", "dice",
          "grants.view_reinspectiondraw", "grants", 30),
    Entry(_("Duplicate cases"), "grants:duplicatecase_list", "copy", "grants.view_duplicatecase",
          "grants", 40),
    Entry(_("Household files"), "grants:household_list", "home", "grants.view_household",
          "grants", 5),
    Entry(_("Retrofit progress"), "grants:progress", "chart-bar", "grants.view_progress",
          "grants", 60),
    Entry(_("Public notices"), "grants:publicnotice_list", "file-text",
          "grants.view_publicnotice", "grants", 50),
    Entry(_("Use checks"), "grants:usecheck_list", "list-check", "grants.view_usecheck",
          "grants", 55),
    Entry(_("Village projects"), "grants:villageproject_list", "tool",
          "grants.view_villageproject", "grants", 70),
    Entry(_("Retrofit targets"), "grants:target_list", "target", "grants.view_target",
          "grants", 80),
    Entry(_("Subsidy policies"), "grants:policy_list", "scale", "grants.view_policy",
          "grants", 85),
    Entry(_("Subsidy calculator"), "grants:calculator", "calculator", "grants.view_rate",
          "grants", 90),
)  # fmt: skip
nav.register(
    Entry(_("Entitlements"), "grants:entitlement_list", "coin", "grants.view_entitlement",
          "grants", 40),
    Entry(_("Payment batches"), "grants:paymentbatch_list", "cash", "grants.view_paymentbatch",
          "grants", 45),
    Entry(_("Payment lines"), "grants:paymentline_list", "list-details",
          "grants.view_paymentline", "grants", 50),
    Entry(_("Recoveries"), "grants:recovery_list", "arrow-back-up", "grants.view_recovery",
          "grants", 55),
    Entry(_("Funds"), "grants:fund_list", "report-money", "grants.view_fund", "grants", 60),
)  # fmt: skip


@work.register
def ready_notices(user: Any) -> Iterator[work.WorkItem]:
    """Yield the public notices that are over and can be confirmed, the oldest first."""
    if not user.has_perm(notice_rules.MAY_CONFIRM):
        return
    mine = PublicNotice.objects.visible_to(user, notice_rules.MAY_CONFIRM).ready(clock.today())
    places = mine.select_related("village__parent")
    for notice in places.order_by("ends_on", "pk")[: work.SHOWN]:
        yield work.WorkItem(
            title=str(notice),
            url=f"{notice.get_absolute_url()}#step",
            action=NoticeVerb.CONFIRM.label,
            kind=_("Public notice over"),
            detail=f"{notice.village.parent or ''}{notice.village}",
            status=notice.state,
            status_label=notice.get_state_display(),
        )


@work.register
def open_objections(user: Any) -> Iterator[work.WorkItem]:
    """Yield the households held by an objection that waits for its decision or its release."""
    if not user.has_perm(notice_rules.MAY_HOLD):
        return
    held = (
        NoticeItem.objects.visible_to(user, notice_rules.MAY_HOLD)
        .on_sheet()
        .filter(claim__state=ClaimState.OBJECTION_HOLD)
    )
    for item in held.with_row_data().select_related("notice").order_by("pk")[: work.SHOWN]:
        undecided = any(one.state == ObjectionState.OPEN for one in item.objections.all())
        yield work.WorkItem(
            title=item.name,
            url=item.get_absolute_url(),
            action=_("Decide objection") if undecided else _("Release, correct or reject"),
            kind=_("Objection to a public notice"),
            detail=str(item.notice),
            status=item.claim.state,
            status_label=item.claim.get_state_display(),
        )


@work.register
def use_checks(user: Any) -> Iterator[work.WorkItem]:
    """Yield the lists that a village ticks, and those that the county confirms."""
    for permission, waiting, verb in (
        (use_rules.MAY_TICK, UseCheck.objects.being_ticked(), UseCheckVerb.TICK),
        (use_rules.MAY_CONFIRM, UseCheck.objects.submitted(), UseCheckVerb.CONFIRM),
    ):
        if not user.has_perm(permission):
            continue
        mine = waiting.visible_to(user, permission).select_related("village__parent")
        for check in mine.order_by("pk")[: work.SHOWN]:
            yield work.WorkItem(
                title=str(check),
                url=check.get_absolute_url(),
                action=verb.label,
                kind=_("Use check of a season"),
                detail=str(check.village.parent or ""),
                status=check.state,
                status_label=check.get_state_display(),
            )
