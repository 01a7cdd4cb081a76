"""Numbers that name a person lie nowhere in plain text: not in the database, a log, a session.

The story plays through pages and API with numbers that occur nowhere else, then every table is
read as PostgreSQL writes it, byte strings as text and as hex (SEC-7).
"""

import logging

import pytest
from django.db import connection
from django.urls import reverse

from bureau.people.demo import BEIYUAN_COMMUNITY
from bureau.places.models import Division
from grants.models import Household
from tests.grants.numbers import id_of

pytestmark = pytest.mark.django_db

BEIYUAN = ("371502000000", "371502003000", "371502003010")
HEAD, NEWER, SON, WRONG = (
    id_of(f"37150219{day}") for day in ("770707077", "770808088", "990909099", "660606066")
)
MISTYPED = WRONG[:-1] + ("0" if WRONG[-1] != "0" else "1")
PHONE, OTHER_PHONE, CARD, OTHER_CARD = (
    "13977708899", "13766601122", "6217770707077003", "6217880808088004",
)  # fmt: skip
CANARIES = (HEAD, NEWER, SON, MISTYPED, PHONE, OTHER_PHONE, CARD, OTHER_CARD)


def everything_kept():
    """Yield (table, text of a row) of every table; byte strings are also read as their bytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            for (text,) in cursor.fetchall():
                yield table, text


def forms_of(number):
    """Return how a number could lie in a row: plain, lower case, in halves of a mask, as hex."""
    return number, number.lower(), number.encode().hex(), number.lower().encode().hex()


def play(desk, program, place):
    """Open, correct, search and look at a household by everything that takes a number."""
    create = reverse("grants:household_create")
    given = {
        "village": BEIYUAN, "name": "金丝雀", "id_number": HEAD, "phone": PHONE, "payee": "head",
        "card": CARD, "account_number": "9900112",
    }  # fmt: skip
    assert desk.post(create, given | {"_draft": "save"}).status_code == 200
    assert desk.post(create, given | {"id_number": MISTYPED}).status_code == 422
    assert desk.post(create, given).status_code == 302
    row = Household.objects.get(name="金丝雀")
    of = f"/api/v1/households/{row.pk}/"
    edit = {"id_number": NEWER, "phone": OTHER_PHONE, "version": row.version}
    assert program.patch(of, edit).status_code == 200
    assert program.patch(of, edit).status_code == 409
    son = {"name": "小雀", "relation": "child", "id_number": SON}
    assert program.post(f"{of}add-member/", son).status_code == 200
    assert program.post(f"{of}add-member/", son).status_code == 409
    assert program.post(f"{of}change-account/", {"card": OTHER_CARD}).status_code == 200
    stale = given | {"id_number": NEWER, "version": 1}
    assert desk.post(reverse("grants:household_edit", args=[row.pk]), stale).status_code == 409
    return row


def look(desk, row):
    """Search by each number and reveal each of them."""
    for number in CANARIES:
        assert desk.post(reverse("desk:search_exact"), {"q": number}).status_code == 200
        desk.post(reverse("desk:search_live"), {"everywhere": number})
    head = row.memberships.heads().get().person
    for what, plain in ((f"id_number-{head.pk}", NEWER), (f"phone-{head.pk}", OTHER_PHONE),
                        ("card", OTHER_CARD)):  # fmt: skip
        sent = {"number": what, "note": "核对"}
        answer = desk.post(reverse("grants:household_reveal", args=[row.pk]), sent)
        assert plain in answer.content.decode()


def test_no_number_lies_about_in_plain_text(village, county, signed_in, api, caplog):
    caplog.set_level(logging.DEBUG)
    place = Division.objects.get(code=BEIYUAN_COMMUNITY)
    writing, reading = signed_in(village), signed_in(county)
    row = play(writing, api(village), place)
    look(reading, row)
    sought = [form for number in CANARIES for form in forms_of(number)]
    kept = list(everything_kept())
    assert any(table == "grants_person" for table, _text in kept)
    found = {(table, form) for table, text in kept for form in sought if form in text}
    assert not found
    logged = caplog.text
    assert not [form for form in sought if form in logged]
    for client in (writing, reading):
        session = str(dict(client.session))
        assert not [form for form in sought if form in session]
