"""Database triggers built from the same tables that the services ask."""

import pgtrigger

from bureau.core.transitions import Workflow, first_states, moves


def _refuse(constraint: str, sentence: str) -> str:
    return (
        f"RAISE EXCEPTION '{sentence}' "
        f"USING ERRCODE = 'check_violation', CONSTRAINT = '{constraint}';"
    )


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """Refuse UPDATE, DELETE and TRUNCATE on a table that only grows."""
    return [
        pgtrigger.Protect(name=f"{name}_no_change", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name=f"{name}_no_truncate",
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            func=_refuse(f"{name}_no_truncate", f"{name} is append-only"),
        ),
    ]


def refuse_when(name: str, condition: str, sentence: str) -> pgtrigger.Trigger:
    """Refuse every UPDATE of a row for which an SQL condition on OLD and NEW holds."""
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        condition=pgtrigger.Condition(condition),
        func=_refuse(name, f"{name}: {sentence}"),
    )


def follow_workflow(
    name: str, workflow: Workflow, states_before: tuple[str, ...] = ()
) -> list[pgtrigger.Trigger]:
    """Refuse every change of ``state`` that the workflow table does not list.

    The whole condition stands in WHEN, so a permitted row never enters PL/pgSQL.
    """
    allowed = ", ".join(f"('{a}', '{b}')" for a, b in sorted(moves(workflow, states_before)))
    born = ", ".join(f"'{state}'" for state in sorted(first_states(workflow)))
    constraint = f"{name}_state"
    return [
        pgtrigger.Trigger(
            name=f"{name}_moves",
            operation=pgtrigger.UpdateOf("state"),
            when=pgtrigger.Before,
            condition=pgtrigger.Condition(
                "OLD.state IS DISTINCT FROM NEW.state "
                f"AND (OLD.state, NEW.state) NOT IN ({allowed})"
            ),
            func=_refuse(constraint, f"{name}: this change of state is not in the table"),
        ),
        pgtrigger.Trigger(
            name=f"{name}_birth",
            operation=pgtrigger.Insert,
            when=pgtrigger.Before,
            condition=pgtrigger.Condition(f"NEW.state NOT IN ({born})"),
            func=_refuse(constraint, f"{name}: this is not a first state"),
        ),
    ]
