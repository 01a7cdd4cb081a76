"""Every state × verb × role of the claim, through the service: what may be, and nothing else."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.transitions import find_from
from grants.choices import ClaimState
from grants.models import Claim, ClaimSignature
from grants.rules.claims import WORKFLOW
from grants.services.claim_verbs import SERVICES, do
from tests.cast import person
from tests.grants.claim_story import Story, a_claim

pytestmark = pytest.mark.django_db

ROLES = (
    "village", "town", "town_team", "county", "clerk", "chief", "finance", "auditor", "inspector",
    "leader", "legal", "company", "admin", "outsider",
)  # fmt: skip
BY_STATE = {
    "township_review": "town", "inspection": "town_team", "county_review": "county",
    "awaiting_notice": "county",
}  # fmt: skip
HOLDERS = {
    "submit": {"village", "town"},
    "pass_township": {"town"},
    "pass_inspection": {"town_team"},
    "pass_county": {"county"},
    "withdraw": {"village"},
    "reject": {"county"},
    "revoke": {"county"},
}
OF_NOTICES = {"publish", "approve", "hold", "release", "correct_item"}
"""Verbs whose guards ask a public notice; who may do them is asked here all the same."""
#: States behind the review, by the moves of the table that lead there.
FURTHER = {
    "notice": ("notice",),
    "objection_hold": ("notice", "objection_hold"),
    "approved": ("notice", "approved"),
    "revoked": ("notice", "approved", "revoked"),
}


class UndoError(Exception):
    """Takes back what was tried."""


def made_ready(state):
    """Return a claim in ``state`` with nothing left that a guard could mind."""
    story = Story()
    claim = story.tell("awaiting_notice" if state in FURTHER else state)
    for step in FURTHER.get(state, ()):
        Claim.objects.filter(pk=claim.pk).update(state=step)
    claim = Claim.objects.get(pk=claim.pk)
    for purpose, states in (
        ("reject", ("county_review", "objection_hold")),
        ("revoke", ("approved",)),
    ):
        if state in states:
            story.hear(claim, purpose)
    return claim


def values_for(verb, claim):
    """Return what makes every guard of a verb content."""
    given = {"note": "x"}
    if verb == "pass_inspection":
        given["device_serial"] = claim.device_serial
    return given


def attempt(verb, claim, actor):
    """Try a verb and undo it; return the state it led to, or the code of the refusal."""
    outcome = None
    try:
        with transaction.atomic():
            outcome = do(verb, claim, actor=actor, **values_for(verb, claim)).state
            raise UndoError
    except UndoError:
        return outcome
    except BusinessError as error:
        return error.code


def holders(verb, state):
    """Return who may do a verb in a state."""
    if verb == "return":
        return {BY_STATE[state]}
    return {"county"} if verb in OF_NOTICES else HOLDERS[verb]


@pytest.mark.parametrize("state", ClaimState.values)
def test_every_verb_by_everybody_from(state):
    claim = made_ready(state)
    for role in ROLES:
        actor = person(role)
        for verb in SERVICES:
            outcome, where = attempt(verb, claim, actor), (state, verb, role)
            line = find_from(WORKFLOW, verb, state)
            if line is None:
                assert outcome == Refusal.NOT_ALLOWED_FROM_STATE, where
            elif role not in holders(verb, state):
                assert outcome == Refusal.NOT_PERMITTED, where
            elif verb in OF_NOTICES:
                assert outcome not in (Refusal.NOT_PERMITTED, Refusal.NOT_ALLOWED_FROM_STATE), where
            else:
                # The first of two signatures is stored, but does not move the state yet.
                assert outcome == (state if len(line.signatures) > 1 else line.target), where
    claim.refresh_from_db()
    assert claim.state == state


@pytest.mark.parametrize("verb", ["return", "withdraw"])
def test_a_reason_is_needed(verb):
    claim = made_ready("township_review")
    with pytest.raises(BusinessError) as caught:
        do(verb, claim, actor=person(*holders(verb, "township_review")), note="  ")
    assert caught.value.code == Refusal.NOTE_REQUIRED


def test_two_people_revoke():
    claim = made_ready("approved")
    first = do("revoke", claim, actor=person("county"), note="no device; sue within six months")
    assert attempt("revoke", first, person("county")) == Refusal.FOUR_EYES
    assert do("revoke", first, actor=person("county2"), note="no device").state == "revoked"


# --- The database, whoever writes ------------------------------------------------------------
def refused(statement, *params):
    """Whether the database itself refuses a statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, params)
    except DatabaseError as error:
        return isinstance(error, IntegrityError) or "pgtrigger" in str(error)
    return False


def test_no_move_beside_the_table_and_no_birth_beside_the_draft():
    claim = a_claim()
    move = "UPDATE grants_claim SET state = %s WHERE id = %s"
    for state in ClaimState.values:
        allowed = state in ("draft", "township_review", "withdrawn")
        if not allowed:
            assert refused(move, state, claim.pk), state
    columns = [f.column for f in Claim._meta.concrete_fields if f.column not in ("id", "state")]
    names = ", ".join(columns)
    copy = f"INSERT INTO grants_claim (state, {names}) SELECT %s, {names} FROM grants_claim"
    Story().withdrawn(claim)
    assert refused(copy, "approved")
    assert not refused(copy, "draft")
    assert refused(copy, "draft")


def test_a_signature_stays_as_it_is():
    claim = Story().tell("township_review")
    signature = ClaimSignature.objects.get(claim=claim)
    for statement in (
        "UPDATE grants_claimsignature SET user_id = user_id + 1 WHERE id = %s",
        "UPDATE grants_claimsignature SET content_hash = 'x' WHERE id = %s",
        "DELETE FROM grants_claimsignature WHERE id = %s",
    ):
        assert refused(statement, signature.pk), statement
    assert refused("DELETE FROM grants_claimrevision WHERE claim_id = %s", claim.pk)
