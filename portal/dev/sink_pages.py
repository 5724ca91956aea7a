"""The mail sink's pages: every mail as text and in its HTML dress, without JavaScript."""

import json
import re
from collections.abc import Iterable
from html import escape

from portal.dev.mailbox import Mail

ADDRESS = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")

STYLE = """
:root { color-scheme: light dark; --line: #8886; --link: #0b57d0; --ground: #fff; --ink: #1c1c1c; }
@media (prefers-color-scheme: dark) {
  :root { --link: #8ab4f8; --ground: #16181b; --ink: #e8e8e8; }
}
html { background: var(--ground); color: var(--ink); }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
a { color: var(--link); }
a:focus-visible, iframe:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; }
ul { list-style: none; padding: 0; }
li { border-top: 1px solid var(--line); overflow-wrap: anywhere; padding: .75rem 0; }
li p, dd { margin: 0; }
dl { display: grid; gap: .25rem 1rem; grid-template-columns: max-content 1fr; }
dt { font-weight: 600; }
dd { overflow-wrap: anywhere; }
pre { border: 1px solid var(--line); overflow-wrap: anywhere; padding: 1rem; }
pre { font: inherit; white-space: pre-wrap; }
iframe { background: #fff; border: 1px solid var(--line); height: 70vh; width: 100%; }
"""

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><link rel="stylesheet" href="/style.css"></head>
<body>{navigation}<main><h1>{title}</h1>{content}</main></body></html>
"""
BACK = '<nav aria-label="Mails"><a href="/">All mails</a></nav>'


def index(mails: Iterable[Mail]) -> str:
    """The list of mails, newest first."""
    items = "".join(
        f'<li><p><a href="/mails/{mail.id}">{escape(mail.subject) or "(no subject)"}</a></p>'
        f"<p>To {escape(mail.to)}, {escape(mail.date)}</p></li>"
        for mail in mails
    )
    content = f"<ul>{items}</ul>" if items else "<p>No mail has been sent yet.</p>"
    return PAGE.format(title="Mails sent by this demo", navigation="", content=content)


def detail(mail: Mail) -> str:
    """One mail: who, what, its text, its HTML in a frame that can do nothing, its headers."""
    shown = (("From", mail.sender), ("To", mail.to), ("Date", mail.date))
    parts = [definitions(shown), "<h2>Text</h2>", f"<pre>{with_links(mail.text)}</pre>"]
    if mail.html is not None:
        parts.append(
            '<h2>HTML</h2><iframe title="The mail’s HTML part" src="/mails/'
            f'{mail.id}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
        )
    if mail.attachments:
        parts.append(f"<h2>Attachments</h2><p>{escape(', '.join(mail.attachments))}</p>")
    parts.append(f"<h2>Headers</h2>{definitions(mail.headers)}")
    parts.append(f'<p><a href="/mails/{mail.id}.eml">The mail as it was sent</a></p>')
    title = escape(mail.subject) or "(no subject)"
    return PAGE.format(title=title, navigation=BACK, content="".join(parts))


def definitions(pairs: Iterable[tuple[str, str]]) -> str:
    items = "".join(f"<dt>{escape(key)}</dt><dd>{escape(value)}</dd>" for key, value in pairs)
    return f"<dl>{items}</dl>"


def with_links(text: str) -> str:
    """The text escaped, with its http and https addresses as links."""
    pieces, end = [], 0
    for match in ADDRESS.finditer(text):
        address = escape(match[0])
        pieces += [escape(text[end : match.start()]), f'<a href="{address}">{address}</a>']
        end = match.end()
    return "".join(pieces) + escape(text[end:])


def as_json(mails: Iterable[Mail]) -> str:
    """The list for programs: [{id, to, from, subject, date, text}], newest first."""
    return json.dumps(
        [
            {
                "id": mail.id,
                "to": mail.to,
                "from": mail.sender,
                "subject": mail.subject,
                "date": mail.date,
                "text": mail.text,
            }
            for mail in mails
        ]
    )
