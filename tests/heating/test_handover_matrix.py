"""Every state × verb × role of the handover, through the service: what may be, and nothing else."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.transitions import allowed_from
from heating.choices import HandoverRefusal as No
from heating.choices import HandoverState
from heating.models import Handover
from heating.rules.handover import OPEN, REQUIRED_PAPERS, WORKFLOW
from heating.rules.votes import Count
from heating.services.handover import Defect
from heating.services.handover_file import file_paper
from heating.services.handover_opening import register_handover
from heating.services.handover_verbs import SERVICES, do
from tests.cast import person
from tests.heating.handover_story import NUMBER, Story, a_station, paper

pytestmark = pytest.mark.django_db

ROLES = (
    "clerk",
    "chief",
    "inspector",
    "company",
    "leader",
    "legal",
    "property",
    "village",
    "town",
    "town_team",
    "county",
    "finance",
    "auditor",
    "admin",
    "security",
    "outsider",
)
HOLDERS = {
    "register": {"clerk"},
    "issue_notice": {"clerk"},
    "record_survey": {"inspector"},
    "agree_plan": {"clerk"},
    "record_consent": {"clerk"},
    "sign": {"chief"},
    "accept": {"company"},
    "send_back": {"chief"},
    "connect": {"chief"},
    "archive": {"clerk"},
    "suspend": {"chief"},
    "resume": {"chief"},
    "cancel": {"chief"},
}


def values_for(verb):
    """Return what makes every guard of a verb content."""
    today = clock.today()
    later = today + timedelta(days=30)
    return {
        "issue_notice": {"document_number": NUMBER, "demand": "x", "due_date": later},
        "record_survey": {
            "surveyed_on": today,
            "equipment": "x",
            "debts": "x",
            "meters": "x",
            "defects": [Defect("paint")],
        },
        "agree_plan": {"total": Decimal(1), "shares": [("owners", Decimal(100))]},
        "record_consent": {
            "basis": "assembly",
            "consented_on": today,
            "heads": Count(3, 2, 2),
            "area": Count(3, 2, 2),
            "paper": paper(),
        },
        "sign": {
            "signed_on": today,
            "signatory_manager": "x",
            "signatory_company": "x",
            "signatory_bureau": "x",
            "paper": paper(),
        },
        "accept": {
            "pressure_tested_on": today,
            "keys_received": True,
            "drawings_received": True,
            "defects_listed": True,
        },
        "send_back": {"note": "x"},
        "connect": {"effective_date": today},
        "suspend": {"note": "x", "review_date": later},
        "cancel": {"note": "x"},
    }.get(verb, {})


class UndoError(Exception):
    """Takes back what was tried."""


def attempt(verb, handover, actor):
    """Try a verb and undo it; return the state it led to, or the code of the refusal."""
    outcome = None
    try:
        with transaction.atomic():
            moved = do(verb, handover, actor=actor, **values_for(verb))
            outcome = moved.state
            raise UndoError
    except UndoError:
        return outcome
    except BusinessError as error:
        return error.code


def made_ready(story, state):
    """Return a handover in ``state`` with nothing left that a guard could mind."""
    handover = story.tell(a_station(), until=state)
    if state == "signed":
        handover = story.mend(handover)
    if state == "connected":
        for kind in REQUIRED_PAPERS:
            file_paper(handover, paper(), actor=story.clerk, kind=kind)
    return Handover.objects.get(pk=handover.pk)


@pytest.mark.parametrize("state", HandoverState.values)
def test_every_verb_by_everybody_from(state):
    handover = made_ready(Story.of_the_cast(), state)
    lines = {line.verb: line for line in allowed_from(WORKFLOW, state)}
    for role in ROLES:
        actor = person(role)
        for verb in SERVICES:
            outcome = attempt(verb, handover, actor)
            where = (state, verb, role)
            if verb not in lines:
                assert outcome == Refusal.NOT_ALLOWED_FROM_STATE, where
            elif role in HOLDERS[verb]:
                # The first of two signatures is stored, but does not move the state yet.
                target = "signed" if verb == "accept" else lines[verb].target
                assert outcome == (target or handover.state_before), where
            elif (verb, role) == ("accept", "clerk"):
                assert outcome == No.SIGNATURE_ORDER, where
            else:
                assert outcome == Refusal.NOT_PERMITTED, where
    handover.refresh_from_db()
    assert handover.state == state


@pytest.mark.parametrize("role", ROLES)
def test_who_may_register(role):
    station, actor = a_station(), person(role)
    try:
        outcome = register_handover(station, actor=actor).state
    except BusinessError as error:
        outcome = error.code
    expected = "registered" if role in HOLDERS["register"] else Refusal.NOT_PERMITTED
    assert outcome == expected


@pytest.mark.parametrize("state", OPEN)
def test_suspended_from_any_open_state_it_goes_back_there(state):
    story = Story.of_the_cast()
    handover = story.tell(a_station(), until=state)
    assert story.resumed(story.suspended(handover)).state == state


@pytest.mark.parametrize("verb", ["send_back", "suspend", "cancel"])
def test_a_reason_is_needed(verb):
    story = Story.of_the_cast()
    handover = story.tell(a_station(), until="surveyed")
    given = values_for(verb) | {"note": "  "}
    with pytest.raises(BusinessError) as caught:
        do(verb, handover, actor=story.chief, **given)
    assert caught.value.code == Refusal.NOTE_REQUIRED
