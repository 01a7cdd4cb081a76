"""The same person, register number, gas account or card in two dwellings: found and decided."""

import copy
from collections.abc import Iterable
from itertools import count
from typing import Any, NamedTuple

from django.db import connection, transaction

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.personal import reserve
from bureau.core.transitions import find_from
from bureau.people.models import User
from bureau.records.services import record, record_batch, rows_from_ids, values
from grants.choices import (
    ClaimRefusal,
    ClaimState,
    ClaimVerb,
    DuplicateDecision,
    DuplicateRefusal,
    DuplicateState,
    DuplicateVerb,
    HouseholdRefusal,
)
from grants.models import Claim, DuplicateCase, DuplicateSide
from grants.rules import claims as rules
from grants.rules import duplicates as decisions
from grants.services import claim_facts as facts
from grants.services.claim_moves import REASON_LENGTH, Move, arrive, change, lock_many

MAY_DECIDE = "grants.decide_duplicatecase"
MAY_SIGN = "grants.sign_duplicatecase"
DECIDED = ("state", "decision", "reason", "decided_by", "decided_at")
SIGNED = ("state", "signed_by", "signed_at")


# --- Finding them ------------------------------------------------------------------------
class Pair(NamedTuple):
    """Two live claims of different dwellings with something in common; the older one first."""

    ground: str
    key: str
    claim_id: int
    dwelling_id: int
    other_claim_id: int
    other_dwelling_id: int


_PAIRS = """
    WITH asked AS NOT MATERIALIZED (
        SELECT unnest(%(ids)s::bigint[]) AS id
    ), live AS NOT MATERIALIZED (
        SELECT id, dwelling_id, household_id FROM grants_claim WHERE state <> ALL(%(dead)s)
    ), shared AS (
    SELECT 'person' AS ground, p.id_number_index AS key, v.id, v.dwelling_id
    FROM live g
    JOIN grants_membership gm ON gm.household_id = g.household_id AND gm.valid_to IS NULL
    JOIN grants_person p ON p.id = gm.person_id AND p.id_number_index <> ''
    JOIN grants_membership m ON m.person_id = gm.person_id AND m.valid_to IS NULL
        AND m.household_id <> gm.household_id
    JOIN live c ON c.household_id = m.household_id AND c.dwelling_id <> g.dwelling_id
    CROSS JOIN LATERAL (VALUES (g.id, g.dwelling_id), (c.id, c.dwelling_id)) v (id, dwelling_id)
    WHERE g.id IN (SELECT id FROM asked)
    UNION
    SELECT 'register', gh.register_number, v.id, v.dwelling_id
    FROM live g
    JOIN grants_household gh ON gh.id = g.household_id AND gh.register_number <> ''
    JOIN grants_household h ON h.register_number = gh.register_number
        AND h.register_number <> '' AND h.valid_to IS NULL AND h.id <> gh.id
    JOIN live c ON c.household_id = h.id AND c.dwelling_id <> g.dwelling_id
    CROSS JOIN LATERAL (VALUES (g.id, g.dwelling_id), (c.id, c.dwelling_id)) v (id, dwelling_id)
    WHERE g.id IN (SELECT id FROM asked)
    UNION
    SELECT 'gas_account', gd.gas_account, v.id, v.dwelling_id
    FROM live g
    JOIN grants_dwelling gd ON gd.id = g.dwelling_id AND gd.gas_account <> ''
    JOIN grants_dwelling d ON d.gas_account = gd.gas_account AND d.gas_account <> ''
        AND d.id <> gd.id
    JOIN live c ON c.dwelling_id = d.id AND c.dwelling_id <> g.dwelling_id
    CROSS JOIN LATERAL (VALUES (g.id, g.dwelling_id), (c.id, c.dwelling_id)) v (id, dwelling_id)
    WHERE g.id IN (SELECT id FROM asked)
    UNION
    SELECT 'card', gb.card_index, v.id, v.dwelling_id
    FROM live g
    JOIN grants_bankaccount gb ON gb.household_id = g.household_id AND gb.card_index <> ''
        AND gb.valid_to IS NULL AND gb.payee IN ('head', 'member')
    JOIN grants_bankaccount b ON b.card_index = gb.card_index AND b.card_index <> ''
        AND b.valid_to IS NULL AND b.payee IN ('head', 'member')
        AND b.household_id <> gb.household_id
    JOIN live c ON c.household_id = b.household_id AND c.dwelling_id <> g.dwelling_id
    CROSS JOIN LATERAL (VALUES (g.id, g.dwelling_id), (c.id, c.dwelling_id)) v (id, dwelling_id)
    WHERE g.id IN (SELECT id FROM asked)
    ), ranked AS (
        SELECT ground, key, id, dwelling_id,
               first_value(id) OVER oldest AS first_id,
               first_value(dwelling_id) OVER oldest AS first_dwelling_id
        FROM shared WINDOW oldest AS (PARTITION BY ground, key ORDER BY id)
    )
    SELECT ground, key, first_id, first_dwelling_id, id, dwelling_id FROM ranked
    WHERE dwelling_id <> first_dwelling_id ORDER BY ground, key, id
"""


