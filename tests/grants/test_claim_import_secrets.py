"""No identity number, phone or card of a register lies in plain anywhere (SEC-7)."""

import logging
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from bureau.exchange import services
from bureau.exchange.choices import RunState
from grants.models import Claim, Person
from tests.grants import registers
from tests.grants.registers import household, register


def numbers() -> tuple[dict, list[str]]:
    """Return a row of canaries and every writing in which they would be recognised."""
    row = household(
        id_number=registers.id_number(15900), phone="13987654321", card=registers.card(15901)
    )
    plain = [row["id_number"], row["phone"], row["card"]]
    return row, plain + [text.encode().hex() for text in plain]


def everything() -> str:
    """Return every table of the database, staging tables too, as one text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{table}\" t")
            found.append(cursor.fetchone()[0])
    return "\n".join(found)


@pytest.mark.django_db
def test_no_number_lies_in_plain_while_staged_nor_afterwards(clerk, caplog):
    caplog.set_level(logging.DEBUG)
    row, canaries = numbers()
    other, more = numbers()
    wrong = [
        row | {"account": "3799911111", "id_number": row["id_number"][:-1] + "#"},
        row | {"account": "3799922222", "phone": f"{row['phone']}0"},
        row | {"account": "3799933333", "card": f"{row['card']}00"},
    ]
    canaries += more + [wrong[0]["id_number"], wrong[1]["phone"], wrong[2]["card"]]
    data = register(row, *wrong, row | {"account": "3799944444", "name": "试后"})
    run = services.start_import("claims", "花名册.xlsx", data, actor=clerk, later=False)
    run = services.check(run.pk)
    assert (run.state, run.created, run.rejected) == (RunState.CHECKED, 2, 3)
    assert f"exchange_stage_{run.pk}" in connection.introspection.table_names()
    staged = everything()
    assert row["account"] in staged
    services.confirm(run, actor=clerk, accept_passing=True, later=False)
    services.apply(run.pk)
    # Somebody who names a row of people as the headings is shown no number of theirs.
    places = services.check(run.pk).places
    again = services.start_import(
        "claims", "再.xlsx", register(other, household()), actor=clerk, later=False
    )
    services.check(again.pk)
    services.match_again(again, actor=clerk, row=registers.FIRST_ROW, places=places)
    assert services.check(again.pk).rows == 1
    assert Claim.objects.count() == 2
    assert Person.objects.get().id_number_tail == row["id_number"][-4:]
    for told in (staged, everything(), caplog.text):
        assert [canary for canary in canaries if canary in told] == []
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        assert not path.is_file() or b"PK\x03\x04" not in path.read_bytes()[:4]
