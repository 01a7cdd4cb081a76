"""How every verb of a claim begins and ends, for one claim and for thousands at once.

Both ask the same checks, in queries whose number does not depend on how many claims there are.
"""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Model

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.findings import Finding
from bureau.core.transitions import Transition, find_from
from bureau.people.holdings import Holding
from bureau.people.models import Delegation, User
from bureau.records.saving import refuse
from bureau.records.services import diff, record, record_batch, rows_from_ids
from grants.choices import ClaimRefusal, ClaimState, ClaimVerb, HouseholdRefusal
from grants.models import Claim, ClaimSignature
from grants.rules import claims as rules
from grants.rules.notices import OFF_SHEET
from grants.services import claim_facts as facts
from grants.services.claim_writing import write_columns
from grants.services.notice_items import take_off_claims

REASON_LENGTH = 500
ALWAYS = ("state", "holder", "step_from")
Guard = Callable[[Sequence[Claim]], Mapping[int, Finding]]
Change = Callable[[Sequence[Claim]], tuple[str, ...]]


@dataclass(slots=True)
class Checked:
    """A claim that may be moved: the line of the table, and who has signed it so far."""

    line: Transition
    given: list[ClaimSignature] = field(default_factory=list)

    @property
    def is_last(self) -> bool:
        """Whether the next signature moves the claim."""
        return len(self.given) + 1 >= len(self.line.signatures)


@dataclass(slots=True)
class Move:
    """A verb in progress: the locked row, how it was, who acts and under which posting."""

    row: Claim
    old: Claim
    line: Transition
    actor: User
    posting: Holding | None
    note: str
    given: list[ClaimSignature]


@dataclass(slots=True)
class Outcome:
    """What became of many claims: moved, only signed by the first of two, or refused and why."""

    moved: list[int] = field(default_factory=list)
    signed: list[int] = field(default_factory=list)
    refused: dict[int, Finding] = field(default_factory=dict)


# --- Checks, the same for one claim and for many ------------------------------------------
def check(
    claims: Sequence[Claim], verb: ClaimVerb, *, actor: User, note: str = ""
) -> tuple[dict[int, Checked], dict[int, Finding]]:
    """Ask the table, the postings and four eyes about locked claims; return (may, may not).

    Refuses ``not_allowed_from_state``, ``not_permitted``, ``four_eyes``, ``own_household``,
    ``guard:duplicate`` and ``guard:reason``.
    """
    no: dict[int, Finding] = {}
    lines: dict[int, Transition] = {}
    for claim in claims:
        line = find_from(rules.WORKFLOW, verb.value, claim.state)
        if line is None:
            label = ClaimState(claim.state).label
            no[claim.pk] = _no(Refusal.NOT_ALLOWED_FROM_STATE, verb=verb.label, state=label)
        else:
            lines[claim.pk] = line
    left = [claim for claim in claims if claim.pk in lines]
    no |= _not_permitted(left, lines, verb, actor)
    given = _signatures(left, lines)
    no = _same_person(left, lines, given, verb, actor) | no
    own = facts.own_household(actor, left)
    no = {pk: _no(HouseholdRefusal.OWN_HOUSEHOLD) for pk in own} | no
    if verb.value not in rules.EVEN_FROZEN:
        no = facts.frozen(left) | no
    if not note.strip():
        required = [pk for pk, line in lines.items() if line.needs_note]
        no = {pk: _no(Refusal.NOTE_REQUIRED, verb=verb.label) for pk in required} | no
    yes = {pk: Checked(line, given.get(pk, [])) for pk, line in lines.items() if pk not in no}
    return yes, no


def _no(code: Any, **values: Any) -> Finding:
    return Finding(code, (), values)


def _not_permitted(
    claims: Sequence[Claim], lines: Mapping[int, Transition], verb: ClaimVerb, actor: User
) -> dict[int, Finding]:
    """Return the claims on whose ground the actor's postings do not allow the verb."""
    by_permission: dict[str, list[int]] = {}
    for claim in claims:
        by_permission.setdefault(lines[claim.pk].signatures[0], []).append(claim.pk)
    no: dict[int, Finding] = {}
    for permission, ids in by_permission.items():
        seen = Claim.objects.visible_to(actor, permission).filter(pk__in=ids)
        allowed = set(seen.order_by().values_list("pk", flat=True))
        no |= {pk: _no(Refusal.NOT_PERMITTED, verb=verb.label) for pk in ids if pk not in allowed}
    return no