@transaction.atomic
def open_cases(claim_ids: Iterable[int], *, actor: User | None = None) -> list[int]:
    """Open a case for each live claim that shares with an older one what only one should have.

    Set-based, over the whole city and all years, whoever asks. A pair already under decision,
    found to be two rightful dwellings, or decided between these very claims opens no other.
    Returns the ids of the new cases.
    """
    pairs = _without_known(_pairs(claim_ids))
    if not pairs:
        return []
    ids = reserve(DuplicateCase, len(pairs))
    cases = [
        DuplicateCase(pk=pk, ground=pair.ground, key=pair.key)
        for pk, pair in zip(ids, pairs, strict=True)
    ]
    DuplicateCase.objects.bulk_create(cases)
    sides = []
    for pk, pair in zip(ids, pairs, strict=True):
        found = ((pair.dwelling_id, pair.claim_id), (pair.other_dwelling_id, pair.other_claim_id))
        for position, (dwelling, claim) in zip(count(1), found, strict=False):
            sides.append(
                DuplicateSide(case_id=pk, position=position, dwelling_id=dwelling, claim_id=claim)
            )
    DuplicateSide.objects.bulk_create(sides)
    rows = rows_from_ids(DuplicateCase, ids)
    record_batch(DuplicateVerb.OPEN, cases[0], actor=actor, rows=rows)
    return ids


def _pairs(claim_ids: Iterable[int]) -> list[Pair]:
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, {"ids": list(claim_ids), "dead": list(rules.DEAD)})
        return [Pair(*row) for row in cursor.fetchall()]


def _without_known(pairs: list[Pair]) -> list[Pair]:
    """Leave out the pairs about which a case exists that still holds."""
    if not pairs:
        return []
    cases = DuplicateCase.objects.filter(key__in={pair.key for pair in pairs})
    held, decided = set(), set()
    for case in cases.prefetch_related("sides"):
        sides = case.sides.all()
        if case.state != DuplicateState.CLOSED or case.decision == DuplicateDecision.DISTINCT:
            held.add((case.ground, case.key, frozenset(side.dwelling_id for side in sides)))
        decided.add((case.ground, case.key, frozenset(side.claim_id for side in sides)))
    return [
        pair
        for pair in pairs
        if (pair.ground, pair.key, frozenset((pair.dwelling_id, pair.other_dwelling_id)))
        not in held
        and (pair.ground, pair.key, frozenset((pair.claim_id, pair.other_claim_id))) not in decided
    ]


