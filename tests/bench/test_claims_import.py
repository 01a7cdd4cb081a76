"""What a village register costs beside the floor of the same machine (PERF-1, PERF-2)."""

import pytest
import tablib
from django.db import connection, transaction

from bureau.exchange.readers import Book
from bureau.places.models import Division
from grants.models import Claim
from tests.bench import measures, registers
from tests.bench.test_import_speed import read, written_anew
from tests.grants.registers import bring_in

# Parents first: the tables that one register fills.
TABLES = (
    "grants_dwelling", "grants_household", "grants_person", "grants_membership",
    "grants_bankaccount", "grants_claim",
)  # fmt: skip
BY_OTHERS = 500


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
def test_a_register_beside_its_floor(clerk, peaks):
    beside_its_floor(clerk, peaks)


def beside_its_floor(clerk, peaks):
    """Import a register twice; compare it with its floor and with django-import-export."""
    few = min(BY_OTHERS, measures.IMPORTED)
    by_others = measures.seconds(lambda: import_export(clerk, few)) / few
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
    data = registers.workbook(measures.IMPORTED)
    measures.forget_peak()
    before = measures.resident_mb()
    first = measures.seconds(lambda: take(data, clerk, "created"))
    again = measures.seconds(lambda: take(data, clerk, "unchanged"))
    more = measures.peak_mb() - before
    assert not Claim.objects.filter(version__gt=1).exists()
    floor = measures.seconds(lambda: read(data)) + written_anew(TABLES)
    measures.report("PERF-1 claims time", first, "s", floor, 2.5)
    measures.report("PERF-1 claims memory", max(*peaks, more), "MB", 400, 1)
    ours = first / measures.IMPORTED
    measures.report_at_least("PERF-1 claims others", by_others, "s per row", ours, 30)
    measures.report("PERF-2 claims time", again, "s", first, 0.5)


def take(data, actor, expected):
    """Import the register; every row must come out as ``expected``."""
    report = bring_in(data, actor, accept_passing=False)
    assert report[expected] == measures.IMPORTED, report["errors"][:5]


def import_export(actor, count):
    """Let django-import-export read the first rows of the register, with its defaults."""
    keys = list(registers.HEADINGS)
    villages = dict(Division.objects.of_level(5).values_list("name", "pk"))
    words = {"气代煤": ("coal_to_gas", "none"), "电代煤": ("coal_to_electricity", "air_source")}
    table = tablib.Dataset()
    for row in registers.rows(count):
        cells = dict(zip(keys, row, strict=True))
        technology, heat_pump = words[cells["technology"]]
        table.append(
            [villages[cells["community"]], cells["account"], cells["gas"], cells["name"],
             cells["id_number"], cells["phone"], technology, heat_pump, cells["device"],
             cells["device_serial"], cells["completed_on"], 2018, cells["bank"], cells["card"],
             cells["remarks"], actor.pk, "", ""]
        )  # fmt: skip
    table.headers = ["village", "account", "gas", "name", "id_number", "phone", "technology",
                     "heat_pump", "device_model", "device_serial", "completed_on",
                     "programme_year", "bank", "card", "remarks", "filed_by", "dwelling",
                     "household"]  # fmt: skip
    with transaction.atomic():
        result = registers.ClaimResource().import_data(table, raise_errors=True)
    assert result.totals["new"] == count, result.totals
