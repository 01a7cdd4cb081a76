"""Maps, charts and sheets in a real browser: drawn, quiet, reachable, within the policy."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from bureau.core import clock
from heating.models import Handover
from tests.browser.people import PHONE, WIDE, Desk
from tests.cast import person
from tests.heating.factories import (
    EstateFactory,
    HouseholdCountFactory,
    SubstationFactory,
    third_party_station,
)
from tests.heating.handover_story import Story, a_station

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MAP = reverse("heating:map")
FUNNEL = reverse("heating:handover_funnel")
SUPPLY = reverse("heating:direct_supply")


@pytest.fixture
def ground():
    """Put two stations on the map, one of them run by a third party, and count households."""
    estate = EstateFactory()
    HouseholdCountFactory(estate=estate, as_of=date(2025, 6, 1))
    HouseholdCountFactory(estate=estate, as_of=date(2026, 6, 1), direct=90)
    place = {"latitude": Decimal("36.45"), "estate": estate}
    own = SubstationFactory(name="东关1号站", longitude=Decimal("115.97"), **place)
    other = third_party_station(name="西关2号站", longitude=Decimal("115.99"), **place)
    SubstationFactory(name="无坐标站", estate=estate)
    return own, other


def sit_down(browser: Browser, live_server, username: str = "clerk", viewport=WIDE) -> Desk:
    person(username)
    return Desk(browser, live_server.url, username, viewport)


def ready(page: Page) -> None:
    """Wait until every map and chart of the page is drawn."""
    for place in page.locator(".map").all():
        expect(place).to_have_attribute("data-map-ready", "yes")
    for chart in page.locator("[data-chart]").all():
        expect(chart).to_have_attribute("data-chart-ready", "yes")


def inked(page: Page) -> bool:
    """Whether every chart's canvas has something on it."""
    return page.evaluate(
        """() => [...document.querySelectorAll("[data-chart] canvas")].every((canvas) => {
            const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            return data.some((value, index) => index % 4 === 3 && value > 0);
        })"""
    )


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_maps_and_charts_are_drawn_and_break_no_policy(
    browser: Browser, live_server, ground, viewport
):
    own, _other = ground
    Story.of_the_cast().tell(a_station(), until="noticed")
    desk = sit_down(browser, live_server, viewport=viewport)
    addresses = [
        MAP,
        f"{MAP}?layer=handover",
        own.get_absolute_url(),
        reverse("heating:estate_detail", args=[own.served_estates.get().estate_id]),
        reverse("heating:substation_edit", args=[own.pk]),
        FUNNEL,
        SUPPLY,
        f"{SUPPLY}?by=season",
    ]
    for address in addresses:
        desk.page.goto(address)
        ready(desk.page)
        assert inked(desk.page), address
        wide = desk.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, address
    assert desk.said == []


def test_the_legend_takes_marks_off_and_puts_them_back(browser: Browser, live_server, ground):
    desk = sit_down(browser, live_server)
    page = desk.page
    page.goto(MAP)
    ready(page)
    icons = page.locator(".map .leaflet-marker-icon.map-icon")
    expect(icons).to_have_count(2)
    key = page.locator('.map-key[data-mark="third_party_run"]')
    key.click()
    expect(key).to_have_attribute("aria-pressed", "false")
    expect(icons).to_have_count(1)
    key.press("Enter")
    expect(icons).to_have_count(2)
    assert desk.said == []


def test_a_point_is_reached_by_keyboard_and_leads_to_its_page(
    browser: Browser, live_server, ground
):
    own, _other = ground
    page = sit_down(browser, live_server).page
    page.goto(MAP)
    ready(page)
    point = page.locator(f'.map-icon[aria-label^="{own.name}"]')
    point.focus()
    page.keyboard.press("Enter")
    page.locator(".leaflet-popup a[href]").first.click()
    page.wait_for_url(f"**{own.get_absolute_url()}")


def test_the_names_in_view_stand_beside_the_map(browser: Browser, live_server, ground):
    page = sit_down(browser, live_server).page
    page.goto(MAP)
    ready(page)
    page.locator("[data-map-names] summary").click()
    expect(page.locator("[data-map-names] li a")).to_have_count(2)