# --- Deciding them -----------------------------------------------------------------------
@transaction.atomic
def decide_case(
    case: DuplicateCase,
    *,
    actor: User,
    decision: str,
    reason: str,
    version: int | None = None,
) -> DuplicateCase:
    """Say which dwelling stands; until a second person signs, another decision may replace it."""
    row, claims = _begin(case, actor, MAY_DECIDE, DuplicateVerb.DECIDE, version)
    if row.state == DuplicateState.CLOSED:
        raise BusinessError(DuplicateRefusal.NOT_OPEN, state=row.get_state_display())
    if not reason.strip():
        raise BusinessError(DuplicateRefusal.REASON_NEEDED)
    _refuse_author(claims, actor)
    before = values(row, DECIDED)
    row.state, row.decision = DuplicateState.DECIDED, DuplicateDecision(decision)
    row.reason = reason.strip()
    row.decided_by, row.decided_at = actor, clock.now()
    return _save(row, DuplicateVerb.DECIDE, DECIDED, before, actor)


@transaction.atomic
def sign_case(
    case: DuplicateCase, *, actor: User, note: str = "", version: int | None = None
) -> DuplicateCase:
    """Sign another person's decision: the case is closed and its sides move again.

    A draft or returned claim that lost is withdrawn, one under review is returned; what is
    posted or approved by then is rejected or revoked after a hearing, by its own verb.
    """
    row, claims = _begin(case, actor, MAY_SIGN, DuplicateVerb.SIGN, version)
    if row.state != DuplicateState.DECIDED or row.decided_by is None:
        raise BusinessError(DuplicateRefusal.NOT_OPEN, state=row.get_state_display())
    since = row.decided_at.astimezone(clock.SHANGHAI).date() if row.decided_at else None
    if row.decided_by_id in actor.person_ids(since):
        raise BusinessError(Refusal.FOUR_EYES, person=str(row.decided_by))
    _refuse_author(claims, actor)
    before = values(row, SIGNED)
    row.state, row.signed_by, row.signed_at = DuplicateState.CLOSED, actor, clock.now()
    _save(row, DuplicateVerb.SIGN, SIGNED, before, actor, note.strip())
    losers = decisions.LOSERS[row.decision]
    for position, claim in claims.items():
        if position in losers:
            _lose(claim, row, actor)
    open_cases([claim.pk for position, claim in claims.items() if position not in losers])
    return row


def _begin(
    case: DuplicateCase,
    actor: User,
    permission: str,
    verb: DuplicateVerb,
    version: int | None,
) -> tuple[DuplicateCase, dict[int, Claim]]:
    """Lock the case and its claims, for a reviewer of either side."""
    row = DuplicateCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if row.version != (case.version if version is None else version):
        raise BusinessError(Refusal.CONFLICT)
    if actor.posting_for(permission, row) is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=verb.label)
    sides = {side.claim_id: side.position for side in row.sides.all() if side.claim_id}
    claims = {sides[claim.pk]: claim for claim in lock_many(sides)}
    if facts.own_household(actor, list(claims.values())):
        raise BusinessError(HouseholdRefusal.OWN_HOUSEHOLD)
    return row, claims


def _refuse_author(claims: dict[int, Claim], actor: User) -> None:
    """Refuse whoever filed one of the claims (four eyes)."""
    for claim in claims.values():
        if claim.filed_by_id in actor.person_ids(
            claim.created_at.astimezone(clock.SHANGHAI).date()
        ):
            raise BusinessError(ClaimRefusal.FILER, person=str(claim.filed_by))


def _save(
    row: DuplicateCase,
    verb: DuplicateVerb,
    fields: tuple[str, ...],
    before: dict[str, Any],
    actor: User,
    note: str = "",
) -> DuplicateCase:
    row.version += 1
    row.full_clean()
    row.save(update_fields=[*fields, "version", "updated_at"])
    record(verb, row, actor=actor, before=before, after=values(row, fields), note=note)
    return row


def _lose(claim: Claim, case: DuplicateCase, actor: User) -> None:
    """Let a claim go the way that the table leaves it after a decision against it."""
    for verb in (ClaimVerb.RETURN, ClaimVerb.WITHDRAW):
        line = find_from(rules.WORKFLOW, verb.value, claim.state)
        if line is None or claim.state == ClaimState.NOTICE:
            continue
        move = Move(claim, copy.copy(claim), line, actor, None, case.reason, [])
        arrive(move, change(claim, reason=f"{case}: {case.reason}"[:REASON_LENGTH]))
        return
