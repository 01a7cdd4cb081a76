"""Charts: their figures are the report's, and every figure leads to as many rows as it says."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from bureau.core import clock
from bureau.places.models import Division
from heating.models import Estate, Handover, HouseholdCount
from heating.reports import registry as reports
from heating.rules.days import month_ends, season_ends
from tests.heating.factories import (
    GAOTANG_COMMUNITY,
    EstateFactory,
    HouseholdCountFactory,
)
from tests.heating.handover_story import IN_GAOTANG, Story, a_station

FUNNEL = reverse("heating:handover_funnel")
SUPPLY = reverse("heating:direct_supply")


def figures(client, address, **words):
    """Return what a chart is drawn from."""
    answer = client.get(address, {"format": "json", **words})
    assert answer.status_code == 200
    return answer.json()


def rows(client, link):
    """Return how many rows the list behind a figure has."""
    answer = client.get(link)
    assert answer.status_code == 200
    assert answer.context["problems"] == []
    return len(answer.context["page"].rows)


@pytest.fixture
def story(db):
    told = Story.of_the_cast()
    for number, state in enumerate(("noticed", "noticed", "noticed", "signed", "suspended")):
        told.tell(a_station(f"{number}号站"), until=state)
    late = Handover.objects.filter(state="noticed").earliest("pk")
    Handover.objects.filter(pk=late.pk).update(step_due_on=date(2026, 1, 5))
    return told


class TestFunnel:
    def test_every_bar_leads_to_as_many_handovers_as_it_says(self, story, signed_in):
        client = signed_in(story.chief)
        data = figures(client, FUNNEL)
        every, late = data["series"]
        assert data["as_of"] == clock.today().isoformat()
        assert sum(every["values"]) == 5
        assert sum(late["values"]) == 1
        for one in (every, late):
            for value, link in zip(one["values"], one["links"], strict=True):
                assert rows(client, link) == value

    def test_the_filters_of_the_page_hold_in_figures_and_links(self, story, signed_in):
        story.tell(a_station("高唐站", IN_GAOTANG), until="noticed")
        client = signed_in(story.chief)
        data = figures(client, FUNNEL, place="371526000000")
        assert sum(data["series"][0]["values"]) == 1
        assert all("place=371526000000" in link for link in data["series"][0]["links"])

    def test_nobody_counts_what_they_do_not_see(self, story, signed_in, outsider):
        data = figures(signed_in(outsider), FUNNEL)
        assert sum(data["series"][0]["values"]) == 0

    def test_the_picture_has_its_figures_beside_it(self, story, signed_in):
        text = signed_in(story.chief).get(FUNNEL).text
        assert 'aria-describedby="funnel-figures"' in text
        assert 'id="funnel-figures"' in text

    def test_charts_are_for_those_who_may_see_the_list(self, signed_in, nobody):
        assert signed_in(nobody).get(FUNNEL, {"format": "json"}).status_code == 403
        assert signed_in(nobody).get(SUPPLY, {"format": "json"}).status_code == 403


def count(estate, day, connected, direct):
    """Count an estate's households on a day."""
    HouseholdCountFactory(estate=estate, as_of=day, connected=connected, direct=direct)


@pytest.fixture
def counted(db):
    """Three estates of two counties, one of them of a managing area, counted more than once."""
    here, there = EstateFactory(), EstateFactory(place=GAOTANG_COMMUNITY)
    run_by_area = Division.objects.filter(level=5, managing_area__isnull=False).first()
    managed = EstateFactory(community=run_by_area)
    count(here, date(2024, 6, 1), 100, 10)
    count(here, date(2025, 8, 31), 120, 60)
    count(here, date(2025, 9, 1), 130, 90)
    count(there, date(2025, 3, 15), 50, 50)
    count(managed, date(2026, 1, 31), 80, 0)
    return here, there, managed


