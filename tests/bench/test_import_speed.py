"""What the ledger of substations costs beside the floor of the same machine (PERF-1, PERF-2)."""

import io

import pytest
from django.db import connection
from python_calamine import load_workbook

from bureau.exchange import ledger
from bureau.exchange.readers import Book
from tests.bench import ledgers, measures

# Parents first: the tables that one ledger fills.
TABLES = (
    "people_organisation", "heating_heatsource", "heating_estate", "heating_substation",
    "heating_servedestate", "heating_managementperiod", "heating_equipment",
    "heating_householdcount",
)  # fmt: skip


@pytest.fixture
def peaks(monkeypatch):
    """Return the peak memory of every reading child, in MB, as each one ends."""
    found, close = [], Book.close

    def measured(book):
        found.append(measures.peak_mb(book._child.pid))
        close(book)

    monkeypatch.setattr(Book, "close", measured)
    return found


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_import_beside_its_floor(clerk, peaks):
    beside_its_floor(clerk, peaks)


def beside_its_floor(clerk, peaks):
    """Import a ledger twice and compare it with reading and writing the same rows."""
    data = ledgers.workbook(measures.IMPORTED)
    measures.forget_peak()
    before = measures.resident_mb()
    first = measures.seconds(lambda: bring_in(data, clerk, "created"))
    again = measures.seconds(lambda: bring_in(data, clerk, "unchanged"))
    more = measures.peak_mb() - before
    floor = measures.seconds(lambda: read(data)) + written_anew()
    measures.report("PERF-1 time", first, "s", floor, 2.5)
    measures.report("PERF-1 memory", max(*peaks, more), "MB", 400, 1)
    measures.report("PERF-2 time", again, "s", first, 0.5)


def bring_in(data, actor, expected):
    """Import the ledger; every row must come out as ``expected``."""
    options = {"dry_run": False, "accept_passing": False}
    report = ledger.import_ledger("substations", "a.xlsx", data, actor=actor, **options).report
    assert report[expected] == measures.IMPORTED, report["errors"][:5]


def read(data):
    """Read every row as calamine alone does."""
    list(load_workbook(io.BytesIO(data)).get_sheet_by_index(0).iter_rows())


def written_anew(tables=TABLES):
    """Return the seconds of one INSERT..SELECT into each table of what the ledger left there."""
    spent = 0.0
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"CREATE UNLOGGED TABLE bench_{table} AS TABLE {table}")
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        for table in tables:
            copy = f"INSERT INTO {table} OVERRIDING SYSTEM VALUE TABLE bench_{table}"
            spent += measures.seconds(lambda copy=copy: cursor.execute(copy))
        for table in tables:
            cursor.execute(f"DROP TABLE bench_{table}")
    return spent
