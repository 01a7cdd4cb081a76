"""From an office's ledger to a connected station, by four people in four browsers.

The clerk imports the ledger, sees the faulty rows and saves the others; then clerk, inspector,
section chief and the heating company's officer each find their step in 待办, until the station
is connected and its history shows both periods.
"""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import Browser, expect

from bureau.core import clock
from heating.models import Handover, ManagementPeriod, Substation
from tests.browser.people import PHONE, Desk, picture
from tests.cast import person

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]

STATION = "北苑2号换热站"
LEDGER = settings.BASE_DIR / "tests" / "data" / "substations.xlsx"
ALL_ROWS, BAD_ROWS = 300, 27


@pytest.fixture
def paper(tmp_path):
    """A scan that is good enough for any paper."""
    path = tmp_path / "scan.png"
    Image.new("L", (600, 850), 255).save(path)
    return str(path)


@pytest.fixture
def sit_down(browser: Browser, live_server):
    """Return a function that lets a person of the cast sign in with a browser of their own."""

    def at_desk(username: str, **more) -> Desk:
        person(username)
        return Desk(browser, live_server.url, username, **more)

    return at_desk


def test_from_a_ledger_to_a_connected_station(sit_down, real_worker, paper, tmp_path):
    clerk = sit_down("clerk")
    import_the_ledger(clerk, tmp_path)
    find_the_station(clerk, tmp_path)
    register(clerk)
    today = clock.today()
    day, later = today.isoformat(), (today + timedelta(days=30)).isoformat()

    clerk.take_step(
        "issue_notice",
        document_number=f"聊城管字〔{today.year}〕3号",
        demand="请按《山东省供热条例》移交供热企业统一管理。",
        due_date=later,
        paper=paper,
    )
    inspector = sit_down("inspector", viewport=PHONE)
    inspector.open_from_work(STATION)
    picture(inspector.page, "survey-on-a-phone", tmp_path)
    inspector.take_step(
        "record_survey",
        surveyed_on=day,
        equipment="板式换热器 2 台，循环泵 3 台",
        blocking_defects="二次侧过滤器堵塞",
        other_defects="灭火器过期 2 具",
        debts="无",
        meters="热量表 1 块，在检定期内",
        paper=paper,
    )
    clerk.open_from_work(STATION)
    clerk.take_step(
        "agree_plan", total="86500", share_heating_company="66.66", share_manager="33.33"
    )
    expect(clerk.page.locator("[data-code='guard:cost_shares']")).to_contain_text("99.99")
    clerk.take_step(
        "agree_plan", total="86500", share_heating_company="66.67", share_manager="33.33"
    )
    clerk.take_step(
        "record_consent",
        basis="assembly",
        consented_on=day,
        heads_total="480",
        heads_took_part="352",
        heads_agreed="301",
        area_total="45600",
        area_took_part="33300",
        area_agreed="28500",
        paper=paper,
    )
    expect(clerk.page.locator("#step")).to_have_attribute("data-verb", "sign")
    expect(clerk.page.locator("#step [disabled][data-verb=sign]")).to_be_visible()

    chief = sit_down("chief")
    chief.open_from_work(STATION)
    picture(chief.page, "handover", tmp_path)
    chief.take_step(
        "sign",
        signed_on=day,
        signatory_manager="苗家和",
        signatory_company="岳温良",
        signatory_bureau="郭建功",
        paper=paper,
    )
    close_the_blocking_defect(clerk)
    company = sit_down("company")
    company.open_from_work(STATION)
    company.take_step(
        "accept",
        pressure_tested_on=day,
        keys_received=True,
        drawings_received=True,
        defects_listed=True,
        paper=paper,
    )
    clerk.open_from_work(STATION)
    clerk.take_step("accept")
    chief.open_from_work(STATION)
    chief.take_step("connect", effective_date=day)
    expect(chief.page.locator("[data-status=connected]").first).to_be_visible()
    picture(chief.page, "connected", tmp_path)
    history_shows_both_periods(clerk, tmp_path)
    for desk in (clerk, inspector, chief, company):
        assert [line for line in desk.said if "409" not in line] == []


def import_the_ledger(clerk: Desk, tmp_path) -> None:
    page = clerk.page
    page.goto("/exchange/imports/new/?kind=substations")
    page.set_input_files("[name=file]", LEDGER)
    page.click("form[data-guard] [type=submit]")
    expect(page.locator("#import[data-state=checked]")).to_be_visible(timeout=30_000)
    expect(page.locator("[data-count=rows]")).to_have_text(str(ALL_ROWS))
    expect(page.locator("[data-count=rejected]")).to_have_text(str(BAD_ROWS))
    expect(page.locator("tr[data-row='85']")).to_have_attribute("data-code", "swapped_coordinates")
    picture(page, "import-checked", tmp_path)
    with page.expect_download() as marked:
        page.click("[data-verb=annotated]")
    assert marked.value.suggested_filename.endswith(".xlsx")
    page.click("[data-verb=confirm]")
    expect(page.locator("#import[data-state=done]")).to_be_visible(timeout=30_000)
    assert Substation.objects.count() == ALL_ROWS - BAD_ROWS


def find_the_station(clerk: Desk, tmp_path) -> None:
    page = clerk.page
    page.goto("/heating/substations/")
    page.fill("[name=q]", "北苑")
    expect(page).to_have_url(re.compile("q="))
    expect(page.locator("table tbody tr", has_text=STATION)).to_have_count(1)
    picture(page, "substations", tmp_path)
    page.click(f"table tbody a:text-is('{STATION}')")
    expect(page.locator("h1")).to_contain_text(STATION)
    picture(page, "substation", tmp_path)


def register(clerk: Desk) -> None:
    station = Substation.objects.get(name=STATION)
    clerk.page.goto(f"/heating/handovers/new/?station={station.pk}")
    clerk.page.click("form.form-page [type=submit]")
    expect(clerk.page.locator("#step")).to_have_attribute("data-verb", "issue_notice")
    assert Handover.objects.get().station == station


def close_the_blocking_defect(clerk: Desk) -> None:
    handover = Handover.objects.get()
    clerk.page.goto(handover.get_absolute_url())
    row = clerk.page.locator("tr", has_text="二次侧过滤器堵塞")
    row.locator("[name=note]").fill("已更换")
    row.locator("[type=submit]").click()
    expect(row).to_have_attribute("data-open", "no")


def history_shows_both_periods(clerk: Desk, tmp_path) -> None:
    station = Substation.objects.get(name=STATION)
    before, after = ManagementPeriod.objects.filter(station=station).order_by("valid_from")
    assert (before.mode, before.valid_to) == ("third_party_run", after.valid_from)
    assert (after.mode, after.valid_to) == ("company_run", None)
    clerk.page.goto(station.get_absolute_url())
    history = clerk.page.locator("#panel-management")
    history.scroll_into_view_if_needed()
    expect(history.locator("tbody tr")).to_have_count(2)
    expect(history).to_contain_text("北苑物业服务有限公司")
    picture(clerk.page, "history", tmp_path, show="#panel-management")
