"""The page of one object: who holds it, what can be done, what hangs on it, what happened."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import conditional_escape
from django.utils.translation import gettext as _

from bureau.desk import panels
from bureau.desk.attempts import attempt
from bureau.desk.parts import FileForm, NoteForm
from bureau.desk.reach import may_open
from bureau.desk.story import Timeline, field_story, query_of, timeline
from bureau.desk.tables import Column, LinkColumn, StatusColumn
from bureau.desk.views.base import NO_PERMISSION, Action, NounView
from bureau.desk.views.verbs import answer, back_to
from bureau.records import services as records
from bureau.records import watching
from bureau.records.models import Attachment, Note, Watch

LAST = 2**63 - 1
LONGEST_ID = 18


class Fact(NamedTuple):
    """A line of facts: label, safe html, hint, and the query that leads to the field's history."""

    label: Any
    value: str
    hint: Any
    query: str


class Group:
    """Facts under one heading, drawn by the same columns as a table's."""

    def __init__(self, heading: Any, *columns: Column) -> None:
        self.heading, self.columns = heading, columns

    def lines(self, subject: Any, user: Any = None) -> Iterable[Fact]:
        """Return the facts; a link to what ``user`` may not open is plain text."""
        fields = {field.name for field in subject._meta.get_fields() if field.concrete}
        for column in self.columns:
            name = column.source.partition(".")[0]
            query = query_of(name) if name in fields else ""
            yield Fact(column.label, _drawn(column, subject, user), column.hint, query)


def _drawn(column: Column, subject: Any, user: Any) -> str:
    if user is None or not isinstance(column, LinkColumn) or column.to:
        return column.drawn(subject)
    value = column.value(subject)
    if value is None or not hasattr(value, "get_absolute_url") or may_open(user, value):
        return column.drawn(subject)
    return conditional_escape(column.text(value))


