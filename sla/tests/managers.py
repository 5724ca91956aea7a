"""The managers' lists as tests read them: by page, to the end, and as files."""

from __future__ import annotations

import csv
from io import StringIO
from urllib.parse import urlencode

from django.test import Client

BREACHED, DUE = "/admin/sla/breached/", "/admin/sla/due/"
SOON = "/admin/sla/soon/"
COMPLIANCE, REASONS = "/admin/sla/compliance/", "/admin/sla/reasons/"
UNANSWERED, DECIDED = "/admin/sla/unanswered/", "/admin/sla/decided/"
LISTS = (BREACHED, DUE, UNANSWERED, DECIDED)
FILES = {address: f"{address.removesuffix('/')}.csv" for address in LISTS}


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def read(page, user, **params):
    return signed_in(user).get(page, params)


def lines(response):
    return response.context["page"].lines


def numbers(response):
    return [line.number for line in lines(response)]


def promises(response):
    return [(line.number, line.metric) for line in lines(response)]


def pages(page, user, **params):
    """Every page from the first on, as a manager turns them."""
    client = signed_in(user)
    while True:
        response = client.get(page, params)
        yield response
        place = response.context["page"].next
        if place is None:
            return
        link = f'href="?{urlencode(params | {"after": place})}" rel="next"'.replace("&", "&amp;")
        assert link in response.content.decode()
        params["after"] = str(place)


def file(page, user, **params):
    return signed_in(user).get(FILES[page], params)


def rows(response):
    """The file as a spreadsheet has it, one dictionary a line."""
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))
