"""The verbs of a public notice: one small POST each; a refusal comes back on the page itself."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bureau.core.errors import BusinessError
from bureau.core.transitions import find
from bureau.desk.forms import refuse, spread
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

    return _carry_out(request, notice, form, call, NoticeVerb(name).label, {name: form})


def _carry_out(
    request: HttpRequest,
    notice: PublicNotice,
    form: Any,
    call: Callable[[], Any],
    label: Any,
    bound: dict[str, Any],
) -> HttpResponse:
    """Run a service with a form; draw the page with the reasons when it was not to be."""
    status, code = 422, ""
    if form.is_valid():
        try:
            call()
        except BusinessError as error:
            refuse(form, error.sentence)
            status, code = 409, error.code.value
        except ValidationError as error:
            spread(form, error)
        else:
            messages.success(request, _("Done: %(verb)s.") % {"verb": label})
            return redirect(notice.get_absolute_url())
    page = NoticePage()
    return page.answer(
        request, notice.pk, status, forms=bound, refused_form=form, refusal_code=code
    )


@require_POST
def add_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a paper into the file."""
    notice = subject(request, PAGE, pk, papers.FILERS)
    form = PaperForm(request.POST, request.FILES, user=request.user)

    def call() -> Any:
        given = form.cleaned_data
        return papers.file_paper(notice, given["upload"], actor=request.user, kind=given["kind"])

    return _carry_out(request, notice, form, call, _("add paper"), {})


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