class DetailPage(NounView):
    """Header with state and actions, facts, panels, notes, files and the timeline of one object.

    ``status`` draws its state, ``facts`` its fields; ``actions`` adds verbs before edit and
    archive; ``holder`` says who holds it now; ``extra`` adds to the template's context.
    ``write`` is the permission to add notes and files; ``wanted`` names fields that the page
    asks for while they are empty.
    """

    http_method_names: ClassVar[list[str]] = ["get", "head"]
    template = "desk/detail.html"
    status: ClassVar[StatusColumn | None] = None
    facts: ClassVar[Sequence[Group]] = ()
    icon: ClassVar[str] = "folder"
    write: ClassVar[str] = ""
    has_notes: ClassVar[bool] = True
    has_files: ClassVar[bool] = True
    wanted: ClassVar[Sequence[str]] = ()

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.object = self.find()
        return render(request, self.template, self.context())

    def context(self, **more: Any) -> dict[str, Any]:
        """Return what the template draws."""
        subject = self.object
        may_write = self.may_write()
        mine = self.watched()
        story = self.story(mine)
        return {
            "object": subject,
            "title": self.title(),
            "subtitle": self.subtitle(),
            "noun_name": self.name,
            "icon": self.icon,
            "list_url": self.url("list"),
            "list_title": self.list_title or self.plural,
            "status": self.status.drawn(subject) if self.status else "",
            "holder": self.holder(),
            "actions": [*self.actions(), *self.standard_actions()],
            "groups": [(group.heading, self.lines(group)) for group in self.facts],
            "panels": panels.of(subject, self.request.user),
            "timeline": story,
            "history_url": self.url("history", subject.pk),
            "watch_url": self.url("watch", subject.pk),
            "is_watched": mine is not None,
            "missing": self.missing(),
            "notes": Note.objects.of(subject) if self.has_notes else (),
            "files": Attachment.objects.of(subject) if self.has_files else (),
            "has_notes": self.has_notes,
            "has_files": self.has_files,
            "may_withdraw": may_write,
            "may_withdraw_own": not is_archived(subject),
            "note_form": NoteForm() if may_write else None,
            "note_url": self.url("note", subject.pk) if may_write and self.has_notes else "",
            "file_form": FileForm() if may_write else None,
            "file_url": self.url("file", subject.pk) if may_write and self.has_files else "",
            **self.extra(),
            **more,
        }

    def whose_story_too(self) -> Sequence[Model]:
        """Return other objects, as far as the reader may see them, told in the timeline too."""
        return ()

    def title(self) -> str:
        """Return the page's heading."""
        return str(self.object)

    def subtitle(self) -> str:
        """Return the line under the heading: where the object lies."""
        return ""

    def holder(self) -> str:
        """Say who holds the object now; empty where nothing waits."""
        return ""

    def missing(self) -> list[tuple[str, str]]:
        """Return (label, address) of each of the ``wanted`` fields that nobody has filled in."""
        edit = self.url("edit", self.object.pk)
        may_edit = edit and self.may_write()
        return [
            (
                str(self.object._meta.get_field(name).verbose_name),
                f"{edit}#id_{name}" if may_edit else "",
            )
            for name in self.wanted
            if getattr(self.object, name) in (None, "", 0)
        ]

    def watched(self) -> Watch | None:
        """Return the reader's wish to hear of this object, if there is one."""
        if not self.url("watch", self.object.pk):
            return None
        return Watch.objects.on(self.object).filter(user=self.request.user).first()

    def story(self, mine: Watch | None) -> Timeline:
        """Return the timeline; who watches the object has seen its newest line by now."""
        told = timeline(
            self.object,
            seen=mine.seen if mine else None,
            user=self.request.user,
            others=self.whose_story_too(),
        )
        if mine and told.happenings:
            watching.mark_seen(mine, told.happenings[0].entry.pk)
        return told

    def lines(self, group: Group) -> list[Fact]:
        """Return the facts of a group as this reader may follow them."""
        return list(group.lines(self.object, self.request.user))

    def actions(self) -> list[Action]:
        """Return the verbs of the object, possible or not."""
        return []

    def extra(self) -> dict[str, Any]:
        """Return more for the template."""
        return {}

    def may_write(self) -> bool:
        """Whether the user may add notes and files here."""
        wanted = self.write or self.permission("change")
        return not is_archived(self.object) and self.request.user.can(wanted, self.object)

    def standard_actions(self) -> list[Action]:
        """Return edit, archive and restore, each with its reason where it cannot be pressed."""
        edit = self.page_action("edit", "change", _("Edit"), icon="pencil")
        archive = self.page_action(
            "archive", "archive", _("Archive"), icon="archive", kind="danger"
        )
        found = [*self.restore_action(), edit, archive]
        return [action for action in found if action.url]

    def restore_action(self) -> list[Action]:
        """Return the button that takes an archived object back; nothing for others."""
        if not is_archived(self.object):
            return []
        allowed = self.request.user.can(self.permission("archive"), self.object)
        reason = "" if allowed else NO_PERMISSION
        url = self.url("restore", self.object.pk)
        return [Action("restore", _("Restore"), url, allowed, reason, icon="archive-off")]

    def page_action(self, page: str, verb: str, label: Any, **look: str) -> Action:
        """Return the button to another page of the object, disabled without the permission."""
        reason: Any = ""
        if is_archived(self.object):
            reason = _("It is archived and stays as it is.")
        elif not self.request.user.can(self.permission(verb), self.object):
            reason = NO_PERMISSION
        url = self.url(page, self.object.pk)
        return Action(page, label, url, not reason, reason, method="get", **look)

    @classmethod
    def note_view(cls) -> Any:
        """Return the view that adds a note on this page."""
        return type(f"{cls.__name__}Note", (NoteAction, cls), {}).as_view()

    @classmethod
    def file_view(cls) -> Any:
        """Return the view that adds a file on this page."""
        return type(f"{cls.__name__}File", (FileAction, cls), {}).as_view()

    @classmethod
    def history_view(cls) -> Any:
        """Return the view of everything that happened to an object or to one of its fields."""
        return type(f"{cls.__name__}History", (HistoryPage, cls), {}).as_view()

    @classmethod
    def watch_view(cls) -> Any:
        """Return the view that puts an object on one's list of watched ones, or takes it off."""
        return type(f"{cls.__name__}Watch", (WatchAction, cls), {}).as_view()


