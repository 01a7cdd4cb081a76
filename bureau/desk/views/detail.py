"""The page of one object: who holds it, what can be done, what hangs on it, what happened."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bureau.core.errors import BusinessError
from bureau.desk import panels
from bureau.desk.forms import refuse
from bureau.desk.parts import FileForm, NoteForm, timeline
from bureau.desk.tables import Column, StatusColumn
from bureau.desk.views.base import NO_PERMISSION, Action, NounView
from bureau.desk.views.verbs import back_to
from bureau.records import services as records
from bureau.records.models import Attachment, Note


class Group:
    """Facts under one heading, drawn by the same columns as a table's."""

    def __init__(self, heading: Any, *columns: Column) -> None:
        self.heading, self.columns = heading, columns

    def lines(self, subject: Any) -> Iterable[tuple[Any, str, str]]:
        """Return (label, safe html, hint) of each fact."""
        for column in self.columns:
            yield column.label, column.drawn(subject), column.hint


class DetailPage(NounView):
    """Header with state and actions, facts, panels, notes, files and the timeline of one object.

    ``status`` draws its state, ``facts`` its fields; ``actions`` adds verbs before edit and
    archive; ``holder`` says who holds it now; ``extra`` adds to the template's context.
    ``write`` is the permission to add notes and files.
    """

    http_method_names: ClassVar[list[str]] = ["get", "head"]
    template = "desk/detail.html"
    status: ClassVar[StatusColumn | None] = None
    facts: ClassVar[Sequence[Group]] = ()
    icon: ClassVar[str] = "folder"
    write: ClassVar[str] = ""
    has_notes: ClassVar[bool] = True
    has_files: ClassVar[bool] = True
    list_title: ClassVar[Any] = ""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.object = self.find()
        return render(request, self.template, self.context())

    def context(self, **more: Any) -> dict[str, Any]:
        """Return what the template draws."""
        subject = self.object
        may_write = self.may_write()
        everything = self.request.GET.get("history") == "all"
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
            "groups": [(group.heading, list(group.lines(subject))) for group in self.facts],
            "panels": panels.of(subject, self.request.user),
            "timeline": timeline(subject, everything=everything),
            "notes": Note.objects.of(subject) if self.has_notes else (),
            "files": Attachment.objects.of(subject) if self.has_files else (),
            "has_notes": self.has_notes,
            "has_files": self.has_files,
            "note_form": NoteForm() if may_write else None,
            "note_url": self.url("note", subject.pk) if may_write and self.has_notes else "",
            "file_form": FileForm() if may_write else None,
            "file_url": self.url("file", subject.pk) if may_write and self.has_files else "",
            **self.extra(),
            **more,
        }

    def title(self) -> str:
        """Return the page's heading."""
        return str(self.object)

    def subtitle(self) -> str:
        """Return the line under the heading: where the object lies."""
        return ""

    def holder(self) -> str:
        """Say who holds the object now; empty where nothing waits."""
        return ""

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
        """Return edit and archive, each with its reason where it cannot be pressed."""
        edit = self.page_action("edit", "change", _("Edit"), icon="pencil")
        archive = self.page_action(
            "archive", "archive", _("Archive"), icon="archive", kind="danger"
        )
        return [action for action in (edit, archive) if action.url]

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
        status = 422
        if form.is_valid():
            try:
                self.add(form)
            except BusinessError as error:
                refuse(form, error.sentence)
                status = 409
            else:
                messages.success(request, self.sentence())
                return back_to(request, self.object)
        context = self.context(**{self.form_name: form})
        return render(request, self.template, context, status=status)


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
