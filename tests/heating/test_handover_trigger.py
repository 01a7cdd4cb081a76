"""What the database refuses by itself, whoever asks: states outside the table, second open ones."""

import pgtrigger
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from heating.choices import HandoverState
from heating.models import Handover, HandoverSignature
from heating.rules.handover import BEFORE_CONNECTED, OPEN, WORKFLOW
from tests.heating.handover_story import Story, a_station

pytestmark = pytest.mark.django_db

STATES = HandoverState.values
MOVE = "UPDATE heating_handover SET state = %s, state_before = %s WHERE id = %s"
TRIGGERS = ("heating.Handover:handover_moves", "heating.Handover:handover_resumes")


def listed(source):
    """Return the states to which the table leads from ``source``, a suspended one left out."""
    return {line.target for line in WORKFLOW if source in line.sources and line.target}


@pytest.fixture
def handover(db):
    return Story.of_the_cast().tell(a_station(), until="registered")


def execute(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def put_by_force(handover, state, before=""):
    """Write a state behind the trigger's back, as a start for the next question."""
    with pgtrigger.ignore(*TRIGGERS):
        execute(MOVE, state, before, handover.pk)


@pytest.mark.parametrize("source", [state for state in STATES if state != "suspended"])
def test_only_moves_of_the_table_pass(handover, source):
    put_by_force(handover, source)
    for target in STATES:
        before = source if target == "suspended" and source in OPEN else ""
        if target in {source, *listed(source)}:
            execute(MOVE, target, before, handover.pk)
            put_by_force(handover, source)
        else:
            with pytest.raises(IntegrityError) as caught:
                execute(MOVE, target, before, handover.pk)
            name = caught.value.__cause__.diag.constraint_name
            assert name in ("handover_state", "handover_state_before")


def test_a_suspended_one_goes_back_only_where_it_was(handover):
    put_by_force(handover, "suspended", "planned")
    for target in (*BEFORE_CONNECTED, "connected", "archived", "cancelled"):
        if target == "planned":
            continue
        with pytest.raises(IntegrityError):
            execute(MOVE, target, "", handover.pk)
    execute(MOVE, "planned", "", handover.pk)


@pytest.mark.parametrize("state", [state for state in STATES if state != "registered"])
def test_none_is_born_in_another_state(handover, state):
    other = a_station("2号站")
    columns = [
        f.column for f in Handover._meta.concrete_fields if f.column not in ("id", "due_key")
    ]
    names = ", ".join(f'"{column}"' for column in columns)
    shown = {"state": "%s", "number": "'x'", "station_id": str(other.pk)}
    if state == "suspended":
        shown["state_before"] = "'noticed'"
    picked = ", ".join(shown.get(column, f'"{column}"') for column in columns)
    with pytest.raises(IntegrityError):
        execute(
            f"INSERT INTO heating_handover ({names}) SELECT {picked} FROM heating_handover "
            f"WHERE id = {handover.pk}",
            state,
        )


def test_queryset_update_is_refused_as_well(handover):
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.filter(pk=handover.pk).update(state="accepted")


def test_a_station_has_one_open_handover(handover):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Handover.objects.create(
            station=handover.station,
            number="second",
            registered_on=handover.registered_on,
            step_from=handover.registered_on,
            mode_at_register="custody",
        )
    assert caught.value.__cause__.diag.constraint_name == "handover_one_open"


@pytest.mark.parametrize(
    ("column", "figure"), [("heads_agreed", 4), ("heads_took_part", 7), ("heads_agreed", None)]
)
def test_implausible_counts_are_refused(handover, column, figure):
    fine = {"heads_total": 6, "heads_took_part": 3, "heads_agreed": 2}
    Handover.objects.filter(pk=handover.pk).update(**fine)
    if figure is None:
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.filter(pk=handover.pk).update(**{column: figure})


def test_nobody_signs_twice_and_no_signature_is_changed(handover, clerk, clerk2):
    given = {
        "handover": handover,
        "verb": "accept",
        "permission": "a",
        "user": clerk,
        "at": handover.created_at,
        "revision": 1,
    }
    signature = HandoverSignature.objects.create(**given)
    for change in ({"permission": "b"}, {"user": clerk2}):
        with pytest.raises(IntegrityError), transaction.atomic():
            HandoverSignature.objects.create(**(given | change))
    with pytest.raises(DatabaseError), transaction.atomic():
        HandoverSignature.objects.filter(pk=signature.pk).update(user=clerk2)
    with pytest.raises(DatabaseError), transaction.atomic():
        signature.delete()