def _signatures(
    claims: Sequence[Claim], lines: Mapping[int, Transition]
) -> dict[int, list[ClaimSignature]]:
    """Return the live signatures under verbs of several, the first one first."""
    wanted = [claim.pk for claim in claims if len(lines[claim.pk].signatures) > 1]
    given: dict[int, list[ClaimSignature]] = {}
    if wanted:
        verb = lines[wanted[0]].verb
        live = ClaimSignature.objects.live().filter(claim_id__in=wanted, verb=verb)
        for one in live.select_related("user").order_by("pk"):
            given.setdefault(one.claim_id, []).append(one)
    return given


def _same_person(
    claims: Sequence[Claim],
    lines: Mapping[int, Transition],
    given: Mapping[int, list[ClaimSignature]],
    verb: ClaimVerb,
    actor: User,
) -> dict[int, Finding]:
    """Refuse whoever filed the claim or signed already, also through a deputy since the filing."""
    if verb.value in rules.OF_THE_FILER or not claims:
        return {}
    authors = _authors(claims)
    days = {claim.pk: claim.created_at.astimezone(clock.SHANGHAI).date() for claim in claims}
    people = Delegation.objects.one_person_since(actor.pk, set(days.values()))
    no = {}
    for claim in claims:
        same = people[days[claim.pk]]
        for user in authors[claim.pk]:
            if user.pk in same:
                no[claim.pk] = _no(ClaimRefusal.FILER, person=str(user))
        signers = given.get(claim.pk, [])
        if len(signers) < len(lines[claim.pk].signatures):
            for one in signers:
                if one.user_id in same:
                    no[claim.pk] = _no(Refusal.FOUR_EYES, person=str(one.user))
    return no


def _authors(claims: Sequence[Claim]) -> dict[int, list[User]]:
    """Return who filed, submitted or materially corrected each claim; all of them wrote it."""
    authors = {claim.pk: [claim.filed_by] for claim in claims}
    written = ClaimSignature.objects.filter(
        claim_id__in=list(authors), verb__in=rules.WRITTEN_BY
    ).select_related("user")
    for one in written:
        authors[one.claim_id].append(one.user)
    return authors


# --- One claim ---------------------------------------------------------------------------
def lock(claim: Claim, version: int | None = None) -> Claim:
    """Lock the row; whoever decided on an older one than is there now was not the first."""
    row = lock_many([claim.pk])[0]
    if row.version != (claim.version if version is None else version):
        raise BusinessError(Refusal.CONFLICT)
    return row


def lock_many(ids: Iterable[int]) -> list[Claim]:
    """Lock claims in the order of their ids, with what the checks ask of them."""
    rows = Claim.objects.select_for_update(of=("self",)).filter(pk__in=list(ids))
    return list(rows.select_related("village", "dwelling", "filed_by").order_by("pk"))


def begin(
    claim: Claim, verb: ClaimVerb, *, actor: User, note: str = "", version: int | None = None
) -> Move:
    """Lock the claim and ask whether ``actor`` may do ``verb`` now; refusals as in ``check``.

    Refuses ``conflict`` when somebody moved or changed the claim since it was read.
    """
    row = lock(claim, version)
    yes, no = check([row], verb, actor=actor, note=note)
    refuse(no.get(row.pk))
    checked = yes[row.pk]
    posting = actor.posting_for(checked.line.signatures[0], row)
    return Move(row, copy.copy(row), checked.line, actor, posting, note.strip(), checked.given)


def change(row: Claim, **values: Any) -> tuple[str, ...]:
    """Set the values on the row and return their names."""
    for name, value in values.items():
        setattr(row, name, value)
    return tuple(values)


def arrive(move: Move, changed: Iterable[str] = (), **shown: Any) -> Claim:
    """Sign the verb; with its last signature move the claim, save and write it down.

    ``shown`` adds to what the audit keeps after the verb, where it lies in other tables.
    """
    row, line = move.row, move.line
    fields = tuple(changed)
    if len(move.given) + 1 >= len(line.signatures):
        fields += _advance(row, line)
    _sign([(row, Checked(line, move.given))], move.actor)
    saved = save(move, fields, ClaimVerb(line.verb), **shown)
    _leave_sheets([row], actor=move.actor, note=move.note)
    return saved


