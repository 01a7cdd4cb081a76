"""Where on the map: coordinates in degrees, inside the city's box or not."""

from dataclasses import dataclass
from decimal import Decimal

from bureau.core.findings import Finding
from heating.choices import RegistryRefusal


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of longitudes and latitudes in degrees."""

    west: Decimal
    east: Decimal
    south: Decimal
    north: Decimal

    def holds(self, longitude: Decimal, latitude: Decimal) -> bool:
        """Whether the point lies inside, borders included."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north


#: The city with a margin wider than the offset between any two datums (about 0.01 degrees).
CITY_BOX = Box(Decimal("115.2"), Decimal("116.6"), Decimal("35.7"), Decimal("37.1"))

FIELDS = ("longitude", "latitude")


def check_position(longitude: Decimal | None, latitude: Decimal | None) -> Finding | None:
    """Say what is wrong with a pair of coordinates in degrees, or None.

    Both or neither; swapped ones are named as such, all others outside the city's box refused.
    """
    if longitude is None and latitude is None:
        return None
    if longitude is None or latitude is None:
        return Finding(RegistryRefusal.HALF_COORDINATES, FIELDS)
    values = {"longitude": longitude, "latitude": latitude}
    if CITY_BOX.holds(longitude, latitude):
        return None
    if CITY_BOX.holds(latitude, longitude):
        return Finding(RegistryRefusal.SWAPPED_COORDINATES, FIELDS, values)
    return Finding(RegistryRefusal.OUTSIDE_CITY, FIELDS, values)
