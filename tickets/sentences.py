"""Each event of a ticket in one sentence: for who works on it, and for its customers.

A sentence that is empty is none: that reader is not told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tickets import waking
from tickets.models import CallAttempt, Event
from tickets.states import IN_CUSTOMERS_WORDS, Actor, Status
from tickets.words import at_length

# In the order in which they are told.
ATTRIBUTES = {
    "request_type": gettext_lazy("Request type"),
    "subcategory": gettext_lazy("Subcategory"),
    "product": gettext_lazy("Product"),
    "organization": gettext_lazy("Organization"),
}


REDACTED = {
    "message": gettext_lazy("Words"),
    "file": gettext_lazy("A file"),
    "answer": gettext_lazy("An answer"),
    "subject": gettext_lazy("Words of the subject"),
    "reference": gettext_lazy("Whom they called"),
    "call": gettext_lazy("The note of a call"),
    "callback": gettext_lazy("What a call is about"),
    "level": gettext_lazy("Why the level changed"),
}


@dataclass(frozen=True)
class Known:
    """The ticket of a story, whether it is told to staff, and what sentences name, by id.

    People, and the numbers of those tickets only that the reader sees.
    """

    ticket: int
    staff: bool
    names: Mapping[int, str]
    numbers: Mapping[int, str]


def sentence(event: Event, known: Known) -> str:
    """Say what happened, to staff or else to a customer."""
    if event.ticket_id != known.ticket:
        return _taken_in(event, known)
    tell = {
        Event.Type.STATUS_CHANGED: _status_changed,
        Event.Type.LEVEL_CHANGED: _level_changed,
        Event.Type.ASSIGNED: _assigned,
        Event.Type.COPY_PROPOSED: _copy_proposed,
        Event.Type.COPY_WITHDRAWN: _copy_withdrawn,
        Event.Type.WATCHED: _watched,
        Event.Type.UNWATCHED: _unwatched,
        Event.Type.ATTRIBUTES_CHANGED: _attributes_changed,
        Event.Type.POLICY_CHANGED: _promises_changed,
        Event.Type.CALENDAR_CHANGED: _promises_changed,
        Event.Type.MERGED: _merged,
        Event.Type.UNMERGED: _unmerged,
        Event.Type.DELETED: _deleted,
        Event.Type.SPAM: _spam,
        Event.Type.NOT_SPAM: _not_spam,
        Event.Type.TEAM_CHANGED: _team_changed,
        Event.Type.TAGS_CHANGED: _tags_changed,
        Event.Type.ANSWERS_FILLED: _answers_filled,
        Event.Type.CALLBACK_ASKED: _callback_asked,
        Event.Type.CALLED_BACK: _called_back,
        Event.Type.CALLBACK_ENDED: _callback_ended,
        Event.Type.SPLIT: _split,
        Event.Type.MOVED: _mail_moved,
        Event.Type.SNOOZED: _snoozed,
        Event.Type.REDACTED: _redacted,
        Event.Type.WOKEN: _woken,
    }[Event.Type(event.type)]
    return tell(event, known)


def _taken_in(event: Event, known: Known) -> str:
    """Say on a ticket that another one went into it, or out of it again, or that it was split."""
    words = {"number": known.numbers.get(event.ticket_id), "by": _who(event)}
    if not words["number"]:
        return ""
    if event.type == Event.Type.SPLIT:
        if known.staff:
            return _("Taken out of %(number)s, by %(by)s") % words
        return _("This was part of %(number)s before") % words
    if event.type == Event.Type.MOVED:
        return _("An e-mail came here from %(number)s, by %(by)s") % words if known.staff else ""
    if event.type == Event.Type.MERGED:
        if known.staff:
            return _("%(number)s was merged into this one, by %(by)s") % words
        return _("%(number)s was merged into this one") % words
    if known.staff:
        return _("%(number)s was taken out of this one again, by %(by)s") % words
    return _("%(number)s was taken out of this one again") % words


def _status_changed(event: Event, known: Known) -> str:
    to = event.data["to"]
    if known.staff:
        return _("Status “%(from)s” became “%(to)s”, by %(by)s") % {
            "from": Status(event.data["from"]).label,
            "to": Status(to).label,
            "by": _who(event),
        }
    if event.actor == Actor.REQUESTER:
        return {Status.SOLVED: _("Marked as solved by the requester"), Status.OPEN: ""}.get(
            Status(to), ""
        )
    return str(IN_CUSTOMERS_WORDS[to])


def _level_changed(event: Event, known: Known) -> str:
    words = {"from": event.data["from"], "to": event.data["to"], "reason": event.data["reason"]}
    if known.staff:
        return _("Level %(from)s became %(to)s, by %(by)s: %(reason)s") % (
            words | {"by": _who(event)}
        )
    return _("Level %(from)s became %(to)s: %(reason)s") % words


def _assigned(event: Event, known: Known) -> str:
    if not known.staff:
        return ""
    to = event.data["to"]
    if to is None:
        return _("Given back to everybody by %(by)s") % {"by": _who(event)}
    return _("Assigned to %(to)s by %(by)s") % {"to": known.names.get(to, "?"), "by": _who(event)}


def _copy_proposed(event: Event, known: Known) -> str:
    if not known.staff:
        return ""
    return _("%(by)s asked to copy %(email)s") % {"by": _who(event), "email": event.data["email"]}


def _copy_withdrawn(event: Event, known: Known) -> str:
    if not known.staff:
        return ""
    words = {"by": _who(event), "email": event.data["email"]}
    return _("%(by)s took back the wish to copy %(email)s") % words


def _watched(event: Event, known: Known) -> str:
    return _("%(name)s reads along") % event.data


def _unwatched(event: Event, known: Known) -> str:
    words = {"by": _who(event), **event.data}
    if known.staff and event.by_id != event.data["user"]:
        return _("%(name)s does not read along any more, by %(by)s") % words
    return _("%(name)s does not read along any more") % words


def _attributes_changed(event: Event, known: Known) -> str:
    words = event.data["words"]
    if not known.staff:
        return _moved(words)
    changes = [
        _("%(what)s “%(from)s” became “%(to)s”")
        % {"what": what, "from": words[name][0] or "–", "to": words[name][1] or "–"}
        for name, what in ATTRIBUTES.items()
        if name in words
    ]
    return _("%(changes)s, by %(by)s") % {"changes": "; ".join(changes), "by": _who(event)}


def _moved(words: Mapping[str, Sequence[str]]) -> str:
    """Say what a customer chose and what it is instead; whose it is, they know."""
    for name in ("subcategory", "request_type"):
        before, after = words.get(name, ("", ""))
        if before and after:
            return _("Moved from “%(from)s” to “%(to)s”") % {"from": before, "to": after}
    return ""


def _promises_changed(event: Event, known: Known) -> str:
    """Say which policy or calendar; to customers, only that times became others."""
    if not known.staff:
        if not event.data["moved"]:
            return ""
        return _("By when we answer and solve this has changed; the new times are shown")
    words = {"name": event.data["name"], "by": _who(event)}
    if event.type == Event.Type.CALENDAR_CHANGED:
        return _("The opening hours changed: %(name)s, by %(by)s") % words
    return _("The promises changed: %(name)s, by %(by)s") % words


def _merged(event: Event, known: Known) -> str:
    number = known.numbers.get(event.data["into"])
    if known.staff:
        words = {"number": number or _("a ticket that you do not see"), "by": _who(event)}
        return _("Merged into %(number)s, by %(by)s") % words
    if number is None:
        return _("Goes on as part of another ticket")
    return _("Goes on as part of %(number)s") % {"number": number}


def _unmerged(event: Event, known: Known) -> str:
    if known.staff:
        number = known.numbers.get(event.data["into"]) or _("a ticket that you do not see")
        return _("Taken out of %(number)s again, by %(by)s") % {"number": number, "by": _who(event)}
    return _("Goes on by itself again")


def _deleted(event: Event, known: Known) -> str:
    return _("Deleted by %(by)s") % {"by": _who(event)} if known.staff else ""


def _spam(event: Event, known: Known) -> str:
    return _("Marked as spam by %(by)s") % {"by": _who(event)} if known.staff else ""


def _not_spam(event: Event, known: Known) -> str:
    return _("Marked as no spam by %(by)s") % {"by": _who(event)} if known.staff else ""


def _team_changed(event: Event, known: Known) -> str:
    if not known.staff:
        return ""
    if event.data["to"] is None:
        return _("Taken from its team by %(by)s") % {"by": _who(event)}
    return _("Given to %(team)s by %(by)s") % {"team": event.data["name"], "by": _who(event)}


def _tags_changed(event: Event, known: Known) -> str:
    if not known.staff:
        return ""
    changes = [*(f"+{tag}" for tag in event.data["added"])]
    changes += [f"−{tag}" for tag in event.data["removed"]]
    return _("Tags %(changes)s, by %(by)s") % {"changes": ", ".join(changes), "by": _who(event)}


def _answers_filled(event: Event, known: Known) -> str:
    """Name the questions; what was answered stands on the ticket, and can be removed there."""
    words = {"questions": ", ".join(f"“{each}”" for each in event.data["questions"])}
    if known.staff:
        return _("Answered to %(by)s: %(questions)s") % {**words, "by": _who(event)}
    return _("You told us: %(questions)s") % words


def _callback_asked(event: Event, known: Known) -> str:
    if known.staff:
        return _("A call is waited for, noted by %(by)s") % {"by": _who(event)}
    return _("You will be called about this")


def _called_back(event: Event, known: Known) -> str:
    """Say whether a call reached anybody; what agents noted of it is for them alone."""
    result, by = CallAttempt.Result(event.data["result"]), {"by": _who(event)}
    if not known.staff:
        return {
            result.REACHED: _("We spoke to you on the phone"),
            result.VOICEMAIL: _("We called you and left a message"),
        }.get(result, _("We called you and did not reach you"))
    said = {
        result.REACHED: _("%(by)s called and spoke to the customer"),
        result.VOICEMAIL: _("%(by)s called and left a message"),
        result.NO_ANSWER: _("%(by)s called: no answer"),
        result.WRONG_NUMBER: _("%(by)s called: wrong number"),
    }[result] % by
    return f"{said}. {event.data['note']}" if event.data["note"] else said


def _callback_ended(event: Event, known: Known) -> str:
    if known.staff and event.data.get("is_over"):
        return _("The call that was waited for is not made: this is over")
    if known.staff:
        return _("The call is not wanted any more, says %(by)s") % {"by": _who(event)}
    return _("You will not be called about this any more")


def _split(event: Event, known: Known) -> str:
    words = {"number": known.numbers.get(event.data["into"]), "by": _who(event)}
    if known.staff:
        words["number"] = words["number"] or _("a ticket that you do not see")
        count = event.data["messages"]
        said = ngettext(
            "%(count)d message taken out into %(number)s, by %(by)s",
            "%(count)d messages taken out into %(number)s, by %(by)s",
            count,
        )
        return said % {**words, "count": count}
    if words["number"] is None:
        return _("Part of this goes on in another ticket")
    return _("Part of this goes on as %(number)s") % words


def _mail_moved(event: Event, known: Known) -> str:
    words = {"number": known.numbers.get(event.data["into"]), "by": _who(event)}
    if known.staff:
        words["number"] = words["number"] or _("a ticket that you do not see")
        return _("An e-mail was moved to %(number)s, by %(by)s") % words
    if words["number"] is None:
        return _("An e-mail was moved to another ticket")
    return _("An e-mail was moved to %(number)s") % words


def _snoozed(event: Event, known: Known) -> str:
    if not known.staff:
        return ""
    until = at_length(datetime.fromisoformat(event.data["until"]))
    return _("Put off until %(until)s by %(by)s") % {"until": until, "by": _who(event)}


def _woken(event: Event, known: Known) -> str:
    if not known.staff:
        return ""
    return {
        waking.BY_HAND: _("Taken up again by %(by)s"),
        waking.REPLY: _("Came back: the customer replied"),
        waking.TIME: _("Came back: its time had come"),
        waking.BREACH: _("Came back: a promise was broken"),
    }[event.data["why"]] % {"by": _who(event)}


def _redacted(event: Event, known: Known) -> str:
    """Say that something is gone; what was in a note is gone for agents alone."""
    if not known.staff and event.data["note"]:
        return ""
    words = {"what": REDACTED[event.data["what"]], "by": _who(event), "why": event.data["why"]}
    if known.staff:
        return _("%(what)s removed for good by %(by)s: %(why)s") % words
    return _("%(what)s removed for good: %(why)s") % words


def _who(event: Event) -> str:
    return str(event.by) if event.by else _("the system")
