"""The working days that each step of a handover may take: read by all, published by the city."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from bureau.core import clock
from bureau.desk.attempts import attempt
from heating.choices import HandoverState
from heating.forms.handover import TermForm
from heating.models import HandoverStepTerm
from heating.services.handover_clock import MAY_PUBLISH_TERM, publish_step_term


@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest) -> HttpResponse:
    """Show the terms, those in force marked, and publish a new one."""
    if request.method == "POST":
        return _publish(request)
    if not request.user.has_perm("heating.view_handoverstepterm"):
        raise PermissionDenied
    return _draw(request, TermForm(initial={"valid_from": clock.today()}))


def _publish(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(MAY_PUBLISH_TERM):
        raise PermissionDenied
    form = TermForm(request.POST)
    tried = attempt(form, lambda: publish_step_term(actor=request.user, **form.cleaned_data))
    if tried.is_done:
        return redirect("heating:handover_terms")
    return _draw(request, form, tried.status)


def _draw(request: HttpRequest, form: TermForm, status: int = 200) -> HttpResponse:
    order = {state: place for place, state in enumerate(HandoverState.values)}
    found = HandoverStepTerm.objects.order_by("-valid_from")
    every = sorted(found, key=lambda term: order[term.state])
    today, in_force = clock.today(), {}
    for term in every:
        if term.valid_from <= today:
            in_force.setdefault(term.state, term.pk)
    context = {
        "terms": [(term, in_force.get(term.state) == term.pk) for term in every],
        "form": form if request.user.has_perm(MAY_PUBLISH_TERM) else None,
        "title": _("Terms of the handover steps"),
        "list_url": reverse("heating:handover_list"),
        "list_title": _("Handovers"),
    }
    return render(request, "heating/handover_terms.html", context, status=status)
