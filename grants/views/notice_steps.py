"""What can be done with a public notice now: the next step with its form, or why not yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.desk.views import Action
from bureau.desk.views.base import NO_PERMISSION
from grants.choices import ClaimHolder, NoticeRefusal, NoticeState, NoticeVerb
from grants.forms import notices as forms
from grants.models import NoticeItem, PublicNotice
from grants.rules import notices as rules

FORMS: dict[str, type[forms.VerbForm]] = {
    NoticeVerb.PUBLISH.value: forms.PublishForm,
    NoticeVerb.CONFIRM.value: forms.ConfirmForm,
    NoticeVerb.CANCEL.value: forms.CancelForm,
}
LEADS = {
    NoticeState.DRAFT.value: (NoticeVerb.PUBLISH, rules.MAY_PUBLISH),
    NoticeState.PUBLISHED.value: (NoticeVerb.CONFIRM, rules.MAY_CONFIRM),
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step that a notice waits for: its form, or why it cannot be taken now."""

    verb: str
    label: Any
    url: str
    form: forms.VerbForm | None
    reason: Any = ""


def url_of(notice: PublicNotice, verb: NoticeVerb) -> str:
    """Return the address to which a verb is posted."""
    return reverse("grants:publicnotice_verb", args=[notice.pk, verb.value.replace("_", "-")])


def new_form(notice: PublicNotice, verb: NoticeVerb) -> forms.VerbForm:
    """Return an empty form of a verb; ids stay unique on a page with several."""
    initial = {"version": notice.version}
    return FORMS[verb.value](initial=initial, auto_id=f"id_{verb.value}_%s")


def next_step(
    notice: PublicNotice, user: Any, bound: Mapping[str, forms.VerbForm]
) -> NextStep | None:
    """Return the leading step for ``user``; None when the notice is through."""
    if notice.state not in LEADS:
        return None
    verb, permission = LEADS[notice.state]
    reason: Any = ""
    if not user.can(permission, notice):
        reason = _("Waiting for: %(holder)s") % {"holder": ClaimHolder.COUNTY.label}
    elif verb is NoticeVerb.CONFIRM:
        reason = _why_not_confirm(notice)
    form = None if reason else bound.get(verb.value) or new_form(notice, verb)
    return NextStep(verb.value, verb.label, url_of(notice, verb), form, reason)


def _why_not_confirm(notice: PublicNotice) -> str:
    today = clock.today()
    if NoticeItem.objects.of_notice(notice).ripe(today).exists():
        return ""
    common = rules.ItemFacts(str(notice), "", notice.ends_on, notice.pending_year)
    why = rules.against_approval(common, today)
    refusal = BusinessError(NoticeRefusal.NOTHING_RIPE)
    return (BusinessError(why.code, **why.values) if why else refusal).sentence


def cancel_action(
    notice: PublicNotice, user: Any, bound: Mapping[str, forms.VerbForm]
) -> list[Action]:
    """Return the button that gives up a notice that was not posted yet."""
    if notice.state != NoticeState.DRAFT:
        return []
    verb, allowed = NoticeVerb.CANCEL, user.can(rules.MAY_KEEP, notice)
    return [
        Action(
            verb.value,
            verb.label,
            url_of(notice, verb),
            enabled=allowed,
            reason="" if allowed else NO_PERMISSION,
            form=(bound.get(verb.value) or new_form(notice, verb)) if allowed else None,
            kind="danger",
            icon="ban",
        )
    ]
