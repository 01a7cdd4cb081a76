"""The verbs of a public notice: one small POST each; a refusal comes back on the page itself."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bureau.core.transitions import find
from bureau.desk.views import answer, subject
from bureau.desk.views.verbs import note_of
from bureau.records.models import Attachment
from grants.choices import NoticePaper, NoticeVerb
from grants.forms.notices import PaperForm
from grants.models import PublicNotice
from grants.rules import notices as rules
from grants.services import notice_papers as papers
from grants.services.notices import cancel_notice, confirm_notice, publish_notice
from grants.views.notice_steps import FORMS
from grants.views.notices import NoticePage

SERVICES: dict[str, Callable[..., PublicNotice]] = {
    NoticeVerb.PUBLISH.value: publish_notice,
    NoticeVerb.CONFIRM.value: confirm_notice,
    NoticeVerb.CANCEL.value: cancel_notice,
}
PAGE = PublicNotice.objects.with_page_data()


@require_POST
def verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Carry out a verb of the workflow; any other word is no address."""
    name = verb.replace("-", "_")
    if name not in SERVICES:
        raise Http404
    notice = subject(request, PAGE, pk, find(rules.WORKFLOW, name).signatures)
    form = FORMS[name](request.POST, request.FILES, user=request.user, auto_id=f"id_{name}_%s")

    def call() -> PublicNotice:
        return SERVICES[name](notice, actor=request.user, **form.given)

    return NoticePage.carry_out(request, notice, form, call, NoticeVerb(name).label, name)


@require_POST
def add_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a paper into the file."""
    notice = subject(request, PAGE, pk, papers.FILERS)
    form = PaperForm(request.POST, request.FILES, user=request.user)

    def call() -> Any:
        given = form.cleaned_data
        return papers.file_paper(notice, given["upload"], actor=request.user, kind=given["kind"])

    return NoticePage.carry_out(request, notice, form, call, _("add paper"))


@require_POST
def withdraw_paper(request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
    """Take a paper back that was filed by mistake."""
    notice = subject(request, PAGE, pk, papers.FILERS)
    found = Attachment.objects.of(notice).filter(pk=paper_pk, kind__in=NoticePaper.values).first()
    if found is None:
        raise Http404
    note = note_of(request)
    return answer(
        request,
        notice,
        lambda: papers.withdraw_paper(found, actor=request.user, note=note),
        done=_("The paper was withdrawn."),
    )
