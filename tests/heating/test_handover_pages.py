"""The list and page of handovers as every noun has them."""

from itertools import count

from bureau.core import clock
from heating.models import Handover
from tests.heating.factories import third_party_station
from tests.suites import RegistrySuite

_numbers = count(1)


def registered(station):
    """Return a handover of the station without playing its story."""
    return Handover.objects.create(
        station=station,
        number=f"2025-{next(_numbers):04d}",
        registered_on=clock.today(),
        mode_at_register="third_party_run",
        step_from=clock.today(),
        step_due_on=clock.today() if station.pk % 3 else None,
    )


class TestHandoverPages(RegistrySuite):
    """A handover lies where its station lies: another county's reviewer sees none of them."""

    names = "heating:handover"
    model = Handover
    outsider = "outsider"

    def make(self, number):
        return [registered(third_party_station()) for _ in range(number)]

    @property
    def searched(self):
        return Handover.objects.first().station.name[:2]

    def new(self):
        return {"station": third_party_station().pk, "note": ""}

    def test_page_shows_the_object(self, desk):
        row = self.make(1)[0]
        text = desk.get(row.get_absolute_url()).text
        assert row.number in text
        assert row.station.name in text
