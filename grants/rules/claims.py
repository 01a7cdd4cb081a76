"""The workflow of a subsidy claim: one table, and nothing outside it."""

from dataclasses import dataclass
from enum import StrEnum

from bureau.core.transitions import Transition, Workflow, allowed_from
from grants.choices import ClaimHolder as Holder
from grants.choices import ClaimState as State
from grants.choices import ClaimVerb as Verb

MAY_FILE = "grants.add_claim"
MAY_SUBMIT = "grants.submit_claim"
MAY_PASS_TOWNSHIP = "grants.pass_township_claim"
MAY_PASS_INSPECTION = "grants.pass_inspection_claim"
MAY_PASS_COUNTY = "grants.pass_county_claim"
MAY_PUBLISH = "grants.publish_claim"
MAY_APPROVE = "grants.approve_claim"
MAY_HOLD = "grants.hold_claim"
MAY_CORRECT_ITEM = "grants.correct_item_claim"
MAY_REJECT = "grants.reject_claim"
MAY_WITHDRAW = "grants.withdraw_claim"
MAY_REVOKE = "grants.revoke_claim"


def _line(  # noqa: PLR0913
    verb: Verb,
    sources: tuple[StrEnum, ...] | tuple[State, ...],
    target: State,
    *signatures: str,
    guard: str | None = None,
    needs_note: bool = False,
) -> Transition:
    return Transition(
        verb=verb.value,
        sources=tuple(str(source) for source in sources),
        target=target.value,
        signatures=signatures,
        needs_note=needs_note,
        guard=guard,
    )


def _return(state: State, permission: str) -> Transition:
    return _line(Verb.RETURN, (state,), State.RETURNED, permission, needs_note=True)


WORKFLOW: Workflow = (
    _line(Verb.FILE, (), State.DRAFT, MAY_FILE),
    _line(
        Verb.SUBMIT, (State.DRAFT, State.RETURNED), State.TOWNSHIP_REVIEW, MAY_SUBMIT,
        guard="submission",
    ),
    _line(Verb.PASS_TOWNSHIP, (State.TOWNSHIP_REVIEW,), State.INSPECTION, MAY_PASS_TOWNSHIP),
    _line(
        Verb.PASS_INSPECTION, (State.INSPECTION,), State.COUNTY_REVIEW,
        MAY_PASS_INSPECTION, MAY_PASS_INSPECTION, guard="acceptance",
    ),
    _line(
        Verb.PASS_COUNTY, (State.COUNTY_REVIEW,), State.AWAITING_NOTICE, MAY_PASS_COUNTY,
        guard="county",
    ),
    _line(Verb.PUBLISH, (State.AWAITING_NOTICE,), State.NOTICE, MAY_PUBLISH, guard="notice"),
    _line(Verb.APPROVE, (State.NOTICE,), State.APPROVED, MAY_APPROVE, guard="approval"),
    _line(Verb.HOLD, (State.NOTICE,), State.OBJECTION_HOLD, MAY_HOLD, guard="objection"),
    _line(Verb.RELEASE, (State.OBJECTION_HOLD,), State.NOTICE, MAY_HOLD, guard="decided"),
    _line(
        Verb.CORRECT_ITEM, (State.NOTICE, State.OBJECTION_HOLD), State.NOTICE, MAY_CORRECT_ITEM,
        guard="correction", needs_note=True,
    ),
    _return(State.TOWNSHIP_REVIEW, MAY_PASS_TOWNSHIP),
    _return(State.INSPECTION, MAY_PASS_INSPECTION),
    _return(State.COUNTY_REVIEW, MAY_PASS_COUNTY),
    _return(State.AWAITING_NOTICE, MAY_PASS_COUNTY),
    _line(
        Verb.REJECT, (State.COUNTY_REVIEW, State.OBJECTION_HOLD), State.REJECTED, MAY_REJECT,
        guard="heard", needs_note=True,
    ),
    _line(
        Verb.WITHDRAW,
        (
            State.DRAFT, State.RETURNED, State.TOWNSHIP_REVIEW, State.INSPECTION,
            State.COUNTY_REVIEW, State.AWAITING_NOTICE, State.NOTICE,
        ),
        State.WITHDRAWN, MAY_WITHDRAW, needs_note=True,
    ),
    _line(
        Verb.REVOKE, (State.APPROVED,), State.REVOKED, MAY_REVOKE, MAY_REVOKE,
        guard="heard", needs_note=True,
    ),
)  # fmt: skip

