"""What can be done with a handover now: the next step with its form, and the ways around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.core import bigrams
from bureau.core.errors import BusinessError
from bureau.core.transitions import find
from bureau.desk.views import Action
from bureau.people.models import Organisation
from heating.choices import HandoverHolder, HandoverRefusal, HandoverVerb
from heating.forms import handover as forms
from heating.models import Handover
from heating.rules import handover as rules
from heating.rules import handover_guards as guards
from heating.services.handover_acceptance import facts_of
from heating.services.handover_moves import papers_of

FORMS: dict[str, type[forms.VerbForm]] = {
    HandoverVerb.ISSUE_NOTICE.value: forms.NoticeForm,
    HandoverVerb.RECORD_SURVEY.value: forms.SurveyForm,
    HandoverVerb.AGREE_PLAN.value: forms.PlanForm,
    HandoverVerb.RECORD_CONSENT.value: forms.ConsentForm,
    HandoverVerb.SIGN.value: forms.SignForm,
    HandoverVerb.ACCEPT.value: forms.AcceptCompanyForm,
    HandoverVerb.SEND_BACK.value: forms.ReasonedForm,
    HandoverVerb.CONNECT.value: forms.ConnectForm,
    HandoverVerb.ARCHIVE.value: forms.VerbForm,
    HandoverVerb.SUSPEND.value: forms.SuspendForm,
    HandoverVerb.RESUME.value: forms.VerbForm,
    HandoverVerb.CANCEL.value: forms.ReasonedForm,
}
LEADING = frozenset(step.verb for step in rules.STEPS)
KIND = {HandoverVerb.CANCEL.value: "danger"}
ICON = {
    HandoverVerb.SEND_BACK.value: "arrow-back-up",
    HandoverVerb.SUSPEND.value: "player-pause",
    HandoverVerb.CANCEL.value: "ban",
}


def kebab(verb: str) -> str:
    """Return a verb as addresses write it."""
    return verb.replace("_", "-")


def url_of(handover: Handover, verb: str) -> str:
    """Return the address to which a verb is posted."""
    return reverse("heating:handover_verb", args=[handover.pk, kebab(verb)])


def form_class(handover: Handover, verb: str) -> type[forms.VerbForm]:
    """Return the form of a verb; the second signature of the acceptance asks for less."""
    if verb == HandoverVerb.ACCEPT and handover.holder == HandoverHolder.CLERK:
        return forms.AcceptBureauForm
    return FORMS[verb]


def new_form(handover: Handover, verb: str) -> forms.VerbForm:
    """Return an empty form of a verb; ids stay unique on a page with several."""
    return form_class(handover, verb)(handover=handover, auto_id=f"id_{verb}_%s")


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step that a handover waits for: its form, or why it cannot be taken now."""

    verb: str
    label: Any
    url: str
    form: forms.VerbForm | None
    reason: Any = ""


def next_step(
    handover: Handover, user: Any, bound: Mapping[str, forms.VerbForm]
) -> NextStep | None:
    """Return the leading step for ``user``; None when the handover is through."""
    step = handover.step
    if step is None:
        return None
    reason = _why_not(handover, user, step)
    form = None if reason else bound.get(step.verb) or new_form(handover, step.verb)
    label = HandoverVerb(step.verb).label
    return NextStep(step.verb, label, url_of(handover, step.verb), form, reason)


def _why_not(handover: Handover, user: Any, step: rules.Step) -> Any:
    if not _may(user, step.permission, handover):
        return _("Waiting for: %(holder)s") % {"holder": HandoverHolder(step.holder).label}
    company = handover.station.heating_company
    if step.permission == rules.MAY_ACCEPT_FOR_COMPANY and company and not _officer(user, company):
        return _("Only the handover officer of %(company)s signs here.") % {"company": company}
    if step.permission == rules.MAY_ACCEPT_FOR_BUREAU and _has_signed(user, handover):
        return _("You have signed already. Another person signs second.")
    return obstacle(handover, step.verb)


def obstacle(handover: Handover, verb: str) -> str:
    """Return the sentence of what must be done before a verb, where the page can already tell."""
    refused: guards.Refused | None = None
    if verb == HandoverVerb.ARCHIVE:
        refused = guards.papers(rules.REQUIRED_PAPERS, papers_of(handover))
    elif verb == HandoverVerb.ACCEPT and handover.station.heating_company_id is None:
        refused = guards.Refused(HandoverRefusal.NO_COMPANY, {})
    elif verb == HandoverVerb.ACCEPT:
        refused = guards.blocking(facts_of(handover).open_defects)
    return BusinessError(refused.code, **refused.values).sentence if refused else ""


def _may(user: Any, permission: str, handover: Handover) -> bool:
    return user.has_perm(permission) and user.can(permission, handover)


def _officer(user: Any, company: Organisation) -> bool:
    areas = user.areas(rules.MAY_ACCEPT_FOR_COMPANY)
    return any(area.organisation_id == company.pk for area in areas)


def _has_signed(user: Any, handover: Handover) -> bool:
    same = user.person_ids()
    return any(
        one.user_id in same
        for one in handover.signatures.all()
        if one.revision == handover.revision
    )


def detours(handover: Handover, user: Any, bound: Mapping[str, forms.VerbForm]) -> list[Action]:
    """Return the verbs beside the leading one, each with its form or with the reason why not."""
    step = handover.step
    leading = step.verb if step else ""
    return [
        _detour(handover, user, line.verb, bound)
        for line in rules.verbs_from(handover.state)
        if line.verb != leading
    ]


def _detour(
    handover: Handover, user: Any, verb: str, bound: Mapping[str, forms.VerbForm]
) -> Action:
    allowed = _may(user, find(rules.WORKFLOW, verb).signatures[0], handover)
    return Action(
        verb,
        HandoverVerb(verb).label,
        url_of(handover, verb),
        enabled=allowed,
        reason=""
        if allowed
        else _("Only the %(holder)s may do this.") % {"holder": HandoverHolder.CHIEF.label},
        form=(bound.get(verb) or new_form(handover, verb)) if allowed else None,
        kind=KIND.get(verb, "plain"),
        icon=ICON.get(verb, ""),
    )


def stations_named(stations: Any, text: str) -> Any:
    """Return the stations whose name contains ``text``; a single character must begin it."""
    plain = bigrams.normalise(text)
    if len(plain) == 1:
        return stations.filter(name__istartswith=plain)
    return stations.filter(bigrams__contains=bigrams.of(plain))