def test_from_the_list_to_the_map_and_back_the_filters_stay(browser: Browser, live_server, ground):
    page = sit_down(browser, live_server).page
    page.goto(reverse("heating:substation_list"))
    page.fill("#id_q", "东关")
    page.wait_for_url("**q=*")
    page.click("a[data-verb=map]")
    ready(page)
    expect(page.locator(".map .leaflet-marker-icon.map-icon")).to_have_count(1)
    page.click("[data-list-page]")
    expect(page.locator("table[data-rows] tbody tr")).to_have_count(1)


def test_a_position_is_picked_on_the_map_and_the_fields_are_the_truth(
    browser: Browser, live_server, ground
):
    own, _other = ground
    page = sit_down(browser, live_server).page
    page.goto(reverse("heating:substation_edit", args=[own.pk]))
    ready(page)
    longitude = page.locator("#id_longitude")
    before = longitude.input_value()
    page.locator(".map").click(position={"x": 300, "y": 60})
    assert longitude.input_value() != before
    longitude.fill("115.975")
    longitude.blur()
    page.locator("form.form-page [type=submit]").last.click()
    page.wait_for_url(f"**{own.get_absolute_url()}")
    own.refresh_from_db()
    assert own.longitude == Decimal("115.975000")
    assert own.latitude != Decimal("36.450000")


def test_without_javascript_the_list_is_offered(browser: Browser, live_server, ground):
    person("clerk")
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    page.goto("/login/")
    page.fill("[name=username]", "clerk")
    page.fill("[name=password]", "demo-2026")
    page.click("form [type=submit]")
    page.goto(MAP)
    page.locator(".map-plain a").click()
    page.wait_for_url(f"**{reverse('heating:substation_list')}")
    context.close()


def test_a_bar_and_a_figure_open_the_list_with_as_many_rows(browser: Browser, live_server):
    story = Story.of_the_cast()
    for number in range(3):
        story.tell(a_station(f"{number}号站"), until="noticed")
    late = Handover.objects.filter(state="noticed").earliest("pk")
    Handover.objects.filter(pk=late.pk).update(step_due_on=date(2026, 1, 5))
    desk = sit_down(browser, live_server)
    page = desk.page
    page.goto(FUNNEL)
    ready(page)
    page.locator("tr[data-state=noticed] a").first.click()
    expect(page.locator("table[data-rows] tbody tr")).to_have_count(3)
    page.goto(FUNNEL)
    ready(page)
    page.locator("tr[data-state=noticed] a").last.click()
    expect(page.locator("table[data-rows] tbody tr")).to_have_count(1)
    page.goto(FUNNEL)
    ready(page)
    place = page.locator("[data-chart]").bounding_box()
    second_bar = place["y"] + 36 + (place["height"] - 66) * 1.5 / 12
    page.mouse.click(place["x"] + place["width"] - 140, second_bar)
    page.wait_for_url("**state=noticed*")
    expect(page.locator("table[data-rows] tbody tr")).to_have_count(3)
    assert desk.said == []


def test_charts_follow_the_theme_and_rest_where_motion_is_unwelcome(
    browser: Browser, live_server, ground
):
    desk = sit_down(browser, live_server)
    page = desk.page
    page.emulate_media(reduced_motion="reduce", color_scheme="light")
    page.goto(SUPPLY)
    expect(page.locator("#id_as_of")).to_be_visible()
    ready(page)
    light = page.locator("[data-chart] canvas").screenshot()
    page.emulate_media(reduced_motion="reduce", color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.wait_for_function("() => new Promise((done) => requestAnimationFrame(() => done(true)))")
    assert page.locator("[data-chart] canvas").screenshot() != light
    assert desk.said == []


def test_a_sheet_has_page_n_of_m(browser: Browser, live_server):
    SubstationFactory.create_batch(70)
    desk = sit_down(browser, live_server)
    page = desk.page
    page.goto(reverse("heating:substation_list") + "?format=print")
    pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(pages) > 1
    for number, one in enumerate(pages, start=1):
        assert f"{number} / {len(pages)}" in one.extract_text()
        assert one.mediabox.width > one.mediabox.height
    assert f"{clock.today().year}" in pages[-1].extract_text()
    assert desk.said == []
