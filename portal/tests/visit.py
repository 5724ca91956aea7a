"""Somebody who opens a page of the site."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Visit:
    """Somebody of stage.py opens a page. `press` sends its form empty, for the page with errors."""

    who: str
    path: str
    status: int = 200
    press: str = ""


def visits_of(names: str, path: str, **states) -> tuple[Visit, ...]:
    return tuple(Visit(who, path, **states) for who in names.split())


SEND = "main form .btn-primary"
FILE = "form[method=post] .buttons .btn-primary"
QUEUE = "/admin/tickets/ticket/"
