"""What every noun on the desk must pass; a noun's test class inherits it and says what is its own.

    class TestSubstationPages(RegistrySuite):
        names = "heating:substation"
        model = Substation
        path = "substations"      # of the API
        ledger = "substations"    # the kind of its import

        def make(self, number):
            return SubstationFactory.create_batch(number)

        def new(self):            # what the form of a new one is sent
            return {"name": "…", …}

        def change(self, row):    # what of it an edit changes
            return {"name": "…"}

        def bulk_values(self):    # what a bulk edit is sent
            return {"remarks": "…"}

        def posted(self):         # what the API is sent for a new one
            return {"name": "…", …}

        def cells(self):          # a good row of the ledger, by the importer's columns
            return {"name": "…", …}

A hook that is left out leaves its tests with nothing to try. Query counts of list pages stand in
``tests/query_counts.json``; a run with RECORD_QUERIES=1 writes them anew.
"""

import pytest

from tests.story_suite import StorySuite
from tests.suites.api import ApiTests
from tests.suites.bulk import BulkTests
from tests.suites.ground import queries_of
from tests.suites.ledgers import LedgerTests
from tests.suites.lists import ListTests
from tests.suites.objects import ObjectTests, ScopeTests

__all__ = ["RegistrySuite", "queries_of"]


@pytest.mark.django_db
class RegistrySuite(
    ListTests, BulkTests, ScopeTests, ObjectTests, StorySuite, LedgerTests, ApiTests
):
    """List, bulk, scope, page, form, story, import and API of one noun."""
