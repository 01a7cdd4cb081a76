"""Lists in a real browser: a view goes from the chief to a clerk, many rows change at once."""

import pytest
from playwright.sync_api import expect

from bureau.desk.models import BulkRun, ListChoice
from bureau.desk.services import lists
from tests.browser.onlooker import faults
from tests.browser.people import PHONE, Desk
from tests.heating.factories import EstateFactory, SubstationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = "/heating/estates/"


@pytest.fixture
def sit_down(browser, live_server, clerk, chief):
    """Return a function that opens a browser of somebody's own."""
    desks = []

    def sit(username, viewport=None):
        seat = {"viewport": viewport} if viewport else {}
        desks.append(Desk(browser, live_server.url, username, **seat))
        return desks[-1]

    yield sit
    for desk in desks:
        desk.page.context.close()
        assert desk.said == []


def test_a_view_shared_by_the_chief_opens_at_the_clerks_desk(sit_down):
    EstateFactory(name="金鼎小区", year_built=2003)
    EstateFactory(name="银座小区", year_built=2020)
    chief, clerk = sit_down("chief").page, sit_down("clerk").page

    chief.goto(f"{LIST}?year_min=2000&year_max=2010&sort=-area")
    chief.locator("[data-menu=columns] summary").click()
    chief.locator("[data-column=developer] [name=columns]").check()
    chief.locator("[data-columns] ~ .menu-foot .btn-primary").click()
    expect(chief.locator("thead")).to_contain_text("开发单位")
    chief.locator("[data-menu=views] summary").click()
    chief.fill("#view-name", "老旧小区")
    chief.locator("[name=is_shared]").check()
    chief.locator(".menu-form .btn-primary").click()
    expect(chief.locator(".view-tab[aria-current]")).to_contain_text("老旧小区")

    clerk.goto(LIST)
    expect(clerk.locator("tbody tr")).to_have_count(2)
    clerk.locator(".view-tab", has_text="老旧小区").click()
    expect(clerk.locator(".view-tab[aria-current]")).to_contain_text("老旧小区")
    expect(clerk.locator("tbody tr")).to_have_count(1)
    expect(clerk.locator("tbody")).to_contain_text("金鼎小区")
    expect(clerk.locator("thead")).to_contain_text("开发单位")
    clerk.locator(".chip a").first.click()
    expect(clerk.locator(".view-changed")).to_be_visible()
    expect(clerk.locator("tbody tr")).to_have_count(2)


def test_all_that_match_change_and_the_refused_row_says_why(sit_down, real_worker):
    estates = EstateFactory.create_batch(30)
    served = estates[7]
    SubstationFactory(estate=served)
    page = sit_down("clerk").page

    page.goto(f"{LIST}?size=25")
    page.locator("[data-tick-all]").check()
    expect(page.locator("[data-ticked-count]")).to_have_text("25")
    page.locator(".ticked-bar [name=all]").check()
    page.locator("[data-bulk=archive]").click()
    assert "pk=" not in page.url
    expect(page.locator(".bulk-number b")).to_have_text("30")
    page.fill("[name=note]", "成片拆迁")
    page.locator(".form-page [type=submit]").click()
    expect(page.locator("[name=mark]")).to_be_attached()
    assert not BulkRun.objects.exists()
    page.locator(".form-page [type=submit]").click()

    expect(page.locator("[data-outcome=changed] dd")).to_have_text("29", timeout=30_000)
    expect(page.locator("[data-outcome=refused] dd")).to_have_text("1")
    page.locator("[data-outcome=refused] dd a").click()
    row = page.locator("tbody tr", has_text=served.name)
    expect(row.locator(".col-said")).to_contain_text(served.name)
    page.locator("a[href*='refused=']").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text(served.name)


def test_columns_move_by_keyboard_and_rows_are_ticked_in_a_range(sit_down, clerk):
    EstateFactory.create_batch(6)
    page = sit_down("clerk").page
    page.goto(LIST)
    before = page.locator("thead th").all_inner_texts()
    page.locator("[data-menu=columns] summary").press("Enter")
    page.locator("[data-column=town] [data-move='-1']").press("Enter")
    page.locator("[data-columns] ~ .menu-foot .btn-primary").press("Enter")
    expect(page.locator("thead th").nth(2)).to_have_text(before[3])
    assert ListChoice.objects.get(user=clerk).columns[1] == "town"

    page.keyboard.press("j")
    page.keyboard.press("x")
    for key in ("j", "j", "X"):
        page.keyboard.press(key)
    expect(page.locator("[data-ticked-count]")).to_have_text("3")
    page.locator("tbody td.col-link a").nth(5).click()
    page.go_back()
    expect(page.locator("[name=pk]:checked")).to_have_count(3)
    expect(page.locator("[data-ticked-count]")).to_have_text("3")
    page.keyboard.press("/")
    expect(page.locator("#id_q")).to_be_focused()


def test_head_and_first_column_stay_in_sight_on_a_phone(sit_down):
    EstateFactory.create_batch(30)
    page = sit_down("clerk", PHONE).page
    page.goto(LIST)
    page.locator(".table-wrap").evaluate("box => box.scrollTo(400, 600)")
    box = page.locator(".table-wrap").bounding_box()
    head = page.locator("thead th").nth(1).bounding_box()
    name = page.locator("tbody tr:nth-child(20) td").nth(1).bounding_box()
    assert abs(head["y"] - box["y"]) <= 2
    assert head["x"] - box["x"] < 60
    assert name["x"] - box["x"] < 60
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_menus_last_look_and_results_are_accessible(sit_down, clerk, theme):
    one, two = EstateFactory.create_batch(2)
    view = lists.save_view(actor=clerk, list_key="heating:estate_list", name="我的")
    page = sit_down("clerk").page
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    for menu in ("views", "columns"):
        page.goto(f"{LIST}?sort=-area&view={view.pk}")
        page.locator("tbody [name=pk]").first.check()
        page.locator(f"[data-menu={menu}] summary").click()
        assert faults(page) == [], menu
    page.goto(f"{LIST}bulk/change/?pk={one.pk}&pk={two.pk}")
    assert faults(page) == []
    page.fill("[name=developer]", "水城置业")
    page.locator(".form-page [type=submit]").click()
    expect(page.locator("[name=mark]")).to_be_attached()
    assert faults(page) == []
    page.locator(".form-page [type=submit]").click()
    expect(page.locator("[data-job]")).to_be_visible()
    assert faults(page) == []
