"""A page of a list reads what its columns show, in one query, and draws what whole rows would."""

from datetime import date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.core import addresses, clock, prepared
from bureau.desk import lean, paging
from bureau.desk.registers.users import UserList, UserTable
from bureau.desk.tables import Column, Table, reader
from heating.models import Estate, Substation
from heating.tables.registry import EstateTable
from heating.views.estates import EstateList
from heating.views.stations import StationList
from tests.heating.factories import (
    GAOTANG_COMMUNITY,
    EstateFactory,
    HeatSourceFactory,
    HouseholdCountFactory,
    SubstationFactory,
    third_party_station,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
RESORT_COMMUNITY = "371502107254"


def page(listing, rows=None, read=None, chosen=None):
    """Return the table with a page's rows as the list reads them, or as ``read`` does."""
    table = listing.table(chosen=list(listing.table.columns) if chosen is None else chosen)
    ordering = table.ordering()
    rows = listing.queryset.all() if rows is None else rows
    read = read or lean.reader(listing, table.shown, ordering, rows)
    table.rows = paging.paginate(rows, ordering, read=read).rows
    return table


@pytest.fixture
def estates():
    HouseholdCountFactory(estate=EstateFactory(name="阳光<花园>", year_built=1998))
    EstateFactory(place=GAOTANG_COMMUNITY, remarks="=1+1")
    EstateFactory(place=RESORT_COMMUNITY, year_built=None)
    return Estate.objects.with_row_data(TODAY)


@pytest.fixture
def stations(estates):
    SubstationFactory(estate=estates[0], heat_source=HeatSourceFactory())
    SubstationFactory(place=RESORT_COMMUNITY, commissioned_year=None)
    third_party_station(since=date(2020, 1, 1))
    return Substation.objects.with_row_data(TODAY)


def test_lean_rows_are_drawn_like_whole_ones(estates, stations):
    for listing, rows in ((EstateList, estates), (StationList, stations)):
        with CaptureQueriesContext(connection) as asked:
            drawn = page(listing).body
        assert len(asked) == 1
        assert "bigrams" not in asked[0]["sql"]
        assert drawn == page(listing, rows, read=list).body
        assert drawn.count("<tr>") == rows.count()
    assert "阳光&lt;花园&gt;" in page(EstateList).body


def test_what_draws_a_page_of_cells_draws_each_as_the_column_does(estates, stations):
    for listing in (EstateList, StationList):
        table = page(listing)
        for column in table.shown:
            draw = column.cell_for(None, table.rows)
            assert [draw(row) for row in table.rows] == [column.cell(row) for row in table.rows]


def test_a_path_ends_where_nothing_stands():
    empty = SimpleNamespace(community=None, loud=lambda: "said")
    assert [reader(path)(empty) for path in ("community.parent", "loud")] == [None, "said"]
    assert reader("community")(None) is None
    with pytest.raises(AttributeError):
        reader("unknown.name")(empty)


def test_a_read_written_once_serves_every_selection_and_every_day(estates):
    some = Estate.objects.filter(year_built=1998)
    assert [row.name for row in page(EstateList, some).rows] == ["阳光<花园>"]
    assert len(page(EstateList).rows) == 3
    assert page(EstateList, Estate.objects.none()).rows == []
    counted = some.get().household_counts.get()
    day_before = datetime.combine(counted.as_of, time(12), clock.SHANGHAI) - timedelta(days=1)
    with clock.telling(day_before):
        assert page(EstateList, some).rows[0].households_connected is None
    assert page(EstateList, some).rows[0].households_connected == counted.connected


def test_what_no_column_shows_is_not_read(estates):
    with CaptureQueriesContext(connection) as asked:
        assert "remarks" not in vars(page(EstateList, chosen=()).rows[0])
    assert "remarks" not in asked[0]["sql"]


def test_a_lean_row_fetches_what_it_was_not_read_with(estates):
    whole = {row.pk: row for row in estates}
    for row in page(EstateList, chosen=()).rows:
        known = whole[row.pk]
        assert row == known
        assert (row.remarks, row.community.code) == (known.remarks, known.community.code)
        assert row.community.managing_area == known.community.managing_area


class OpenTable(Table):
    name = Column("name")
    loud = Column("loud", value=lambda row: f"{row.name}{row.remarks}")
    default_sort = "pk"


class OpenList(EstateList):
    table = OpenTable


def test_a_column_that_says_nothing_gets_whole_rows(estates):
    every = Estate.objects.all()
    assert lean.reader(OpenList, OpenTable().shown, OpenTable.ordering(), every) is None
    people = UserList.queryset.all()
    assert lean.reader(UserList, UserTable().shown, UserTable.ordering(), people) is None


def test_a_selection_that_adds_to_the_rows_gets_whole_rows(estates):
    shown, ordering = EstateTable().shown, EstateTable.ordering()
    assert lean.reader(EstateList, shown, ordering, Estate.objects.with_counts(TODAY)) is None


def test_rows_are_counted_as_they_are_sliced(estates):
    assert prepared.number_of(estates.values("pk")) == 3
    assert prepared.number_of(estates.filter(year_built=1998).values("pk")) == 1
    assert prepared.number_of(estates.values("pk")[:2]) == 2
    assert prepared.number_of(estates.none()) == 0


def test_the_address_of_a_page_takes_numbers_only():
    assert addresses.page_of("heating:estate_detail", 7) == "/heating/estates/7/"
    assert addresses.page_of("desk:division_detail", 12) != addresses.page_of(
        "desk:user_detail", 12
    )
    with pytest.raises(TypeError):
        addresses.page_of("heating:estate_detail", None)


def test_a_page_that_the_portal_has_not_has_no_address():
    assert addresses.address("heating:estate_edit", 7) == "/heating/estates/7/edit/"
    assert addresses.address("heating:estate_list") == "/heating/estates/"
    assert addresses.address("heating:estate_no_such") == ""
