"""A bare Django for bench/desk.py: signed in, with the right to it, it shows 50 rows and no more.

The least that a site on Django can do for a list: one query with its joins, and a template. Which
rows these are is said by the address.
"""

import os

import django
from django.conf import settings

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
django.setup()
settings.ROOT_URLCONF = __name__
settings.MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]

# Only now: what is imported below reads the settings that were just made.
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.template import Context, Engine  # noqa: E402
from django.urls import path  # noqa: E402

from tickets.models import Callback, Confirmation, Ticket  # noqa: E402

PAGE = """<!doctype html><html lang="en"><title>Rows</title><h1>Rows</h1><table>
{% for row in rows %}<tr><td>{{ row.number }}</td>
<td><a href="/{{ row.pk }}/">{{ row.subject }}</a></td>
<td>{{ row.requester.name }}</td><td>{{ row.organization.name }}</td><td>{{ row.level_id }}</td>
<td>{{ row.get_status_display }}</td><td>{{ row.assignee.name }}</td>
<td>{{ row.request_type.name }}</td><td>{{ row.next_due_at|date:"D j M Y, H:i T" }}</td>
<td>{{ row.created_at|date:"D j M Y, H:i T" }}</td></tr>
{% endfor %}</table></html>"""
CALLS = """<!doctype html><html lang="en"><title>Rows</title><h1>Rows</h1><table>
{% for row in rows %}<tr><td>{{ row.ticket.number }}</td><td>{{ row.ticket.subject }}</td>
<td>{{ row.number }}</td><td>{{ row.ticket.requester.name }}</td>
<td>{{ row.ticket.organization.name }}</td>
<td>{{ row.ticket.level_id }}</td><td>{{ row.created_by.name }}</td>
<td>{{ row.call_after|date:"D j M Y, H:i T" }}</td>
<td>{{ row.call_before|date:"D j M Y, H:i T" }}</td></tr>
{% endfor %}</table></html>"""
WAITING = """<!doctype html><html lang="en"><title>Rows</title><h1>Rows</h1><table>
{% for row in rows %}<tr><td>{{ row.name }}</td><td>{{ row.email }}</td><td>{{ row.level }}</td>
<td>{{ row.draft.request_type.name }}</td><td>{{ row.draft.brand.name }}</td>
<td>{{ row.subcategory.name }}</td>
<td>{{ row.asked_at|date:"D j M Y, H:i T" }}</td>
<td>{{ row.sent_at|date:"D j M Y, H:i T" }}</td></tr>
{% endfor %}</table></html>"""
KINDS = {
    "tickets": (
        Ticket.objects.select_related("requester", "organization", "assignee", "request_type"),
        PAGE,
    ),
    "callbacks": (
        Callback.objects.select_related("ticket__requester", "ticket__organization", "created_by"),
        CALLS,
    ),
    "unconfirmed": (
        Confirmation.objects.select_related("draft__request_type", "draft__brand", "subcategory"),
        WAITING,
    ),
}
TEMPLATES = {name: Engine().from_string(text) for name, (_rows, text) in KINDS.items()}


def healthz(request):
    return HttpResponse()


def rows(request, kind):
    if not request.user.has_perm("tickets.view_ticket"):
        return HttpResponse(status=403)
    found = KINDS[kind][0].filter(pk__in=request.GET["keys"].split(","))
    return HttpResponse(TEMPLATES[kind].render(Context({"rows": found})))


urlpatterns = [path("healthz", healthz), path("<slug:kind>/", rows)]
application = WSGIHandler()
