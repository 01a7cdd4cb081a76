"""Somebody who looks at pages for what people would stumble over, in both themes and all widths."""

from pathlib import Path

from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Response

AXE = Path(settings.BASE_DIR) / "var/vendor/axe/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = ["color-contrast", "link-in-text-block"]
#: An office screen, the same at 200 % zoom, a phone; so high that every panel comes into view.
OFFICE, ZOOMED, PHONE, HEIGHT = 1280, 640, 360, 5000
ALL_IN_VIEW = """() => new Promise((done) => {
  for (const part of document.querySelectorAll("details:not(.menu)")) part.open = true;
  requestAnimationFrame(() => requestAnimationFrame(done));
})"""
SIDEWAYS = """(width) => {
  if (document.documentElement.scrollWidth <= width) return [];
  const out = [...document.body.querySelectorAll("*")].filter(
    (one) => one.getBoundingClientRect().right > width + 1 && !one.closest("[data-scrolls]"));
  return [`${document.documentElement.scrollWidth} px: `
    + out.slice(-2).map((one) => one.outerHTML.slice(0, 120)).join(" | ")];
}"""
RUN = """(only) => axe.run(document, {
  runOnly: only, resultTypes: ["violations"], elementRef: false, preload: false,
}).then((found) => found.violations.flatMap((one) => one.nodes.map(
  (node) => `${one.id}: ${node.target} ${node.html.slice(0, 120)} ${node.failureSummary}`)))"""


def faults(page: Page, rules: list[str] | None = None) -> list[str]:
    """Return what axe finds wrong, rule by rule; evaluated outside the page's policy."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    return page.evaluate(RUN, only)


class Onlooker:
    """A browser of somebody who has signed in by a session's cookie; nobody without one."""

    def __init__(self, browser: Browser, home: str, session: str = "") -> None:
        self.context = browser.new_context(
            viewport={"width": OFFICE, "height": HEIGHT},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            base_url=home,
            reduced_motion="reduce",
        )
        if session:
            self.context.add_cookies([{"name": "sessionid", "value": session, "url": home}])
        self.page = self.context.new_page()
        self.waiting: set[object] = set()
        self.said: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.waiting.add(request))
        for end in ("requestfinished", "requestfailed"):
            self.page.on(end, lambda request: self.waiting.discard(request))
        self.page.on("response", self._listen)

    def _hear(self, line: ConsoleMessage) -> None:
        # What could not be fetched is told below; a page that refuses something is none of it.
        if line.type == "error" and not line.text.startswith("Failed to load resource"):
            self.said.append(line.text)

    def _listen(self, answer: Response) -> None:
        if answer.status >= 400 and not answer.request.is_navigation_request():
            self.said.append(f"{answer.status} {answer.url}")

    def open(self, path: str) -> int:
        """Open a page as it is on an office screen by day and return its status; 0 if no page.

        Files to download, answers for machines and mere fragments of pages are none.
        """
        self.said.clear()
        self.waiting.clear()
        self.set(OFFICE, "light")
        try:
            answer = self.page.goto(path)
        except Error as error:
            if "Download is starting" in str(error) or "ERR_ABORTED" in str(error):
                return 0
            raise
        kind = answer.headers.get("content-type", "")
        if not kind.startswith("text/html") or not self.page.evaluate("!!document.doctype"):
            return 0
        self.settle()
        return answer.status

    def settle(self) -> None:
        """Wait until everything is unfolded and what the page asks for by itself is there."""
        self.page.evaluate(ALL_IN_VIEW)
        self.page.wait_for_function("() => !document.querySelector('.htmx-request')")
        while self.waiting:
            self.page.wait_for_timeout(20)
        self.page.evaluate(ALL_IN_VIEW)

    def set(self, width: int, theme: str) -> None:
        """Look at a page of this width in this theme."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.emulate_media(color_scheme=theme)

    def complaints(self, theme: str = "light") -> list[str]:
        """Return all that is wrong with the page as it stands, from wide and light to narrow."""
        found = [f"office: {fault}" for fault in self.page.evaluate(SIDEWAYS, OFFICE)]
        found += [f"office: {fault}" for fault in faults(self.page)]
        self.set(OFFICE, "dark")
        found += [f"office, dark: {fault}" for fault in faults(self.page, COLOURS)]
        self.set(ZOOMED, "dark")
        found += [f"zoomed: {fault}" for fault in self.page.evaluate(SIDEWAYS, ZOOMED)]
        self.set(PHONE, "dark")
        found += [f"phone: {fault}" for fault in self.page.evaluate(SIDEWAYS, PHONE)]
        found += [f"phone, dark: {fault}" for fault in faults(self.page)]
        self.set(PHONE, "light")
        found += [f"phone: {fault}" for fault in faults(self.page, COLOURS)]
        return found + [f"console: {line}" for line in self.said]

    def send(self, form: str, to: str = "", **values: str) -> None:
        """Send a form as it is but for these values and where to; the browser has no say."""
        self.said.clear()
        with self.page.expect_navigation():
            self.page.locator(form).first.evaluate(
                """(form, [to, values]) => {
                  form.action = to || form.action;
                  for (const [name, value] of Object.entries(values)) {
                    form.querySelector(`[name="${name}"]`).value = value;
                  }
                  HTMLFormElement.prototype.submit.call(form);
                }""",
                [to, values],
            )
        self.settle()