class _PartAction(NounView):
    """Adding something that hangs on an object; mixed into the object's own page."""

    http_method_names: ClassVar[list[str]] = ["post"]
    part_form: ClassVar[type]
    form_name: ClassVar[str]
    done: ClassVar[str]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.object = self.find()
        if not self.may_write():
            raise PermissionDenied
        form = self.part_form(request.POST, request.FILES)
        tried = attempt(form, lambda: self.add(form))
        if tried.is_done:
            messages.success(request, self.sentence())
            return back_to(request, self.object)
        context = self.context(**{self.form_name: form})
        return render(request, self.template, context, status=tried.status)


class HistoryPage(NounView):
    """All that happened to an object, or all values of one field; mixed into the object's page."""

    http_method_names: ClassVar[list[str]] = ["get", "head"]
    object: Any

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.object = self.find()
        field = request.GET.get("field", "")
        return self.of_field(field) if field else self.of_object()

    def of_object(self) -> HttpResponse:
        """Draw the story from where the reader has come; for htmx the lines alone."""
        until = self.request.GET.get("until", "")
        known = until.isdecimal() and len(until) <= LONGEST_ID
        until_line = int(until) if known else LAST
        story = timeline(self.object, until=until_line, others=self.whose_story_too())
        fragment = getattr(self.request, "htmx", None) and not self.request.htmx.boosted
        template = "parts/timeline_lines.html" if fragment else "desk/history.html"
        return render(self.request, template, self.about(timeline=story))

    def of_field(self, field: str) -> HttpResponse:
        """Draw all values of one field; 404 for a name that is no field."""
        story = field_story(self.object, field, self.request.GET.get("part", ""))
        if story is None:
            raise Http404
        return render(self.request, "desk/history.html", self.about(story=story))

    def about(self, **more: Any) -> dict[str, Any]:
        """Return what the template draws."""
        return {
            "object": self.object,
            "title": _("History: %(object)s") % {"object": self.title()},
            "list_url": self.object.get_absolute_url(),
            "list_title": self.title(),
            "history_url": self.url("history", self.object.pk),
            **more,
        }


class WatchAction(NounView):
    """Begins or ends watching an object; mixed into the object's own page."""

    http_method_names: ClassVar[list[str]] = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        found = self.find()
        ends = request.POST.get("watch") == "off"
        change = watching.unwatch if ends else watching.watch
        done = _("You will see under “Watched” what happens to it.")
        if ends:
            done = _("You watch it no more.")
        return answer(request, found, lambda: change(found, actor=request.user), done=done)


class NoteAction(_PartAction):
    """Writes a note under an object."""

    part_form, form_name = NoteForm, "note_form"

    def add(self, form: Any) -> None:
        """Store the note."""
        records.add_note(self.object, form.cleaned_data["text"], actor=self.request.user)

    def sentence(self) -> str:
        """Say that it is done."""
        return _("The note was added.")


class FileAction(_PartAction):
    """Hangs a file on an object."""

    part_form, form_name = FileForm, "file_form"

    def add(self, form: Any) -> None:
        """Check and store the file."""
        values = form.cleaned_data
        records.attach(
            self.object,
            values["upload"],
            actor=self.request.user,
            kind=values["kind"] or "other",
            name=values["name"],
        )

    def sentence(self) -> str:
        """Say that it is done."""
        return _("The file was added.")


def is_archived(subject: Any) -> bool:
    """Whether the object was put away."""
    return bool(getattr(subject, "is_archived", False))
