"""Workflows as data: one tuple of transitions per noun, and nothing outside the table."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Transition:
    """One line of a workflow table.

    ``verb`` moves a noun from any of ``sources`` to ``target``. ``signatures`` are the
    permissions (``app.codename``) whose holders must sign in that order, each a different
    person; the state moves with the last signature. ``target`` is None where the noun returns
    to the state it was in before. ``guard`` names the check in the app's rules.
    """

    verb: str
    sources: tuple[str, ...]
    target: str | None
    signatures: tuple[str, ...]
    needs_note: bool = False
    guard: str | None = None


Workflow = tuple[Transition, ...]


def find(workflow: Workflow, verb: str) -> Transition:
    """Return the line of ``verb``; KeyError when the table has none."""
    for transition in workflow:
        if transition.verb == verb:
            return transition
    raise KeyError(verb)


def find_from(workflow: Workflow, verb: str, state: str) -> Transition | None:
    """Return the line of ``verb`` that leads on from ``state``; None when the table has none.

    A verb whose signer differs by state has a line for each.
    """
    for line in workflow:
        if line.verb == verb and state in line.sources:
            return line
    return None


def allowed_from(workflow: Workflow, state: str) -> tuple[Transition, ...]:
    """Return the lines whose sources contain ``state``, in the order of the table."""
    return tuple(line for line in workflow if state in line.sources)


def moves(workflow: Workflow, states_before: Iterable[str] = ()) -> frozenset[tuple[str, str]]:
    """Return every (source, target) pair that the table allows.

    A line without target leads back to any of ``states_before``.
    """
    pairs: set[tuple[str, str]] = set()
    for line in workflow:
        targets = (line.target,) if line.target is not None else tuple(states_before)
        pairs.update((source, target) for source in line.sources for target in targets)
    return frozenset(pairs)


def first_states(workflow: Workflow) -> frozenset[str]:
    """Return the states in which a noun may be born: targets of lines without a source."""
    return frozenset(line.target for line in workflow if not line.sources and line.target)


def diagram(workflow: Workflow) -> str:
    """Return the table as a Mermaid state diagram for the documents."""
    lines = ["stateDiagram-v2"]
    for line in workflow:
        for source in line.sources or ("[*]",):
            lines.append(f"    {source} --> {line.target or 'state_before'}: {line.verb}")
    return "\n".join(lines) + "\n"
