"""The workflow of a station's handover: one table, and nothing outside it."""

from dataclasses import dataclass

from bureau.core.transitions import Transition, Workflow, allowed_from
from heating.choices import HandoverHolder as Holder
from heating.choices import HandoverPaper as Paper
from heating.choices import HandoverState as State
from heating.choices import HandoverVerb as Verb
from heating.choices import ManagementMode

MAY_REGISTER = "heating.register_handover"
MAY_ISSUE_NOTICE = "heating.issue_notice_handover"
MAY_RECORD_SURVEY = "heating.record_survey_handover"
MAY_AGREE_PLAN = "heating.agree_plan_handover"
MAY_RECORD_CONSENT = "heating.record_consent_handover"
MAY_SIGN = "heating.sign_handover"
MAY_ACCEPT_FOR_COMPANY = "heating.accept_handover_company"
MAY_ACCEPT_FOR_BUREAU = "heating.accept_handover_bureau"
MAY_SEND_BACK = "heating.send_back_handover"
MAY_CONNECT = "heating.connect_handover"
MAY_CONNECT_IN_SEASON = "heating.connect_in_season_handover"
MAY_ARCHIVE = "heating.archive_handover"
MAY_SUSPEND = "heating.suspend_handover"
MAY_CANCEL = "heating.cancel_handover"

#: Who runs a station that may be handed over: somebody else, or the company in custody.
ELIGIBLE = (ManagementMode.THIRD_PARTY_RUN.value, ManagementMode.CUSTODY.value)
FINAL = (State.ARCHIVED.value, State.CANCELLED.value)
BEFORE_CONNECTED = (
    State.REGISTERED.value,
    State.NOTICED.value,
    State.SURVEYED.value,
    State.PLANNED.value,
    State.CONSENTED.value,
    State.SIGNED.value,
    State.ACCEPTED.value,
    State.RETURNED.value,
)
OPEN = (*BEFORE_CONNECTED, State.CONNECTED.value)
PATH = (
    State.REGISTERED.value,
    State.NOTICED.value,
    State.SURVEYED.value,
    State.PLANNED.value,
    State.CONSENTED.value,
    State.SIGNED.value,
    State.ACCEPTED.value,
    State.CONNECTED.value,
    State.ARCHIVED.value,
)


def _line(  # noqa: PLR0913
    verb: Verb,
    sources: tuple[str, ...],
    target: State | None,
    *signatures: str,
    guard: str | None = None,
    needs_note: bool = False,
) -> Transition:
    return Transition(
        verb=verb.value,
        sources=tuple(str(source) for source in sources),
        target=target.value if target else None,
        signatures=signatures,
        needs_note=needs_note,
        guard=guard,
    )


WORKFLOW: Workflow = (
    _line(Verb.REGISTER, (), State.REGISTERED, MAY_REGISTER, guard="register"),
    _line(
        Verb.ISSUE_NOTICE,
        (State.REGISTERED.value,),
        State.NOTICED,
        MAY_ISSUE_NOTICE,
        guard="notice",
    ),
    _line(
        Verb.RECORD_SURVEY,
        (State.NOTICED.value, State.RETURNED.value),
        State.SURVEYED,
        MAY_RECORD_SURVEY,
        guard="survey",
    ),
    _line(Verb.AGREE_PLAN, (State.SURVEYED.value,), State.PLANNED, MAY_AGREE_PLAN, guard="plan"),
    _line(
        Verb.RECORD_CONSENT,
        (State.PLANNED.value,),
        State.CONSENTED,
        MAY_RECORD_CONSENT,
        guard="consent",
    ),
    _line(Verb.SIGN, (State.CONSENTED.value,), State.SIGNED, MAY_SIGN, guard="signing"),
    _line(
        Verb.ACCEPT,
        (State.SIGNED.value,),
        State.ACCEPTED,
        MAY_ACCEPT_FOR_COMPANY,
        MAY_ACCEPT_FOR_BUREAU,
        guard="acceptance",
    ),
    _line(
        Verb.SEND_BACK,
        (
            State.SURVEYED.value,
            State.PLANNED.value,
            State.CONSENTED.value,
            State.SIGNED.value,
            State.ACCEPTED.value,
        ),
        State.RETURNED,
        MAY_SEND_BACK,
        needs_note=True,
    ),
    _line(
        Verb.CONNECT,
        (State.ACCEPTED.value,),
        State.CONNECTED,
        MAY_CONNECT,
        guard="connection",
    ),
    _line(Verb.ARCHIVE, (State.CONNECTED.value,), State.ARCHIVED, MAY_ARCHIVE, guard="papers"),
    _line(Verb.SUSPEND, OPEN, State.SUSPENDED, MAY_SUSPEND, guard="review", needs_note=True),
    _line(Verb.RESUME, (State.SUSPENDED.value,), None, MAY_SUSPEND),
    _line(Verb.CANCEL, BEFORE_CONNECTED, State.CANCELLED, MAY_CANCEL, needs_note=True),
)

