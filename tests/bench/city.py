"""A registry of estates as large as wanted, over every village and community of the real tree."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from bureau.core.pinyin import sort_key
from tests.bench.ledgers import FIRST, SECOND

MIDDLE = "东西南北中上下新老大小金银玉龙凤祥和平安"
RARE = "聊大家属院"
RARE_EVERY = 100_000

_INSERT = """
    INSERT INTO heating_estate (
        community_id, name, pinyin, bigrams, year_built, insulation, indoor_system, developer,
        builder, connected_area, heated_area, remarks, version, created_at, updated_at
    )
    SELECT ground.ids[1 + (hashint8(n) & 1073741823) %% cardinality(ground.ids)], name, key,
        ARRAY(SELECT DISTINCT substr(name, place, 2)
              FROM generate_series(1, length(name) - 1) place),
        1985 + (hashint8(n * 7) & 1073741823) %% 40, 'not_stated', 'not_stated', '', '',
        5000 + (hashint8(n * 3) & 1073741823) %% 99991, 4000, '', 1,
        now(), now() - n * interval '1 second'
    FROM (SELECT array_agg(id) AS ids FROM places_division
          WHERE level = 5 AND valid_to IS NULL) ground,
        (SELECT %s::text[] AS names, %s::text[] AS keys) words,
        generate_series(%s, %s) n,
        LATERAL (SELECT n / cardinality(names) + 1 AS phase) numbered,
        LATERAL (SELECT CASE WHEN n %% %s = 7 THEN %s ELSE names[1 + n %% cardinality(names)] END
                     || phase || '期' AS name,
                 keys[1 + n %% cardinality(names)] || ' ' || lpad(phase::text, 6, '0') || ' qi'
                     AS key) called
"""
_COUNTS = """
    INSERT INTO heating_householdcount
        (estate_id, as_of, connected, direct, source, created_at, updated_at)
    SELECT id, '2025-11-15', 100 + id %% 400, id %% 100, 'ledger', now(), now()
    FROM heating_estate WHERE id %% 4 = 0 AND id > %s
"""
_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique
"""


@contextmanager
def without_indexes(cursor: Any, *tables: str) -> Iterator[None]:
    """Let rows be written without the indexes that no row must pass; they are made afterwards."""
    cursor.execute(_INDEXES, [list(tables)])
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _name, definition in indexes:
        cursor.execute(definition)


def fill(number: int) -> None:
    """Let there be ``number`` estates, a quarter of them with counted households."""
    words = [a + b + c for a in FIRST for b in MIDDLE for c in SECOND]
    keys = [sort_key(word) for word in words]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), coalesce(max(id), 0) FROM heating_estate")
        there, last = cursor.fetchone()
        with without_indexes(cursor, "heating_estate"):
            cursor.execute(_INSERT, [words, keys, there + 1, number, RARE_EVERY, RARE])
        cursor.execute(_COUNTS, [last])
        cursor.execute("VACUUM ANALYZE heating_estate, heating_householdcount, places_division")
