"""A company told as plain values: everything that was lived, without the ids of its rows."""

from __future__ import annotations

import re

from accounts.models import User
from sla.models import Breach, Clock
from tickets.mail.models import OutboundEmail
from tickets.models import Answer, Attachment, Event, Message, Ticket, Watcher

NUMBER = re.compile(r"\b(PS|CC)-\d+|/tickets/\d+/|/ticket/\d+/|/copies/[\w-]+/")
# So is the link that ends a report: it names a row.
LINK = re.compile(r"/reports/stop/\S+")
CLOCK = (
    *("metric", "cycle", "level", "target_seconds", "started_at", "effective_from", "due_at"),
    *("paused_since", "stopped_at", "stop_kind", "breached_at"),
)


def tale():
    """Return all of it, each ticket by the place at which it was filed."""
    place = {
        pk: at for at, pk in enumerate(Ticket.objects.order_by("pk").values_list("pk", flat=True))
    }
    email = dict(User.objects.values_list("pk", "email"))
    return {
        "people": sorted(email.values()),
        "tickets": _rows(
            Ticket.objects.order_by("pk"),
            *("prefix", "request_type__key", "subcategory__key", "requester__email"),
            *("assignee__email", "level", "status", "channel", "phone_answer", "phone_reference"),
            *("subject", "created_at", "updated_at", "answered_at", "solved_at", "version"),
        ),
        "answers": _of_tickets(Answer, place, "key", "value", "display"),
        "messages": _of_tickets(Message, place, "kind", "author__email", "body", "created_at"),
        "files": sorted(Attachment.objects.values_list("name", "sha256", "created_at")),
        "events": [
            (place[ticket], type, at, recorded_at, actor, by, _without_ids(data, email, place))
            for ticket, type, at, recorded_at, actor, by, data in Event.objects.order_by(
                "pk"
            ).values_list(*("ticket", "type", "at", "recorded_at", "actor", "by__email"), "data")
        ],
        "watchers": _of_tickets(Watcher, place, "user__email", "created_at"),
        "clocks": _of_tickets(Clock, place, *CLOCK),
        "breaches": _rows(
            Breach.objects.order_by("pk"),
            *("breached_at", "detected_at", "acknowledged_at", "reason__name", "action__name"),
        ),
        "mails": [*_mails()],
    }


def _mails():
    columns = ("kind", "recipient", "created_at", "subject", "text")
    for kind, recipient, at, subject, text in OutboundEmail.objects.order_by("pk").values_list(
        *columns
    ):
        yield kind, recipient, at, NUMBER.sub("#", subject), NUMBER.sub("#", LINK.sub("", text))


def _rows(found, *columns):
    return list(found.values_list(*columns))


def _of_tickets(model, place, *columns):
    found = model.objects.order_by("ticket", "pk").values_list("ticket", *columns)
    return [(place[ticket], *rest) for ticket, *rest in found]


def _without_ids(data, email, place):
    """Name people and tickets instead of their ids; attributes are ids alone, or words beside."""
    told = {name: value for name, value in data.items() if name not in ("attributes", "set")}
    if "words" in told:
        del told["from"]
    if "moved" in told:
        del told["from"], told["to"]  # versions, which their name tells
    if "name" in told and "to" in told:
        del told["from"], told["to"]  # teams, which their name tells
    if "user" in told:
        told["user"] = email.get(told["user"], told["user"])
    for name in ("key", "split_from"):
        told.pop(name, None)
    if "into" in told:
        told["into"] = place[told["into"]]
    if "from" in told and "level" not in told and "reason" not in told:
        told |= {name: email.get(told[name], told[name]) for name in {"from", "to"} & {*told}}
    return told
