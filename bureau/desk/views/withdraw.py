"""Taking back a note or a file, with a reason; the timeline keeps that it was there."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bureau.desk.parts import ReasonForm
from bureau.desk.views.base import permission
from bureau.desk.views.detail import DetailPage, is_archived
from bureau.desk.views.verbs import answer, refusal
from bureau.records import services as records
from bureau.records.models import Attachment, Note


@require_POST
def withdraw_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a note: its writer, or whoever may change what it hangs on."""
    note = _found(request, Note, pk)
    return _withdraw(request, note, note.author_id, "has_notes", _("The note was withdrawn."))


@require_POST
def withdraw_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a file: who uploaded it, or whoever may change what it hangs on."""
    file = _found(request, Attachment, pk)
    return _withdraw(request, file, file.uploaded_by_id, "has_files", _("The file was withdrawn."))


def _found(request: HttpRequest, model: Any, pk: int) -> Any:
    found = get_object_or_404(model, pk=pk, withdrawn_at__isnull=True)
    if not found.may_be_read_by(request.user):
        raise Http404
    return found


def _withdraw(
    request: HttpRequest, found: Any, writer: int | None, shown: str, done: str
) -> HttpResponse:
    """Withdraw what stands on an object's own page; elsewhere a verb of the noun does it."""
    subject = found.subject
    page: Any = getattr(resolve(subject.get_absolute_url()).func, "view_class", None)
    if not (isinstance(page, type) and issubclass(page, DetailPage) and getattr(page, shown)):
        raise Http404
    if is_archived(subject):
        raise PermissionDenied(_("It is archived and stays as it is."))
    wanted = page.write or permission(type(subject), "change")
    if writer != request.user.pk and not request.user.can(wanted, subject):
        raise PermissionDenied
    form = ReasonForm(request.POST)
    if not form.is_valid():
        sentence = _("Say why it is withdrawn. The history keeps the reason.")
        return refusal(request, [sentence], subject, 422)
    reason = form.cleaned_data["note"]
    return answer(
        request,
        subject,
        lambda: records.withdraw(found, actor=request.user, note=reason),
        done=done,
    )
