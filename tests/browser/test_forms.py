"""Long forms in a real browser: nothing typed is lost, whatever happens to the session."""

import json
import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect

from bureau.desk.models import Draft
from bureau.people.demo import PASSWORD
from bureau.people.models import Organisation
from bureau.records.models import AuditEntry
from tests.browser.onlooker import faults
from tests.browser.people import PHONE, Desk
from tests.factories import OrganisationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW = "/organisations/new/"
MADE = re.compile(r"/organisations/\d+/")
KEPT_HERE = "Object.keys(sessionStorage).some(key => key.startsWith('draft:'))"
DIALOG = "dialog.sign-in-again"


@pytest.fixture
def desk(browser: Browser, live_server, clerk) -> Desk:
    return Desk(browser, live_server.url, "clerk")


def end_sessions() -> None:
    """Let every session run out, as the night does."""
    Session.objects.all().delete()


def fill(page: Page, name: str = "聊城水城热力有限公司") -> None:
    """Fill a long form."""
    page.goto(NEW)
    page.select_option("[name=kind]", "heating_company")
    page.fill("[name=name]", name)
    page.fill("[name=short_name]", "水城热力")
    page.fill("[name=hotline]", "0635-8888888")
    page.fill("[name=address]", "东昌府区兴华西路1号")
    page.fill("[name=contact_name]", "孙经理")
    page.locator("[name=contact_name]").blur()
    page.wait_for_load_state("networkidle")


def sign_in_over(page: Page, password: str = PASSWORD, username: str = "") -> None:
    """Fill the dialog over the page and send it."""
    expect(page.locator(DIALOG)).to_be_visible()
    if username:
        page.fill(f"{DIALOG} [name=username]", username)
    page.fill(f"{DIALOG} [name=password]", password)
    page.click(f"{DIALOG} [type=submit]")


def only(said: list[str]) -> list[str]:
    """Leave out what a browser notes of answers that were meant so."""
    return [line for line in said if "401" not in line and "409" not in line and "422" not in line]


def test_a_session_that_ran_out_in_the_middle_of_a_form_loses_nothing(desk):
    page = desk.page
    fill(page)
    expect(page.locator("[data-draft-state]")).not_to_be_empty()
    end_sessions()
    page.fill("[name=contact_phone]", "13963512345")
    sign_in_over(page)
    expect(page.locator(DIALOG)).to_have_count(0)
    assert page.input_value("[name=contact_phone]") == "13963512345"
    assert page.input_value("[name=address]") == "东昌府区兴华西路1号"
    page.click(".form-foot [type=submit]")
    expect(page.locator(".facts").first).to_be_visible()
    made = Organisation.objects.get(name="聊城水城热力有限公司")
    assert (made.contact_name, made.contact_phone) == ("孙经理", "13963512345")
    assert not Draft.objects.exists()
    assert only(desk.said) == []


def test_sending_after_the_session_ended_signs_in_and_goes_on(desk):
    page = desk.page
    fill(page)
    expect(page.locator("[data-draft-state]")).not_to_be_empty()
    end_sessions()
    page.click(".form-foot [type=submit]")
    expect(page.locator(DIALOG)).to_be_visible()
    assert faults(page) == []
    sign_in_over(page, "wrong-password")
    expect(page.locator(f"{DIALOG} [data-refused]")).to_be_visible()
    sign_in_over(page)
    page.wait_for_url(MADE)
    assert Organisation.objects.filter(name="聊城水城热力有限公司").count() == 1
    assert only(desk.said) == []


def test_somebody_else_is_refused_over_the_page(desk, clerk2):
    page = desk.page
    fill(page)
    end_sessions()
    page.click(".form-foot [type=submit]")
    sign_in_over(page, username="clerk2")
    expect(page.locator(f"{DIALOG} [data-refused]")).to_be_visible()
    assert not Session.objects.exists()
    sign_in_over(page, username="clerk")
    page.wait_for_url(MADE)


def test_who_must_change_the_password_is_told_and_goes_on(desk, clerk):
    page = desk.page
    fill(page)
    end_sessions()
    type(clerk).objects.filter(pk=clerk.pk).update(must_change_password=True)
    page.click(".form-foot [type=submit]")
    sign_in_over(page)
    expect(page.locator(f"{DIALOG} [data-way]")).to_have_attribute("href", "/profile/password/")
    type(clerk).objects.filter(pk=clerk.pk).update(must_change_password=False)
    page.click(f"{DIALOG} [data-check]")
    page.wait_for_url(MADE)


