"""Every page of the portal, looked at: WCAG 2.2 AA, both themes, on a phone and at 200 % zoom.

The pages come from ``tests/access.py``, so a new one is looked at without a word here.
"""

from dataclasses import dataclass

import pytest
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from bureau.people import demo
from tests import clean_slate
from tests.access import EVERYTHING, OPEN, OWNER, PAGE_LINES, Line
from tests.browser.onlooker import OFFICE, PHONE, Onlooker, faults
from tests.cast import person
from tests.grounds import HOME, World, division

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

READ = [line for line in PAGE_LINES if "GET" in line.methods]


@dataclass
class Town:
    """A portal with one of everything, and somebody at each kind of desk."""

    home: str
    world: World
    onlookers: dict[str, Onlooker]

    def url(self, name: str, about: str = "") -> str:
        """Return the address of a page about a thing of the ground."""
        given = self.world.arguments(HOME, about) if about else {}
        return reverse(name, args=list(given.values()))


@pytest.fixture(scope="module")
def town(browser: Browser, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        world = World(HOME)
        people = {
            "all": world.with_role(EVERYTHING, division=division(demo.CITY)),
            "owner": person("clerk"),
            "reader": person("county"),
        }
        server = LiveServer("127.0.0.1")
        onlookers = {"nobody": Onlooker(browser, server.url)}
        for name, user in people.items():
            session = world.page(user).cookies["sessionid"].value
            onlookers[name] = Onlooker(browser, server.url, session)
        yield Town(server.url, world, onlookers)
        for onlooker in onlookers.values():
            onlooker.context.close()
        server.stop()
        clean_slate.restore()


def who_sees(line: Line) -> str:
    return {OPEN: "nobody", OWNER: "owner"}.get(line.gates["GET"], "all")


@pytest.mark.parametrize("line", READ, ids=str)
def test_nobody_stumbles_over(town, line):
    onlooker = town.onlookers[who_sees(line)]
    if onlooker.open(town.world.url(line)):
        assert onlooker.complaints() == []


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("all", "/nothing/", 404),
        ("reader", "/exchange/imports/new/", 403),
        ("all", "/logout/", 405),
        ("nobody", "/login/?next=/places/", 200),
        ("all", "/organisations/?kind=heating_company", 200),
        ("all", "/organisations/?q=%F0%A0%80%8B", 200),
        ("all", "/heating/substations/?q=%F0%A0%80%8B&mode=third_party_run", 200),
        ("reader", "/", 200),
        ("reader", "/organisations/", 200),
        ("owner", "/", 200),
    ],
)
def test_nobody_stumbles_in_a_corner(town, who, path, status):
    """Refusals, what is empty, and pages of people who may do less."""
    onlooker = town.onlookers[who]
    assert onlooker.open(path) == status
    assert onlooker.complaints() == []


@pytest.mark.parametrize(
    ("name", "about", "values"),
    [
        ("desk:organisation_create", "", {}),
        ("desk:organisation_edit", "organisation", {"name": ""}),
        ("heating:substation_create", "", {"name": "", "longitude": "x"}),
        ("heating:estate_edit", "estate", {"connected_area": "-1"}),
        ("people:password", "", {"old_password": "x"}),
        ("exchange:import_create", "", {}),
    ],
)
def test_nobody_stumbles_over_mistakes(town, name, about, values):
    onlooker = town.onlookers["all"]
    onlooker.open(town.url(name, about))
    onlooker.send("main form[method=post]", **values)
    assert onlooker.page.locator("main [aria-invalid=true]").count()
    assert onlooker.complaints() == []


def test_nobody_stumbles_over_a_conflict(town):
    onlooker = town.onlookers["all"]
    onlooker.open(town.url("heating:estate_edit", "estate"))
    onlooker.send("main form[method=post]", version="0", name="别名小区")
    assert onlooker.page.locator("main [data-code=stale]").count()
    assert onlooker.complaints() == []


def test_nobody_stumbles_over_a_refusal(town):
    """A handover that goes on cannot be resumed; the page says why."""
    onlooker = town.onlookers["all"]
    page = town.url("heating:handover_detail", "handover")
    onlooker.open(page)
    onlooker.send("main form[method=post]", to=f"{page}resume/")
    assert onlooker.page.locator("main [data-code]").count()
    assert onlooker.complaints() == []


def test_nobody_stumbles_at_the_door(town):
    onlooker = town.onlookers["nobody"]
    onlooker.open("/login/")
    onlooker.send("form[method=post]", username="clerk", password="wrong")
    assert onlooker.complaints() == []


def test_nobody_stumbles_over_what_opens(town):
    """The keyboard's help, the menu of a phone, the menu of one's own account."""
    onlooker = town.onlookers["all"]
    onlooker.open("/organisations/")
    page = onlooker.page
    page.keyboard.press("?")
    page.locator("#keys[open]").wait_for()
    assert onlooker.complaints() == []
    page.keyboard.press("Escape")
    onlooker.set(OFFICE, "light")
    for menu in page.locator("details.menu:visible > summary").all():
        menu.click()
        assert faults(page) == []
        page.keyboard.press("Escape")
    onlooker.set(PHONE, "light")
    page.click(".menu-open")
    page.locator("#menu").wait_for()
    assert faults(page) == []
