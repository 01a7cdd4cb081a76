"""How far the areas are: sums kept apart from the claims, and the page that shows them."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.places.models import Division
from grants.models import Claim, Progress, Target
from grants.reports.progress import progress
from grants.rules.progress import MilestoneFacts, due, ranks, ratio
from grants.services.progress import prove_progress, refresh_progress
from grants.services.targets import record_milestone
from tests.cast import person
from tests.grants.paid_story import a_claim

pytestmark = pytest.mark.django_db

TODAY = date(2018, 9, 15)


def test_the_ratio_of_2017_is_as_printed():
    assert ratio(95_707, 54_020) == Decimal("1.77")
    assert ratio(1, None) is None


def test_equal_areas_share_a_rank_and_those_without_target_have_none():
    assert ranks([50, 100, 25, 9], [100, 200, 100, None]) == [1, 1, 3, None]


def test_the_milestone_to_be_met_is_the_last_one_that_is_over():
    june, august = MilestoneFacts(date(2018, 6, 30), 10), MilestoneFacts(date(2018, 8, 31), 90)
    assert due([august, june], date(2018, 8, 30)) == june
    assert due([august, june], date(2018, 8, 31)) == august
    assert due([august], date(2018, 8, 30)) is None


def _told(area):
    report = progress(person("clerk"), 2018, TODAY)
    return next(line for line in report.lines if line.code == area), report


def test_claims_count_in_the_area_that_runs_their_village():
    a_claim()
    a_claim(village=Division.objects.filter(code__startswith="371502004", level=5).first())
    a_claim(until="county_review")
    a_claim(until="draft")
    refresh_progress()
    county, report = _told("371502000000")
    assert (county.filed, county.accepted, county.approved, county.target) == (2, 2, 1, 21_000)
    zone, _report = _told("dujiaqu")
    assert (zone.filed, zone.approved, zone.target) == (1, 1, 3_629)
    assert (report.total.filed, report.total.target) == (3, 200_000)
    assert len(report.lines) == 11


def test_who_is_behind_its_milestone_is_told_by_how_many():
    target = Target.objects.get(year=2018, division__code="371502000000")
    record_milestone(target, actor=None, month=date(2018, 8, 1), households=3)
    a_claim()
    refresh_progress()
    county, _report = _told("371502000000")
    assert (county.milestone.households, county.behind, county.is_over) == (3, 2, False)


def test_the_sums_are_those_of_the_claims():
    a_claim()
    assert refresh_progress() == 1
    Claim.objects.update(technology="coal_to_electricity")
    assert list(Progress.objects.values_list("technology", flat=True)) == ["coal_to_gas"]
    assert prove_progress() == 0
    assert list(Progress.objects.values_list("technology", flat=True)) == ["coal_to_electricity"]


def test_a_county_sees_its_own_line_alone_and_another_does_not_see_it():
    a_claim()
    refresh_progress()
    own = progress(person("county"), 2018, TODAY)
    assert [line.code for line in own.lines] == ["371502000000"]
    assert own.total is None
    other = progress(person("outsider"), 2018, TODAY)
    assert [(line.code, line.filed) for line in other.lines] == [("371526000000", 0)]


def test_the_page_asks_as_much_for_many_claims_as_for_none(client):
    client.force_login(person("clerk"), backend="bureau.people.backends.PortalBackend")
    address = "/grants/progress/?programme_year=2018"
    client.get(address)
    with CaptureQueriesContext(connection) as before:
        client.get(address)
    for _turn in range(3):
        a_claim()
    refresh_progress()
    with CaptureQueriesContext(connection) as after:
        page = client.get(address)
    assert page.status_code == 200
    assert len(after) <= len(before)
    assert 'data-area="371502000000" data-accepted="3"' in page.content.decode()


def test_the_figures_leave_as_a_file_and_on_paper(client):
    a_claim()
    refresh_progress()
    target = Target.objects.get(year=2018, division__code="371502000000")
    record_milestone(target, actor=None, month=date(2018, 6, 1), households=12_600)
    client.force_login(person("clerk"), backend="bureau.people.backends.PortalBackend")
    address = "/grants/progress/?programme_year=2018&format="
    text = b"".join(client.get(f"{address}csv")).decode()
    (line,) = (row for row in text.splitlines() if row.startswith("东昌府区"))
    assert line.startswith("东昌府区,21000,2018-06-30,12600,12599,1,1,")
    paper = client.get(f"{address}print").content.decode()
    assert "12,599" in paper
    assert client.get(f"{address}pdf").status_code == 400
