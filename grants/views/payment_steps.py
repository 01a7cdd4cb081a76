"""The buttons of batches, entitlements and recoveries: each with its form, or why it is off."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bureau.core.errors import BusinessError
from bureau.core.transitions import Transition
from bureau.desk.views import Action
from bureau.people.roles import STANDARD_NAMES
from grants.choices import (
    BatchRefusal,
    BatchVerb,
    EntitlementRefusal,
    EntitlementState,
    EntitlementVerb,
    LineState,
    RecoveryState,
    RecoveryVerb,
)
from grants.forms import payments as forms
from grants.models import Entitlement, PaymentBatch, Recovery
from grants.rules import payments as rules
from grants.services.entitlements import MAY_SUSPEND
from grants.services.recoveries import recoverable

BATCH_FORMS: dict[str, type[forms.StepForm]] = {
    BatchVerb.LOCK.value: forms.LockForm,
    BatchVerb.UNLOCK.value: forms.StepForm,
    BatchVerb.APPROVE_BUSINESS.value: forms.StepForm,
    BatchVerb.APPROVE_FINANCE.value: forms.StepForm,
    BatchVerb.EXPORT.value: forms.StepForm,
    BatchVerb.IMPORT_RECEIPT.value: forms.ReceiptForm,
    BatchVerb.CLOSE.value: forms.StepForm,
    BatchVerb.IMPORT_RETURNS.value: forms.ReceiptForm,
    BatchVerb.ABORT.value: forms.ReasonedForm,
}
RECOVERY_FORMS: dict[str, type[forms.StepForm]] = {
    RecoveryVerb.HEAR.value: forms.HearForm,
    RecoveryVerb.DECIDE.value: forms.DecideForm,
    RecoveryVerb.RECORD_CASH.value: forms.CashForm,
    RecoveryVerb.OFFSET.value: forms.OffsetForm,
    RecoveryVerb.CANCEL.value: forms.ReasonedForm,
}
LEADING = {verb for verb in BatchVerb.values if verb not in ("unlock", "abort", "import_returns")}
ICONS = {
    "lock": "lock", "unlock": "arrow-back-up", "export": "download", "import_receipt": "upload",
    "import_returns": "upload",     "abort": "ban", "cancel": "ban",
}  # fmt: skip
ROLES = {
    rules.MAY_LOCK: ("bureau_clerk", "county_reviewer"),
    rules.MAY_APPROVE_BUSINESS: ("section_chief",),
    rules.MAY_APPROVE_FINANCE: ("finance_clerk",),
    rules.MAY_EXPORT: ("finance_clerk",),
    rules.MAY_IMPORT_RECEIPT: ("finance_clerk",),
    rules.MAY_CLOSE: ("section_chief",),
    rules.MAY_ABORT: ("section_chief",),
    rules.MAY_ANNOUNCE: ("county_reviewer",),
    rules.MAY_DECIDE: ("county_reviewer",),
    rules.MAY_COLLECT: ("finance_clerk",),
    MAY_SUSPEND: ("county_reviewer",),
}


def kebab(verb: str) -> str:
    """Return a verb as addresses write it."""
    return verb.replace("_", "-")


def _holders(permission: str) -> str:
    names = "、".join(str(STANDARD_NAMES[code]) for code in ROLES[permission])
    return _("Waiting for: %(holder)s") % {"holder": names}


def _action(
    verb: str, label: Any, url: str, subject: Any, user: Any, form: type[forms.StepForm],
    reason: Any, kind: str,
) -> Action:  # fmt: skip
    return Action(
        verb,
        label,
        url,
        enabled=not reason,
        reason=reason,
        form=None if reason else form(user=user, subject=subject, auto_id=f"id_{verb}_%s"),
        kind=kind,
        icon=ICONS.get(verb, ""),
    )


# --- Batches -----------------------------------------------------------------------------
def batch_actions(batch: PaymentBatch, user: Any) -> list[Action]:
    """Return every verb that the table lists from the batch's state."""
    lines = [line for line in rules.BATCH if batch.state in line.sources]
    if batch.state == "exported":
        lines = [line for line in lines if line.verb != BatchVerb.EXPORT]
    return [_batch_action(batch, user, line) for line in lines]


def _batch_action(batch: PaymentBatch, user: Any, line: Transition) -> Action:
    url = reverse("grants:paymentbatch_verb", args=[batch.pk, kebab(line.verb)])
    kind = "primary" if line.verb in LEADING else "plain"
    return _action(
        line.verb, BatchVerb(line.verb).label, url, batch, user, BATCH_FORMS[line.verb],
        _why_not(batch, user, line), "danger" if line.verb == BatchVerb.ABORT else kind,
    )  # fmt: skip


