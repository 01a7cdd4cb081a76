"""What the list of estates costs at its real size, at any depth (PERF-3, PERF-4, PERF-5)."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from bureau.core import clock
from bureau.desk import paging
from heating.filters.registry import EstateFilter
from heating.models import Estate
from heating.tables.registry import EstateTable
from tests.bench import city, measures

FEW = 10_000
MOST_QUERIES = 8
ROUNDS = 7
ORDERS = ("name", "-area", "-changed")
PATH = "/heating/estates/"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_lists_at_their_real_size(clerk, county, signed_in):
    at_their_real_size((clerk, county), signed_in)


def at_their_real_size(people, signed_in):
    """Measure the page while there are few rows and again with all of them."""
    few = min(FEW, measures.LISTED)
    city.fill(few)
    browsers = [signed_in(user) for user in people]
    small = [of_page(browser) for browser in browsers]
    city.fill(measures.LISTED)
    for user, browser, before in zip(people, browsers, small, strict=True):
        name = user.username
        measures.report(f"PERF-3 growth {name}", of_page(browser), "s", before, 1.2)
        measures.report(f"PERF-3 queries {name}", queries_of(browser), "queries", MOST_QUERIES, 1)
        for order in ORDERS:
            depth(user, order)
    counts(people[0])
    searches(people[0])


def of_page(browser):
    """Return the least seconds of the whole page, as the server makes it."""
    browser.get(PATH)
    return measures.least(ROUNDS, lambda: browser.get(PATH))[0]


def queries_of(browser):
    """Return how many queries the page with filters in force needs at most."""
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(PATH, {"year_min": 1990, "sort": "-area"}).status_code == 200
    return len(seen)


def rows(user, **words):
    """Return the rows of the list as the page reads them."""
    query = QueryDict(mutable=True)
    query.update(words)
    base = Estate.objects.visible_to(user).with_row_data(clock.today())
    return EstateFilter(query, base, user=user).qs


def depth(user, order):
    """Compare the last page and one in the middle with the first."""
    found, ordering = rows(user), EstateTable.ordering(order)
    middle = paging.paginate(found, ordering, paging.LAST).previous
    first, last, deep = measures.least(
        ROUNDS,
        lambda: paging.paginate(found, ordering),
        lambda: paging.paginate(found, ordering, paging.LAST),
        lambda: paging.paginate(found, ordering, middle),
    )
    name = f"PERF-3 depth {user.username} {order}"
    measures.report(name, max(last, deep), "s", first, 1.5)


def counts(user):
    """Compare the count that a page shows with counting everything."""
    found = rows(user)
    shown, everything = measures.least(
        3, lambda: paging.count(found), lambda: paging.count(found, exact=True)
    )
    assert paging.count(found).exact == (measures.LISTED <= paging.COUNTED_EXACTLY)
    measures.report("PERF-4 count shown", shown, "s", everything, 1)


def searches(user):
    """Compare finding a name by two characters with finding it whole."""
    known = Estate.objects.latest("pk")
    ordering = EstateTable.ordering()
    exact = rows(user).filter(community=known.community_id, name=known.name)
    for word, label in ((city.RARE[:2], "rare"), ("阳光", "common")):
        found = rows(user, q=word)
        searched, looked_up = measures.least(
            ROUNDS,
            lambda found=found: paging.paginate(found, ordering),
            lambda: paging.paginate(exact, ordering),
        )
        measures.report(f"PERF-5 {label} name", searched, "s", looked_up, 10)