PERMISSIONS = tuple(
    dict.fromkeys(permission for line in WORKFLOW for permission in line.signatures)
)
"""Every permission that the table names, in its order."""

DEAD = (State.REJECTED.value, State.WITHDRAWN.value, State.REVOKED.value)
"""States in which a claim no longer keeps its dwelling from another one."""

OPEN = tuple(
    state.value for state in State if state.value not in DEAD and state is not State.APPROVED
)
EVEN_FROZEN = (Verb.HOLD.value,)
"""Verbs that an undecided duplicate case does not stop."""

OF_THE_FILER = (Verb.SUBMIT.value, Verb.WITHDRAW.value)
"""Verbs of whoever filed the claim; every other one is a review by somebody else."""

WRITTEN_BY = (Verb.SUBMIT.value, Verb.CORRECT.value)
"""Signatures whose givers count as authors of the claim and never review it."""

SIGNED = (
    Verb.SUBMIT.value, Verb.CORRECT.value, Verb.PASS_TOWNSHIP.value, Verb.PASS_INSPECTION.value,
    Verb.PASS_COUNTY.value, Verb.APPROVE.value, Verb.REJECT.value, Verb.REVOKE.value,
)  # fmt: skip
"""Verbs under which a signature binds to the revision of the claim."""

EDITABLE = (State.DRAFT.value, State.RETURNED.value)
"""States in which the filer may change anything, and an import may."""

PATH = (
    State.DRAFT.value, State.TOWNSHIP_REVIEW.value, State.INSPECTION.value,
    State.COUNTY_REVIEW.value, State.AWAITING_NOTICE.value, State.NOTICE.value,
    State.APPROVED.value,
)  # fmt: skip

MATERIAL = (
    "dwelling", "id_number", "technology", "heat_pump", "device_serial", "completed_on",
)  # fmt: skip
"""What a claim is about: a change makes a new revision, and earlier signatures fall."""

MINOR = ("name", "phone", "card", "bank", "device_brand", "device_model", "remarks")
"""What may be put right in passing: recorded, and signatures stay."""


def by(verb: Verb) -> tuple[str, ...]:
    """Return the permissions of which one opens a verb, in whatever state."""
    found = (one for line in WORKFLOW if line.verb == verb.value for one in line.signatures)
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Step:
    """What a state waits for: the verb that leads on, who does it and with which permission."""

    state: str
    verb: str
    holder: str
    permission: str


STEPS = (
    Step("draft", "submit", Holder.VILLAGE.value, MAY_SUBMIT),
    Step("returned", "submit", Holder.VILLAGE.value, MAY_SUBMIT),
    Step("township_review", "pass_township", Holder.TOWN.value, MAY_PASS_TOWNSHIP),
    Step("inspection", "pass_inspection", Holder.TOWN_TEAM.value, MAY_PASS_INSPECTION),
    Step("county_review", "pass_county", Holder.COUNTY.value, MAY_PASS_COUNTY),
    Step("awaiting_notice", "publish", Holder.COUNTY.value, MAY_PUBLISH),
    Step("notice", "approve", Holder.COUNTY.value, MAY_APPROVE),
    Step("objection_hold", "release", Holder.COUNTY.value, MAY_HOLD),
)


def step_of(state: str) -> Step | None:
    """Return what ``state`` waits for; None when nothing is left to do."""
    return next((step for step in STEPS if step.state == state), None)


def holder_of(state: str) -> str:
    """Return who has to act in ``state``."""
    step = step_of(state)
    return step.holder if step else Holder.NOBODY.value


def verbs_from(state: str) -> tuple[Transition, ...]:
    """Return the lines that lead on from ``state``, in the order of the table."""
    return allowed_from(WORKFLOW, state)
