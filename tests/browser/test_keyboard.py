"""A clerk without a mouse: from the door to a handover with its notice issued."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from bureau.core import clock
from bureau.people.demo import PASSWORD
from heating.models import Handover
from tests.heating.handover_story import NUMBER, a_station

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_STOPS = 200
#: What has the focus: is it the wanted one, can one see that it has it, is it on the screen?
FOCUS = """(wanted) => {
  const here = document.activeElement;
  const style = getComputedStyle(here);
  const box = here.getBoundingClientRect();
  return {
    is: here.matches(wanted),
    somewhere: here !== document.body,
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    on_screen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0,
    what: here.outerHTML.slice(0, 120),
  };
}"""


class Fingers:
    """Ten of them, on a keyboard; every stop of the focus has to show."""

    def __init__(self, page: Page) -> None:
        self.page, self.press = page, page.keyboard.press

    def focus(self, wanted: str = "*") -> dict:
        """Return what has the focus and whether it is the wanted one."""
        return self.page.evaluate(FOCUS, wanted)

    def tab_to(self, wanted: str, key: str = "Tab") -> None:
        """Press Tab until the focus is there."""
        for _ in range(MOST_STOPS):
            found = self.focus(wanted)
            if found["is"]:
                return
            self.press(key)
            found = self.focus(wanted)
            if found["somewhere"]:
                assert found["outlined"], f"no focus to be seen: {found['what']}"
                assert found["on_screen"], f"the focus is off the screen: {found['what']}"
        raise AssertionError(f"Tab never comes to {wanted}, but to {found['what']}")

    def fill(self, field: str, text: str) -> None:
        """Go to a field and type."""
        self.tab_to(field)
        self.page.keyboard.type(text)

    def follow(self, wanted: str) -> None:
        """Go to a link or a button and press Enter; wait for the page behind it."""
        self.tab_to(wanted)
        with self.page.expect_event("load"):
            self.press("Enter")


@pytest.fixture
def fingers(page: Page, live_server, clerk) -> Fingers:
    """A clerk at the door, who signs in; pages move at once, so that one can see where one is."""
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{live_server.url}/login/")
    fingers = Fingers(page)
    fingers.fill("[name=username]", "clerk")
    fingers.fill("[name=password]", PASSWORD)
    with page.expect_navigation(url=f"{live_server.url}/"):
        fingers.press("Enter")
    return fingers


def test_a_handover_is_registered_and_its_notice_issued(fingers):
    page, station = fingers.page, a_station("柳园换热站")
    a_station("湖滨换热站")
    fingers.follow('#menu a[href="/heating/substations/"]')
    fingers.press("/")
    expect(page.locator("#id_q")).to_be_focused()
    page.keyboard.type("柳园")
    expect(page.locator("table tbody tr")).to_have_count(1)
    assert fingers.focus("#id_q")["is"], "the new list took the focus away"
    fingers.press("Tab")  # who leaves the field asks for the list once more
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    fingers.press("j")
    expect(page.locator("tr.is-here")).to_contain_text(station.name)
    fingers.tab_to("tr.is-here a")
    fingers.follow("tr.is-here a")
    fingers.follow(f'a[href$="handovers/new/?station={station.pk}"]')
    fingers.follow("main form button[type=submit]")
    due = clock.today() + timedelta(days=30)
    fingers.fill("#step [name=document_number]", NUMBER)
    fingers.fill("#step [name=demand]", "移交设备和资料")
    # Its parts stand in the order of Chromium's own language, whatever the page speaks.
    fingers.fill("#step [name=due_date]", f"{due:%m%d%Y}")
    fingers.follow("#step form button[type=submit]")
    expect(page.locator("h1 [data-status=noticed]")).to_be_visible()
    assert Handover.objects.get(station=station).state == "noticed"


def test_a_refused_step_leads_back_to_its_mistake(fingers):
    page, station = fingers.page, a_station()
    page.goto(f"{page.url}heating/handovers/new/?station={station.pk}")
    fingers.follow("main form button[type=submit]")
    fingers.follow("#step form button[type=submit]")
    focus = fingers.focus("main, main *")
    assert focus["is"], f"reading begins somewhere else: {focus['what']}"
    fingers.tab_to("#step [name=document_number]")
    assert page.locator("#step [name=document_number]").get_attribute("aria-invalid") == "true"


def test_the_first_stop_leads_past_the_menu(fingers):
    fingers.page.reload()
    fingers.press("Tab")
    assert fingers.focus(".skip-link")["on_screen"]
    assert fingers.focus(".skip-link")["is"]
    fingers.press("Enter")
    assert fingers.focus("#main")["is"]
    fingers.press("Tab")
    assert not fingers.focus("#menu *, .topbar *")["is"]


def test_the_help_keeps_the_focus_and_gives_it_back(fingers):
    fingers.tab_to("[data-opens=keys]")
    fingers.press("Enter")
    expect(fingers.page.locator("#keys")).to_be_visible()
    for _ in range(4):
        focus = fingers.focus("#keys, #keys *")
        assert focus["is"] or not focus["somewhere"], focus["what"]
        fingers.press("Tab")
    fingers.press("Escape")
    expect(fingers.page.locator("#keys")).to_be_hidden()
    assert fingers.focus("[data-opens=keys]")["is"]


def test_nothing_jumps_the_queue(fingers):
    """No page sorts its stops by hand: they come as they stand."""
    a_station()
    home = fingers.page.url
    for path in ("", "heating/substations/", "heating/substations/new/", "organisations/"):
        fingers.page.goto(home + path)
        assert (
            fingers.page.locator("[tabindex]:not([tabindex='0']):not([tabindex='-1'])").count() == 0
        )
