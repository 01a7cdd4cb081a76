"""Sheets for paper: what is filtered and nothing else, with totals, within one's scope."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.desk import formats, printing
from heating.choices import HandoverState
from heating.models import Handover
from heating.reports import handover as reports
from heating.reports.weekly import weekly
from tests.heating.factories import (
    GAOTANG_COMMUNITY,
    EstateFactory,
    HouseholdCountFactory,
    SubstationFactory,
)
from tests.heating.handover_story import Story, a_station

LIST = reverse("heating:substation_list")


def printed(client, address, **words):
    """Return the context of a sheet."""
    answer = client.get(address, words)
    assert answer.status_code == 200
    assert "print/sheet.html" in [one.name for one in answer.templates]
    return answer.context


@pytest.mark.django_db
class TestList:
    def test_a_list_prints_what_is_filtered_with_totals(self, signed_in, clerk):
        SubstationFactory.create_batch(3, connected_area=Decimal(10), heated_area=Decimal(5))
        SubstationFactory(name="南湖9号站")
        context = printed(signed_in(clerk), LIST, format="print", q="试验")
        (table,) = context["tables"]
        assert len(table.rows) == 3
        areas = [label for label, _number in table.heads].index(_("Connected area (m²)"))
        assert table.totals[areas] == formats.area(Decimal(30))
        assert len(table.heads) == len(table.totals)
        assert context["filled_by"] == clerk

    def test_the_columns_shown_are_printed_and_only_sums_are_summed(self, signed_in, clerk):
        SubstationFactory.create_batch(2, longitude="116", latitude="36.4", households=7)
        words = {"format": "print", "columns": ["name", "households", "longitude"]}
        (table,) = printed(signed_in(clerk), LIST, **words)["tables"]
        assert [number for _label, number in table.heads] == [False, True, True]
        assert table.totals[1:] == ["14", ""]

    def test_another_countys_rows_are_not_on_the_sheet(self, signed_in, outsider):
        SubstationFactory()
        seen = SubstationFactory(place=GAOTANG_COMMUNITY)
        (table,) = printed(signed_in(outsider), LIST, format="print")["tables"]
        assert [row[0] for row in table.rows] == [seen.name]

    def test_a_long_list_says_where_it_ends(self, signed_in, clerk, monkeypatch):
        monkeypatch.setattr(printing, "MOST_ROWS", 2)
        SubstationFactory.create_batch(3)
        context = printed(signed_in(clerk), LIST, format="print")
        assert len(context["tables"][0].rows) == 2
        assert context["note"]

    def test_filters_that_make_no_sense_are_refused(self, signed_in, clerk):
        answer = signed_in(clerk).get(LIST, {"format": "print", "mode": "nonsense"})
        assert answer.status_code == 400

    def test_a_wide_table_turns_the_sheet(self, signed_in, clerk):
        SubstationFactory()
        text = signed_in(clerk).get(LIST, {"format": "print"}).text
        assert "sheet-wide" in text
        narrow = {"format": "print", "columns": ["name", "mode"]}
        assert "sheet-wide" not in signed_in(clerk).get(LIST, narrow).text


@pytest.mark.django_db
class TestObjects:
    def test_a_stations_sheet_has_its_facts_and_parts(self, signed_in, clerk):
        estate = EstateFactory()
        station = SubstationFactory(estate=estate)
        address = reverse("heating:substation_sheet", args=[station.pk])
        context = printed(signed_in(clerk), address)
        assert len(context["facts"]) == 3
        names = [row[0] for table in context["tables"] for row in table.rows]
        assert estate.name in names

    def test_an_estates_sheet_has_its_counts(self, signed_in, clerk):
        estate = EstateFactory()
        HouseholdCountFactory(estate=estate)
        address = reverse("heating:estate_sheet", args=[estate.pk])
        context = printed(signed_in(clerk), address)
        assert context["tables"][0].rows[0][1:] == ["100", "60", "60.00"]

    def test_the_sheet_of_another_county_does_not_exist(self, signed_in, outsider):
        station = SubstationFactory()
        address = reverse("heating:substation_sheet", args=[station.pk])
        assert signed_in(outsider).get(address).status_code == 404


@pytest.mark.django_db
class TestFigures:
    def test_funnel_and_direct_supply_print_their_figures(self, signed_in, chief):
        Story.of_the_cast().tell(a_station(), until="noticed")
        client = signed_in(chief)
        (funnel,) = printed(client, reverse("heating:handover_funnel"), format="print")["tables"]
        assert len(funnel.rows) == len(HandoverState)
        assert funnel.totals[1] == "1"
        (supply,) = printed(client, reverse("heating:direct_supply"), format="print")["tables"]
        assert len(supply.heads) == 8

    def test_the_weekly_ledger_adds_up_and_ranks(self, signed_in, chief):
        story = Story.of_the_cast()
        story.tell(a_station("一站"), until="noticed")
        story.tell(a_station("二站"), until="archived")
        best, worse = EstateFactory(place=GAOTANG_COMMUNITY), EstateFactory()
        HouseholdCountFactory(estate=best, connected=100, direct=90)
        HouseholdCountFactory(estate=worse, connected=100, direct=10)
        found = weekly(chief, clock.today())
        ranks = {line.supply.name: line.rank for line in found.lines}
        assert ranks == {"高唐县": 1, "东昌府区": 2}
        assert (found.total.open, found.total.registered, found.total.connected) == (1, 2, 1)
        assert found.total.supply.connected == 200
        (table,) = printed(signed_in(chief), reverse("heating:weekly"))["tables"]
        assert len(table.rows) == 2
        assert len(table.totals) == len(table.heads)

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "nonsense", ""])
    def test_no_day_breaks_the_ledger(self, signed_in, chief, day):
        assert signed_in(chief).get(reverse("heating:weekly"), {"as_of": day}).status_code == 200


@pytest.mark.django_db
class TestFunnelOfADay:
    def test_today_says_the_same_as_the_rows_themselves(self, chief):
        story = Story.of_the_cast()
        for state in ("registered", "planned", "returned", "suspended", "archived", "cancelled"):
            story.tell(a_station(f"{state}站"), until=state)
        today = clock.today()
        seen = Handover.objects.visible_to(chief)
        assert reports.funnel_as_of(seen, today) == reports.funnel(seen, today)

    def test_before_a_handover_was_registered_it_is_not_counted(self, chief):
        Story.of_the_cast().tell(a_station(), until="noticed")
        seen = Handover.objects.visible_to(chief)
        assert reports.funnel_as_of(seen, date(2025, 1, 1)).total == 0