def _why_not(batch: PaymentBatch, user: Any, line: Transition) -> Any:
    permission = line.signatures[0]
    if not (user.has_perm(permission) and user.can(permission, batch)):
        return _holders(permission)
    same = user.person_ids()
    for name in rules.SIGNERS_BEFORE.get(line.verb, ()):
        if getattr(batch, f"{name}_id") in same:
            return BusinessError(BatchRefusal.MAKER, person=str(getattr(batch, name))).sentence
    if line.verb == BatchVerb.CLOSE:
        waiting = batch.lines.filter(state=LineState.SENT).count()
        if waiting:
            return BusinessError(BatchRefusal.LINES_SENT, count=waiting).sentence
    return ""


def bank_files(batch: PaymentBatch, user: Any) -> list[Action]:
    """Return the buttons that fetch the exported file, for whoever may."""
    if not batch.xlsx_path or not user.can(rules.MAY_EXPORT, batch):
        return []
    return [
        Action(
            f"file-{kind}",
            _("Bank file (%(kind)s)") % {"kind": kind},
            reverse("grants:paymentbatch_bank_file", args=[batch.pk, kind]),
            icon="download",
        )
        for kind in ("xlsx", "csv")
    ]


# --- Entitlements ------------------------------------------------------------------------
def entitlement_actions(row: Entitlement, user: Any) -> list[Action]:
    """Return suspending, lifting and the announcement of a recovery, as the state asks."""
    verbs = {
        EntitlementState.OPEN.value: EntitlementVerb.SUSPEND,
        EntitlementState.SUSPENDED.value: EntitlementVerb.LIFT,
    }
    found = []
    if row.state in verbs:
        verb = verbs[EntitlementState(row.state)]
        url = reverse("grants:entitlement_verb", args=[row.pk, verb.value])
        reason = _not_suspended(row, user, verb)
        found.append(
            _action(verb.value, verb.label, url, row, user, forms.ReasonedForm, reason, "plain")
        )
    if row.lines.paid().exists():
        found.append(_announcement(row, user))
    return found


def _not_suspended(row: Entitlement, user: Any, verb: EntitlementVerb) -> Any:
    if not user.can(MAY_SUSPEND, row):
        return _holders(MAY_SUSPEND)
    if verb == EntitlementVerb.LIFT and row.suspended_by_id in user.person_ids():
        person = str(row.suspended_by)
        return BusinessError(EntitlementRefusal.SAME_PERSON, person=person).sentence
    live = row.lines.filter(state__in=rules.LIVE_LINES).select_related("batch").first()
    if live is None:
        return ""
    if live.state == LineState.PAID:
        return EntitlementRefusal.ALREADY_PAID.label
    return BusinessError(EntitlementRefusal.IN_BATCH, batch=live.batch.number).sentence


def _announcement(row: Entitlement, user: Any) -> Action:
    reason: Any = ""
    if not user.can(rules.MAY_ANNOUNCE, row):
        reason = _holders(rules.MAY_ANNOUNCE)
    elif not recoverable(row):
        reason = _("All of it is demanded back already.")
    url = reverse("grants:entitlement_recover", args=[row.pk])
    label = RecoveryVerb.ANNOUNCE.label
    return _action("announce", label, url, row, user, forms.AnnounceForm, reason, "plain")


# --- Recoveries --------------------------------------------------------------------------
def recovery_actions(row: Recovery, user: Any) -> list[Action]:
    """Return the verbs that lead on from a recovery's state."""
    verbs = [
        (line.verb, line.signatures[0])
        for line in rules.RECOVERY
        if row.state in line.sources and line.signatures
    ]
    if row.state == RecoveryState.DECIDED:
        verbs += [(verb, rules.MAY_COLLECT) for verb in ("record_cash", "offset")]
    return [_recovery_action(row, user, verb, permission) for verb, permission in verbs]


def _recovery_action(row: Recovery, user: Any, verb: str, permission: str) -> Action:
    url = reverse("grants:recovery_verb", args=[row.pk, kebab(verb)])
    reason = "" if user.can(permission, row) else _holders(permission)
    kind = "danger" if verb == RecoveryVerb.CANCEL else "primary"
    return _action(
        verb, RecoveryVerb(verb).label, url, row, user, RECOVERY_FORMS[verb], reason, kind
    )


def by_kebab(verbs: Iterable[str]) -> dict[str, str]:
    """Return verb by its word in addresses."""
    return {kebab(verb): verb for verb in verbs}
