"""What it costs to write a list of 200,000 estates as csv and xlsx (PERF-7)."""

import io
import os
import sys

import pytest
from django.db import connection

from bureau.core import clock
from bureau.desk import export_plan
from bureau.exchange import exporting
from heating.models import Estate
from heating.tables.registry import EstateTable
from tests.bench import city, measures

ROUNDS = 2
MOST_MB = 150
# The same columns as the list's, so that the floor reads and writes the same cells.
FLOOR = """
    COPY (
        SELECT e.name, county.name, town.name, community.name, e.year_built, e.connected_area,
            last.connected, last.direct
        FROM heating_estate e
        JOIN places_division community ON community.id = e.community_id
        JOIN places_division town ON town.id = community.parent_id
        JOIN places_division county ON county.id = town.parent_id
        LEFT JOIN LATERAL (
            SELECT connected, direct FROM heating_householdcount c
            WHERE c.estate_id = e.id ORDER BY c.as_of DESC LIMIT 1
        ) last ON true
        ORDER BY e.pinyin, e.id
    ) TO STDOUT WITH (FORMAT csv, HEADER)
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_export_beside_its_floor(clerk):
    beside_its_floor(clerk)


def beside_its_floor(clerk):
    """Write the same rows with COPY, as csv and as xlsx."""
    city.fill(measures.IMPORTED)
    floor, csv, xlsx = measures.least(ROUNDS, copied, lambda: as_csv(clerk), lambda: as_xlsx(clerk))
    measures.report("PERF-7 csv", csv, "s", floor, 4)
    measures.report("PERF-7 xlsx", xlsx, "s", floor, 25)
    measures.report("PERF-7 memory", memory_of_an_export(clerk), "MB", MOST_MB, 1)


def rows(user):
    """Return the rows as the list page exports them."""
    found = Estate.objects.visible_to(user).with_row_data(clock.today())
    ordered = found.order_by(*EstateTable.ordering().order_by())
    return export_plan.cells(EstateTable().shown, ordered)


def copied():
    """Write the same cells as PostgreSQL alone does."""
    with connection.cursor() as cursor, cursor.copy(FLOOR) as copy:
        assert sum(len(piece) for piece in copy) > 0


def as_csv(user):
    """Write the export as the page streams it."""
    lines = exporting.csv_lines(EstateTable().export_columns(), rows(user))
    assert sum(len(piece) for piece in lines) > 0


def as_xlsx(user):
    """Write the export into a temporary workbook as the page does."""
    with exporting.xlsx_file(EstateTable().export_columns(), rows(user)) as out:
        assert out.seek(0, io.SEEK_END) > 0


def memory_of_an_export(user):
    """Return by how many MB a process of its own grows that writes both exports."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        connection.connection = None
        measures.forget_peak()
        before = measures.resident_mb()
        as_csv(user)
        as_xlsx(user)
        os.write(writer, str(measures.peak_mb() - before).encode())
        sys.stdout.flush()
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    grown = os.read(reader, 100)
    os.close(reader)
    return float(grown)
