"""Takes pictures of mails: wide, narrow, dark, and as plain text.

usage: python -m portal.dev.pictures.mails FOLDER (every mail of every brand, by a site of its own)
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import urlopen

from portal.dev import chromium, prepare, sink
from portal.dev.children import stop
from portal.dev.home import Home
from portal.dev.postgres import Postgres
from portal.dev.server import free_port
from portal.dev.services import LOOPBACK

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 900}
# A name, how the browser stands, and what of the sink is shown.
View = tuple[str, dict[str, Any], str]
VIEWS: tuple[View, ...] = (
    ("wide", {"viewport": WIDE, "color_scheme": "light"}, "html"),
    ("dark", {"viewport": WIDE, "color_scheme": "dark"}, "html"),
    ("narrow", {"viewport": NARROW, "color_scheme": "light"}, "html"),
    ("narrow-dark", {"viewport": NARROW, "color_scheme": "dark"}, "html"),
    ("text", {"viewport": {"width": 720, "height": 600}, "color_scheme": "light"}, "text"),
)


def take(browser: Any, sink_url: str, folder: Path) -> list[Path]:
    """Picture every mail that the sink at `sink_url` lists, and return the files, oldest first.

    `browser` is a Playwright browser. A file is named by its place, its brand's sender, its subject
    and the view: "03-perfectserve-support-request-received-dark.png".
    """
    folder.mkdir(parents=True, exist_ok=True)
    with urlopen(f"{sink_url}/mails.json") as answer:  # noqa: S310 (our own sink)
        mails = json.load(answer)[::-1]
    return [
        picture
        for view in VIEWS
        for picture in _view(browser, sink_url, mails, folder=folder, view=view)
    ]


def _view(
    browser: Any, sink_url: str, mails: list[dict[str, str]], *, folder: Path, view: View
) -> Iterator[Path]:
    name, standing, part = view
    context = browser.new_context(**standing)
    page = context.new_page()
    for place, mail in enumerate(mails):
        file = folder / f"{place:02}-{slug(mail['from'], mail['subject'])}-{name}.png"
        if part == "html":
            page.goto(f"{sink_url}/mails/{mail['id']}/html")
            page.screenshot(path=file, full_page=True)
        else:
            page.goto(f"{sink_url}/mails/{mail['id']}")
            page.locator("pre").first.screenshot(path=file)
        yield file
    context.close()


def slug(sender: str, subject: str) -> str:
    """Name a mail by who sends it and what it is about, without its ticket's number and times."""
    words = (
        f"{sender.partition('<')[0]} {re.sub(r'^.[A-Z]+-[0-9]+.', '', subject).partition(':')[0]}"
    )
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


# --- All by itself ----------------------------------------------------------------------


def main(folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    with ExitStack() as stack:
        sink_url = stack.enter_context(a_full_sink())
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=chromium.arguments()
        )
        for picture in take(browser, sink_url, folder):
            print(picture)
        browser.close()


@contextmanager
def a_full_sink() -> Iterator[str]:
    """Have every mail written and sent by a site that lives as long as this, and say where."""
    with ExitStack() as stack:
        temporary = stack.enter_context(tempfile.TemporaryDirectory(prefix="turnaround-mails-"))
        home = Home(Path(temporary) / "home")
        home.create()
        stack.callback(home.remove)
        database = Postgres(home, keep=False)
        stack.callback(stop, database.start(), ask=database.ask)
        smtp = free_port()
        stack.callback(sink.receive(home.mails, port=smtp).stop)
        pages = ThreadingHTTPServer((LOOPBACK, 0), partial(sink.Pages, home.mails))
        Thread(target=pages.serve_forever, daemon=True).start()
        stack.callback(pages.shutdown)
        write_and_send(home, database, smtp=smtp)
        yield f"http://{LOOPBACK}:{pages.server_address[1]}"


def write_and_send(home: Home, database: Postgres, *, smtp: int) -> None:
    os.environ |= {
        "DATABASE_URL": database.url,
        "TURNAROUND_HOME": str(home.root),
        "SECRET_KEY": "only-for-the-pictures-of-mails-that-lead-nowhere-afterwards",
        "DEMO": "on",
        "EMAIL_HOST": LOOPBACK,
        "EMAIL_PORT": str(smtp),
        "LOG_LEVEL": "WARNING",
    }
    prepare.main()
    from portal.dev.pictures import letters
    from tickets.mail import relay

    letters.write_all()
    relay.run()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
