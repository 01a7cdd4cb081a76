"""Pickers in a real browser: keys, mouse, no scripts, a phone, and a forged id."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from heating.models import HeatSource
from tests.browser.onlooker import faults
from tests.browser.people import PHONE, Desk
from tests.factories import OrganisationFactory
from tests.heating.factories import SubstationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW = "/heating/sources/new/"
TEXT = "[name=organisation_search]"
SELECT = "select[name=organisation]"
LIST = ".picker-list"
OPTIONS = f"{LIST} [role=option]"


@pytest.fixture
def companies():
    return [OrganisationFactory(name=name) for name in ("水城一热力", "水城二热力", "水城三热力")]


@pytest.fixture
def desk(browser: Browser, live_server, clerk, companies) -> Desk:
    return Desk(browser, live_server.url, "clerk")


def opened(page: Page, words: str = "水城") -> Page:
    """Open the form and type what is sought."""
    page.goto(NEW)
    page.fill("[name=name]", "试验首站")
    page.locator(TEXT).press_sequentially(words)
    expect(page.locator(LIST)).to_be_visible()
    return page


def at(page: Page) -> str:
    """Return the text of the option that the keyboard stands on."""
    here = page.get_attribute(TEXT, "aria-activedescendant")
    return page.locator(f"#{here}").evaluate("one => one.dataset.label") if here else ""


def test_the_keyboard_alone_chooses(desk, companies):
    page = opened(desk.page)
    text = page.locator(TEXT)
    expect(page.locator(OPTIONS)).to_have_count(3)
    expect(text).to_have_attribute("role", "combobox")
    expect(text).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".picker [role=status]")).to_contain_text("3")
    names = page.locator(OPTIONS).evaluate_all("all => all.map((one) => one.dataset.label)")
    page.keyboard.press("ArrowUp")
    assert at(page) == names[2]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert at(page) == names[1]
    assert page.locator(f"{OPTIONS}[aria-selected=true]").count() == 1
    page.keyboard.press("Escape")
    expect(page.locator(LIST)).to_be_hidden()
    expect(text).to_have_attribute("aria-expanded", "false")
    assert at(page) == ""
    page.keyboard.press("ArrowDown")
    expect(page.locator(LIST)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(LIST)).to_be_hidden()
    expect(text).to_have_value(names[0])
    assert page.url.endswith(NEW)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "capacity_mw"
    page.click(".form-foot [type=submit]")
    expect(page.locator(".facts").first).to_be_visible()
    assert HeatSource.objects.get().organisation.name == names[0]
    assert desk.said == []


def test_tab_leaves_what_was_typed_for_the_server(desk, companies):
    page = opened(desk.page, "水城二")
    page.keyboard.press("Tab")
    expect(page.locator(LIST)).to_be_hidden()
    page.click(".form-foot [type=submit]")
    expect(page.locator(".facts").first).to_be_visible()
    assert HeatSource.objects.get().organisation == companies[1]


def test_the_mouse_chooses_and_emptying_takes_it_back(desk, companies):
    page = opened(desk.page)
    page.locator(OPTIONS, has_text="水城三热力").click()
    expect(page.locator(TEXT)).to_have_value("水城三热力")
    assert page.input_value(SELECT) == str(companies[2].pk)
    page.fill(TEXT, "")
    expect(page.locator(SELECT)).to_have_value("")
    page.click(".form-foot [type=submit]")
    expect(page.locator(".facts").first).to_be_visible()
    assert HeatSource.objects.get().organisation is None


def test_nothing_found_is_said_and_cannot_be_chosen(desk):
    page = opened(desk.page, "没有这家")
    expect(page.locator(f"{OPTIONS}[aria-disabled=true]")).to_have_count(1)
    expect(page.locator(".picker [role=status]")).not_to_be_empty()
    page.keyboard.press("ArrowDown")
    assert at(page) == ""
    page.keyboard.press("Enter")
    expect(page.locator("main [aria-invalid=true]").first).to_be_visible()
    assert not HeatSource.objects.exists()


def test_a_filter_is_chosen_with_the_keyboard_and_named_on_its_chip(desk, companies):
    ours, theirs = (SubstationFactory(heating_company=one) for one in companies[:2])
    page = desk.page
    page.goto("/heating/substations/")
    page.locator(".filter-more summary").press("Enter")
    page.locator("[name=company_search]").press_sequentially("水城一")
    expect(page.locator(OPTIONS)).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".chips")).to_contain_text("水城一热力")
    expect(page.locator("#list")).to_contain_text(ours.name)
    expect(page.locator("#list")).not_to_contain_text(theirs.name)
    expect(page).to_have_url(re.compile(rf"substations/\?company={companies[0].pk}$"))
    page.reload()
    expect(page.locator("[name=company_search]")).to_have_value("水城一热力")
    page.fill("[name=company_search]", "")
    expect(page.locator("#list")).to_contain_text(theirs.name)
    assert desk.said == []


def test_axe_finds_nothing_and_a_phone_holds_it(desk):
    page = opened(desk.page)
    page.keyboard.press("ArrowDown")
    assert faults(page) == []
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    heights = page.locator(OPTIONS).evaluate_all("all => all.map((one) => one.offsetHeight)")
    assert min(heights) >= 24


def test_a_forged_id_is_refused(desk):
    hidden = OrganisationFactory(kind="property_company", name="不在此列")
    page = opened(desk.page)
    page.locator(SELECT).evaluate(
        "(one, id) => one.replaceChildren(new Option('x', id, true, true))", str(hidden.pk)
    )
    page.locator("[name=organisation_asked]").evaluate("one => { one.value = '水城'; }")
    page.keyboard.press("Tab")
    page.click(".form-foot [type=submit]")
    expect(page.locator("main [aria-invalid=true]").first).to_be_visible()
    assert "不在此列" not in page.content()
    assert not HeatSource.objects.exists()


def test_without_scripts_a_name_is_asked_back(browser: Browser, live_server, clerk, companies):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    signed = Desk(browser, live_server.url, "clerk").page.context.cookies()
    context.add_cookies(signed)
    page = context.new_page()
    page.goto(NEW)
    expect(page.locator(SELECT)).to_be_visible()
    page.fill("[name=name]", "试验首站")
    page.fill(TEXT, "水城")
    page.click(".form-foot [type=submit]")
    expect(page.locator(f"{SELECT} option")).to_have_count(5)
    page.click(".form-foot [type=submit]")
    expect(page.locator("main [aria-invalid=true]").first).to_be_visible()
    page.select_option(SELECT, label="水城二热力")
    page.click(".form-foot [type=submit]")
    expect(page.locator(".facts").first).to_be_visible()
    assert HeatSource.objects.get().organisation == companies[1]
    context.close()
