"""Handover pages in a real browser: accessible, on a phone, and without JavaScript."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from bureau.core import clock
from heating.models import Handover
from tests.browser.onlooker import faults
from tests.browser.people import sign_in
from tests.heating.handover_story import NUMBER, Story, a_station

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("PICTURES")


def at_desk(page: Page, home: str, username: str) -> Page:
    """Sit down at the first page and listen to the console."""
    page.said = []
    page.on("console", lambda line: page.said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: page.said.append(str(error)))
    sign_in(page.context, home, username)
    page.goto(f"{home}/")
    return page


def addresses(story):
    """Return the pages to look at, with a name each."""
    names = ("registered", "signed", "planned", "suspended", "archived")
    told = {state: story.tell(a_station(f"{state}站"), until=state) for state in names}
    pages = {state: one.get_absolute_url() for state, one in told.items()}
    return pages | {
        "list": reverse("heating:handover_list"),
        "funnel": reverse("heating:handover_funnel"),
        "find": reverse("heating:handover_create") + "?q=站",
        "sheet": reverse("heating:handover_sheet", args=[told["archived"].pk]),
        "work": "/",
    }


@pytest.mark.parametrize("width", [1280, 360])
def test_pages_are_accessible_and_break_no_policy(browser: Browser, live_server, width):
    pages = addresses(Story.of_the_cast())
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN")
    page = at_desk(context.new_page(), live_server.url, "clerk")
    for name, address in pages.items():
        page.goto(live_server.url + address)
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
        assert faults(page) == [], name
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 0, name
    assert page.said == []
    context.close()


def test_a_step_is_taken_without_javascript(browser: Browser, live_server):
    story = Story.of_the_cast()
    handover = story.tell(a_station(), until="registered")
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = at_desk(context.new_page(), live_server.url, "clerk")
    page.goto(live_server.url + handover.get_absolute_url())
    step = page.locator("#step")
    step.locator("[name=document_number]").fill(NUMBER)
    step.locator("[name=demand]").fill("移交")
    step.locator("[name=due_date]").fill(clock.today().isoformat())
    step.locator("[type=submit], button[data-once]").first.click()
    expect(page.locator("[data-code='guard:due_date']")).to_be_visible()
    due = clock.today() + timedelta(days=10)
    page.locator("#step [name=due_date]").fill(due.isoformat())
    page.locator("#step button[data-once]").click()
    expect(page.locator("h1 [data-status=noticed]")).to_be_visible()
    assert Handover.objects.get(pk=handover.pk).state == "noticed"
    context.close()
