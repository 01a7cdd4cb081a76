"""The pages of public notices: the list, one of them, and a new one from the claims that wait."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from bureau.core import clock
from bureau.desk.attempts import attempt
from bureau.desk.bulk import BulkVerb
from bureau.desk.tables import Column, DateColumn, LinkColumn, StatusColumn
from bureau.desk.views import Action, Group, ListPage, StepsPage, subject
from bureau.desk.views.base import NO_PERMISSION
from bureau.places.models import Division
from grants.choices import NoticeState, NoticeVerb
from grants.filters.notices import NoticeFilter
from grants.forms.notices import BulkConfirmForm, CreateForm, PaperForm
from grants.models import Claim, NoticeItem, PublicNotice
from grants.reports import notices as reports
from grants.rules import notices as rules
from grants.services.notice_papers import FILERS
from grants.services.notices import confirm_notice, create_notice
from grants.tables.notices import NoticeTable
from grants.views import notice_steps


class NoticeList(ListPage):
    """All public notices within scope, with their period and sum."""

    queryset = PublicNotice.objects.all()
    filterset, table = NoticeFilter, NoticeTable
    title = _("Public notices")
    first_step = _("Prepare one from the claims of a village that wait for it.")
    icon = "file-text"
    export_name = "public-notices"
    bulk = (
        BulkVerb(
            "confirm", NoticeVerb.CONFIRM.label, call=confirm_notice, form=BulkConfirmForm,
            permission=rules.MAY_CONFIRM, icon="list-check", kind="primary",
            hint=_("Approves every household that is over and not held; the others stay behind."),
        ),
    )  # fmt: skip

    def scoped(self) -> Any:
        scoped: Any = super().scoped()
        return scoped.with_row_data()

    def create_action(self) -> Action:
        allowed = self.request.user.has_perm(rules.MAY_KEEP)
        return Action(
            "create",
            NoticeVerb.CREATE.label,
            reverse("grants:publicnotice_create"),
            enabled=allowed,
            reason="" if allowed else NO_PERMISSION,
            method="get",
            kind="primary",
            icon="plus",
        )


class NoticePage(StepsPage):
    """One notice: its period, its households, what comes next, its papers."""

    template = "grants/notice_detail.html"
    queryset = PublicNotice.objects.with_page_data()
    status = StatusColumn(_("State"), "state")
    icon = "file-text"
    list_title = _("Public notices")
    has_files = False
    facts: ClassVar[tuple[Group, ...]] = (
        Group(
            _("Public notice"),
            LinkColumn(_("Village"), "village"),
            Column(_("Programme year"), value=lambda row: str(row.programme_year)),
            Column(_("Days"), "days"),
            DateColumn(_("Posted on"), "published_on"),
            DateColumn(_("Day 1"), "starts_on"),
            DateColumn(_("Last day"), "ends_on"),
            Column(_("Prepared by"), "created_by"),
            Column(_("Posted by"), "published_by"),
            Column(_("Confirmed by"), "closed_by"),
        ),
    )

    def subtitle(self) -> str:
        return place_of(self.object.village)

    def actions(self) -> list[Action]:
        pk, user = self.object.pk, self.request.user
        posted = self.object.state in (NoticeState.PUBLISHED, NoticeState.CLOSED)
        not_yet = "" if posted else _("The notice is not posted yet.")
        file_url = reverse("grants:publicnotice_file", args=[pk])
        return [
            *notice_steps.cancel_action(self.object, user, self.forms),
            Action("sheet", _("Sheet (A4)"), _sheet(pk), method="get", icon="printer"),
            Action("poster", _("Sheet (A3)"), _sheet(pk, "a3"), method="get", icon="printer"),
            Action(
                "file", _("Page for the website"), file_url, enabled=posted, reason=not_yet,
                method="get", icon="download",
            ),
        ]  # fmt: skip

    def standard_actions(self) -> list[Action]:
        return []

    def extra(self) -> dict[str, Any]:
        notice, user, today = self.object, self.request.user, clock.today()
        items = NoticeItem.objects.of_notice(notice).with_row_data()
        path = reverse("grants:publicnotice_public", args=[notice.token])
        public = PublicNotice.objects.running(today).filter(pk=notice.pk).exists()
        return {
            "step": notice_steps.next_step(notice, user, self.forms),
            "items": items.with_open_objections(),
            "is_over": notice.state == NoticeState.PUBLISHED and notice.is_over(today),
            "today": today,
            "papers": reports.papers(notice),
            "paper_form": PaperForm() if may_file(user, notice) else None,
            "public_path": path if public else "",
            "public_url": self.request.build_absolute_uri(path),
        }


def village_of(request: HttpRequest, pk: int, needs: str) -> Division:
    """Return the village in which the user may do what ``needs`` allows; 404 everywhere else."""
    places = Division.objects.visible_to(request.user, needs).select_related("parent__parent")
    found: Division = subject(request, places, pk)
    return found


def place_of(village: Division) -> str:
    """Return county, town and village in one line."""
    town = village.parent
    county = town.parent if town else None
    return "".join(place.name for place in (county, town, village) if place)


def may_file(user: Any, notice: PublicNotice) -> bool:
    """Whether ``user`` may put a paper into the file of a notice."""
    is_open = notice.state in (NoticeState.DRAFT, NoticeState.PUBLISHED)
    return is_open and any(user.can(one, notice) for one in FILERS)


def _sheet(pk: int, paper: str = "") -> str:
    address = reverse("grants:publicnotice_sheet", args=[pk])
    return f"{address}?paper={paper}" if paper else address


# --- A new one ------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Choose a village, look at what its sheet would print, draw it up."""
    if not request.user.has_perm(rules.MAY_KEEP):
        raise PermissionDenied
    wanted = (request.POST or request.GET).get("village", "")
    if not wanted:
        context = _head() | {"villages": reports.villages_waiting(request.user)}
        return render(request, "grants/notice_villages.html", context)
    pk = int(wanted) if wanted.isdecimal() and len(wanted) < 19 else 0  # noqa: PLR2004
    village = village_of(request, pk, rules.MAY_KEEP)
    claims = Claim.objects.visible_to(request.user, rules.MAY_KEEP).filter(village=village)
    waiting = list(claims.awaiting_notice().order_by("pk"))
    if request.method == "POST":
        return _create(request, village, waiting)
    every = [claim.pk for claim in waiting]
    form = CreateForm(claims=waiting, user=request.user, initial={"claims": every})
    return _draw(request, form, village, waiting)


def _create(request: HttpRequest, village: Division, waiting: list[Claim]) -> HttpResponse:
    form = CreateForm(request.POST, claims=waiting, user=request.user)
    tried = attempt(form, lambda: create_notice(village, actor=request.user, **form.cleaned_data))
    if tried.is_done:
        return redirect(tried.made.get_absolute_url())
    return _draw(request, form, village, waiting, tried.status)


def _draw(
    request: HttpRequest,
    form: CreateForm,
    village: Division,
    waiting: list[Claim],
    status: int = 200,
) -> HttpResponse:
    ticked = {str(one) for one in form["claims"].value() or ()}
    lines = reports.preview(waiting)
    context = _head() | {
        "form": form,
        "village": village,
        "place": place_of(village),
        "lines": [(line, str(line.claim.pk) in ticked) for line in lines],
    }
    return render(request, "grants/notice_create.html", context, status=status)


def _head() -> dict[str, Any]:
    return {
        "title": NoticeVerb.CREATE.label,
        "list_url": reverse("grants:publicnotice_list"),
        "list_title": _("Public notices"),
    }
