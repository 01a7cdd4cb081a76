"""The calculator for programs: anybody asks, and every answer names its rate or its reason."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from grants.models import Rate

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/subsidy-quote/"
PUMP_OF_2018 = {
    "programme_year": 2018,
    "technology": "coal_to_electricity",
    "heat_pump": "air_source",
    "accepted_on": "2018-09-30",
}


def ask(**given):
    return APIClient().post(ADDRESS, PUMP_OF_2018 | given, format="json")


def test_a_heat_pump_of_2018():
    answer = ask()
    assert answer.status_code == 200
    body = answer.json()
    assert body["build"]["amount"] == "6500.00"
    rate = Rate.objects.get(pk=body["build"]["rate"]["id"])
    assert (rate.heat_pump, rate.programme_year_from) == ("air_source", 2018)
    assert [(one["season"], one["index"], one["amount"]) for one in body["operate"]] == [
        ("2018-2019", 1, "1000.00"),
        ("2019-2020", 2, "1000.00"),
        ("2020-2021", 3, "1000.00"),
    ]


@pytest.mark.parametrize(
    ("given", "first"),
    [
        ({"accepted_on": "2018-12-31"}, "2018-2019"),
        ({"accepted_on": "2019-01-01"}, "2019-2020"),
        ({"accepted_on": "2018-01-01"}, "2018-2019"),
    ],
)
def test_on_the_cut_off_day_itself_the_season_counts(given, first):
    assert ask(**given).json()["operate"][0]["season"] == first


@pytest.mark.parametrize(
    ("given", "amount"),
    [
        ({"programme_year": 2017, "accepted_on": "2017-11-01"}, "5000.00"),
        ({"technology": "coal_to_gas"}, "5000.00"),
        ({"technology": "coal_to_gas", "heat_pump": "whatever"}, "5000.00"),
        ({"heat_pump": "none"}, "5000.00"),
        ({"area": "371526000000"}, "6500.00"),
        ({"area": "371526"}, "6500.00"),
        ({"area": "371500"}, "6500.00"),
        ({"area": "高新区"}, "6500.00"),
    ],
)
def test_other_conversions(given, amount):
    assert ask(**given).json()["build"]["amount"] == amount


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"technology": "coal_to_geothermal"}, "no_rate"),
        ({"programme_year": 2016, "accepted_on": "2016-10-01"}, "no_rate"),
        ({"accepted_on": "2017-12-31"}, "invalid"),
        ({"accepted_on": "30.9.2018"}, "invalid"),
        ({"accepted_on": "20180930"}, "invalid"),
        ({"accepted_on": "2018-W39-7"}, "invalid"),
        ({"accepted_on": "2018-02-30"}, "invalid"),
        ({"technology": "nuclear"}, "invalid"),
        ({"heat_pump": "maybe"}, "invalid"),
        ({"programme_year": "soon"}, "invalid"),
        ({"programme_year": True}, "invalid"),
        ({"programme_year": None}, "invalid"),
        ({"area": "火星"}, "invalid"),
        ({"colour": "red"}, "invalid"),
    ],
)
def test_what_has_no_amount_has_a_reason(given, code):
    answer = ask(**given)
    assert answer.status_code == 422
    assert answer.json()["code"] == code
    assert answer.json()["detail"]


@pytest.mark.parametrize("body", [b"{", b"", b"[]", b'"x"', b"null", b"\xff\xfe"])
def test_a_body_that_is_no_question(body):
    answer = Client().post(ADDRESS, body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"


def test_the_page_answers_whoever_asks(client):
    asked = {
        "technology": "coal_to_gas",
        "programme_year": "2018",
        "accepted_on": "2018-06-01",
    }
    page = client.get("/grants/calculator/", asked)
    assert page.status_code == 200
    assert 'data-total="8000.00"' in page.content.decode()
    early = client.get("/grants/calculator/", asked | {"accepted_on": "2017-06-01"})
    assert 'data-panel="quote"' not in early.content.decode()
