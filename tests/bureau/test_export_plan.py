"""A long list is read without an object a row, and says to the letter what its columns say."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from bureau.desk import export_plan
from bureau.desk.registers.divisions import DivisionTable
from bureau.desk.registers.users import UserTable
from bureau.desk.tables import Column, Table
from bureau.exchange.exporting import csv_lines
from bureau.people.models import User
from bureau.places.models import Division
from heating.models import Estate, Handover, Substation
from heating.tables.handover import HandoverTable
from heating.tables.registry import EstateTable, SubstationTable
from tests.heating.factories import (
    GAOTANG_COMMUNITY,
    EstateFactory,
    HeatSourceFactory,
    HouseholdCountFactory,
    SubstationFactory,
    third_party_station,
)
from tests.heating.handover_story import Story

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
RESORT_COMMUNITY = "371502107254"


def table_of(kind):
    """Return the table with every column that it has."""
    return kind(chosen=list(kind.columns))


def planned(kind, rows):
    """Return what the plan gives, row by row."""
    blocks = list(export_plan.cells(table_of(kind).shown, rows))
    return [row for block in blocks for row in zip(*block, strict=True)]


def told(kind, rows):
    """Return what the columns say of the rows themselves."""
    return [tuple(column.exported(row) for column in table_of(kind).shown) for row in rows]


@pytest.fixture
def stations():
    """Stations with and without an estate, a manager, a source, areas and years."""
    estate = EstateFactory(year_built=1998, insulation="none", remarks="=1+1")
    HouseholdCountFactory(estate=estate)
    SubstationFactory(estate=estate, heat_source=HeatSourceFactory(), remarks="+86")
    SubstationFactory(place=GAOTANG_COMMUNITY, commissioned_year=None)
    SubstationFactory(
        place=RESORT_COMMUNITY, longitude=Decimal("115.985431"), latitude=Decimal("36.45")
    )
    EstateFactory(place=RESORT_COMMUNITY)
    third_party_station(since=date(2020, 1, 1))
    return Substation.objects.with_row_data(TODAY).order_by("pinyin", "pk")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_cells_are_those_of_the_columns(stations, clerk, language):
    Story.of_the_cast().tell(third_party_station(), until="noticed")
    estates = Estate.objects.with_row_data(TODAY).order_by("-pk")
    handovers = Handover.objects.with_row_data().order_by("pk")
    with translation.override(language):
        lists = ((SubstationTable, stations), (EstateTable, estates), (HandoverTable, handovers))
        for kind, rows in lists:
            assert planned(kind, rows) == told(kind, rows) != []


def test_places_are_planned_too():
    rows = Division.objects.filter(code__startswith="371502").order_by("code")
    joined = rows.select_related("parent", "managing_area")
    assert planned(DivisionTable, joined) == told(DivisionTable, joined) != []


def test_no_object_is_made_of_a_row(stations, monkeypatch):
    def refuse(*_args):
        raise AssertionError

    monkeypatch.setattr(Substation, "from_db", refuse)
    assert len(planned(SubstationTable, stations)) == 4


def test_the_number_of_queries_does_not_follow_the_rows(stations, django_assert_num_queries):
    # The rows, then the areas, counties, communities, towns and sources that they name.
    with django_assert_num_queries(6):
        planned(SubstationTable, stations)


def test_a_column_that_asks_the_row_itself_gets_it(clerk):
    found = User.objects.with_postings().order_by("pk")
    assert planned(UserTable, found) == told(UserTable, found) != []


class ShoutedTable(Table):
    name = Column("name", value=lambda row: row.name.upper())
    path = Column("path", "community.parent.name")


def test_a_function_of_the_row_and_a_slice_are_read_row_by_row(stations):
    assert planned(ShoutedTable, stations) == told(ShoutedTable, stations) != []
    assert planned(EstateTable, Estate.objects.with_row_data(TODAY).order_by("pk")[:1])


def test_the_file_is_the_same_to_the_letter(stations):
    table = table_of(SubstationTable)
    columns = table.export_columns()
    read = "".join(csv_lines(columns, stations))
    assert "".join(csv_lines(columns, export_plan.cells(table.shown, stations))) == read
    assert ",'+86," in read
