"""What somebody said of themselves on the way to the account pages, which then ask no second time.

It stands in their browser's own session: never in an address, which logs and others read.
"""

from __future__ import annotations

SESSION_KEY = "introduced"


def remember(request, *, email: str, name: str = "") -> None:
    """Keep who somebody signed out says they are, as they typed it."""
    said = {"email": email[:254], "name": name[:150]}
    if any(said.values()):
        request.session[SESSION_KEY] = said


def said_by(request) -> dict[str, str]:
    """Return `email` and `name` as they were given last in this browser; "" where they were not."""
    return {"email": "", "name": ""} | request.session.get(SESSION_KEY, {})
