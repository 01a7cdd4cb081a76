"""PERF-6: the page of progress reads sums that are kept, never the claims themselves."""

from datetime import date

import pytest
from django.db import connection

from grants.models import Claim
from grants.reports import progress
from grants.services.progress import LIVE, refresh_progress
from tests.bench import measures
from tests.cast import person

ROUNDS = 7
FILL = """
    WITH place AS (
        SELECT id, row_number() OVER (ORDER BY code) - 1 AS number, count(*) OVER () AS many
        FROM places_division WHERE level = 5 AND valid_to IS NULL
    ), home AS (
        INSERT INTO grants_dwelling (created_at, updated_at, version, village_id, account_number,
                                     pending_number, gas_account, door_number)
        SELECT now(), now(), 1, place.id, (3710000000 + n)::text, '', '', ''
        FROM generate_series(1, %s) n JOIN place ON place.number = n %% place.many
        RETURNING id, village_id
    ), family AS (
        INSERT INTO grants_household (created_at, updated_at, version, dwelling_id, name, pinyin,
                                      bigrams, register_number, remarks)
        SELECT now(), now(), 1, home.id, '户' || home.id, '', '{}', '', '' FROM home
        RETURNING id, dwelling_id
    )
    INSERT INTO grants_claim (created_at, updated_at, version, dwelling_id, household_id,
        village_id, name, pinyin, bigrams, state, holder, technology, heat_pump, device_brand,
        device_model, device_serial, completed_on, accepted_on, programme_year, revision,
        content_hash, filed_by_id, reason, remarks)
    SELECT now(), now(), 1, home.id, family.id, home.village_id, '户', '', '{}', 'draft',
           'village', CASE home.id %% 2 WHEN 0 THEN 'coal_to_gas' ELSE 'coal_to_electricity' END,
           'none', '', '', '', date '2018-04-01' + (home.id %% 180)::integer,
           date '2018-05-01' + (home.id %% 180)::integer, 2018, 1, '', %s, '', ''
    FROM home JOIN family ON family.dwelling_id = home.id
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_progress_reads_sums():
    reader = person("clerk")
    with connection.cursor() as cursor:
        cursor.execute(FILL, [measures.IMPORTED, reader.pk])
    Claim.objects.update(state="township_review")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE grants_claim, grants_dwelling")
    refresh_progress()

    def live():
        with connection.cursor() as cursor:
            cursor.execute(LIVE)
            return cursor.fetchall()

    def kept():
        return progress.sums(reader, 2018, "")

    assert sum(row["filed"] for row in kept().values()) == measures.IMPORTED
    counted, summed = measures.least(ROUNDS, live, kept)
    measures.report("PERF-6", summed, "s", counted, 0.01)
    whole = measures.least(ROUNDS, lambda: progress.progress(reader, 2018, date(2018, 9, 1)))[0]
    measures.report("PERF-6 page", whole, "s", counted, 1)
