"""Writes on heat sources."""

from collections.abc import Iterable

from bureau.core.errors import BusinessError
from bureau.core.findings import Finding
from bureau.records.keeper import Keeper
from heating.choices import RegistryRefusal
from heating.models import HeatSource
from heating.rules.position import check_position


class Sources(Keeper[HeatSource]):
    """Heat sources; one from which stations draw stays (``still_served``)."""

    model = HeatSource
    fields = (
        "name", "kind", "organisation", "capacity_mw", "longitude", "latitude", "datum", "remarks",
    )  # fmt: skip

    def check(self, row: HeatSource) -> Iterable[Finding | None]:
        return (check_position(row.longitude, row.latitude),)

    def in_use(self, row: HeatSource) -> BusinessError | None:
        if served := row.substations.active().count():
            return BusinessError(RegistryRefusal.STILL_SERVED, name=row.name, count=served)
        return None


sources = Sources()
