"""The pages of handovers: the list, one handover with its next step, the funnel, the sheet."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from bureau.core import clock
from bureau.desk.attempts import attempt
from bureau.desk.bulk import BulkVerb
from bureau.desk.tables import Column, DateColumn, LinkColumn, StatusColumn
from bureau.desk.views import Action, Group, ListPage, StepsPage, subject
from bureau.desk.views.base import NO_PERMISSION
from bureau.desk.views.rows import panel
from heating.choices import HandoverVerb, ManagementMode
from heating.filters.handover import HandoverFilter
from heating.forms.handover import (
    AcceptanceRecordForm,
    CloseDefectForm,
    DefectForm,
    FindStationForm,
    PaperForm,
    RegisterForm,
    SuspendForm,
    VerbForm,
)
from heating.models import Handover, Substation
from heating.reports import handover as reports
from heating.rules import handover as rules
from heating.services import handover_detours as detours
from heating.services.handover_file import FILERS, KEEPERS, SIGNERS
from heating.services.handover_opening import register_handover
from heating.tables.handover import HandoverTable
from heating.views import handover_steps

EVERY = Handover.objects.all()
FOUND_AT_MOST = 20


class HandoverList(ListPage):
    """All handovers within scope with the step they wait for."""

    queryset = EVERY
    filterset, table = HandoverFilter, HandoverTable
    title = _("Handovers")
    first_step = _("Register the handover of a third-party-run station from the station's page.")
    icon = "arrows-exchange"
    export_name = "handovers"
    bulk = (
        BulkVerb(
            "suspend", HandoverVerb.SUSPEND.label, call=detours.suspend_handover,
            form=SuspendForm, permission="heating.suspend_handover", icon="player-pause",
        ),
        BulkVerb(
            "resume", HandoverVerb.RESUME.label, call=detours.resume_handover,
            form=VerbForm, permission="heating.suspend_handover", icon="refresh",
        ),
    )  # fmt: skip

    @classmethod
    def with_row_data(cls, rows: Any) -> Any:
        return rows.with_row_data()

    def create_action(self) -> Action:
        allowed = self.request.user.has_perm(rules.MAY_REGISTER)
        return Action(
            "register",
            _("Register handover"),
            reverse("heating:handover_create"),
            enabled=allowed,
            reason="" if allowed else NO_PERMISSION,
            method="get",
            kind="primary",
            icon="plus",
        )

    def actions(self) -> list[Action]:
        funnel_url, terms_url = (
            reverse("heating:handover_funnel"),
            reverse("heating:handover_terms"),
        )
        return [
            Action("funnel", _("Funnel"), funnel_url, method="get", icon="filter"),
            Action("terms", _("Terms"), terms_url, method="get", icon="clock"),
        ]


class HandoverPage(StepsPage):
    """One handover: where it stands, who holds it, what comes next and what was recorded."""

    template = "heating/handover_detail.html"
    queryset = Handover.objects.with_page_data()
    status = StatusColumn(_("State"), "state")
    icon = "arrows-exchange"
    list_title = _("Handovers")
    has_files = False
    facts: ClassVar[tuple[Group, ...]] = (
        Group(
            _("Station"),
            LinkColumn(_("Substation"), "station"),
            Column(_("Heating company"), "station.heating_company"),
            StatusColumn(_("Management at registration"), "mode_at_register"),
            Column(_("Manager at registration"), "manager_at_register"),
            DateColumn(_("Registered on"), "registered_on"),
            DateColumn(_("Connected on"), "connected_on"),
        ),
        Group(
            _("Notice"),
            Column(_("Document number"), "notice_number"),
            DateColumn(_("Issued on"), "notice_issued_on"),
            DateColumn(_("To be met by"), "notice_due_on"),
            Column(_("Demand"), "notice_demand"),
            LinkColumn(_("Cited legal basis"), "notice_basis"),
        ),
        Group(
            _("Survey"),
            DateColumn(_("Surveyed on"), "surveyed_on"),
            Column(_("Equipment inventory"), "equipment_inventory"),
            Column(_("Debts"), "debts"),
            Column(_("Meters"), "meters"),
        ),
    )

    def title(self) -> str:
        return gettext("Handover %(number)s: %(station)s") % {
            "number": self.object.number,
            "station": self.object.station.name,
        }

    def subtitle(self) -> str:
        community = self.object.station.community
        town = community.parent
        return "".join(place.name for place in (town.parent, town, community))

    def holder(self) -> str:
        return self.object.get_holder_display() if self.object.is_open else ""

    def actions(self) -> list[Action]:
        url = reverse("heating:handover_sheet", args=[self.object.pk])
        sheet = Action("sheet", _("Handover sheet"), url, method="get", icon="printer")
        return [*handover_steps.detours(self.object, self.request.user, self.forms), sheet]

    def standard_actions(self) -> list[Action]:
        return []

    def extra(self) -> dict[str, Any]:
        handover, user = self.object, self.request.user
        today = clock.today()
        may_keep = self._may(KEEPERS) and handover.state in rules.CLOSING
        signing = handover.state == "signed" and handover.holder == "clerk"
        return {
            "step": handover_steps.next_step(handover, user, self.forms),
            "milestones": reports.milestones(handover),
            "overdue": handover.is_overdue(today),
            "votes": reports.votes(handover),
            "standing": reports.standing(handover),
            "papers": reports.papers(handover),
            "paper_form": PaperForm() if self._may_file() else None,
            "defects": reports.current_defects(handover),
            "earlier_defects": reports.earlier_defects(handover),
            "close_form": CloseDefectForm(handover=handover) if may_keep else None,
            "defect_form": DefectForm(handover=handover, auto_id="id_defect_%s")
            if may_keep and handover.state in rules.EDITABLE
            else None,
            "record_form": AcceptanceRecordForm(handover=handover, auto_id="id_record_%s")
            if signing and self._may(SIGNERS)
            else None,
            "signatures": [
                one for one in handover.signatures.all() if one.revision == handover.revision
            ],
            "periods": handover.station.management_periods.select_related("manager"),
            "modes": ManagementMode,
            "groups": self._told(),
        }

    def _told(self) -> list[tuple[Any, list[Any]]]:
        """Return the groups of facts of which something has been recorded."""
        told = {
            0: True,
            1: bool(self.object.notice_number),
            2: self.object.surveyed_on is not None,
        }
        return [
            (group.heading, list(group.lines(self.object)))
            for index, group in enumerate(self.facts)
            if told[index]
        ]

    def _may(self, permissions: tuple[str, ...]) -> bool:
        return any(
            self.request.user.has_perm(one) and self.request.user.can(one, self.object)
            for one in permissions
        )

    def _may_file(self) -> bool:
        return self.object.is_open and self._may(FILERS)


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Find the station, look at it, open its handover."""
    if not request.user.has_perm(rules.MAY_REGISTER):
        raise PermissionDenied
    if request.method == "POST":
        return _register(request)
    wanted = request.GET.get("station", "")
    if wanted:
        station = subject(request, Substation.objects.all(), _number(wanted), rules.MAY_REGISTER)
        form = RegisterForm(user=request.user, initial={"station": station.pk})
        return _draw_register(request, form, station)
    return _draw_search(request)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0  # noqa: PLR2004


