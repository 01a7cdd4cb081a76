"""The pages of claims in a real browser: accessible at the desk and on a phone."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from bureau.people.demo import BEIYUAN_COMMUNITY
from grants.models import DuplicateCase
from grants.services.acceptance import open_sheet
from grants.services.reinspection import draw_village
from tests.browser.onlooker import faults
from tests.browser.people import PHONE, WIDE, Desk
from tests.cast import person
from tests.grants.claim_story import Story, a_claim, a_household, a_village

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("PICTURES")


def addresses() -> dict[str, dict[str, str]]:
    """Return the pages to look at, by who looks and by a name each."""
    story, village = Story(), a_village(BEIYUAN_COMMUNITY)
    waiting, reviewed = story.tell("inspection"), story.tell("county_review")
    returned = story.tell("returned")
    a_household(village, name="未填报")
    for _turn in range(2):
        a_claim(a_household(village, gas_account="G7"))
    sheet = open_sheet(village, actor=story.people["town_team"])
    draw = draw_village(village, 2018, actor=story.people["county"], seed="种子")
    case = DuplicateCase.objects.get()
    return {
        "village": {
            "work": "/",
            "list": reverse("grants:claim_list"),
            "new": reverse("grants:claim_create"),
            "returned": returned.get_absolute_url(),
            "edit": reverse("grants:claim_edit", args=[returned.pk]),
            "village": reverse("grants:village_detail", args=[village.pk]),
            "photos": reverse("grants:claim_photos"),
            "photo": reverse("grants:claim_photo", args=[returned.pk]),
            "codes": reverse("grants:claim_codes"),
        },
        "town_team": {"waiting": waiting.get_absolute_url(), "sheet": sheet.get_absolute_url()},
        "county": {
            "reviewed": reviewed.get_absolute_url(),
            "villages": reverse("grants:village_list"),
            "silent": reverse("grants:village_silent"),
            "draw": draw.get_absolute_url(),
            "case": case.get_absolute_url(),
        },
    }


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desk", "phone"])
def test_pages_are_accessible_and_fit(browser: Browser, live_server, size):
    found = addresses()
    wrong = []
    for name, pages in found.items():
        person(name)
        desk = Desk(browser, live_server.url, name, size)
        for title, address in pages.items():
            desk.page.goto(live_server.url + address)
            if PICTURES:
                path = Path(PICTURES) / f"{title}-{size['width']}.png"
                desk.page.screenshot(path=path, full_page=True)
            wrong += [(title, one) for one in faults(desk.page)]
            wide = "document.documentElement.scrollWidth - window.innerWidth"
            if desk.page.evaluate(wide) > 0:
                wrong.append((title, "wider than the window"))
        wrong += [(name, one) for one in desk.said]
        desk.page.context.close()
    assert wrong == []


def test_the_phone_fills_the_position_of_a_sheet_or_says_why_not(browser: Browser, live_server):
    person("town_team")
    page = Desk(browser, live_server.url, "town_team", PHONE).page
    page.goto(reverse("grants:acceptancesheet_create"))
    said = page.locator("[data-position] [role=status]")
    page.click("[data-position] button")
    expect(said).to_contain_text("未获准")
    assert page.input_value("[name=longitude]") == ""
    page.context.grant_permissions(["geolocation"])
    here = {"longitude": 115.98, "latitude": 36.45678912, "accuracy": 12.3}
    page.context.set_geolocation(here)
    page.click("[data-position] button")
    expect(page.locator("[name=longitude]")).to_have_value("115.980000")
    expect(said).to_contain_text("已填入")
    told = [page.input_value(f"[name={name}]") for name in ("latitude", "accuracy", "datum")]
    assert told == ["36.456789", "13", "wgs84"]
    assert faults(page) == []
