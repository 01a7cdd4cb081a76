"""Pages of policies: the rates of a draft, a look at what changes, publication."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from bureau.core.errors import BusinessError
from bureau.desk.forms import refuse
from bureau.desk.parts import ReasonForm
from bureau.desk.tables import Column, LinkColumn, MomentColumn, NumberColumn, StatusColumn
from bureau.desk.views import Action, DetailPage, Group, subject
from bureau.desk.views.base import NO_PERMISSION
from bureau.desk.views.kept import KeptPages
from bureau.desk.views.rows import RowsPanel
from bureau.desk.views.verbs import back_to
from grants.choices import PolicyRefusal, PolicyState, PolicyVerb, RateHeatPump, SubsidyKind
from grants.filters.policy import PolicyFilter
from grants.forms.policy import PolicyForm, RateForm
from grants.models import Policy, Rate
from grants.reports.rates import preview
from grants.rules import seasons
from grants.services import policies as services
from grants.services.rate_book import facts_of
from grants.tables.policy import PolicyTable

EVERY = Policy.objects.select_related("document", "published_by")
MAY_PUBLISH = "grants.publish_policy"


def years_of(rate: Rate) -> str:
    """Return the programme years of a rate in words."""
    if rate.programme_year_to == rate.programme_year_from:
        return str(rate.programme_year_from)
    last = str(rate.programme_year_to) if rate.programme_year_to else str(_("until further notice"))
    return f"{rate.programme_year_from} – {last}"


def work_of(rate: Rate) -> str:
    """Return the technology of a rate, with the device and the area where it asks for one."""
    device = "" if rate.heat_pump == RateHeatPump.ANY else rate.get_heat_pump_display()
    parts = (rate.get_technology_display(), device, rate.area)
    return " · ".join(str(part) for part in parts if part)


def seasons_of(rate: Rate) -> str:
    """Return how many seasons an operating rate runs, or of which one it is."""
    if rate.season:
        return seasons.name(rate.season)
    if rate.year_index:
        return gettext("year %(index)s of operation") % {"index": rate.year_index}
    return str(rate.seasons or "")


def cut_off_of(rate: Rate) -> str:
    """Return the last day of acceptance for the first season of an operating rate."""
    if rate.kind != SubsidyKind.OPERATE:
        return ""
    words = {"month": rate.cut_off_month, "day": rate.cut_off_day}
    return gettext("%(month)s-%(day)s") % words


def shares_of(rate: Rate) -> str:
    """Return what province, city and county bear, in per cent."""
    return " / ".join(f"{part.normalize():f}" for part in facts_of(rate).shares or ())


RATES = RowsPanel(
    part=Rate,
    of="policy",
    name="rates",
    title=_("Rates"),
    columns=(
        Column(_("Kind"), "get_kind_display"),
        Column(_("Technology"), value=work_of),
        Column(_("Programme years"), value=years_of),
        NumberColumn(_("Amount (yuan)"), "amount", places=2),
        Column(_("Seasons"), value=seasons_of),
        Column(_("Accepted by"), value=cut_off_of),
        Column(_("Province / city / county (%)"), value=shares_of),
    ),
    empty=_("No rate yet."),
    form=RateForm,
    label=_("Record a rate"),
    record=services.record_rate,
    recorded=_("The rate was recorded."),
    remove=services.remove_rate,
    removed=_("The rate was removed."),
    settled=lambda policy: policy.state == PolicyState.PUBLISHED,
)


class PolicyPage(DetailPage):
    """One policy with its rates."""

    def actions(self) -> list[Action]:
        if self.object.state == PolicyState.PUBLISHED:
            return []
        may = self.request.user.has_perm(MAY_PUBLISH)
        url = reverse("grants:policy_publish", args=[self.object.pk])
        return [
            Action(
                "publish", PolicyVerb.PUBLISH_POLICY.label, url, enabled=may,
                reason="" if may else NO_PERMISSION, method="get", kind="primary", icon="check",
            )
        ]  # fmt: skip

    def standard_actions(self) -> list[Action]:
        if self.object.state != PolicyState.PUBLISHED:
            return super().standard_actions()
        return []


class PolicyPages(KeptPages):
    """All pages of policies."""

    keeper, queryset = services.policies, EVERY
    filterset, table, form = PolicyFilter, PolicyTable, PolicyForm
    title, create_title = _("Subsidy policies"), _("Draft a policy")
    first_step = _("Draft the first one, add its rates, then publish it.")
    icon, export_name = "scale", "policies"
    detail_page = PolicyPage
    status = StatusColumn(_("State"), "state")
    facts = (
        Group(
            _("Policy"),
            LinkColumn(_("Document"), "document"),
            MomentColumn(_("Published at"), "published_at"),
            Column(_("Published by"), "published_by"),
            Column(_("Remarks"), "remarks"),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what publishing would change, then publish."""
    policy = subject(request, EVERY, pk, MAY_PUBLISH)
    form, status = ReasonForm(request.POST or None, user=request.user), 200
    form.fields["note"].required = False
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.publish_policy(
                    policy,
                    actor=request.user,
                    note=form.cleaned_data["note"],
                    seen=request.POST["seen"].split(",") if "seen" in request.POST else None,
                )
            except BusinessError as error:
                refuse(form, error.sentence)
                status = 409
            else:
                return back_to(request, policy)
    return _draw(request, policy, form, status)


def _draw(request: HttpRequest, policy: Policy, form: Any, status: int) -> HttpResponse:
    done = policy.state == PolicyState.PUBLISHED
    if done and status == 200:  # noqa: PLR2004 - what is published is not published again
        refuse(form, BusinessError(PolicyRefusal.PUBLISHED, name=policy.name).sentence)
    context = {
        "object": policy,
        "form": form,
        "preview": None if done else preview(policy),
        "seen": services.seen_of(policy),
        "title": _("Publish policy"),
        "list_url": reverse("grants:policy_list"),
        "list_title": PolicyPages.title,
        "back_url": policy.get_absolute_url(),
    }
    return render(request, "grants/policy_publish.html", context, status=status)


POLICIES = [
    path("policies/<int:pk>/publish/", publish, name="policy_publish"),
    *PolicyPages.routes("policies", "policy"),
    *RATES.routes("policies", "policy", "rate", "rates"),
]
