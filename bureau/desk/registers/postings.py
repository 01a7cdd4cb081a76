"""Who is posted where and until when: granted, found, and ended here."""

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bureau.core import bigrams, clock
from bureau.core.errors import BusinessError
from bureau.core.querysets import CITY_LEVEL, COUNTY_LEVEL, Area
from bureau.desk.filters import (
    BaseFilterSet,
    ChoiceFilter,
    PickerFilter,
    PlaceFilter,
    ScopedChoiceFilter,
    TickFilter,
)
from bureau.desk.forms import DayField, DeskForm
from bureau.desk.office import NOTICE_OF_END
from bureau.desk.pickers import EVERY_ORGANISATION, ORGANISATIONS, PEOPLE, PickerField
from bureau.desk.place_picker import PlaceField
from bureau.desk.tables import Column, DateColumn, LinkColumn, StatusColumn, Table
from bureau.desk.views import Action, CreatePage, DetailPage, Group, ListPage, answer, subject
from bureau.desk.views.base import NO_PERMISSION
from bureau.desk.views.verbs import note_of, refusal
from bureau.people import services
from bureau.people.choices import PeopleRefusal
from bureau.people.models import Posting, Role
from bureau.people.querysets import not_over
from bureau.places.models import Division, ManagingArea
from bureau.places.querysets import on_ground

EVERY = Posting.objects.select_related("user", "role", "division", "managing_area", "organisation")
STATES = {"active": _("in force"), "waiting": _("to come"), "closed": _("ended")}


def state_of(row: Any) -> str:
    """Say how a dated row stands today."""
    if row.is_over:
        return "closed"
    return "waiting" if row.valid_from > clock.today() else "active"


class DatedStateColumn(StatusColumn):
    """Whether a dated row is in force, to come or ended."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, "state", value=state_of, **more)

    def _label(self, row: Any, value: Any) -> str:
        return str(STATES[value])


class PersonSearch(django_filters.CharFilter):
    """Finds a person by two characters of the name, or by the user name's."""

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        text = bigrams.normalise(value or "")
        if not text:
            return qs
        condition = Q()
        for field in self.field_name.split(","):
            if len(text) == 1:
                condition |= Q(**{f"{field}__display_name__istartswith": text})
            else:
                condition |= Q(**{f"{field}__bigrams__contains": bigrams.of(text)})
        return qs.filter(condition)


class EndedFilter(ChoiceFilter):
    """Whether dated rows that are over are shown; normally they are not."""

    def __init__(self, **more: Any) -> None:
        choices = [("yes", _("ended only")), ("all", _("ended too"))]
        super().__init__(choices=choices, empty_label=_("not ended"), label=_("Ended"), **more)

    acts_unasked = True

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if value == "all":
            return qs
        running = not_over(clock.today())
        return qs.exclude(running) if value == "yes" else qs.filter(running)


class PostingTable(Table):
    """Postings, the newest first."""

    user = LinkColumn(_("Name"), "user.display_name")
    username = Column(_("User name"), "user.username")
    role = Column(_("Role"))
    ground = Column(_("Ground"))
    valid_from = DateColumn(_("First day"), sort="valid_from")
    valid_until = DateColumn(_("Last day"))
    state = DatedStateColumn(_("State"))
    default_sort = "-valid_from"


class GroundFilter(PlaceFilter):
    """Postings to what lies in a county, town or community."""

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if value is None:
            return qs
        ground = Area(posting_id=0, division_path=value.scope_path, level=value.level)
        return qs.filter(on_ground(ground, "division"))


class PostingFilter(BaseFilterSet):
    """By person, role, place and period."""

    q = PersonSearch("user", max_length=60, label=_("Quick search"))
    username = django_filters.CharFilter(
        "user__username", "exact", max_length=60, label=_("User name")
    )
    role = ScopedChoiceFilter(queryset=Role.objects.all(), label=_("Role"))
    place = GroundFilter(label=_("Ground"))
    organisation = PickerFilter(EVERY_ORGANISATION, label=_("Organisation"))
    ending = TickFilter(method="ending_soon", label=_("Ends within 30 days"))
    ended = EndedFilter()

    def ending_soon(self, queryset: QuerySet, _name: str, value: bool) -> QuerySet:
        """Return the postings that end within 30 days."""
        today = clock.today()
        soon = (today, today + NOTICE_OF_END)
        return queryset.filter(valid_until__range=soon) if value else queryset


