"""The verbs of a handover: one small POST each; a refusal comes back on the page itself."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bureau.core.transitions import find
from bureau.desk.views import answer, subject
from bureau.desk.views.verbs import note_of
from bureau.records.models import Attachment
from heating.choices import HandoverEvent, HandoverPaper, HandoverVerb
from heating.forms import handover as forms
from heating.models import Handover, HandoverDefect
from heating.rules import handover as rules
from heating.services import handover_file as services
from heating.services.handover_verbs import SERVICES, do
from heating.views.handover import HandoverPage
from heating.views.handover_steps import form_class, kebab

VERBS = {kebab(verb): verb for verb in SERVICES}
PAGE = Handover.objects.with_page_data()


@require_POST
def verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Carry out a verb of the workflow; any other word is no address."""
    if verb not in VERBS:
        raise Http404
    name = VERBS[verb]
    handover = subject(request, PAGE, pk, find(rules.WORKFLOW, name).signatures)
    form = form_class(handover, name)(
        request.POST,
        request.FILES,
        user=request.user,
        handover=handover,
        auto_id=f"id_{name}_%s",
    )

    def call() -> Handover:
        return do(name, handover, actor=request.user, **form.given)

    return HandoverPage.carry_out(request, handover, form, call, HandoverVerb(name).label, name)


@require_POST
def add_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a paper into the file."""
    handover = subject(request, PAGE, pk, services.FILERS)
    form = forms.PaperForm(request.POST, request.FILES, user=request.user)

    def call() -> Any:
        given = form.cleaned_data
        return services.file_paper(
            handover, given["upload"], actor=request.user, kind=given["kind"]
        )

    return HandoverPage.carry_out(request, handover, form, call, HandoverPaper(_kind(form)).label)


@require_POST
def withdraw_paper(request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
    """Take a paper back that was filed by mistake."""
    handover = subject(request, PAGE, pk, services.FILERS)
    paper = Attachment.objects.of(handover).filter(pk=paper_pk).first()
    if paper is None:
        raise Http404
    note = note_of(request)
    return answer(
        request,
        handover,
        lambda: services.withdraw_paper(paper, actor=request.user, note=note),
        done=_("The paper was withdrawn."),
    )


def _kind(form: forms.PaperForm) -> str:
    sent = form.data.get("kind", "")
    return sent if sent in HandoverPaper.values else HandoverPaper.OTHER.value


@require_POST
def add_defect(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a defect found after the survey."""
    handover = subject(request, PAGE, pk, services.KEEPERS)
    form = forms.DefectForm(request.POST, user=request.user, handover=handover)

    def call() -> Any:
        return services.add_defect(handover, actor=request.user, **form.given)

    return HandoverPage.carry_out(request, handover, form, call, HandoverEvent.ADD_DEFECT.label)


def _defect(request: HttpRequest, pk: int, defect_pk: int) -> HandoverDefect:
    """Return a defect of a handover within scope."""
    handover = subject(request, PAGE, pk, services.KEEPERS)
    defect = handover.defects.model.objects.filter(handover=handover, pk=defect_pk).first()
    if defect is None:
        raise Http404
    defect.handover = handover
    return defect


@require_POST
def close_defect(request: HttpRequest, pk: int, defect_pk: int) -> HttpResponse:
    """Record that a defect was put right."""
    defect = _defect(request, pk, defect_pk)
    form = forms.CloseDefectForm(request.POST, user=request.user, handover=defect.handover)

    def call() -> Any:
        return services.close_defect(defect, actor=request.user, **form.given)

    label = HandoverEvent.CLOSE_DEFECT.label
    return HandoverPage.carry_out(request, defect.handover, form, call, label)


@require_POST
def reopen_defect(request: HttpRequest, pk: int, defect_pk: int) -> HttpResponse:
    """Open a defect again."""
    defect = _defect(request, pk, defect_pk)
    form = forms.ReasonedForm(request.POST, user=request.user, handover=defect.handover)

    def call() -> Any:
        return services.reopen_defect(defect, actor=request.user, **form.given)

    label = HandoverEvent.REOPEN_DEFECT.label
    return HandoverPage.carry_out(request, defect.handover, form, call, label)


@require_POST
def correct_acceptance(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the acceptance record before the second signature."""
    handover = subject(request, PAGE, pk, services.SIGNERS)
    form = forms.AcceptanceRecordForm(request.POST, user=request.user, handover=handover)

    def call() -> Any:
        return services.correct_acceptance(handover, actor=request.user, **form.given)

    label = HandoverEvent.CORRECT_ACCEPTANCE.label
    return HandoverPage.carry_out(request, handover, form, call, label)
