"""The pages of use checks: the list, one village's list to tick, the seasons to be opened."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from bureau.core.transitions import find
from bureau.desk.attempts import attempt
from bureau.desk.routes import noun
from bureau.desk.tables import Column, LinkColumn, MomentColumn, StatusColumn
from bureau.desk.views import Action, DetailPage, Group, ListPage, subject
from bureau.desk.views.base import NO_PERMISSION
from bureau.desk.views.verbs import answer, refusal
from grants.choices import UseCheckState, UseCheckVerb
from grants.filters.use_checks import UseCheckFilter
from grants.forms.notices import VerbForm
from grants.forms.use_checks import REASONS, OpenForm, ReturnForm, TickForm
from grants.models import UseCheck
from grants.reports import use_checks as reports
from grants.rules import seasons
from grants.rules import use_checks as rules
from grants.services.use_checks import VERBS, open_check, tick_lines
from grants.tables.use_checks import UseCheckTable, season_of
from grants.views.notices import place_of, village_of

_ = gettext_lazy
FORMS: dict[str, type[VerbForm]] = {
    UseCheckVerb.SUBMIT.value: VerbForm,
    UseCheckVerb.RETURN.value: ReturnForm,
    UseCheckVerb.CONFIRM.value: VerbForm,
}
PAGE = UseCheck.objects.with_row_data().select_related("submitted_by", "confirmed_by")


class UseCheckList(ListPage):
    """All use checks within scope, by village and season."""

    queryset = UseCheck.objects.all()
    filterset, table = UseCheckFilter, UseCheckTable
    title = _("Use checks")
    first_step = _("A village opens its season's list: everybody is ticked, untick and say why.")
    icon = "list-check"
    export_name = "use-checks"

    def scoped(self) -> Any:
        scoped: Any = super().scoped()
        return scoped.with_row_data()

    def actions(self) -> list[Action]:
        return [import_action(self.request.user)]

    def create_action(self) -> Action:
        allowed = self.request.user.has_perm(rules.MAY_OPEN)
        return Action(
            "open",
            UseCheckVerb.OPEN.label,
            reverse("grants:usecheck_create"),
            enabled=allowed,
            reason="" if allowed else NO_PERMISSION,
            method="get",
            kind="primary",
            icon="plus",
        )


def import_action(user: Any) -> Action:
    """Return the button to the import of a workbook."""
    allowed = user.has_perm(rules.MAY_TICK) and user.has_perm("exchange.add_importrun")
    return Action(
        "import",
        _("Import a workbook"),
        f"{reverse('exchange:import_create')}?kind=use-checks",
        enabled=allowed,
        reason="" if allowed else NO_PERMISSION,
        method="get",
        icon="table-import",
    )


class UseCheckPage(DetailPage):
    """One village's list of a season: every household with its tick."""

    template = "grants/usecheck_detail.html"
    queryset = PAGE
    status = StatusColumn(_("State"), "state")
    icon = "list-check"
    list_title = _("Use checks")
    facts: ClassVar[tuple[Group, ...]] = (
        Group(
            _("Use check"),
            LinkColumn(_("Village"), "village"),
            Column(_("Season"), value=season_of),
            Column(_("Households"), "households"),
            Column(_("Not used"), "unticked"),
            Column(_("Returned because"), "reason"),
            Column(_("Submitted by"), "submitted_by"),
            MomentColumn(_("Submitted at"), "submitted_at"),
            Column(_("Confirmed by"), "confirmed_by"),
            MomentColumn(_("Confirmed at"), "confirmed_at"),
        ),
    )

    def subtitle(self) -> str:
        return place_of(self.object.village)

    def actions(self) -> list[Action]:
        found = [
            self._verb(line.verb, line.signatures[0])
            for line in rules.WORKFLOW
            if self.object.state in line.sources
        ]
        draft = self.object.state == UseCheckState.DRAFT
        return [*found, import_action(self.request.user)] if draft else found

    def standard_actions(self) -> list[Action]:
        return []

    def _verb(self, verb: str, permission: str) -> Action:
        check, word = self.object, UseCheckVerb(verb)
        allowed = self.request.user.can(permission, check)
        form = FORMS[verb](initial={"version": check.version}, auto_id=f"id_{verb}_%s")
        return Action(
            verb,
            word.label,
            reverse("grants:usecheck_verb", args=[check.pk, verb]),
            enabled=allowed,
            reason="" if allowed else NO_PERMISSION,
            form=form if allowed else None,
            kind="plain" if word is UseCheckVerb.RETURN else "primary",
            icon="arrow-back-up" if word is UseCheckVerb.RETURN else "circle-check",
        )

    def extra(self) -> dict[str, Any]:
        check = self.object
        lines = list(check.lines.with_row_data())
        may_tick = check.state == UseCheckState.DRAFT and self.request.user.can(
            rules.MAY_TICK, check
        )
        form = getattr(self, "form", None) or TickForm(
            initial={"version": check.version, "minimum": check.minimum}, lines=lines
        )
        return {"lines": drawn(lines, form), "may_tick": may_tick, "form": form, "reasons": REASONS}