def _register(request: HttpRequest) -> HttpResponse:
    form = RegisterForm(request.POST, user=request.user)

    def call() -> Handover:
        given = form.cleaned_data
        return register_handover(given["station"], actor=request.user, note=given["note"])

    tried = attempt(form, call)
    if tried.is_done:
        return redirect(tried.made.get_absolute_url())
    return _draw_register(request, form, form.cleaned_data.get("station"), tried.status)


def _draw_register(
    request: HttpRequest, form: RegisterForm, station: Substation | None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "station": station,
        "period": _period(station),
        "title": _("Register handover"),
        "submit": _("Register handover"),
        "list_url": reverse("heating:handover_list"),
        "list_title": _("Handovers"),
        "back_url": reverse("heating:handover_create"),
    }
    return render(request, "heating/handover_register.html", context, status=status)


def _period(station: Substation | None) -> Any:
    if station is None:
        return None
    periods = station.management_periods.on(clock.today())
    return periods.select_related("manager").first()


def _draw_search(request: HttpRequest) -> HttpResponse:
    form = FindStationForm(request.GET if "q" in request.GET else None)
    found: Any = ()
    if form.is_bound and form.is_valid():
        today = clock.today()
        stations = Substation.objects.visible_to(request.user, rules.MAY_REGISTER).active()
        named = handover_steps.stations_named(stations, form.cleaned_data["q"])
        found = (
            named.in_mode(ELIGIBLE, today)
            .managed_as(today)
            .select_related("community__parent__parent")[:FOUND_AT_MOST]
        )
    context = {
        "form": form,
        "found": found,
        "searched": form.is_bound,
        "title": _("Register handover"),
        "list_url": reverse("heating:handover_list"),
        "list_title": _("Handovers"),
    }
    return render(request, "heating/handover_find.html", context)


ELIGIBLE = (ManagementMode.THIRD_PARTY_RUN.value, ManagementMode.CUSTODY.value)


@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the handover sheet for A4 paper."""
    handover = subject(request, Handover.objects.with_page_data(), pk)
    context = {
        "object": handover,
        "title": _("Heat substation handover sheet"),
        "defects": reports.current_defects(handover),
        "votes": reports.votes(handover),
        "standing": reports.standing(handover),
        "papers": reports.papers(handover),
        "signatures": [
            one for one in handover.signatures.all() if one.revision == handover.revision
        ],
        "periods": handover.station.management_periods.select_related("manager"),
        "today": clock.today(),
        "filled_by": request.user,
    }
    return render(request, "print/handover_sheet.html", context)


@require_safe
def station_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the handovers of a station, the latest first, and the way to a new one."""

    def facts(station: Substation) -> dict[str, Any]:
        seen = Handover.objects.visible_to(request.user).filter(station=station)
        found = list(seen.order_by("-pk"))
        period = _period(station)
        eligible = period is not None and period.mode in ELIGIBLE
        return {
            "handovers": found,
            "may_register": eligible
            and not any(one.is_open for one in found)
            and not station.is_archived
            and request.user.can(rules.MAY_REGISTER, station),
        }

    return panel(
        request,
        Substation.objects.all(),
        pk,
        "heating/_handovers.html",
        facts,
        needs="heating.view_handover",
    )