def _advance(row: Claim, line: Transition) -> tuple[str, ...]:
    state = line.target or row.state
    return change(row, state=state, holder=rules.holder_of(state), step_from=clock.now())


def _leave_sheets(rows: Iterable[Claim], *, actor: User, note: str) -> None:
    """Take the claims that were withdrawn, returned or rejected off their public notices."""
    gone = [row.pk for row in rows if row.state in OFF_SHEET]
    if gone:
        take_off_claims(gone, actor=actor, note=note)


def save(move: Move, changed: Iterable[str], verb: Any, **shown: Any) -> Claim:
    """Save the changed fields of a locked row and write one audit entry."""
    row, fields = move.row, tuple(dict.fromkeys(changed))
    row.version += 1
    row.save(update_fields=[*fields, "version", "updated_at"])
    before, after = diff(move.old, row, [one for one in fields if one not in UNTOLD])
    record(
        verb, row, actor=move.actor, before=before, after=after | shown, note=move.note,
        posting=move.posting,
    )  # fmt: skip
    return row


UNTOLD = ("pinyin", "bigrams", "step_from", "holder", "content_hash")


def _sign(signed: Sequence[tuple[Claim, Checked]], actor: User) -> None:
    """Write the actor's signature under claims as they stand; the same one twice is one."""
    now = clock.now()
    ClaimSignature.objects.bulk_create(
        [
            ClaimSignature(
                claim=row,
                verb=checked.line.verb,
                permission=checked.line.signatures[0],
                user=actor,
                at=now,
                revision=row.revision,
                content_hash=row.content_hash,
            )
            for row, checked in signed
            if checked.line.verb in rules.SIGNED
        ],
        ignore_conflicts=True,
    )


def sign_correction(row: Claim, actor: User) -> None:
    """Note who materially corrected a claim; that person counts as its author from now on."""
    line = Transition(ClaimVerb.CORRECT.value, (), None, ("grants.change_claim",))
    _sign([(row, Checked(line))], actor)


# --- Many claims -------------------------------------------------------------------------
@transaction.atomic
def move_many(
    ids: Iterable[int],
    verb: ClaimVerb,
    *,
    actor: User,
    about: Model,
    note: str = "",
    versions: Mapping[int, int] | None = None,
    guard: Guard = lambda _claims: {},
    prepare: Change = lambda _claims: (),
    **shown: Any,
) -> Outcome:
    """Move as many of the claims as the table and ``guard`` allow, each wholly or not at all.

    ``prepare`` changes the claims about to move and names the changed fields; the audit keeps
    one entry on ``about``. A claim of another version than in ``versions`` is a conflict.
    """
    rows = lock_many(ids)
    seen = versions or {}
    late = {row.pk for row in rows if seen.get(row.pk, row.version) != row.version}
    yes, no = check([row for row in rows if row.pk not in late], verb, actor=actor, note=note)
    no |= {pk: _no(Refusal.CONFLICT) for pk in late}
    left = [row for row in rows if row.pk in yes]
    no |= guard(left)
    left = [row for row in left if row.pk not in no]
    going = [row for row in left if yes[row.pk].is_last]
    outcome = Outcome([row.pk for row in going], [], no)
    outcome.signed = [row.pk for row in left if not yes[row.pk].is_last]
    if left:
        _carry(left, going, yes, actor, prepare)
        touched = rows_from_ids(Claim, [row.pk for row in left])
        after = {"moved": len(going)} | shown
        record_batch(verb, about, actor=actor, rows=touched, note=note.strip(), after=after)
        _leave_sheets(going, actor=actor, note=note.strip())
    return outcome


def _carry(
    left: Sequence[Claim],
    going: Sequence[Claim],
    yes: Mapping[int, Checked],
    actor: User,
    prepare: Change,
) -> None:
    """Change, move and sign; one statement for the columns and one for the signatures."""
    fields = prepare(going) if going else ()
    for row in going:
        _advance(row, yes[row.pk].line)
    for row in left:
        row.version, row.updated_at = row.version + 1, clock.now()
    write_columns(left, (*dict.fromkeys((*fields, *ALWAYS)), "version", "updated_at"))
    _sign([(row, yes[row.pk]) for row in left], actor)
