"""How a person sits down at the portal in a browser test, and how the test takes pictures."""

import os
from pathlib import Path

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bureau.people.models import User

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 760}
KEEP = os.environ.get("KEEP_PICTURES") == "1"


def sign_in(context: BrowserContext, home: str, username: str) -> None:
    """Give a browser the session of somebody who has signed in; the door has its own tests."""
    client = Client()
    client.force_login(
        User.objects.get(username=username), backend="bureau.people.backends.PortalBackend"
    )
    key = client.cookies["sessionid"].value
    cookie = {"name": "sessionid", "value": key, "url": home, "httpOnly": True, "sameSite": "Lax"}
    context.add_cookies([cookie])


class Desk:
    """One person's browser: signed in, and attentive to what its console says."""

    def __init__(self, browser: Browser, home: str, username: str, viewport=WIDE) -> None:
        context = browser.new_context(
            viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=home
        )
        self.page: Page = context.new_page()
        self.said: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        sign_in(context, home, username)
        self.page.goto("/")
        expect(self.page.locator("#menu")).to_be_attached()

    def _listen(self, line) -> None:
        if line.type == "error":
            self.said.append(line.text)

    def fill(self, **values: str | bool) -> None:
        """Fill the fields of the next step by name; True ticks a box."""
        for name, value in values.items():
            field = self.page.locator(f"#step [name={name}]")
            if value is True:
                field.check()
            elif field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            elif field.get_attribute("type") == "file":
                field.set_input_files(value)
            else:
                field.fill(value)

    def take_step(self, verb: str, **values: str | bool) -> None:
        """Do the next step of the handover on the screen: fill its form and press its button."""
        step = self.page.locator(f"#step[data-verb={verb}]")
        expect(step).to_be_visible()
        self.fill(**values)
        # The page asks first whether its session still lives, so the click ends before the step.
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            step.locator("form [type=submit]").click()
        self.page.wait_for_load_state()

    def open_from_work(self, words: str) -> None:
        """Find an item in 待办 by its words and press its one button."""
        self.page.goto("/")
        item = self.page.locator(".work-pile li", has_text=words)
        item.locator("a.btn").click()


def picture(page: Page, name: str, tmp_path: Path, show: str = "body") -> None:
    """Take a picture with ``show`` in view; with KEEP_PICTURES=1 it is kept for the documents."""
    where = "start" if show == "body" else "center"
    page.locator(show).first.evaluate(
        "(one, block) => one.scrollIntoView({block, behavior: 'instant'})", where
    )
    folder = settings.BASE_DIR / "docs" / "screenshots" if KEEP else tmp_path
    page.screenshot(caret="initial", path=folder / f"{name}.png", animations="disabled")
