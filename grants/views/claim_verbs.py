"""The verbs of a claim: one small POST each; a refusal comes back on the page itself."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bureau.core.errors import BusinessError
from bureau.desk.forms import refuse, spread
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

    return _carry_out(request, claim, form, call, name.label, {name.value: form})


def _carry_out(
    request: HttpRequest,
    claim: Claim,
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
            return redirect(claim.get_absolute_url())
    return ClaimPage().answer(
        request, claim.pk, status, forms=bound, refused_form=form, refusal_code=code
    )


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
    return _carry_out(request, claim, form, call, label, {})


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

    return _carry_out(request, claim, form, call, ClaimVerb.ANNOUNCE.label, {})


@require_POST
def hear(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what the household said to the announced intent."""
    claim = subject(request, PAGE, pk, HEARERS)
    form = forms.StatementForm(request.POST, user=request.user)

    def call() -> Any:
        return record_statement(claim, actor=request.user, **form.cleaned_data)

    return _carry_out(request, claim, form, call, ClaimVerb.HEAR.label, {})
