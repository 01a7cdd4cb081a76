"""What waits for whom in review and payment; thousands of rows are a few lines."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bureau.core import clock
from bureau.desk import work
from grants.choices import BatchState, ClaimState, ClaimVerb, DuplicateVerb, LineState
from grants.models import Claim, DuplicateCase, PaymentBatch, PaymentLine, Recovery
from grants.rules import claims as rules
from grants.rules import payments

MOST_LINES = 30
"""More villages than so many are told town by town."""

AT_ONCE = (
    ClaimVerb.SUBMIT.value, ClaimVerb.PASS_TOWNSHIP.value, ClaimVerb.PASS_INSPECTION.value,
    ClaimVerb.PASS_COUNTY.value,
)  # fmt: skip
"""Verbs that the list of claims offers for many rows."""

VILLAGE = ("state", "village__code", "village__parent__name", "village__name")
TOWN = ("state", "village__parent__code", "village__parent__parent__name", "village__parent__name")


@work.register
def waiting_claims(user: Any) -> Iterator[work.WorkItem]:
    """Yield the claims whose next step ``user`` may take: one line a state and place."""
    if not any(user.has_perm(step.permission) for step in rules.STEPS):
        return
    groups = _groups(user, VILLAGE)
    if len(groups) > MOST_LINES:
        groups = _groups(user, TOWN)
    for state, code, above, name, number, _since in groups[: work.SHOWN]:
        yield _line(state, code, f"{above}{name}", number)


@work.register
def open_duplicates(user: Any) -> Iterator[work.WorkItem]:
    """Yield the duplicate cases that the user may decide, or sign because another decided."""
    cases = DuplicateCase.objects.undecided().order_by("pk")
    may_decide = cases.visible_to(user, "grants.decide_duplicatecase")
    may_sign = cases.visible_to(user, "grants.sign_duplicatecase")
    waiting = [
        (
            DuplicateVerb.SIGN,
            may_sign.filter(state="decided").exclude(decided_by_id__in=user.person_ids()),
        ),
        (DuplicateVerb.DECIDE, may_decide.filter(state="open")),
    ]
    for verb, rows in waiting:
        for case in rows[: work.SHOWN]:
            yield work.WorkItem(
                title=str(case), url=case.get_absolute_url(), action=verb.label,
                kind=_("Duplicate cases"), status=case.state,
                status_label=case.get_state_display(),
            )  # fmt: skip


def _groups(user: Any, keys: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Return (*keys, number, waiting since), the longest waiting first."""
    waiting = Claim.objects.waiting_for(user, clock.today()).order_by().values_list(*keys)
    return list(waiting.annotate(number=Count("pk"), since=Min("step_from")).order_by("since"))


def _line(state: str, code: str, place: str, number: int) -> work.WorkItem:
    step = rules.step_of(state)
    verb = step.verb if step else ""
    query = f"mine=on&state={state}&place={code}"
    bulk = ""
    if verb in AT_ONCE:
        bulk = f"{reverse('grants:claim_bulk', args=[verb.replace('_', '-')])}?all=1&{query}"
    return work.WorkItem(
        title=place,
        url=f"{reverse('grants:claim_list')}?{query}",
        action=ClaimVerb(verb).label if verb else "",
        kind=_("Subsidy claims"),
        detail=ngettext("%(count)s household", "%(count)s households", number) % {"count": number},
        status=state,
        status_label=ClaimState(state).label,
        count=number,
        action_url=bulk,
    )


# --- Payments ----------------------------------------------------------------------------
BATCH_STEPS = {
    BatchState.DRAFT.value: _("Lock"),
    BatchState.LOCKED.value: _("Approve (business)"),
    BatchState.BUSINESS_APPROVED.value: _("Approve (finance)"),
    BatchState.APPROVED.value: _("Export for the bank"),
    BatchState.EXPORTED.value: _("Import receipt"),
    BatchState.RECONCILING.value: _("Import receipt"),
}


@work.register
def waiting_batches(user: Any) -> Iterator[work.WorkItem]:
    """Yield the payment batches whose next step ``user`` may take."""
    for batch in PaymentBatch.objects.waiting_for(user).with_row_data()[: work.SHOWN]:
        yield work.WorkItem(
            title=f"{batch.number} {batch.area}",
            url=batch.get_absolute_url(),
            action=BATCH_STEPS[batch.state],
            kind=_("Payment batch"),
            detail=batch.get_kind_display(),
            status=batch.state,
            status_label=batch.get_state_display(),
        )


@work.register
def answered_batches(user: Any) -> Iterator[work.WorkItem]:
    """Yield the batches that are answered in full, for whoever may close them."""
    done = PaymentBatch.objects.visible_to(user, payments.MAY_CLOSE).answered()
    for batch in done.with_row_data()[: work.SHOWN]:
        yield work.WorkItem(
            title=f"{batch.number} {batch.area}",
            url=batch.get_absolute_url(),
            action=_("Close"),
            kind=_("Payment batch"),
            detail=batch.get_kind_display(),
            status=batch.state,
            status_label=batch.get_state_display(),
        )


@work.register
def waiting_recoveries(user: Any) -> Iterator[work.WorkItem]:
    """Yield the recoveries whose next step ``user`` may take."""
    for row in Recovery.objects.waiting_for(user).with_row_data().order_by("pk")[: work.SHOWN]:
        yield work.WorkItem(
            title=row.entitlement.claim.name,
            url=row.get_absolute_url(),
            action=_("Go on with the recovery"),
            kind=_("Recovery"),
            detail=str(row.entitlement.village),
            status=row.state,
            status_label=row.get_state_display(),
        )


@work.register
def came_back(user: Any) -> Iterator[work.WorkItem]:
    """Yield one item for all payments that failed or were returned and can be tried again."""
    count = PaymentLine.objects.visible_to(user, payments.MAY_CREATE).to_be_tried_again().count()
    if not count:
        return
    states = [("state", LineState.FAILED.value), ("state", LineState.RETURNED.value)]
    words = urlencode(states)
    yield work.WorkItem(
        title=ngettext("%(count)s payment came back", "%(count)s payments came back", count)
        % {"count": count},
        url=f"{reverse('grants:paymentline_list')}?{words}",
        action=_("Create a new batch"),
        kind=_("Payments to be tried again"),
    )
