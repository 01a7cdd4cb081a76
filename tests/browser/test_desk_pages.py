"""The desk in a real browser, on a phone and by the keyboard, with scripts and without."""

import re

import pytest
from playwright.sync_api import Page, expect

from bureau.core import clock
from tests.browser.onlooker import faults
from tests.browser.people import sign_in
from tests.factories import OrganisationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(page: Page, live_server, clerk):
    """A page on which the clerk has signed in, and what its console said."""
    page.said = []
    page.on("console", lambda line: page.said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: page.said.append(str(error)))
    sign_in(page.context, live_server.url, "clerk")
    page.goto(f"{live_server.url}/")
    page.home = live_server.url
    return page


@pytest.fixture
def companies(clerk):
    """Thirty companies to list."""
    return OrganisationFactory.create_batch(30)


def test_the_menu_folds_away_on_a_phone_and_comes_back(desk):
    desk.set_viewport_size({"width": 360, "height": 720})
    menu = desk.locator("#menu")
    expect(menu).to_be_hidden()
    desk.click(".menu-open")
    expect(menu).to_be_visible()
    desk.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_typing_narrows_the_list_and_back_restores_the_whole_page(desk, companies):
    OrganisationFactory(name="水城热力", bigrams=["水城", "城热", "热力"])
    desk.goto(f"{desk.home}/organisations/")
    desk.fill("#id_q", "水城")
    expect(desk.locator("table tbody tr")).to_have_count(1)
    assert re.search(r"\?.*q=", desk.url)
    assert "archived=" not in desk.url
    desk.click("table tbody a")
    desk.go_back()
    expect(desk.locator(".topbar")).to_be_visible()
    expect(desk.locator("table tbody tr")).to_have_count(1)


def test_the_town_list_follows_the_county(desk):
    desk.goto(f"{desk.home}/places/?sort=code")
    desk.click("details.filter-more summary")
    desk.select_option("#id_place_0", label="东昌府区")
    expect(desk.locator("#id_place_1 option", has_text="古楼街道")).to_have_count(1)
    desk.select_option("#id_place_1", label="古楼街道")
    expect(desk.locator(".chip")).to_contain_text("古楼街道")
    desk.click(".chip a")
    expect(desk.locator(".chip")).to_have_count(0)


def test_the_keyboard_walks_ticks_and_searches(desk, companies):
    desk.goto(f"{desk.home}/organisations/")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    expect(desk.locator("tr.is-here [name=pk]")).to_be_checked()
    expect(desk.locator("[data-ticked-count]")).to_have_text("1")
    expect(desk.locator("tbody tr").nth(1)).to_have_class("is-here")
    desk.keyboard.press("/")
    expect(desk.locator("#id_q")).to_be_focused()
    desk.keyboard.press("Escape")
    desk.locator("#main").focus()
    desk.keyboard.press("?")
    expect(desk.locator("#keys")).to_be_visible()


def test_a_stale_edit_shows_both_versions(desk, companies):
    company = companies[0]
    desk.goto(f"{desk.home}/organisations/{company.pk}/edit/")
    desk.fill("[name=hotline]", "0635-1111111")
    type(company).objects.filter(pk=company.pk).update(
        version=company.version + 1, hotline="0635-2222222", updated_at=clock.now()
    )
    desk.click(".form-foot button")
    expect(desk.locator("[data-code=stale]")).to_be_visible()
    expect(desk.locator(".compare")).to_contain_text("0635-1111111")
    expect(desk.locator(".compare")).to_contain_text("0635-2222222")
    assert faults(desk) == []
    desk.click("button[name=over]")
    expect(desk.locator(".facts").first).to_be_visible()
    company.refresh_from_db()
    assert company.hotline == "0635-1111111"


def test_everything_works_without_javascript(browser, live_server, clerk, companies):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/login/")
    page.fill("[name=username]", "clerk")
    page.fill("[name=password]", "demo-2026")
    page.click("[type=submit]")
    page.goto(f"{live_server.url}/places/?sort=code")
    page.click("details.filter-more summary")
    page.click("details.filter-more a")
    page.select_option("#id_place_0", label="高唐县")
    page.click(".filter-apply")
    expect(page.locator(".chip")).to_contain_text("高唐县")
    page.goto(f"{live_server.url}/organisations/{companies[0].pk}/")
    page.fill("[name=text]", "已电话核实")
    page.click(".notes button")
    expect(page.locator(".note-list")).to_contain_text("已电话核实")
    page.set_viewport_size({"width": 360, "height": 720})
    page.click(".menu-open")
    expect(page.locator("#menu")).to_be_visible()
    context.close()


def test_scripts_never_see_the_session(desk):
    assert "sessionid" not in desk.evaluate("document.cookie")