class TestTrend:
    def test_every_day_says_what_the_report_of_that_day_says(self, counted, chief):
        days = (
            date(2024, 1, 31), date(2025, 3, 14), date(2025, 3, 15), date(2025, 8, 31),
            date(2025, 9, 1), date(2026, 1, 31), date(2026, 6, 30),
        )  # fmt: skip
        trend = reports.supply_trend(chief, days)
        for index, day in enumerate(days):
            report = reports.direct_supply(chief, day)
            total = trend.total[index]
            assert (total.estates, total.connected, total.direct, total.rate) == (
                report.total.estates,
                report.total.connected,
                report.total.direct,
                report.total.rate,
            )
            said = {line.code: line.rate for line in report.lines if line.estates}
            drawn = {line[index].code: line[index].rate for line in trend.areas}
            assert {code: rate for code, rate in drawn.items() if rate is not None} == said

    def test_all_days_come_out_of_one_query(self, counted, chief, django_assert_max_num_queries):
        days = month_ends(date(2026, 6, 30), 36)
        reports.supply_trend(chief, days)
        with django_assert_max_num_queries(4):
            reports.supply_trend(chief, days)

    def test_a_city_of_estates_is_drawn_in_few_queries_and_bytes(
        self, signed_in, chief, django_assert_max_num_queries
    ):
        communities = list(Division.objects.current().of_level(5)[:400])
        estates = Estate.objects.bulk_create(
            EstateFactory.build(name=f"第{one}小区", community=communities[one % 400])
            for one in range(2000)
        )
        HouseholdCount.objects.bulk_create(
            HouseholdCountFactory.build(estate=one, as_of=date(year, 6, 1), direct=direct)
            for one in estates
            for year, direct in ((2024, 30), (2025, 40), (2026, 60))
        )
        client = signed_in(chief)
        client.get(SUPPLY)
        for words, most in (({}, 10), ({"format": "json"}, 8)):
            with django_assert_max_num_queries(most):
                answer = client.get(SUPPLY, {"as_of": "2026-06-30", **words})
            assert len(answer.content) < 200_000
        together = figures(client, SUPPLY, as_of="2026-06-30")["series"][0]
        assert together["values"][-1] == 60

    def test_every_figure_leads_to_the_estates_of_its_day(self, counted, signed_in, chief):
        client = signed_in(chief)
        data = figures(client, SUPPLY, as_of="2026-03-31")
        trend = reports.supply_trend(chief, month_ends(date(2026, 3, 31)))
        for series, lines in zip(data["series"], (trend.total, *trend.areas), strict=True):
            for link, line in zip(series["links"], lines, strict=True):
                if link:
                    assert rows(client, link) == line.estates

    def test_the_list_behind_shows_the_households_of_that_day(self, counted, signed_in, chief):
        page = signed_in(chief).get(reverse("heating:estate_list"), {"counted": "2025-08-31"})
        shown = {row.pk: row.households_direct for row in page.context["page"].rows}
        assert shown[counted[0].pk] == 60
        assert counted[2].pk not in shown

    def test_another_county_reads_its_own_rate(self, counted, signed_in, outsider):
        data = figures(signed_in(outsider), SUPPLY, as_of="2026-03-31")
        assert data["series"][0]["values"][-1] == 100.0
        assert len(data["series"]) == 2

    def test_a_person_without_ground_draws_nothing(self, counted, nobody):
        trend = reports.supply_trend(nobody, (date(2026, 1, 1),))
        assert trend.areas == ()
        assert trend.total[0].rate is None

    def test_seasons_are_a_choice(self, counted, signed_in, chief):
        data = figures(signed_in(chief), SUPPLY, as_of="2026-03-31", by="season")
        assert len(data["categories"]) == 9

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1950-01-31", "nonsense"])
    def test_no_day_breaks_the_page(self, signed_in, chief, day):
        assert signed_in(chief).get(SUPPLY, {"as_of": day}).status_code in (200, 400)

    def test_the_rate_is_exact(self, counted, chief):
        trend = reports.supply_trend(chief, (date(2025, 9, 1),))
        assert trend.total[0].rate == Decimal("77.78")


class TestDays:
    def test_months_end_on_their_last_day(self):
        assert month_ends(date(2026, 3, 15), 3) == (
            date(2025, 12, 31),
            date(2026, 1, 31),
            date(2026, 2, 28),
            date(2026, 3, 15),
        )

    def test_seasons_end_in_march(self):
        assert season_ends(date(2026, 11, 22), 2) == (
            date(2025, 3, 15),
            date(2026, 3, 15),
            date(2026, 11, 22),
        )
        assert season_ends(date(2026, 3, 15), 1) == (date(2025, 3, 15), date(2026, 3, 15))
