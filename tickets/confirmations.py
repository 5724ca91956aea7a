"""Sending signed out: what is sent waits, a mailed link or an agent files it.

Nothing here asks who an address belongs to before the mail to it was answered, so that neither
an answer nor its time can tell.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import timedelta
from enum import Enum
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import limits
from accounts.models import User
from accounts.querysets import normal_email
from accounts.services import chose_password, find_or_make_person, first_password
from tickets import clock, drafts, letters, services, tokens, watching
from tickets.catalog.conditions import AnswerSpec
from tickets.models import Confirmation, Draft, PhoneAnswer, Ticket
from tickets.submission import Submission

# What of a submission is kept as it is; the rest is a column, the draft's, or the requester's.
KEPT = ("kind", "affected", "ability", "urgent", "subject", "description")
KEPT_OF_PHONE = ("phone_answer", "phone_reference")


class Gone(Exception):
    """The request does not wait any more, or its link is another one by now."""


@transaction.atomic
def ask(
    draft: Draft, submission: Submission, *, email: str, name: str, trapped: bool = False
) -> Confirmation:
    """Keep what is sent as it stands, and withdraw the link to what stood before.

    Sending the same thing once more changes nothing. Raises `drafts.Gone` where it was filed
    meanwhile.
    """
    if not Draft.objects.select_for_update().filter(pk=draft.pk).exists():
        raise drafts.Gone
    now = clock.now()
    sent = {
        "email": normal_email(email),
        "name": name,
        "subcategory_id": draft.subcategory_id,
        "level": submission.level,
        "restricted": submission.restricted,
        "request": _frozen(submission),
        "trapped_at": now if trapped else None,
    }
    before = Confirmation.objects.select_related("draft").filter(draft=draft).first()
    if before and not trapped and all(getattr(before, name) == sent[name] for name in sent):
        return before
    fresh = {"asked_at": now, "sent_at": None, "expires_at": None, "token_hash": ""}
    confirmation, _made = Confirmation.objects.update_or_create(
        draft=draft, defaults={**sent, **fresh, "reminded_at": None}
    )
    return confirmation


def mail_link(confirmation: Confirmation, *, reminder: bool = False) -> limits.Verdict:
    """Mail a new link, and withdraw the one before, unless the address got its fill of mails.

    What a machine sent is treated alike, down to the page, but nothing is mailed.
    """
    if confirmation.trapped_at:
        Confirmation.objects.filter(pk=confirmation.pk).update(sent_at=clock.now())
        return limits.Verdict(allowed=True, retry_after_seconds=0)
    verdict = limits.hit("get_password", confirmation.email)
    if verdict.allowed:
        write_mail(confirmation, reminder=reminder)
    return verdict


@transaction.atomic
def write_mail(confirmation: Confirmation, *, reminder: bool = False) -> None:
    """Write the mail with a new link, whatever else its address was sent.

    Not where another tab changed the request since it was read, or mailed it: a link that files
    for one address must never reach another, and a double click is one mail.
    """
    token, now = tokens.new(), clock.now()
    columns = {
        "token_hash": tokens.hash_of(token),
        "sent_at": now,
        "expires_at": now + timedelta(days=settings.CONFIRMATION_DAYS),
    }
    read = {name: getattr(confirmation, name) for name in ("pk", "email", "token_hash")}
    waiting = Confirmation.objects.filter(**read)
    if reminder:  # once, however many workers come by
        waiting, columns["reminded_at"] = waiting.filter(reminded_at=None), now
    if waiting.update(**columns):
        letters.send(
            "confirm",
            brand_id=confirmation.draft.brand_id,
            to=confirmation.email,
            path=reverse("confirmation", args=[confirmation.draft_id, token]),
            reminder=reminder,
        )


class WayIn(Enum):
    """How whoever confirms a request comes to its ticket."""

    CHOOSES = "chooses a password at once"
    SIGN_IN = "signs in as ever"
    MAIL = "is mailed a link to choose a password"


def way_in(confirmation: Confirmation, person: User | None) -> WayIn:
    """Return the way of who has this address: staff, and who has a password, sign in as ever.

    Others choose a password with the link while it is young, as with any link that sets one.
    """
    if person and (person.is_staff or chose_password(person)):
        return WayIn.SIGN_IN
    young = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    if confirmation.sent_at and clock.now() - confirmation.sent_at < young:
        return WayIn.CHOOSES
    return WayIn.MAIL


@transaction.atomic
def file_confirmed(
    draft_id: uuid.UUID, *, token: str, password: str = "", copies: Collection[str] = ()
) -> Ticket:
    """File what a mailed link confirms; its requester is whoever reads that mail.

    Of whom its sender wants to read along, those in `copies` are asked. Raises `Gone` where
    another tab was faster, or the link was withdrawn; `services.Refused` for somebody who was
    shut out.
    """
    confirmation = _held(draft_id)
    if not confirmation.is_opened_by(tokens.hash_of(token), at=clock.now()):
        raise Gone
    requester = _requester(confirmation)
    if password and way_in(confirmation, requester) == WayIn.CHOOSES:
        first_password(requester, password)
    return _file(confirmation, requester=requester, by=requester, copies=copies)


@transaction.atomic
def file_after_call(
    draft_id: uuid.UUID, *, by: User, reason: str, copies: Collection[str] = ()
) -> Ticket:
    """File a request whose sender an agent spoke to; agents read in a note who that was.

    It came by the portal, and its sender has called; `copies` as for one confirmed. Raises
    `Gone`, and `services.Refused` without a reason or for somebody who was shut out.
    """
    confirmation = _held(draft_id)
    if not reason.strip():
        raise services.Refused(_("Say whom you spoke to: colleagues read it on the ticket."))
    confirmation.request |= {
        "phone_answer": PhoneAnswer.CALLED,
        "phone_reference": confirmation.request["phone_reference"] or str(by)[:100],
    }
    ticket = _file(
        confirmation,
        requester=_requester(confirmation),
        by=by,
        copies=copies,
        log={"filed_after_call": reason.strip()},
    )
    words = _("Filed after a call: %(reason)s") % {"reason": reason.strip()}
    services.note(ticket, by=by, body=words)
    return ticket


def is_filed(draft_id: uuid.UUID) -> bool:
    """Whether a draft became a ticket; whose, and which, is not said."""
    return Ticket.objects.filter(draft_key=draft_id).exists()


def _held(draft_id: uuid.UUID) -> Confirmation:
    """Return what waits, its draft locked: whoever comes second finds it gone."""
    Draft.objects.select_for_update().filter(pk=draft_id).first()
    seen = Confirmation.objects.waiting().select_related(
        "draft__brand", "draft__request_type", "subcategory"
    )
    confirmation = seen.filter(draft=draft_id).first()
    if confirmation is None:
        raise Gone
    return confirmation


def _requester(confirmation: Confirmation) -> User:
    person = find_or_make_person(email=confirmation.email, name=confirmation.name)
    if not person.is_active:
        raise services.Refused(_("This address cannot file requests here. Please call us."))
    return person


def _file(
    confirmation: Confirmation,
    *,
    requester: User,
    by: User,
    copies: Collection[str],
    log: Mapping[str, Any] | None = None,
) -> Ticket:
    draft, request = confirmation.draft, confirmation.request
    ticket = services.open_ticket(
        Submission(
            requester=requester,
            brand=draft.brand,
            request_type=draft.request_type,
            subcategory=confirmation.subcategory,
            level=confirmation.level,
            **{name: request[name] for name in (*KEPT, *KEPT_OF_PHONE)},
            answers=[AnswerSpec(**given) for given in request["answers"]],
            attachments=list(draft.attachments.filter(pk__in=request["files"])),
            draft_key=draft.pk,
            log=log or {},
        ),
        by=by,
    )
    asked = [email for email in confirmation.copies if email in copies]
    watching.propose_all(ticket, emails=asked)
    draft.delete()
    return ticket


def _frozen(submission: Submission) -> dict[str, Any]:
    return {
        **{name: getattr(submission, name) for name in (*KEPT, *KEPT_OF_PHONE)},
        "answers": [asdict(given) for given in submission.answers],
        "files": [str(file.pk) for file in submission.attachments],
        "copies": list(submission.copies),
    }
