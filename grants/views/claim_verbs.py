"""The verbs of a claim: one small POST each; a refusal comes back on the page itself."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bureau.desk.views import answer, subject
from bureau.desk.views.verbs import note_of
from bureau.records.models import Attachment
from grants.choices import ClaimPaper, ClaimVerb
from grants.forms import claims as forms
from grants.models import Claim
from grants.rules import claims as rules
from grants.services import claim_papers as services
from grants.services.claim_hearings import announce_intent, record_statement
from grants.services.claim_verbs import SERVICES, do
from grants.views.claim_steps import kebab
from grants.views.claims import ClaimPage

VERBS = {kebab(verb): verb for verb in SERVICES}
PAGE = Claim.objects.with_page_data()
HEARERS = (rules.MAY_REJECT, rules.MAY_REVOKE)


@require_POST
def verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Carry out a verb of the workflow; any other word is no address."""
    if verb not in VERBS:
        raise Http404
    name = ClaimVerb(VERBS[verb])
    claim = subject(request, PAGE, pk, rules.by(name))
    form = forms.form_class(name.value)(
        request.POST, request.FILES, user=request.user, claim=claim, auto_id=f"id_{name}_%s"
    )

    def call() -> Claim:
        return do(name.value, claim, actor=request.user, **form.given)

    return ClaimPage.carry_out(request, claim, form, call, name.label, name.value)


@require_POST
def add_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a paper or photo into the household's file."""
    claim = subject(request, PAGE, pk, services.FILERS)
    form = forms.ClaimPaperForm(request.POST, request.FILES, user=request.user)

    def call() -> Any:
        given = form.cleaned_data
        return services.file_paper(claim, given["upload"], actor=request.user, kind=given["kind"])

    sent = form.data.get("kind", "")
    label = ClaimPaper(sent).label if sent in ClaimPaper.values else _("Paper")
    return ClaimPage.carry_out(request, claim, form, call, label)


@require_POST
def withdraw_paper(request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
    """Take a paper back that was filed by mistake."""
    claim = subject(request, PAGE, pk, services.FILERS)
    paper = Attachment.objects.of(claim).filter(pk=paper_pk).first()
    if paper is None:
        raise Http404
    note = note_of(request)
    return answer(
        request,
        claim,
        lambda: services.withdraw_paper(paper, actor=request.user, note=note),
        done=_("The paper was withdrawn."),
    )


@require_POST
def announce(request: HttpRequest, pk: int) -> HttpResponse:
    """Announce to the household what the office intends."""
    claim = subject(request, PAGE, pk, HEARERS)
    form = forms.IntentForm(request.POST, user=request.user)

    def call() -> Any:
        return announce_intent(claim, actor=request.user, **form.cleaned_data)

    return ClaimPage.carry_out(request, claim, form, call, ClaimVerb.ANNOUNCE.label)


@require_POST
def hear(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what the household said to the announced intent."""
    claim = subject(request, PAGE, pk, HEARERS)
    form = forms.StatementForm(request.POST, user=request.user)

    def call() -> Any:
        return record_statement(claim, actor=request.user, **form.cleaned_data)

    return ClaimPage.carry_out(request, claim, form, call, ClaimVerb.HEAR.label)
