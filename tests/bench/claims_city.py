"""Claims of as many households as wanted, over every village of the real tree."""

from django.db import connection

from bureau.core.pinyin import sort_key
from tests.bench.city import without_indexes

FAMILY = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁"
GIVEN = (
    *(
        "建国",
        "秀英",
        "桂兰",
        "志强",
        "玉梅",
        "德胜",
        "春生",
        "明华",
        "海涛",
        "立新",
        "庆丰",
        "秀兰",
    ),
    *(
        "玉兰",
        "桂英",
        "振华",
        "光明",
        "永康",
        "长河",
        "金山",
        "福顺",
        "来运",
        "凤霞",
        "学文",
        "红军",
    ),
    *(
        "卫东",
        "爱民",
        "兰芳",
        "素珍",
        "月娥",
        "东升",
        "小平",
        "新民",
        "宝山",
        "守信",
        "传富",
        "兴旺",
    ),
)
COMMON = GIVEN[0]
RARE, RARE_EVERY = "夏侯聊城", 100_000

_INSERT = """
    WITH ground AS (
        SELECT array_agg(id) AS ids FROM places_division WHERE level = 5 AND valid_to IS NULL
    ), person AS (
        SELECT n, called.name, called.key, ground.ids[1 + n %% cardinality(ground.ids)] AS village,
            ARRAY(SELECT DISTINCT substr(called.name, place, 2)
                  FROM generate_series(1, length(called.name) - 1) place) AS bigrams
        FROM ground, generate_series(%(first)s, %(last)s) n,
            (SELECT %(names)s::text[] AS names, %(keys)s::text[] AS keys) words,
            LATERAL (SELECT 1 + (hashint8(n) & 1073741823) %% cardinality(names) AS place) chosen,
            LATERAL (SELECT
                CASE WHEN n %% %(every)s = 7 THEN %(rare)s ELSE names[place] END AS name,
                keys[place] || ' ' || lpad(n::text, 8, '0') AS key) called
    ), dwelling AS (
        INSERT INTO grants_dwelling (id, created_at, updated_at, version, village_id,
            account_number, pending_number, gas_account, door_number)
        OVERRIDING SYSTEM VALUE
        SELECT n, now(), now(), 1, village, '37' || lpad(n::text, 8, '0'), '', '', ''
        FROM person
    ), household AS (
        INSERT INTO grants_household (id, created_at, updated_at, version, name, pinyin, bigrams,
            dwelling_id, register_number, remarks)
        OVERRIDING SYSTEM VALUE
        SELECT n, now(), now(), 1, name, key, bigrams, n, '', '' FROM person
    )
    INSERT INTO grants_claim (created_at, updated_at, version, name, pinyin, bigrams, dwelling_id,
        household_id, village_id, state, holder, technology, heat_pump, device_brand,
        device_model, device_serial, completed_on, programme_year, revision, content_hash,
        filed_by_id, reason, remarks)
    SELECT now(), now() - n * interval '1 second', 1, name, key, bigrams, n, n, village, 'draft',
        'village', 'coal_to_gas', 'none', '', '', 'SN' || n, '2018-05-16', 2018, 1, '',
        %(filer)s, '', ''
    FROM person
"""
TABLES = ("grants_dwelling", "grants_household", "grants_claim")


def fill(number: int, filer: int) -> None:
    """Let there be ``number`` draft claims, each of a household and dwelling of its own."""
    names = [family + given for family in FAMILY for given in GIVEN]
    values = {
        "names": names, "keys": [sort_key(name) for name in names], "every": RARE_EVERY,
        "rare": RARE, "filer": filer, "last": number,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM grants_dwelling")
        (there,) = cursor.fetchone()
        with without_indexes(cursor, *TABLES):
            cursor.execute(_INSERT, values | {"first": there + 1})
        cursor.execute(f"VACUUM ANALYZE {', '.join(TABLES)}, places_division")