class PostingForm(DeskForm):
    """Who, as what, where and how long; exactly one ground."""

    sections = {
        _("Who and as what"): ("user", "role"),
        _("Where: exactly one of these"): (
            "whole_city", "place", "managing_area", "organisation",
        ),
        _("How long"): ("valid_from", "valid_until"),
    }  # fmt: skip
    user = PickerField(PEOPLE, label=_("User"))
    role = forms.ModelChoiceField(Role.objects.current(), label=_("Role"))
    whole_city = forms.BooleanField(label=_("The whole city"), required=False)
    place = PlaceField(label=_("County, town or community"), depth=COUNTY_LEVEL, required=False)
    managing_area = forms.ModelChoiceField(
        ManagingArea.objects.all(), label=_("Managing area"), required=False
    )
    organisation = PickerField(ORGANISATIONS, label=_("Organisation"), required=False)
    valid_from = DayField(label=_("First day"), initial=clock.today)
    valid_until = DayField(
        label=_("Last day"), required=False, help_text=_("Empty: until somebody ends it.")
    )

    @property
    def ground(self) -> dict[str, Any]:
        """Return the grounds that were chosen, as the service takes them."""
        given = self.cleaned_data
        city = Division.objects.filter(level=CITY_LEVEL).first() if given["whole_city"] else None
        found = {
            "division": given["place"] or city,
            "managing_area": given["managing_area"],
            "organisation": given["organisation"],
        }
        return {name: value for name, value in found.items() if value is not None}


class PostingView:
    """Where the pages of postings stand."""

    namespace = "desk"
    icon = "users"


class PostingList(PostingView, ListPage):
    """The postings on one's ground."""

    queryset, filterset, table = EVERY, PostingFilter, PostingTable
    title = _("Postings")
    description = _("What everybody may do follows from these rows alone.")
    first_step = _("Grant the first one: a person, a role and a ground.")
    export_name = "postings"


class EndForm(DeskForm):
    """The last day of a posting; empty ends it now."""

    last_day = DayField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: it ends now, and so do the sessions."),
    )


class PostingPage(PostingView, DetailPage):
    """One posting."""

    queryset = EVERY
    status = DatedStateColumn("")
    has_notes = has_files = False
    facts = (
        Group(
            _("Posting"),
            LinkColumn(_("Name"), "user"),
            Column(_("User name"), "user.username"),
            LinkColumn(_("Role"), "role"),
            Column(_("Ground"), "ground"),
            DateColumn(_("First day"), "valid_from"),
            DateColumn(_("Last day"), "valid_until"),
        ),
    )

    def title(self) -> str:
        """Name the person and what it is posted as."""
        return f"{self.object.user} · {self.object}"

    def actions(self) -> list[Action]:
        """Return ending."""
        posting = self.object
        reason: Any = ""
        if not self.request.user.can("people.change_posting", posting):
            reason = NO_PERMISSION
        elif posting.is_over:
            values = {"day": posting.valid_until}
            reason = BusinessError(PeopleRefusal.POSTING_ENDED, **values).sentence
        return [
            Action(
                "end", _("End the posting"), reverse("desk:posting_end", args=[posting.pk]),
                enabled=not reason, reason=reason, needs_note=True, kind="danger", icon="user-off",
                form=None if reason else EndForm(auto_id="end-%s"),
            )
        ]  # fmt: skip


class PostingCreate(PostingView, CreatePage):
    """A new posting."""

    form: ClassVar[Any] = PostingForm
    model, title = Posting, _("Grant a posting")

    def save(self, form: Any) -> Posting:
        values = form.cleaned_data
        return services.grant_posting(
            values["user"],
            values["role"],
            actor=self.request.user,
            valid_from=values["valid_from"],
            valid_until=values["valid_until"],
            **form.ground,
        )

    def done(self, saved: Posting) -> str:
        """Say who is posted as what."""
        return super().done(f"{saved.user} · {saved}")


@require_POST
def end_posting(request: HttpRequest, pk: int) -> HttpResponse:
    """End a posting now or on a later day."""
    posting = subject(request, EVERY, pk, "people.change_posting")
    form = EndForm(request.POST)
    if not form.is_valid():
        return refusal(request, [sentence for _l, sentence, _i in form.problems], posting, 422)

    def call() -> None:
        services.end_posting(
            posting,
            actor=request.user,
            last_day=form.cleaned_data["last_day"],
            note=note_of(request),
        )

    return answer(request, posting, call, done=_("The posting was ended."))