def drawn(lines: list[Any], form: TickForm) -> list[dict[str, Any]]:
    """Return what the rows show: what somebody typed that could not be saved, or what is saved."""
    if not form.is_bound:
        return [
            {"line": line, "used": line.used, "reason": line.reason, "reading": line.reading}
            for line in lines
        ]
    data: Any = form.data
    used = set(data.getlist("used"))
    return [
        {
            "line": line,
            "used": str(line.claim_id) in used,
            "reason": line.reason if line.stopped else data.get(f"reason-{line.claim_id}", ""),
            "reading": data.get(f"reading-{line.claim_id}", ""),
            "fault": form.faulty.get(line.claim_id, ""),
        }
        for line in lines
    ]


@require_POST
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the ticks of the whole village."""
    check = subject(request, PAGE, pk, rules.MAY_TICK)
    form = TickForm(request.POST, lines=check.lines.with_row_data(), user=request.user)

    def call() -> Any:
        given = form.cleaned_data
        return tick_lines(
            check, given["ticks"], actor=request.user, minimum=given["minimum"],
            version=given["version"],
        )  # fmt: skip

    tried = attempt(form, call)
    if tried.is_done:
        messages.success(request, gettext("The ticks were saved."))
        return redirect(check.get_absolute_url())
    page = UseCheckPage()
    page.setup(request, pk=pk)
    page.object, page.form = page.find(), form  # type: ignore[attr-defined]
    return render(request, page.template, page.context(), status=tried.status)


@require_POST
def verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Submit, return or confirm; any other word is no address."""
    if verb not in VERBS:
        raise Http404
    check = subject(request, PAGE, pk, find(rules.WORKFLOW, verb).signatures)
    form = FORMS[verb](request.POST, user=request.user)
    if not form.is_valid():
        sentences = [str(one) for errors in form.errors.values() for one in errors]
        return refusal(request, sentences, check, 422)
    call = lambda: VERBS[verb](check, actor=request.user, **form.given)  # noqa: E731
    done = gettext("Done: %(verb)s.") % {"verb": UseCheckVerb(verb).label}
    return answer(request, check, call, done=done)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Show the seasons that wait for their list, and open one."""
    if not request.user.has_perm(rules.MAY_OPEN):
        raise PermissionDenied
    form = OpenForm(request.POST or None, user=request.user)
    if form.is_valid():
        return _open(request, **form.cleaned_data)
    found = reports.due(request.user)
    context = {
        "title": UseCheckVerb.OPEN.label,
        "list_url": reverse("grants:usecheck_list"),
        "list_title": _("Use checks"),
        "due": found,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "grants/usecheck_open.html", context, status=status)


def _open(request: HttpRequest, village: int, season: int) -> HttpResponse:
    found = village_of(request, village, rules.MAY_OPEN)
    done = gettext("The list of %(season)s is open.") % {"season": seasons.name(season)}
    opened: list[UseCheck] = []

    def call() -> None:
        opened.append(open_check(found, season, actor=request.user))

    response = answer(request, found, call, done=done)
    return redirect(opened[0].get_absolute_url()) if opened else response


USE_CHECKS = [
    path("use-checks/new/", create, name="usecheck_create"),
    *noun("use-checks", "usecheck", list=UseCheckList, detail=UseCheckPage),
    path("use-checks/<int:pk>/tick/", tick, name="usecheck_tick"),
    path("use-checks/<int:pk>/<slug:verb>/", verb, name="usecheck_verb"),
]
