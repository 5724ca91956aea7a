"""Browser windows of the people of stage.py, what they complain of, and how a page looks in one."""

from __future__ import annotations

from urllib.parse import urlsplit

from portal.testing_browser import WIDE, violations

PHONE = {"width": 320, "height": 700}
OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth"


class Windows:
    """A window for each person, opened when first asked for; `options` are the browser's."""

    def __init__(self, browser, site, stage, **options):
        self.browser, self.site, self.stage, self.options = browser, site, stage, options
        self.pages, self.complaints = {}, []

    def open(self, visit):
        """Open the page of a visit, and its page with errors where it asks for that."""
        page = self.of(visit.who)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(WIDE)
        response = page.goto(visit.path.format(**self.stage.places))
        if visit.press:
            with page.expect_navigation() as led_to:
                page.locator(visit.press).first.click()
            response = led_to.value
        return page, response.status

    def of(self, who):
        """Return somebody's window, with the session that the stage gave them."""
        if who not in self.pages:
            self.pages[who] = self._new(self.stage.browsers[who].cookies.values())
        return self.pages[who]

    def _new(self, cookies):
        context = self.browser.new_context(
            base_url=self.site.url, locale="en-US", reduced_motion="reduce", **self.options
        )
        context.add_cookies(
            [{"name": each.key, "value": each.value, "url": self.site.url} for each in cookies]
        )
        page = context.new_page()
        page.on("request", self._note_request)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._note_said)
        return page

    def _note_request(self, request):
        """What a page fetches from another host tells that host who reads it."""
        asked = urlsplit(request.url)
        if asked.scheme != "data" and asked.netloc != urlsplit(self.site.url).netloc:
            self.complaints.append(f"asked {request.url}")

    def _note_said(self, said):
        if "Security Policy" in said.text:
            self.complaints.append(said.text)

    def close(self):
        for page in self.pages.values():
            page.context.close()


def looks(page, *, dark_phone=False):
    """List what is not accessible: light and wide, in the dark, and as narrow as a phone.

    The last two are one look with `dark_phone`, for pages like others that were looked at in each.
    """
    found = [f"light: {line}" for line in violations(page)]
    page.emulate_media(color_scheme="dark")
    if not dark_phone:
        found += [f"dark: {line}" for line in violations(page)]
        page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)
    found += [f"on a phone: {line}" for line in violations(page)]
    if (too_wide := page.evaluate(OVERFLOW)) > 0:
        found.append(f"on a phone: {too_wide} pixels too wide")
    return found
