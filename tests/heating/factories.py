"""Makes heating's nouns for tests; a made station is managed, as a registered one is."""

from datetime import date
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from bureau.core import bigrams, pinyin
from bureau.people.choices import OrganisationKind
from bureau.people.demo import BEIYUAN_COMMUNITY
from bureau.people.models import Organisation
from bureau.places.models import Division
from heating.choices import ManagementMode
from heating.models import (
    Estate,
    HeatSource,
    HouseholdCount,
    ManagementPeriod,
    ServedEstate,
    Substation,
)

GAOTANG_COMMUNITY = "371526001001"


class NamedFactory(DjangoModelFactory):
    """A noun with a name and the keys that sort and find it."""

    class Meta:
        abstract = True

    pinyin = factory.LazyAttribute(lambda made: pinyin.sort_key(made.name))
    bigrams = factory.LazyAttribute(lambda made: bigrams.of(made.name))


class PlacedFactory(NamedFactory):
    """A noun in the community of ``place`` (a code), by default in 东昌府区."""

    class Meta:
        abstract = True

    class Params:
        place = BEIYUAN_COMMUNITY

    community = factory.LazyAttribute(lambda made: Division.objects.get(code=made.place))


class HeatSourceFactory(NamedFactory):
    """A heat source."""

    class Meta:
        model = HeatSource

    name = factory.Sequence(lambda n: f"试验{n}号首站")


class EstateFactory(PlacedFactory):
    """An estate."""

    class Meta:
        model = Estate

    name = factory.Sequence(lambda n: f"试验小区{n}")
    connected_area = Decimal(20_000)
    heated_area = Decimal(15_000)


class SubstationFactory(PlacedFactory):
    """A station, company-run since 2012 unless ``run``, ``manager`` and ``since`` say otherwise.

    ``estate`` becomes its main estate.
    """

    class Meta:
        model = Substation

    name = factory.Sequence(lambda n: f"试验{n}号换热站")
    connected_area = Decimal(13_680)
    heated_area = Decimal(11_804)
    households = 114
    commissioned_year = 2012

    @classmethod
    def _create(cls, model_class, *args, manager=None, since=date(2012, 1, 1), estate=None, **kw):
        mode = kw.pop("run", ManagementMode.COMPANY_RUN)
        station = super()._create(model_class, *args, **kw)
        ManagementPeriod.objects.create(
            station=station, mode=mode, manager=manager, valid_from=since
        )
        if estate is not None:
            ServedEstate.objects.create(station=station, estate=estate, is_main=True)
        return station


class HouseholdCountFactory(DjangoModelFactory):
    """A count of 100 households, 60 of them on direct supply."""

    class Meta:
        model = HouseholdCount

    estate = factory.SubFactory(EstateFactory)
    as_of = date(2026, 1, 1)
    connected = 100
    direct = 60


def property_company(name: str = "北苑物业服务有限公司") -> Organisation:
    """Return a property company of this name."""
    kind = OrganisationKind.PROPERTY_COMPANY
    return Organisation.objects.get_or_create(kind=kind, name=name)[0]


def third_party_station(**more: object) -> Substation:
    """Return a station that a property company manages."""
    manager = more.pop("manager", None) or property_company()
    return SubstationFactory(run=ManagementMode.THIRD_PARTY_RUN, manager=manager, **more)
