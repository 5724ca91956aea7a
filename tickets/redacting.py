"""The verb that removes words or a file of a ticket for good: who, when and why stay, alone.

What was removed stands in no event, no list and no log; where it was kept beside the ticket is
known to `forgetting`. It cannot be taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from tickets import forgetting
from tickets.events import Moment, hold, record
from tickets.forgetting import Removed
from tickets.models import Answer, Attachment, CallAttempt, Callback, Event, Message, Ticket
from tickets.services import Refused, check_works
from tickets.states import Actor

MESSAGE, FILE, ANSWER, SUBJECT = "message", "file", "answer", "subject"
# The note of a call, what a callback is about, why a level changed, and whom they say they called.
CALL, CALLBACK, LEVEL, REFERENCE = "call", "callback", "level", "reference"
# What a reason may have, so that what says it fits where a subject or a file's name was.
REASON_LENGTH = 60


@dataclass(frozen=True)
class Removal:
    """What is removed, by its kind and key, and why; of texts perhaps a `part` alone."""

    what: str
    key: str
    why: str
    part: str = ""


def redact(ticket: Ticket, *, by: User, removal: Removal, moment: Moment | None = None) -> Ticket:
    """Remove it, here and wherever it was copied to, and write who did so and why.

    Raises `Refused` for what is not there or gone already, for a reason that says what is removed,
    and for a file that cannot be removed now; then no row is changed. Files that went before that
    one are gone: tried again, the rest follows.
    """
    with hold(ticket, moment) as moment:
        check_works(by, moment.ticket)
        _check_first(moment.ticket, removal)
        mark = _("[removed by %(by)s, %(at)s – %(why)s]") % {
            "by": by,
            "at": f"{moment.at:%Y-%m-%d %H:%M} UTC",
            "why": removal.why,
        }
        of_note = REMOVES[removal.what](moment, removal, by, mark)
        data = {
            "what": removal.what,
            "key": removal.key,
            "part": bool(removal.part),
            "note": of_note,
            "why": removal.why,
        }
        record(moment, Event.Type.REDACTED, by=by, actor=Actor.AGENT, data=data)
        return moment.ticket


def _check_first(ticket: Ticket, removal: Removal) -> None:
    before = ticket.events.filter(type=Event.Type.REDACTED, data__part=False)
    if before.filter(data__what=removal.what, data__key=removal.key).exists():
        raise Refused(_("That was removed already."))
    if removal.part and removal.part.casefold() in removal.why.casefold():
        raise Refused(_("The reason says what is removed, and stays. Say it in other words."))


def _remove_message(moment: Moment, removal: Removal, by: User, mark: str) -> bool:
    """Remove what was said, and what a mail repeated with it; of parts, wherever they stand."""
    message = _found(Message.objects.filter(ticket=moment.ticket), removal)
    quoted = message.quoted
    if removal.part and removal.part in quoted and removal.part not in message.body:
        quoted = _without(moment.ticket, quoted, removal, mark)
    else:
        message.body = _without(moment.ticket, message.body, removal, mark)
        quoted = quoted.replace(removal.part, mark) if removal.part else ""
    # A quotation has marks before each line, so that no part of several lines stands there whole.
    message.quoted = Removed.of(removal.part, mark=mark).out_of(quoted)
    message.redacted_at, message.redacted_by = moment.at, by
    message.save(update_fields=["body", "quoted", "redacted_at", "redacted_by"])
    return message.is_note


def _remove_subject(moment: Moment, removal: Removal, by: User, mark: str) -> bool:
    _rewrite(moment, moment.ticket, "subject", removal, mark)
    return False


def _remove_reference(moment: Moment, removal: Removal, by: User, mark: str) -> bool:
    _rewrite(moment, moment.ticket, "phone_reference", removal, mark)
    return False


def _remove_call(moment: Moment, removal: Removal, by: User, mark: str) -> bool:
    """Remove the note of a call, which only agents read."""
    call = _found(CallAttempt.objects.filter(callback__ticket=moment.ticket), removal)
    _rewrite(moment, call, "note", removal, mark)
    return True


def _remove_callback(moment: Moment, removal: Removal, by: User, mark: str) -> bool:
    """Remove what a call is about, which only agents read."""
    _rewrite(moment, _found(moment.ticket.callbacks.all(), removal), "reason", removal, mark)
    return True


def _remove_level(moment: Moment, removal: Removal, by: User, mark: str) -> bool:
    event = _found(moment.ticket.events.filter(type=Event.Type.LEVEL_CHANGED), removal)
    event.data["reason"] = _without(moment.ticket, event.data["reason"], removal, mark)
    event.save(update_fields=["data"])
    return False


def _remove_answer(moment: Moment, removal: Removal, by: User, mark: str) -> bool:
    answer = _found(Answer.objects.filter(ticket=moment.ticket), removal)
    _without(moment.ticket, answer.display, removal, mark)
    answer.value, answer.display = [], mark
    answer.save(update_fields=["value", "display"])
    return False


def _remove_file(moment: Moment, removal: Removal, by: User, mark: str) -> bool:
    """Remove name, fingerprint and bytes; these last, for nothing brings them back."""
    found = Attachment.objects.filter(message__ticket=moment.ticket).select_related("message")
    file = _found(found, removal)
    forgetting.everywhere(moment.ticket, Removed([file.name], mark))
    stored, storage = file.file.name, file.file.storage
    file.file, file.name, file.size, file.sha256 = "", mark[:150], 0, ""
    file.redacted_at, file.redacted_by = moment.at, by
    file.save(update_fields=["file", "name", "size", "sha256", "redacted_at", "redacted_by"])
    try:
        storage.delete(stored)
    except OSError as error:
        raise Refused(_("The file cannot be removed now. Try again later.")) from error
    return file.message is not None and file.message.is_note


def _rewrite(
    moment: Moment,
    row: Ticket | CallAttempt | Callback,
    column: str,
    removal: Removal,
    mark: str,
) -> None:
    field: Any = row._meta.get_field(column)
    left = _without(moment.ticket, getattr(row, column), removal, mark)
    setattr(row, column, left[: field.max_length])
    row.save(update_fields=[column])


def _found(rows, removal: Removal):
    found = next((row for row in rows if str(row.pk) == removal.key), None)
    if found is None:
        raise Refused(_("That is not on this ticket any more. Look again."))
    return found


def _without(ticket: Ticket, text: str, removal: Removal, mark: str) -> str:
    """Return what is left of a text, after its words were removed from wherever they are kept."""
    if removal.part and removal.part not in text:
        raise Refused(_("These words are not in it. Copy them from it as they stand there."))
    removed = Removed.of(removal.part or text, mark=mark)
    forgetting.everywhere(ticket, removed)
    return text.replace(removal.part, mark) if removal.part else mark


REMOVES: dict[str, Callable[[Moment, Removal, User, str], bool]] = {
    MESSAGE: _remove_message,
    FILE: _remove_file,
    ANSWER: _remove_answer,
    SUBJECT: _remove_subject,
    REFERENCE: _remove_reference,
    CALL: _remove_call,
    CALLBACK: _remove_callback,
    LEVEL: _remove_level,
}
