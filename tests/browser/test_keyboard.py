"""People without a mouse: from the door to a station that has been handed over."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as PressedInVain

from bureau.core import clock
from bureau.people.demo import PASSWORD
from heating.models import Handover, ManagementPeriod, Substation
from tests.cast import person
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

    def enter(self, field: str, value: object) -> None:
        """Go to a field and give it what it takes: words, a day, a tick, a choice, a file."""
        self.tab_to(field)
        here = self.page.locator(field)
        if value is True:
            self.press("Space")
            expect(here).to_be_checked()
        elif isinstance(value, Path):
            self.choose(value)
        elif isinstance(value, date):
            # Its parts stand in the order of Chromium's own language, whatever the page speaks.
            self.page.keyboard.type(f"{value:%m%d%Y}")
            expect(here).to_have_value(value.isoformat())
        elif here.evaluate("one => one.tagName") == "SELECT":
            self.page.keyboard.type(str(value))
            expect(here.locator("option:checked")).to_have_text(str(value))
        else:
            self.press("Control+A")
            self.page.keyboard.type(str(value))

    def choose(self, file: Path) -> None:
        """Open the browser's dialog for a file; on a busy machine a press may come to nothing."""
        for patience in (5_000, 5_000, 20_000):
            try:
                with self.page.expect_file_chooser(timeout=patience) as opened:
                    self.press("Space")
            except PressedInVain:
                continue
            return opened.value.set_files(file)
        raise AssertionError("the file dialog never opens")

    def take_step(self, verb: str, **values: object) -> None:
        """Fill in the next step of the handover on the screen and press its button."""
        expect(self.page.locator("#step")).to_have_attribute("data-verb", verb)
        for name, value in values.items():
            self.enter(f"#step [name={name}]", value)
        self.follow("#step form button[type=submit]")

    def open_work(self) -> None:
        """Go home and open the only handover that waits there."""
        self.follow('#menu a[href="/"]')
        self.follow('.work-pile a.btn[href*="/handovers/"]')

    def follow(self, wanted: str) -> None:
        """Go to a link or a button and press Enter; wait for the page behind it."""
        self.tab_to(wanted)
        with self.page.expect_event("load"):
            self.press("Enter")


@pytest.fixture
def sit_down(browser: Browser, live_server):
    """Let people sign in without a mouse; pages move at once, so that one can see where one is."""

    def at_desk(username: str) -> Fingers:
        person(username)
        page = browser.new_page(reduced_motion="reduce")
        page.goto(f"{live_server.url}/login/")
        fingers = Fingers(page)
        fingers.fill("[name=username]", username)
        fingers.fill("[name=password]", PASSWORD)
        with page.expect_navigation(url=f"{live_server.url}/"):
            fingers.press("Enter")
        return fingers

    return at_desk


@pytest.fixture
def fingers(sit_down) -> Fingers:
    """A clerk who has signed in."""
    return sit_down("clerk")


@pytest.fixture
def scan(tmp_path) -> Path:
    """A scan that is good enough for any paper."""
    path = tmp_path / "scan.png"
    Image.new("L", (600, 850), 255).save(path)
    return path


def test_a_station_is_found_handed_over_and_connected(fingers, sit_down, scan):
    station = a_station("柳园换热站")
    a_station("湖滨换热站")
    register(fingers, station)
    today = clock.today()
    fingers.take_step(
        "issue_notice",
        document_number=NUMBER,
        demand="移交设备和资料",
        due_date=today + timedelta(days=30),
        paper=scan,
    )
    expect(fingers.page.locator("h1 [data-status=noticed]")).to_be_visible()
    survey_and_agree(fingers, sit_down("inspector"), today, scan)
    chief, company = sit_down("chief"), sit_down("company")
    chief.open_work()
    chief.take_step(
        "sign",
        signed_on=today,
        signatory_manager="苗家和",
        signatory_company="岳温良",
        signatory_bureau="郭建功",
        paper=scan,
    )
    close_the_defect(fingers)
    company.open_work()
    company.take_step(
        "accept",
        pressure_tested_on=today,
        keys_received=True,
        drawings_received=True,
        defects_listed=True,
        paper=scan,
    )
    fingers.open_work()
    fingers.take_step("accept")
    chief.open_work()
    chief.take_step("connect", effective_date=today)
    expect(chief.page.locator("h1 [data-status=connected]")).to_be_visible()
    assert Handover.objects.get(station=station).state == "connected"
    ran, runs = ManagementPeriod.objects.filter(station=station).order_by("valid_from")
    assert (ran.valid_to, runs.valid_from, runs.mode) == (today, today, "company_run")


def register(clerk: Fingers, station: Substation) -> None:
    """Find the station in the list by its name and open its handover."""
    page = clerk.page
    clerk.follow('#menu a[href="/heating/substations/"]')
    clerk.press("/")
    expect(page.locator("#id_q")).to_be_focused()
    page.keyboard.type("柳园")
    expect(page.locator("table tbody tr")).to_have_count(1)
    assert clerk.focus("#id_q")["is"], "the new list took the focus away"
    clerk.press("Tab")  # who leaves the field asks for the list once more
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    clerk.press("j")
    expect(page.locator("tr.is-here")).to_contain_text(station.name)
    clerk.tab_to("tr.is-here a")
    clerk.follow("tr.is-here a")
    clerk.follow(f'a[href$="handovers/new/?station={station.pk}"]')
    clerk.follow("main form button[type=submit]")


def survey_and_agree(clerk: Fingers, inspector: Fingers, today: date, scan: Path) -> None:
    """Survey the station, share the cost, and record the owners' consent."""
    inspector.open_work()
    inspector.take_step(
        "record_survey",
        surveyed_on=today,
        equipment="板式换热器 2 台",
        blocking_defects="二次侧过滤器堵塞",
        debts="无",
        meters="热量表 1 块",
        paper=scan,
    )
    clerk.open_work()
    clerk.take_step("agree_plan", total="86500", share_heating_company="60", share_manager="40")
    clerk.take_step(
        "record_consent",
        basis="业主大会表决",
        consented_on=today,
        heads_total="480",
        heads_took_part="352",
        heads_agreed="301",
        area_total="45600",
        area_took_part="33300",
        area_agreed="28500",
        paper=scan,
    )


def close_the_defect(clerk: Fingers) -> None:
    """Close the defect that blocks the acceptance, in its row of the handover's page."""
    clerk.page.reload()
    clerk.fill("tr[data-defect] [name=note]", "已更换")
    clerk.follow("tr[data-defect] button[type=submit]")
    expect(clerk.page.locator("tr[data-defect]")).to_have_attribute("data-open", "no")


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


def test_the_tree_of_places_opens_where_one_stands(fingers):
    fingers.follow('#menu a[href="/places/"]')
    county = '[id="open-371502000000"]'
    fingers.tab_to(county)
    fingers.press("Enter")
    expect(fingers.page.locator(county)).to_have_attribute("aria-expanded", "true")
    expect(fingers.page.locator(".branch .branch .branch-name").first).to_be_visible()
    assert fingers.focus(county)["is"], "the opened branch took the focus away"


def test_nothing_jumps_the_queue(fingers):
    """No page sorts its stops by hand: they come as they stand."""
    a_station()
    home = fingers.page.url
    for path in ("", "heating/substations/", "heating/substations/new/", "organisations/"):
        fingers.page.goto(home + path)
        assert (
            fingers.page.locator("[tabindex]:not([tabindex='0']):not([tabindex='-1'])").count() == 0
        )
