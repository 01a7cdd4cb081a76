"""The registry of the demo city: made-up estates and stations in real communities."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count, cycle

from bureau.people import services as people
from bureau.people.choices import OrganisationKind
from bureau.people.demo import BEIYUAN_COMMUNITY
from bureau.people.models import Organisation, User
from bureau.places.models import Division, ManagingArea
from heating.choices import (
    Datum,
    EquipmentKind,
    IndoorSystem,
    Insulation,
    ManagementMode,
    SourceKind,
    ZoneLevel,
)
from heating.models import Estate, HeatSource, Substation
from heating.services.estates import record_building, record_household_count, register_estate
from heating.services.sources import sources as heat_sources
from heating.services.stations import record_equipment, record_zone, register_station

COMMUNITIES_PER_AREA = 6
SUFFIXES = ("花园", "家园", "新苑", "名邸", "嘉园", "雅居")
CENTRES = {
    "371502000000": ("115.98", "36.45"),
    "371503000000": ("116.25", "36.58"),
    "371521000000": ("115.79", "36.11"),
    "371522000000": ("115.67", "36.24"),
    "371524000000": ("116.25", "36.33"),
    "371525000000": ("115.44", "36.48"),
    "371526000000": ("116.23", "36.86"),
    "371581000000": ("115.71", "36.85"),
}
#: When the demo's households were counted, and how many of a hundred that are billed to the door
#: today were so by then.
COUNTED = (
    (date(2020, 4, 16), 40),
    (date(2023, 4, 20), 65),
    (date(2025, 4, 18), 85),
    (date(2026, 4, 17), 100),
)
MODES = cycle(
    (
        ManagementMode.THIRD_PARTY_RUN,
        ManagementMode.COMPANY_RUN,
        ManagementMode.THIRD_PARTY_RUN,
        ManagementMode.COMPANY_RUN,
        ManagementMode.CUSTODY,
        ManagementMode.THIRD_PARTY_RUN,
    )
)


@dataclass(frozen=True, slots=True)
class Ground:
    """What stations of one area draw on."""

    company: Organisation
    source: HeatSource
    longitude: Decimal
    latitude: Decimal


def organisation(kind: str, name: str, **more: str) -> Organisation:
    """Return the organisation of this name, made where it does not exist yet."""
    found = Organisation.objects.filter(kind=kind, name=name).first()
    return found or people.organisations.register(actor=None, kind=kind, name=name, **more)


def seed_registry(clerk: User, scale: int) -> list[Substation]:
    """Register estates and stations in every county and managing area; return the stations."""
    grounds = _grounds(clerk)
    numbers = count(1)
    stations = []
    for community in _communities():
        ground = grounds[_county_code(community)]
        for _ in range(scale):
            stations.append(_station(clerk, community, ground, next(numbers)))
    return stations


def _grounds(clerk: User) -> dict[str, Ground]:
    rendian = organisation(OrganisationKind.HEATING_COMPANY, "聊城热电", hotline="0635-8321000")
    luxi = organisation(OrganisationKind.HEATING_COMPANY, "鲁西热力", hotline="0635-8322000")
    sources = {
        rendian: _source(clerk, "东城热源厂", rendian, SourceKind.COGENERATION),
        luxi: _source(clerk, "鲁西热源厂", luxi, SourceKind.COGENERATION),
    }
    grounds = {}
    for (code, (longitude, latitude)), company in zip(
        CENTRES.items(), cycle((rendian, luxi)), strict=False
    ):
        grounds[code] = Ground(company, sources[company], Decimal(longitude), Decimal(latitude))
    return grounds


def _source(clerk: User, name: str, operator: Organisation, kind: str) -> HeatSource:
    found = HeatSource.objects.filter(name=name).first()
    return found or heat_sources.register(
        actor=clerk, name=name, kind=kind, organisation=operator, capacity_mw=Decimal(600)
    )


def _communities() -> list[Division]:
    """Return some communities of each of the eleven areas; the village official's is the first."""
    villages = Division.objects.current().of_level(5).order_by("code")
    chosen = [Division.objects.get(code=BEIYUAN_COMMUNITY)]
    for code in CENTRES:
        chosen += villages.filter(path__contains=f"/{code}/", managing_area=None).exclude(
            code=BEIYUAN_COMMUNITY
        )[:COMMUNITIES_PER_AREA]
    for area in ManagingArea.objects.order_by("code"):
        chosen += villages.filter(managing_area=area)[: COMMUNITIES_PER_AREA // 2]
    return chosen


def _county_code(community: Division) -> str:
    return community.codes[1]


@dataclass(frozen=True, slots=True)
class Figures:
    """Made-up but consistent figures of one station: areas in m², counts, years."""

    number: int
    year: int
    area: Decimal
    mode: ManagementMode

    @property
    def heated(self) -> Decimal:
        """The area heated: seven tenths."""
        return self.area * 7 // 10

    @property
    def households(self) -> int:
        """A household has 95 m²."""
        return int(self.area / 95)

    @property
    def direct(self) -> int:
        """Company-run stations bill their households."""
        return self.households if self.mode == ManagementMode.COMPANY_RUN else 0


def _station(clerk: User, community: Division, ground: Ground, number: int) -> Substation:
    figures = Figures(
        number, 1998 + number * 7 % 24, Decimal(12_000 + number * 3_137 % 78_000), next(MODES)
    )
    estate = _estate(clerk, community, figures)
    station = register_station(
        actor=clerk,
        community=community,
        name=f"{estate.name}换热站",
        main_estate=estate,
        mode=figures.mode,
        manager=_manager(figures.mode, community.name[:2], ground),
        managed_since=date(figures.year, 11, 15),
        heating_company=ground.company,
        heat_source=ground.source,
        commissioned_year=figures.year,
        connected_area=figures.area,
        heated_area=figures.heated,
        households=figures.households,
        direct_households=figures.direct,
        network_name=f"{ground.source.name}一级管网",
        design_supply_temperature=Decimal(80),
        design_return_temperature=Decimal(50),
        longitude=ground.longitude + Decimal(number * 37 % 100 - 50) / 1000,
        latitude=ground.latitude + Decimal(number * 53 % 100 - 50) / 1000,
        datum=Datum.GCJ02,
    )
    _furnish(clerk, station, number)
    return station


def _estate(clerk: User, community: Division, figures: Figures) -> Estate:
    year, number = figures.year, figures.number
    estate = register_estate(
        actor=clerk,
        community=community,
        name=_free_name(community, f"{community.name[:2]}{SUFFIXES[number % len(SUFFIXES)]}"),
        year_built=year,
        first_season=year,
        insulation=Insulation.SAVING_50 if year < 2010 else Insulation.SAVING_65,
        indoor_system=IndoorSystem.HOUSEHOLD_LOOP if year > 2005 else IndoorSystem.SINGLE_PIPE,
        connected_area=figures.area,
        heated_area=figures.heated,
        occupancy=Decimal(60 + number % 40),
    )
    for counted_on, share in COUNTED:
        record_household_count(
            estate,
            as_of=counted_on,
            connected=figures.households,
            direct=figures.direct * share // 100,
            actor=clerk,
        )
    for block in (1, 2):
        record_building(estate, name=f"{block}号楼", units=3, floors=6 + number % 12, actor=clerk)
    return estate


def _free_name(community: Division, name: str) -> str:
    taken = set(community.estates.values_list("name", flat=True))
    wanted = (name if i == 1 else f"{name}{i}区" for i in count(1))
    return next(candidate for candidate in wanted if candidate not in taken)


def _manager(mode: str, stem: str, ground: Ground) -> Organisation | None:
    if mode == ManagementMode.COMPANY_RUN:
        return None
    if mode == ManagementMode.CUSTODY:
        return ground.company
    return organisation(OrganisationKind.PROPERTY_COMPANY, f"{stem}物业服务有限公司")


def _furnish(clerk: User, station: Substation, number: int) -> None:
    for kind, quantity in (
        (EquipmentKind.EXCHANGER, 2),
        (EquipmentKind.PUMP, 3),
        (EquipmentKind.TRANSFORMER, number % 3),
        (EquipmentKind.FIRE_EXTINGUISHER, 2 + number % 4),
    ):
        if quantity:
            record_equipment(station, kind=kind, quantity=quantity, actor=clerk)
    levels = (ZoneLevel.LOW, ZoneLevel.MIDDLE, ZoneLevel.HIGH)[: 1 + number % 3]
    for level in levels:
        record_zone(
            station,
            level=level,
            supply_temperature=Decimal("45.48"),
            return_temperature=Decimal("41.18"),
            actor=clerk,
        )
