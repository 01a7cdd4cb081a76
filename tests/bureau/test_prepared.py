"""Reads that Django compiles once: every call gets its own values, whoever comes first."""

import threading
from datetime import date

import pytest
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef, Value
from django.db.models.functions import JSONObject
from django.test.utils import CaptureQueriesContext

from bureau.core.prepared import CHOSEN, Prepared
from bureau.people import demo, holdings
from bureau.people.models import Posting, User
from tests.cast import person

pytestmark = pytest.mark.django_db


def test_every_call_gets_its_own_values():
    named = Prepared(
        lambda name, day: User.objects.filter(username=name).values_list("username", Value(day))
    )
    person("clerk"), person("county")
    for name, day in (("clerk", date(2026, 1, 2)), ("county", date(2027, 3, 4)), ("x", date.max)):
        expected = [] if name == "x" else [(name, day)]
        assert named.rows(name=name, day=day) == expected


def test_a_value_that_looks_like_sql_stays_a_value():
    named = Prepared(lambda name: User.objects.filter(username=name).values_list("pk"))
    for name in ("%s", "%%", "' OR 1=1 --", "<value 0>", "<chosen>"):
        assert named.rows(name=name) == []


def test_the_ids_of_a_later_queryset_go_in_with_their_own_values():
    clerk, county = person("clerk"), person("county")
    read = Prepared(
        lambda word: (
            User.objects.filter(CHOSEN)
            .exclude(username=word)
            .order_by("pk")
            .values_list("pk", Value(word))
        )
    )
    everybody = User.objects.filter(username__in=["clerk", "county"]).order_by("pk").values("pk")
    assert read.rows(everybody, word="county") == [(clerk.pk, "county")]
    assert read.rows(everybody[:1], word="x") == [(clerk.pk, "x")]
    assert read.rows(User.objects.filter(username="county").values("pk"), word="clerk") == [
        (county.pk, "clerk")
    ]
    assert read.rows(User.objects.none().values("pk"), word="clerk") == []


def test_what_django_converts_is_converted():
    person("clerk")
    lines = Posting.objects.filter(user=OuterRef("pk")).values(line=JSONObject(role="role_id"))
    read = Prepared(
        lambda name: (
            User.objects.filter(username=name)
            .annotate(lines=ArraySubquery(lines))
            .values_list("lines")
        )
    )
    role = Posting.objects.get(user__username="clerk").role_id
    assert read.rows(name="clerk") == read.rows(name="clerk") == [([{"role": role}],)]


@pytest.mark.django_db(transaction=True)
def test_many_threads_may_come_first():
    county, day, found = person("county"), date(2026, 11, 22), []
    read = Prepared(holdings.HELD.build)

    def ask():
        found.append(read.rows(user=county.pk, day=day))
        connection.close()

    threads = [threading.Thread(target=ask) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert all(rows == found[0] and rows for rows in found)


@pytest.mark.parametrize("username", demo.PEOPLE)
def test_holdings_say_what_the_postings_say(username):
    user = person(username)
    postings = Posting.objects.held_by(user).with_permissions()
    expected = {one.pk: (one.role_id, one.area, {*one.permission_names}) for one in postings}
    with CaptureQueriesContext(connection) as asked:
        held = {one.pk: (one.role_id, one.area, {*one.permissions}) for one in user.holdings}
    assert held == expected
    assert len(asked) == 1
    assert [one.pk for one in user.postings_in_force] == [one.pk for one in user.holdings]
