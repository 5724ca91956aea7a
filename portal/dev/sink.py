"""The mail sink: takes every mail by SMTP, keeps it in a folder and shows it in a browser.

usage: python -m portal.dev.sink FOLDER SMTP_PORT HTTP_PORT
"""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from portal.dev import mailbox, sink_pages

LOOPBACK = "127.0.0.1"
LARGEST_MAIL = 40 * 1024 * 1024  # bytes
MOST_LISTED = 200
HTML, TEXT, CSS = "text/html", "text/plain", "text/css"
OWN_PAGE = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'"
# What a mail brings may be drawn and its links opened in a new tab; nothing else.
MAIL_PAGE = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:"
)
OPEN_LINKS_OUTSIDE = '<!doctype html><base target="_blank">'


def main(arguments: list[str]) -> None:
    folder, smtp_port, http_port = Path(arguments[0]), int(arguments[1]), int(arguments[2])
    receive(folder, port=smtp_port)
    handler = partial(Pages, folder)
    ThreadingHTTPServer((LOOPBACK, http_port), handler).serve_forever()


def receive(folder: Path, *, port: int) -> Controller:
    """Listen for mails in a thread; the caller may `stop()` what is returned."""
    controller = Controller(
        Keeper(folder), hostname=LOOPBACK, port=port, data_size_limit=LARGEST_MAIL
    )
    controller.start()
    return controller


class Keeper:
    """What aiosmtpd calls for each mail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mailbox.store(self.folder, envelope.original_content or b"")
        return "250 Kept"


class Pages(BaseHTTPRequestHandler):
    """Answers GET for the list, a mail, its HTML part, its source, and the list as JSON."""

    server_version, sys_version = "sink", ""
    protocol_version = "HTTP/1.1"
    timeout = 30

    def __init__(self, folder: Path, *arguments: object) -> None:
        self.folder = folder
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        if not is_local(self.headers.get("Host", "")):
            self.answer("Open this on the machine it runs on.", TEXT, status=HTTPStatus.BAD_REQUEST)
            return
        try:
            self.route(urlsplit(self.path).path)
        except (FileNotFoundError, LookupError):
            self.answer("There is no such mail.", TEXT, status=HTTPStatus.NOT_FOUND)

    def route(self, path: str) -> None:
        pages: dict[str, Callable[[], None]] = {
            "/": lambda: self.answer(sink_pages.index(self.newest()), HTML),
            "/mails.json": lambda: self.answer(
                sink_pages.as_json(self.newest()), "application/json"
            ),
            "/style.css": lambda: self.answer(sink_pages.STYLE, CSS),
        }
        if path in pages:
            pages[path]()
        elif path.endswith(".eml"):
            self.answer(mailbox.raw(self.folder, name_in(path, ".eml")), TEXT)
        elif path.endswith("/html"):
            html = mailbox.read(self.folder, name_in(path, "/html")).html
            self.answer(OPEN_LINKS_OUTSIDE + (html or ""), HTML, policy=MAIL_PAGE)
        else:
            self.answer(sink_pages.detail(mailbox.read(self.folder, name_in(path, ""))), HTML)

    def newest(self) -> Iterator[mailbox.Mail]:
        wanted = parse_qs(urlsplit(self.path).query).get("limit", [""])[0]
        limit = min(int(wanted), MOST_LISTED) if wanted.isdecimal() else MOST_LISTED
        return mailbox.newest(self.folder, limit=limit)

    def answer(
        self,
        content: str | bytes,
        kind: str,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        policy: str = OWN_PAGE,
    ) -> None:
        body = content.encode(errors="replace") if isinstance(content, str) else content
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


def is_local(host: str) -> bool:
    """Whether the browser means this machine: another site's name may point here too."""
    name = host.rpartition(":")[0] or host
    return name in {LOOPBACK, "localhost"} or name.endswith(".localhost")


def name_in(path: str, ending: str) -> str:
    return path.removeprefix("/mails/").removesuffix(ending)


if __name__ == "__main__":
    main(sys.argv[1:])
