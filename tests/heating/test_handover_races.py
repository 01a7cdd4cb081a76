"""Two people at the same moment, on two real connections: one is first, the other is told so."""

import threading
from decimal import Decimal

import pytest
from django.db import connection

from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.people.models import User
from heating.choices import HandoverRefusal as No
from heating.models import Handover, HandoverSignature, Substation
from heating.services.handover import agree_plan
from heating.services.handover_acceptance import accept_handover
from heating.services.handover_opening import register_handover
from tests.cast import person
from tests.heating.handover_story import Story, a_station

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Run the calls on a connection each, all begun together; return results and refusals."""
    barrier = threading.Barrier(len(calls))
    outcomes = [None] * len(calls)

    def run(index, prepare, call):
        try:
            prepared = prepare()
            barrier.wait(timeout=20)
            outcomes[index] = call(*prepared)
        except BusinessError as error:
            outcomes[index] = error.code
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(index, prepare, call))
        for index, (prepare, call) in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def test_two_clerks_agree_two_plans():
    handover = Story.of_the_cast().tell(a_station(), until="surveyed")
    names = ("clerk", "clerk2")
    for name in names:
        person(name)

    def prepare(name):
        return lambda: (Handover.objects.get(pk=handover.pk), User.objects.get(username=name))

    def plan(row, user):
        return agree_plan(row, actor=user, total=Decimal(1), shares=[("owners", Decimal(100))])

    outcomes = at_once(*((prepare(name), plan) for name in names))
    assert outcomes.count(Refusal.CONFLICT) == 1
    handover.refresh_from_db()
    assert (handover.state, handover.shares.count()) == ("planned", 1)


def test_two_clerks_sign_the_acceptance():
    story = Story.of_the_cast()
    person("clerk2")
    handover = story.accept_for_company(story.mend(story.tell(a_station(), until="signed")))

    def prepare(name):
        return lambda: (Handover.objects.get(pk=handover.pk), User.objects.get(username=name))

    def sign(row, user):
        return accept_handover(row, actor=user)

    outcomes = at_once(*((prepare(name), sign) for name in ("clerk", "clerk2")))
    assert outcomes.count(Refusal.CONFLICT) == 1
    assert HandoverSignature.objects.count() == 2


def test_one_station_registered_twice():
    station = a_station()
    for name in ("clerk", "clerk2"):
        person(name)

    def prepare(name):
        return lambda: (Substation.objects.get(pk=station.pk), User.objects.get(username=name))

    def register(row, user):
        return register_handover(row, actor=user)

    outcomes = at_once(*((prepare(name), register) for name in ("clerk", "clerk2")))
    assert outcomes.count(No.OPEN_HANDOVER) == 1
    assert Handover.objects.count() == 1


def test_eight_stations_get_eight_numbers():
    stations = [a_station(f"{number}号站").pk for number in range(8)]
    person("clerk")

    def prepare(pk):
        return lambda: (Substation.objects.get(pk=pk), User.objects.get(username="clerk"))

    def register(row, user):
        return register_handover(row, actor=user).number

    outcomes = at_once(*((prepare(pk), register) for pk in stations))
    assert len(set(outcomes)) == 8
