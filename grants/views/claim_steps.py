"""What can be done with a claim now: the next step with its form, and the ways around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.core.findings import Finding
from bureau.core.transitions import Transition, find_from
from bureau.desk.views import Action
from bureau.desk.views.base import NO_PERMISSION
from grants.choices import ClaimRefusal, ClaimState, ClaimVerb
from grants.forms.claims import ClaimVerbForm, form_class
from grants.models import Claim, NoticeItem
from grants.reports import notices
from grants.rules import claims as rules
from grants.services import claim_facts as facts
from grants.services import notice_items
from grants.services.claim_moves import check
from grants.services.claim_verbs import SERVICES

KIND = {"reject": "danger", "withdraw": "danger", "revoke": "danger"}
ICON = {
    "return": "arrow-back-up",
    "withdraw": "ban",
    "reject": "ban",
    "revoke": "ban",
}
GUARDS = {
    ClaimVerb.SUBMIT.value: facts.against_submission,
    ClaimVerb.PASS_COUNTY.value: facts.against_county,
    ClaimVerb.APPROVE.value: notice_items.against_approval,
}
"""Guards that the page can ask before anybody presses the button."""

REASON = "-"
ON_NOTICE = (ClaimState.NOTICE.value, ClaimState.OBJECTION_HOLD.value)


def kebab(verb: str) -> str:
    """Return a verb as addresses write it."""
    return verb.replace("_", "-")


def url_of(claim: Claim, verb: str) -> str:
    """Return the address to which a verb is posted."""
    return reverse("grants:claim_verb", args=[claim.pk, kebab(verb)])


def new_form(claim: Claim, verb: str) -> ClaimVerbForm:
    """Return an empty form of a verb; ids stay unique on a page with several."""
    return form_class(verb)(claim=claim, auto_id=f"id_{verb}_%s")


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step that a claim waits for: its form, or why it cannot be taken now."""

    verb: str
    label: Any
    url: str
    form: ClaimVerbForm | None
    reason: Any = ""
    way: tuple[Any, Any] | None = None
    """What is called so and stands on a page of its own, where the step is got ready or taken."""


def next_step(claim: Claim, user: Any, bound: Mapping[str, ClaimVerbForm]) -> NextStep | None:
    """Return the leading step for ``user``; None when nothing is left to do."""
    step = claim.step
    if step is None:
        return None
    reason = _why_not(claim, user, step.verb)
    form = None if reason else bound.get(step.verb) or new_form(claim, step.verb)
    label = ClaimVerb(step.verb).label
    way = _way(claim, user, step.verb, blocked=bool(reason))
    return NextStep(step.verb, label, url_of(claim, step.verb), form, reason, way)


def _way(claim: Claim, user: Any, verb: str, *, blocked: bool) -> tuple[Any, Any] | None:
    """Return the notice on which a claim stands, or the village that holds it up."""
    if claim.state in ON_NOTICE:
        items = NoticeItem.objects.visible_to(user, "grants.view_publicnotice").on_sheet()
        item = items.filter(claim=claim).select_related("notice__village").first()
        return (_("Open the public notice"), item.notice) if item else None
    found = _stands_against(claim, user, verb) if blocked else None
    if found is not None and found.code == ClaimRefusal.NOT_READY:
        return _("Open the place"), claim.village
    return None


def _why_not(claim: Claim, user: Any, verb: str) -> Any:
    line = find_from(rules.WORKFLOW, verb, claim.state)
    if line is None or not may(user, line, claim):
        return _("Waiting for: %(holder)s") % {"holder": waiting_for(claim)}
    return obstacle(claim, user, verb)


def waiting_for(claim: Claim) -> str:
    """Return who has to act on a claim now, or until when its notice runs; else nothing."""
    return str(notices.waits_for(claim, notices.last_days([claim], clock.today())))


def may(user: Any, line: Transition, claim: Claim) -> bool:
    """Whether a posting of the user gives the line's permission on the claim."""
    return any(user.has_perm(one) and user.can(one, claim) for one in line.signatures)


def obstacle(claim: Claim, user: Any, verb: str) -> str:
    """Return the sentence of what stands against a verb, where the page can already tell."""
    found = _stands_against(claim, user, verb)
    return BusinessError(found.code, **found.values).sentence if found else ""


def _stands_against(claim: Claim, user: Any, verb: str) -> Finding | None:
    _yes, no = check([claim], ClaimVerb(verb), actor=user, note=REASON)
    found: Finding | None = no.get(claim.pk)
    if found is None and verb in GUARDS:
        found = GUARDS[verb]([claim]).get(claim.pk)
    return found


def detours(claim: Claim, user: Any, bound: Mapping[str, ClaimVerbForm]) -> list[Action]:
    """Return the verbs beside the leading one, each with its form or with the reason why not."""
    leading = claim.step.verb if claim.step else ""
    lines = [line for line in rules.verbs_from(claim.state) if line.verb != leading]
    return [_detour(claim, user, line, bound) for line in lines if line.verb in SERVICES]


def _detour(
    claim: Claim, user: Any, line: Transition, bound: Mapping[str, ClaimVerbForm]
) -> Action:
    reason: Any = obstacle(claim, user, line.verb) if may(user, line, claim) else NO_PERMISSION
    return Action(
        line.verb,
        ClaimVerb(line.verb).label,
        url_of(claim, line.verb),
        enabled=not reason,
        reason=reason,
        form=None if reason else bound.get(line.verb) or new_form(claim, line.verb),
        kind=KIND.get(line.verb, "plain"),
        icon=ICON.get(line.verb, ""),
    )
