"""One household on a public notice: what is said against it, and what was decided."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bureau.desk.attempts import attempt
from bureau.desk.views import subject
from grants.choices import ClaimState, ClaimVerb, NoticeVerb, ObjectionState
from grants.forms import notices as forms
from grants.models import NoticeItem, Objection, PublicNotice
from grants.rules import notices as rules
from grants.services import objections as services

NOTICES = PublicNotice.objects.select_related("village__parent__parent")
VERBS: dict[str, tuple[type[Any], str, Any]] = {
    "object": (forms.ObjectForm, rules.MAY_HOLD, NoticeVerb.OBJECT.label),
    "release": (forms.VerbForm, rules.MAY_HOLD, ClaimVerb.RELEASE.label),
    "correct": (forms.CorrectForm, rules.MAY_CORRECT, ClaimVerb.CORRECT_ITEM.label),
}
HELD, IN_NOTICE = ClaimState.OBJECTION_HOLD.value, ClaimState.NOTICE.value
FROM = {"object": (IN_NOTICE, HELD), "release": (HELD,), "correct": (IN_NOTICE, HELD)}


@require_safe
def item(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """Draw one household of a notice."""
    notice, found = _find(request, pk, item_pk)
    return _draw(request, notice, found)


def _find(request: HttpRequest, pk: int, item_pk: int) -> tuple[PublicNotice, NoticeItem]:
    notice = subject(request, NOTICES, pk)
    found = NoticeItem.objects.of_notice(notice).with_row_data().filter(pk=item_pk).first()
    if found is None:
        raise Http404
    return notice, found


def _draw(
    request: HttpRequest,
    notice: PublicNotice,
    found: NoticeItem,
    bound: dict[str, Any] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    user, given = request.user, bound or {}
    objections = list(found.objections.select_related("recorded_by", "decided_by", "paper"))
    context = {
        "notice": notice,
        "item": found,
        "title": _("No. %(position)s %(name)s") % {"position": found.position, "name": found.name},
        "list_url": notice.get_absolute_url(),
        "list_title": str(notice),
        "objections": [
            (one, _decide_form(one, user, found, given), f"decide-{one.pk}") for one in objections
        ],
        "verbs": [
            (verb, label, given.get(verb) or _new(verb, found), _url(verb, found))
            for verb, (_form, permission, label) in VERBS.items()
            if found.withdrawn_at is None
            and found.claim.state in FROM[verb]
            and user.can(permission, found.claim)
        ],
        **more,
    }
    return render(request, "grants/notice_item.html", context, status=status)


def _new(verb: str, found: NoticeItem) -> Any:
    initial = {"version": found.claim.version}
    return VERBS[verb][0](initial=initial, auto_id=f"id_{verb}_%s")


def _url(verb: str, found: NoticeItem) -> str:
    return reverse("grants:noticeitem_verb", args=[found.notice_id, found.pk, verb])


def _decide_form(objection: Objection, user: Any, found: NoticeItem, given: dict[str, Any]) -> Any:
    if objection.state != ObjectionState.OPEN or not user.can(rules.MAY_HOLD, found.claim):
        return None
    key = f"decide-{objection.pk}"
    return given.get(key) or forms.DecideForm(auto_id=f"id_{key}_%s")


@require_POST
def verb(request: HttpRequest, pk: int, item_pk: int, verb: str) -> HttpResponse:
    """Object, release or correct; any other word is no address."""
    if verb not in VERBS:
        raise Http404
    form_class, permission, label = VERBS[verb]
    notice, found = _find(request, pk, item_pk)
    _require(request, permission, found)
    form = form_class(request.POST, request.FILES, user=request.user, auto_id=f"id_{verb}_%s")
    calls: dict[str, Callable[..., Any]] = {
        "object": lambda **given: services.record_objection(found, **given),
        "release": lambda **given: services.release(found.claim, **given),
        "correct": lambda **given: services.correct_item(found.claim, **given),
    }
    return _carry_out(request, notice, found, form, verb, calls[verb], label)


@require_POST
def decide(request: HttpRequest, pk: int, item_pk: int, objection_pk: int) -> HttpResponse:
    """Decide an objection with its paper."""
    notice, found = _find(request, pk, item_pk)
    _require(request, rules.MAY_HOLD, found)
    objection = Objection.objects.filter(item=found, pk=objection_pk).first()
    if objection is None:
        raise Http404
    objection.item = found
    key = f"decide-{objection.pk}"
    form = forms.DecideForm(request.POST, request.FILES, user=request.user, auto_id=f"id_{key}_%s")

    def call(**given: Any) -> Any:
        return services.decide_objection(objection, **given)

    label = NoticeVerb.DECIDE_OBJECTION.label
    return _carry_out(request, notice, found, form, key, call, label)


def _require(request: HttpRequest, permission: str, found: NoticeItem) -> None:
    if not request.user.can(permission, found.claim):
        raise PermissionDenied


def _carry_out(
    request: HttpRequest,
    notice: PublicNotice,
    found: NoticeItem,
    form: Any,
    key: str,
    call: Callable[..., Any],
    label: Any,
) -> HttpResponse:
    tried = attempt(form, lambda: call(actor=request.user, **form.given))
    if tried.is_done:
        messages.success(request, _("Done: %(verb)s.") % {"verb": label})
        return redirect("grants:noticeitem_detail", notice.pk, found.pk)
    more = {"refused_form": form, "refusal_code": tried.code}
    return _draw(request, notice, found, {key: form}, tried.status, **more)
