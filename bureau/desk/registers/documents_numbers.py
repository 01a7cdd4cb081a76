"""The register of document numbers: given, typed, issued, void; none is ever removed."""

from typing import Any

import django_filters
from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bureau.desk.filters import BaseFilterSet, PickerFilter, QuickSearch, StateFilter
from bureau.desk.forms import DayField, DeskForm
from bureau.desk.registers.documents_series import SERIES
from bureau.desk.tables import (
    Column,
    DateColumn,
    LinkColumn,
    MomentColumn,
    StatusColumn,
    Table,
    WordColumn,
)
from bureau.desk.views import CreatePage, DetailPage, Group, ListPage, answer, subject
from bureau.desk.views.base import NO_PERMISSION, Action
from bureau.desk.views.verbs import note_of, refusal
from bureau.documents import services
from bureau.documents.choices import NumberState, PaperKind
from bureau.documents.models import DocumentNumber

VOID = "documents.change_documentnumber"
ISSUE = "documents.add_documentnumber"
EVERY = DocumentNumber.objects.select_related("series", "reserved_by")


class NumberTable(Table):
    """Numbers, the last entered first."""

    text = LinkColumn(_("Document number"), sort="text")
    state = StatusColumn(_("State"))
    subject = Column(_("Subject"))
    paper = WordColumn(_("Type of paper"))
    used = Column(_("Stands on"), "used_label")
    issued_on = DateColumn(_("Issued on"))
    series = LinkColumn(_("Series"), chosen=False)
    origin = WordColumn(_("Entered"), chosen=False)
    reserved_by = Column(_("Entered by"), chosen=False)
    reserved_at = MomentColumn(_("Entered at"), sort="reserved_at")
    default_sort = "-reserved_at"


class NumberFilter(BaseFilterSet):
    """By number or subject, series, year, state and type."""

    q = QuickSearch(names="text")
    series = PickerFilter(SERIES, label=_("Series"))
    year = django_filters.NumberFilter(label=_("Year"), min_value=1900, max_value=2200)
    state = StateFilter(choices=NumberState.choices)
    paper = StateFilter(choices=PaperKind.choices, label=_("Type of paper"))


class TakeForm(DeskForm):
    """A number that stands on a paper already, typed by hand."""

    text = forms.CharField(
        label=_("Document number"),
        max_length=80,
        help_text=_("As it is printed, e.g. 聊城管字〔2026〕3号; brackets are put right."),
    )
    subject = forms.CharField(label=_("Subject"), max_length=200)
    paper = forms.ChoiceField(label=_("Type of paper"), choices=PaperKind.choices)
    issued_on = DayField(label=_("Issued on"), required=False)

    class _meta:  # noqa: N801 - a create page asks its form for the noun by this name
        model = DocumentNumber


class IssueForm(DeskForm):
    """What the paper is about."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    paper = forms.ChoiceField(label=_("Type of paper"), choices=PaperKind.choices)


class NumberView:
    """Where the pages of numbers stand."""

    namespace = "desk"
    icon = "file-check"
    list_title = _("Document numbers")


class NumberList(NumberView, ListPage):
    """All numbers."""

    queryset, filterset, table = EVERY, NumberFilter, NumberTable
    title = _("Document numbers")
    description = _("Reserved or typed by hand; void numbers are kept and never used again.")
    first_step = _("Reserve one on the page of its series, or enter one that stands on a paper.")
    export_name = "document-numbers"


class NumberPage(NumberView, DetailPage):
    """One number and the paper on which it stands."""

    queryset = EVERY
    template = "documents/number_detail.html"
    status = StatusColumn("", "state")
    has_notes = has_files = False
    facts = (
        Group(
            _("Document number"),
            LinkColumn(_("Series"), "series"),
            WordColumn(_("Type of paper"), "paper"),
            Column(_("Subject"), "subject"),
            DateColumn(_("Issued on"), "issued_on"),
            Column(_("Why it is void"), "void_reason"),
        ),
        Group(
            _("Register"),
            WordColumn(_("Entered"), "origin"),
            Column(_("Entered by"), "reserved_by"),
            MomentColumn(_("Entered at"), "reserved_at"),
        ),
    )

    def actions(self) -> list[Action]:
        """Return issuing a reserved number and voiding one."""
        return [self._issue(), self._void()]

    def _issue(self) -> Action:
        number, user = self.object, self.request.user
        why: Any = "" if user.can(ISSUE, number) else NO_PERMISSION
        if number.state != NumberState.RESERVED:
            why = _("Only a reserved number is issued.")
        first = {"subject": number.subject, "paper": number.paper}
        form = None if why else IssueForm(user=user, initial=first, auto_id="issue-%s")
        url = reverse("desk:documentnumber_issue", args=[number.pk])
        return Action(
            "issue", _("Issue"), url, not why, why, form=form, kind="primary", icon="file-check"
        )

    def _void(self) -> Action:
        number, user = self.object, self.request.user
        why: Any = "" if user.can(VOID, number) else NO_PERMISSION
        if number.state == NumberState.VOID:
            why = _("It is void already.")
        url = reverse("desk:documentnumber_void", args=[number.pk])
        hint = _("The number stays in the register and is never used again.")
        return Action(
            "void", _("Void"), url, not why, why, needs_note=True, kind="danger", icon="ban",
            hint=hint,
        )  # fmt: skip

    def standard_actions(self) -> list[Action]:
        """Return none: a number is neither edited nor archived."""
        return []

    def extra(self) -> dict[str, Any]:
        """Add the object on whose paper it stands, where the reader may see that."""
        return {"used_for": _seen(self.object.used_for, self.request.user)}


def _seen(found: Any, user: Any) -> Any:
    if found is None or not hasattr(type(found), "objects"):
        return None
    return type(found).objects.visible_to(user).filter(pk=found.pk).first()


class NumberTake(NumberView, CreatePage):
    """A number typed by hand."""

    form: Any = TakeForm
    title = _("Enter a number by hand")

    def save(self, form: Any) -> DocumentNumber:
        """Hand the number to the service."""
        given = dict(form.cleaned_data)
        return services.take_number(given.pop("text"), actor=self.request.user, **given)


@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a reserved number on its paper."""
    number = subject(request, EVERY.all(), pk, ISSUE)
    form = IssueForm(request.POST, user=request.user)
    if not form.is_valid():
        sentences = [f"{label}: {line}" for label, line, _i in form.problems]
        return refusal(request, sentences, number, 422)
    return answer(
        request,
        number,
        lambda: services.issue_number(number, actor=request.user, **form.cleaned_data),
        done=_("The number was issued."),
    )


@require_POST
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Void a number for good."""
    number = subject(request, EVERY.all(), pk, VOID)
    note = note_of(request)
    return answer(
        request,
        number,
        lambda: services.void_number(number, note, actor=request.user),
        done=_("The number is void."),
    )
