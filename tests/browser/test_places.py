"""Places in a real browser: two villages become one, and nothing that was there is lost."""

import pytest
from playwright.sync_api import expect

from bureau.exchange.ledger import import_ledger
from bureau.people.demo import BEIYUAN_COMMUNITY
from bureau.places.models import Division
from heating.models import Estate
from tests.browser.onlooker import faults
from tests.browser.people import PHONE, Desk
from tests.bureau.sheets import xlsx
from tests.heating.factories import EstateFactory, HouseholdCountFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ESTATES = "/heating/estates/"
HEAD = ("小区名称", "县（市、区）", "乡镇（街道）", "社区", "供热户数", "直供户数")


@pytest.fixture
def heir(transactional_db):
    return Division.objects.get(code=BEIYUAN_COMMUNITY)


@pytest.fixture
def old(heir):
    return heir.parent.children.exclude(pk=heir.pk).order_by("code")[0]


@pytest.fixture
def estates(old, heir):
    """Return an estate of the old village and one of the new, each with its households."""
    made = EstateFactory(name="柳园小区", community=old), EstateFactory(name="湖畔小区")
    for estate, connected in zip(made, (300, 200), strict=True):
        HouseholdCountFactory(estate=estate, connected=connected, direct=100)
    return made


def names(page, address):
    """Return the words of the list's rows."""
    page.goto(address)
    return set(" ".join(page.locator("#list tbody tr").all_inner_texts()).split())


def connected(page):
    """Return the estates and the households of the report on direct supply, as the page says."""
    page.goto("/heating/direct-supply/")
    cells = page.locator("tr[data-area=total] td").all_inner_texts()
    return [cell.split()[0] for cell in cells[:2]]


def merge(page, old, heir):
    """Merge as a clerk does: open the form, choose, look at what comes together, and do it."""
    page.goto(old.get_absolute_url())
    page.locator(f"a[href='/places/{old.pk}/merge/']").click()
    page.locator("select[name=into]").nth(2).select_option(heir.code)
    page.fill("[name=on]", "2026-01-01")
    page.click("button[name=look]")
    line = page.locator("#preview tbody tr", has_text="小区")
    expect(line.locator("td")).to_have_text(["1", "1", "2"])
    assert faults(page) == []
    page.fill("[name=note]", "聊城市民政局关于合并社区的批复")
    page.click("[data-verb=merge]")
    expect(page.locator(f"[data-merged-into='{heir.code}']")).to_be_visible()


def test_a_merge_of_two_villages(browser, live_server, clerk, village, old, heir, estates):
    desk = Desk(browser, live_server.url, "clerk")
    neighbour = Desk(browser, live_server.url, "village", PHONE)
    page, there = desk.page, neighbour.page
    assert "柳园小区" not in names(there, ESTATES)
    assert connected(there) == ["1", "200"]

    merge(page, old, heir)
    assert faults(page) == []
    expect(page.locator("#past dd").first).to_contain_text(old.name)
    page.locator("[data-merged-into] a").click()
    expect(page.locator("[data-hanging=estates]")).to_have_text("2")
    expect(page.locator("#past")).to_contain_text(old.name)
    expect(page.locator("#aliases")).to_contain_text(old.name)

    # The estate stays under its old path, and is listed, looked after and counted in the new.
    page.goto(f"{ESTATES}?place={heir.code}")
    expect(page.locator("#list tbody tr")).to_have_count(2)
    page.get_by_role("link", name="柳园小区").click()
    expect(page.locator("main")).to_contain_text(old.name)
    assert "柳园小区" in names(there, ESTATES)
    assert connected(there) == ["2", "500"]
    assert there.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    # The old name leads to the new place, on the list of places and in the search over all.
    page.goto(f"/places/?q={old.name}")
    expect(page.get_by_role("link", name=heir.name, exact=True).first).to_be_visible()
    page.goto(f"/search/?q={old.name}")
    expect(page.locator("main").get_by_role("link", name=heir.name).first).to_be_visible()
    assert desk.said == neighbour.said == []


def test_a_ledger_goes_on_naming_the_old_village(browser, live_server, clerk, old, heir, estates):
    desk = Desk(browser, live_server.url, "clerk")
    merge(desk.page, old, heir)
    row = ("柳园小区", heir.parent.parent.name, heir.parent.name, old.name, 310, 120)
    brought = import_ledger(
        "estates", "台账.xlsx", xlsx([HEAD, row]), actor=clerk, dry_run=False, accept_passing=True
    ).report
    assert (brought["updated"], brought["created"], brought["errors"]) == (1, 0, [])
    assert Estate.objects.count() == 2
    desk.page.goto(heir.get_absolute_url())
    expect(desk.page.locator("[data-hanging=estates]")).to_have_text("2")
    assert connected(desk.page) == ["2", "510"]
