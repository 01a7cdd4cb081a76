"""The verbs that are done on thousands of claims at once, each with its guard and its changes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from bureau.people.models import User
from grants.choices import ClaimVerb as Verb
from grants.services import claim_facts as facts
from grants.services.acceptance import freeze
from grants.services.claim_moves import REASON_LENGTH, Change, Guard, Outcome, move_many
from grants.services.claims import revise


@dataclass(frozen=True, slots=True)
class SetVerb:
    """What a verb asks and changes of many claims beyond what every move does."""

    guard: Guard = lambda _claims: {}
    prepare: Callable[[User, str], Change] = lambda _actor, _note: lambda _claims: ()


def _keep_reason(_actor: User, note: str) -> Change:
    def keep(claims: Any) -> tuple[str, ...]:
        for claim in claims:
            claim.reason = note.strip()[:REASON_LENGTH]
        return ("reason",)

    return keep


VERBS: dict[str, SetVerb] = {
    Verb.SUBMIT.value: SetVerb(
        facts.against_submission, lambda actor, _note: lambda claims: revise(claims, actor)
    ),
    Verb.PASS_TOWNSHIP.value: SetVerb(),
    Verb.PASS_INSPECTION.value: SetVerb(facts.against_inspection, lambda _actor, _note: freeze),
    Verb.PASS_COUNTY.value: SetVerb(facts.against_county),
    Verb.RETURN.value: SetVerb(prepare=_keep_reason),
    Verb.WITHDRAW.value: SetVerb(prepare=_keep_reason),
}


def do_many(
    verb: str,
    ids: Iterable[int],
    *,
    actor: User,
    about: Model,
    note: str = "",
    versions: Mapping[int, int] | None = None,
) -> Outcome:
    """Carry out a verb on many claims as one set; every claim gets its own result."""
    how = VERBS[verb]
    return move_many(
        ids, Verb(verb), actor=actor, about=about, note=note, versions=versions,
        guard=how.guard, prepare=how.prepare(actor, note),
    )  # fmt: skip
