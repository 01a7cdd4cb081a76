"""What it costs to write 200,000 claims into a file, and to find one of a million (PERF-5, 7)."""

import pytest
from django.db import connection
from django.http import QueryDict

from bureau.desk import export_plan, paging
from bureau.exchange import exporting
from grants.filters.claims import ClaimFilter
from grants.models import Claim
from grants.tables.claims import ClaimTable
from tests.bench import claims_city, measures

ROUNDS = 5
# The columns that the list shows to who chose none, in its order, and the words that they say.
FLOOR = """
    COPY (
        SELECT c.name, d.account_number, coalesce(area.name, county.name), village.name,
            CASE c.technology WHEN 'coal_to_gas' THEN '气代煤' ELSE '电代煤' END,
            c.programme_year, CASE c.state WHEN 'draft' THEN '草稿' ELSE '已审定' END,
            CASE c.holder WHEN 'village' THEN '村（社区）工作人员' ELSE '县（市、区）审核员' END,
            c.device_serial, c.completed_on
        FROM grants_claim c
        JOIN grants_dwelling d ON d.id = c.dwelling_id
        JOIN places_division village ON village.id = c.village_id
        JOIN places_division town ON town.id = village.parent_id
        JOIN places_division county ON county.id = town.parent_id
        LEFT JOIN places_managingarea area ON area.id = village.managing_area_id
        ORDER BY c.updated_at DESC, c.id DESC
    ) TO STDOUT WITH (FORMAT csv, HEADER)
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_lists_of_claims_beside_their_floors(clerk):
    beside_their_floors(clerk)


def beside_their_floors(user):
    """Write the list beside COPY; find names by two characters beside one account number."""
    claims_city.fill(measures.IMPORTED, user.pk)
    floor, csv, xlsx = measures.least(4, copied, lambda: as_csv(user), lambda: as_xlsx(user))
    measures.report("PERF-7 claims csv", csv, "s", floor, 4)
    measures.report("PERF-7 claims xlsx", xlsx, "s", floor, 25)
    claims_city.fill(measures.LISTED, user.pk)
    searches(user)


def rows(user, **words):
    """Return the rows of the list as the page reads them."""
    query = QueryDict(mutable=True)
    query.update(words)
    base = Claim.objects.visible_to(user).with_row_data()
    return ClaimFilter(query, base, user=user).qs


def copied():
    """Write the same cells as PostgreSQL alone does."""
    with connection.cursor() as cursor, cursor.copy(FLOOR) as copy:
        assert sum(len(piece) for piece in copy) > 0


def exported(user):
    """Return the cells of the list as its export reads them."""
    table = ClaimTable()
    ordered = rows(user).order_by(*ClaimTable.ordering().order_by())
    return table.export_columns(), export_plan.cells(table.shown, ordered)


def as_csv(user):
    """Write the export as the page streams it."""
    assert sum(len(piece) for piece in exporting.csv_lines(*exported(user))) > 0


def as_xlsx(user):
    """Write the export into a temporary workbook as the page does."""
    with exporting.xlsx_file(*exported(user)) as out:
        assert out.seek(0, 2) > 0


def searches(user):
    """Compare finding names by two characters with finding one account number."""
    ordering = ClaimTable.ordering("name")
    account = Claim.objects.latest("pk").dwelling.account_number
    exact = rows(user).filter(dwelling__account_number=account)
    for word, label in ((claims_city.RARE[:2], "rare"), (claims_city.COMMON, "common")):
        found = rows(user, q=word)
        assert paging.paginate(found, ordering).rows
        searched, looked_up = measures.least(
            ROUNDS,
            lambda found=found: paging.paginate(found, ordering),
            lambda: paging.paginate(exact, ordering),
        )
        measures.report(f"PERF-5 claims {label} name", searched, "s", looked_up, 10)
