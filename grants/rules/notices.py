"""The workflow and the period of a public notice."""

from bureau.core.transitions import Transition, Workflow
from grants.choices import NoticeState as State
from grants.choices import NoticeVerb as Verb

MAY_KEEP = "grants.add_publicnotice"
MAY_PUBLISH = "grants.publish_claim"
MAY_CONFIRM = "grants.approve_claim"

SHORTEST = 7
"""Days that a notice runs at least; the rule of the city's schemes, never shortened."""


def _line(verb: Verb, sources: tuple[State, ...], target: State, permission: str) -> Transition:
    names = tuple(source.value for source in sources)
    note = verb is Verb.CANCEL
    return Transition(verb.value, names, target.value, (permission,), needs_note=note)


WORKFLOW: Workflow = (
    _line(Verb.CREATE, (), State.DRAFT, MAY_KEEP),
    _line(Verb.PUBLISH, (State.DRAFT,), State.PUBLISHED, MAY_PUBLISH),
    _line(Verb.CONFIRM, (State.PUBLISHED,), State.CLOSED, MAY_CONFIRM),
    _line(Verb.CANCEL, (State.DRAFT,), State.CANCELLED, MAY_KEEP),
)
