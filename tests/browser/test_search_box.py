"""The search on top of every page in a real browser: keys, hits, and no number in an address."""

import re

import pytest
from playwright.sync_api import expect

from bureau.records.models import AuditEntry
from tests.browser.people import PHONE as PHONE_SIZE
from tests.browser.people import Desk
from tests.factories import OrganisationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NUMBER = "13806350001"


@pytest.fixture
def company_found(db):
    return OrganisationFactory(name="水城热力有限公司", contact_phone=NUMBER)


@pytest.fixture
def desk(browser, live_server, clerk, company_found):
    found = Desk(browser, live_server.url, "clerk")
    found.asked = []
    found.page.on("request", lambda request: found.asked.append(request.url))
    return found


def test_the_slash_leads_to_the_box_and_two_characters_to_hits(desk, company_found):
    page = desk.page
    page.keyboard.press("/")
    box = page.locator("#global-search")
    expect(box).to_be_focused()
    box.press_sequentially("水城")
    hit = page.locator("#global-hits a", has_text=company_found.name)
    expect(hit).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(hit).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_be_focused()
    expect(hit).to_have_count(0)
    box.fill("水城热力")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=%E6%B0%B4"))
    expect(page.locator("[data-kind=organisations] a")).to_have_text(company_found.name)
    assert desk.said == []


def test_a_phone_never_appears_in_an_address(desk, company_found):
    page = desk.page
    page.keyboard.press("Control+k")
    box = page.locator("#global-search")
    expect(box).to_be_focused()
    box.press_sequentially(NUMBER)
    expect(page.locator("[data-identifier]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("[data-kind=exact] a")).to_have_text(company_found.name)
    page.goto("/organisations/")
    assert not [url for url in desk.asked if NUMBER[:7] in url]
    assert NUMBER not in page.url
    assert AuditEntry.objects.filter(verb="search_exact").exists()
    assert desk.said == []


def test_on_a_phone_the_search_is_behind_an_icon(browser, live_server, clerk, company_found):
    desk = Desk(browser, live_server.url, "clerk", PHONE_SIZE)
    expect(desk.page.locator("#global-search")).to_be_hidden()
    desk.page.locator(".search-open").click()
    expect(desk.page.locator("#id_everywhere")).to_be_focused()
    desk.page.locator("#id_everywhere").fill("水城")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("[data-kind=organisations] a")).to_have_text(company_found.name)
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_list_hands_a_number_that_names_a_person_to_the_box(desk, company_found):
    page = desk.page
    page.goto("/organisations/")
    typed = page.locator("#filters [name=q]")
    typed.press_sequentially(NUMBER)
    page.keyboard.press("Enter")
    expect(page.locator("[data-kind=exact] a")).to_have_text(company_found.name)
    assert not [url for url in desk.asked if NUMBER in url]
    assert desk.said == []