PERMISSIONS = tuple(
    dict.fromkeys(permission for line in WORKFLOW for permission in line.signatures)
)
"""Every permission that the table names, in its order."""

EDITABLE = (
    State.SURVEYED.value,
    State.PLANNED.value,
    State.CONSENTED.value,
    State.SIGNED.value,
    State.RETURNED.value,
)
"""States in which the defects and the acceptance record may still be corrected."""

CLOSING = (*EDITABLE, State.ACCEPTED.value, State.CONNECTED.value)
"""States in which a defect may be closed: one that the acceptance lists also afterwards."""

REQUIRED_PAPERS = (
    Paper.NOTICE.value,
    Paper.CONSENT.value,
    Paper.AGREEMENT.value,
    Paper.PRESSURE_TEST.value,
    Paper.DRAWINGS.value,
    Paper.KEYS_LIST.value,
    Paper.ACCEPTANCE.value,
)
"""Papers without which a handover is not filed away."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a state waits for: the verb that leads on, who does it and with which permission."""

    state: str
    verb: str
    holder: str
    permission: str


STEPS = (
    Step("registered", "issue_notice", Holder.CLERK.value, MAY_ISSUE_NOTICE),
    Step("noticed", "record_survey", Holder.INSPECTOR.value, MAY_RECORD_SURVEY),
    Step("surveyed", "agree_plan", Holder.CLERK.value, MAY_AGREE_PLAN),
    Step("planned", "record_consent", Holder.CLERK.value, MAY_RECORD_CONSENT),
    Step("consented", "sign", Holder.CHIEF.value, MAY_SIGN),
    Step("signed", "accept", Holder.COMPANY.value, MAY_ACCEPT_FOR_COMPANY),
    Step("signed", "accept", Holder.CLERK.value, MAY_ACCEPT_FOR_BUREAU),
    Step("accepted", "connect", Holder.CHIEF.value, MAY_CONNECT),
    Step("connected", "archive", Holder.CLERK.value, MAY_ARCHIVE),
    Step("returned", "record_survey", Holder.INSPECTOR.value, MAY_RECORD_SURVEY),
    Step("suspended", "resume", Holder.CHIEF.value, MAY_SUSPEND),
)


def holder_of(state: str, signatures: int = 0) -> str:
    """Return who has to act in ``state`` after ``signatures`` live signatures of its verb."""
    holders = [step.holder for step in STEPS if step.state == state]
    if not holders:
        return Holder.NOBODY.value
    return holders[min(signatures, len(holders) - 1)]


def step_of(state: str, holder: str) -> Step | None:
    """Return the step that ``holder`` is asked for in ``state``; None when nothing is left."""
    for step in STEPS:
        if step.state == state and step.holder == holder:
            return step
    return None


def next_signature(line: Transition, given: tuple[str, ...]) -> str:
    """Return the permission whose holder signs next, after the signatures ``given`` so far."""
    return line.signatures[min(len(given), len(line.signatures) - 1)]


def verbs_from(state: str) -> tuple[Transition, ...]:
    """Return the lines that lead on from ``state``, in the order of the table."""
    return allowed_from(WORKFLOW, state)


def reached(state: str, state_before: str, milestone: str) -> bool:
    """Return whether what ``milestone`` records belongs to the present pass through the path.

    After a return the plan, the consent and the agreement are those of the pass before, until
    they are recorded anew; a cancelled handover keeps what it had.
    """
    here = state_before or state
    if here == State.CANCELLED.value:
        return True
    return here in PATH and PATH.index(here) >= PATH.index(milestone)
