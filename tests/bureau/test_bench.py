"""Every measure that needs no web server says what it should, in small."""

import json

import pytest

from tests.bench import (
    measures,
    test_claims_import,
    test_export_speed,
    test_import_speed,
    test_list_speed,
    test_server_speed,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def measured(monkeypatch, capsys):
    """Return a function that gives the measures printed since it was last asked, by their id."""
    monkeypatch.setattr(measures, "IMPORTED", 500)
    monkeypatch.setattr(measures, "LISTED", 500)

    def read():
        printed = capsys.readouterr().out.splitlines()
        lines = [json.loads(line) for line in printed if line.startswith("{")]
        assert all(tuple(line) == measures.FIELDS for line in lines)
        assert all(line["floor"] > 0 and type(line["holds"]) is bool for line in lines)
        return {line["id"].split()[0] for line in lines}

    return read


def test_imports(clerk, measured):
    test_import_speed.beside_its_floor(clerk, [1.0])
    assert measured() == {"PERF-1", "PERF-2"}


def test_registers(clerk, measured, monkeypatch):
    monkeypatch.setattr(measures, "IMPORTED", 60)
    test_claims_import.beside_its_floor(clerk, [1.0])
    assert measured() == {"PERF-1", "PERF-2"}


def test_lists(clerk, county, signed_in, measured):
    test_list_speed.at_their_real_size((clerk, county), signed_in)
    assert measured() == {"PERF-3", "PERF-4", "PERF-5"}


def test_exports(clerk, measured):
    test_export_speed.beside_its_floor(clerk)
    assert measured() == {"PERF-7"}


def test_the_measures_on_a_server_can_be_read():
    assert test_server_speed.STATIC.findall(b'<script src="/static/js/app.js">')
