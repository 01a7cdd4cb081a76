"""Between two transactional tests the database looks as it did after the migrations.

Django's own flush empties the tables for good, the real division tree, the calendar and the
roles with them, and asks every app to make its permissions again.
"""

from contextlib import suppress

import pgtrigger
from django.db import OperationalError, connection, transaction

KEPT = "kept_for_tests"
ATTEMPTS = 3


def allow_truncate() -> None:
    """Disable the triggers that refuse TRUNCATE; their own tests enable them again."""
    refusing = [
        f"{model._meta.label}:{trigger.name}"
        for model, trigger in pgtrigger.registered()
        if "TRUNCATE" in str(trigger.operation)
    ]
    if refusing:
        pgtrigger.disable(*refusing)


def keep() -> None:
    """Copy every row the migrations wrote into a schema of their own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {KEPT} CASCADE; CREATE SCHEMA {KEPT}")
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT EXISTS (SELECT FROM {name})")
            if cursor.fetchone()[0] and table != "django_migrations":
                cursor.execute(f"CREATE TABLE {KEPT}.{name} AS TABLE {name}")


def restore() -> None:
    """Empty every table and bring the kept rows back; ids go on counting.

    A page that was just closed may still be asking something of the live server: where the two
    lock each other out and it is we who must yield, we ask again.
    """
    for _attempt in range(ATTEMPTS):
        with suppress(OperationalError):
            return _restore()
    return _restore()


def _restore() -> None:
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        tables = [
            quote(table)
            for table in connection.introspection.table_names(cursor)
            if table != "django_migrations"
        ]
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [KEPT])
        kept = [quote(row[0]) for row in cursor.fetchall()]
        cursor.execute(f"TRUNCATE {', '.join(tables)}")
        for name in kept:
            cursor.execute(
                f"INSERT INTO {name} OVERRIDING SYSTEM VALUE SELECT * FROM {KEPT}.{name}"
            )