def test_a_fragment_asks_over_the_page_and_is_fetched_again(desk):
    OrganisationFactory.create_batch(3)
    page = desk.page
    # What the menu asks by itself is answered, so that the search is the first to be refused.
    with page.expect_response("**/work/count/"):
        page.goto("/organisations/")
    end_sessions()
    page.fill("#id_q", "没有")
    sign_in_over(page)
    expect(page.locator("table tbody tr")).to_have_count(0)
    expect(page.locator("#menu")).to_be_attached()


def test_a_draft_is_offered_continued_and_gone_once_sent(desk):
    page = desk.page
    fill(page)
    expect(page.locator("[data-draft-state]")).not_to_be_empty()
    page.goto("/organisations/")
    page.goto(NEW)
    expect(page.locator("[data-draft-offer]")).to_be_visible()
    assert faults(page) == []
    page.fill("[name=hotline]", "1")
    page.locator("[name=address]").focus()
    expect(page.locator("[data-draft-state]")).not_to_be_empty()
    assert page.input_value("[name=name]") == ""
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("a[href='?draft=continue']")
    assert page.input_value("[name=address]") == "东昌府区兴华西路1号"
    assert page.input_value("[name=hotline]") == "0635-8888888"
    page.click(".form-foot [type=submit]")
    page.wait_for_url(MADE)
    assert not Draft.objects.exists()


def test_while_the_portal_is_away_the_browser_keeps_the_text(desk, wait_for):
    page = desk.page
    fill(page)
    expect(page.locator("[data-draft-state]")).not_to_be_empty()
    page.route("**/organisations/new/", lambda route: route.abort())
    page.fill("[name=hotline]", "0635-7777777")
    page.locator("[name=address]").focus()
    wait_for(lambda: page.evaluate(KEPT_HERE), 10, "the browser to keep the text")
    page.unroute("**/organisations/new/")
    page.fill("[name=short_name]", "水城")
    wait_for(lambda: not page.evaluate(KEPT_HERE), 10, "the portal to have the text")
    kept = json.dumps(page.evaluate("Object.keys(localStorage)"))
    assert "draft:" not in kept


def test_no_number_of_a_person_is_kept_in_the_browser(browser, live_server, village, wait_for):
    page = Desk(browser, live_server.url, "village").page
    page.goto("/grants/households/new/")
    page.route("**/grants/households/new/", lambda route: route.abort())
    numbers = {"id_number": "371502199001011237", "phone": "13800004321", "card": "4111111111111"}
    for name, value in ({"name": "欧阳建国"} | numbers).items():
        page.fill(f"[name={name}]", value)
    page.locator("[name=remarks]").focus()
    wait_for(lambda: page.evaluate(KEPT_HERE), 10, "the browser to keep the text")
    kept = page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    assert "name=%E6%AC%A7%E9%98%B3" in kept
    assert not any(value in kept for value in numbers.values())


def test_two_clerks_in_conflict(browser: Browser, live_server, clerk, clerk2):
    company = OrganisationFactory(
        name="昌润热力", hotline="1111", address="旧址", contact_name="甲"
    )
    edit = f"/organisations/{company.pk}/edit/"
    first = Desk(browser, live_server.url, "clerk")
    second = Desk(browser, live_server.url, "clerk2", PHONE)
    first.page.goto(edit)
    second.page.goto(edit)
    first.page.fill("[name=hotline]", "2222")
    first.page.fill("[name=contact_name]", "乙")
    first.page.click(".form-foot [type=submit]")
    expect(first.page.locator(".facts").first).to_be_visible()
    second.page.fill("[name=address]", "新址")
    second.page.fill("[name=hotline]", "3333")
    second.page.click(".form-foot [type=submit]")
    page = second.page
    expect(page.locator("[data-code=stale]")).to_contain_text(str(clerk))
    assert faults(page) == []
    rows = page.locator(".compare tbody tr")
    expect(rows).to_have_count(3)
    theirs = page.locator("[name=pick-contact_name][value=theirs]")
    expect(theirs).to_be_checked()
    expect(page.locator("[name=pick-address][value=mine]")).to_be_checked()
    page.check("[name=pick-hotline][value=theirs]")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.click("button[name=over]")
    expect(page.locator(".facts").first).to_be_visible()
    company.refresh_from_db()
    assert (company.hotline, company.address, company.contact_name) == ("2222", "新址", "乙")
    newest = AuditEntry.objects.about(company).first()
    assert (newest.actor, set(newest.after)) == (clerk2, {"address"})
    assert [line for line in second.said if "409" not in line] == []
