"""What was decided about a mail is done: in one transaction, however many readers there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import limits
from accounts.models import User
from accounts.services import find_or_make_person
from tickets import clock, mailed, proposing
from tickets.catalog import store
from tickets.catalog.consequences import Ability, Affected
from tickets.catalog.models import Brand, RequestType
from tickets.mail.inbound import clearing, deciding
from tickets.mail.inbound.deciding import Decision, decide
from tickets.mail.inbound.enclosing import enclosed
from tickets.mail.inbound.facts import brand_of, facts_of, reported
from tickets.mail.inbound.mail import LEFT_THERE, Mail
from tickets.mail.inbound.telling import told_of
from tickets.mail.models import InboundEmail, OutboundEmail
from tickets.models import Attachment, Channel, Kind, Ticket
from tickets.submission import Submission

# The same mail is not taken twice within this time; later it may well be meant.
TWIN_DAYS = 7
State, Outcome = InboundEmail.State, InboundEmail.Outcome
TELLS = frozenset({deciding.OPENED, deciding.ADDED})
SAID_ELSEWHERE = TELLS | {deciding.DOUBLE}
# What is written on a mail that is done with.
SETTLED = (
    *("reason", "outcome", "state", "told", "ticket", "became", "double_of", "about"),
    *("attempts", "error", "settled_by", "settled_at", "raw"),
)
# Of a mail that failed for good nothing worse is reported afterwards.
NEVER_MIND = {"delayed": ("failed", "delivered"), "delivered": ("failed",)}


@dataclass(frozen=True)
class Work:
    """A mail in hand: its locked row, what it says, what is done with it, and its stored files."""

    row: InboundEmail
    mail: Mail
    decision: Decision
    files: Sequence[Attachment] = ()


def act(row: InboundEmail, mail: Mail) -> str:
    """Decide about a mail that was read, do it, and return what that was.

    Raises whatever a verb raises; then nothing was done, and the mail still waits.
    """
    again = bool(row.fingerprint)  # it came as far as that before, and knocked
    remember(row, mail)
    facts = replace(facts_of(mail, row), too_many=not again and _is_too_much(mail))
    decision = within_limits(mail, decide(mail, facts), again=again)
    parts = mail.files if decision.outcome in TELLS else ()
    with enclosed(parts) as files, transaction.atomic():
        locked, twin = _alone(row)
        if locked.state != State.WAITING:  # its lease was over, and another one did it
            return locked.outcome
        if twin is not None:
            twice = decide(mail, replace(facts, double_of=twin.pk))
            decision = twice if twice.outcome == deciding.DOUBLE else decision
        locked.double_of = twin if decision.outcome == deciding.DOUBLE else None
        do(Work(locked, mail, decision, files))
    return decision.outcome


def remember(row: InboundEmail, mail: Mail) -> None:
    """Keep on its row whose it is and what it is about, so that twins find each other."""
    row.message_id, row.fingerprint = mail.message_id[:255], mail.fingerprint[:64]
    row.sender, row.sender_name = mail.sender[:254], mail.sender_name[:150]
    row.subject, row.check_of_sender = mail.subject[:200], mail.check
    row.brand_id = brand_of(mail, row)
    row.told = told_of(mail, in_full=True)
    named = ("message_id", "fingerprint", "sender", "sender_name", "subject", "check_of_sender")
    row.save(update_fields=[*named, "brand", "told"])


def within_limits(mail: Mail, decision: Decision, *, again: bool = False) -> Decision:
    """Leave out what would be too many mails to one address: of copies, and of acknowledgements.

    Outside of transactions: who knocks has knocked, whatever comes of it. `again`: what was tried
    before knocked for its acknowledgement then.
    """
    copies = tuple(proposing.let_through(decision.copies, by=mail.sender))
    answers = decision.acknowledge and (again or limits.hit("mail_answer", mail.sender).allowed)
    return replace(decision, copies=copies, acknowledge=answers)


def do(work: Work, *, by: User | None = None) -> None:
    """Do what was decided, with the row locked, and note on it that this is done, and `by` whom."""
    row, decision = work.row, work.decision
    row.reason, row.outcome, row.state = decision.reason, decision.outcome, State.DONE
    row.ticket_id = decision.ticket
    row.told = told_of(work.mail, in_full=decision.outcome not in SAID_ELSEWHERE)
    if decision.mentions is not None:
        row.told["mentions"] = decision.mentions
    DOES.get(decision.outcome, _nothing)(work)
    row.attempts = max(row.attempts - 1, 0)  # this one did not fail
    row.error = ""
    if by is not None:
        row.settled_by, row.settled_at = by, clock.now()
    row.save(update_fields=SETTLED)
    if row.ticket_id is not None:
        row.doubles.update(ticket=row.ticket_id)


def _alone(row: InboundEmail) -> tuple[InboundEmail, InboundEmail | None]:
    """Lock a mail with those in hand that are the same one; return it, and one that was done.

    Whoever reads one of them waits here for whoever reads another. Their fingerprints were
    committed before, so that the later of two always sees the earlier; what nobody read yet has
    none, and what is done with is not waited for.
    """
    in_hand = Q(pk=row.pk)
    same = Q(fingerprint=row.fingerprint, received_at__gte=clock.now() - timedelta(days=TWIN_DAYS))
    if row.fingerprint:
        in_hand |= same & Q(state=State.WAITING)
    locked = InboundEmail.objects.filter(in_hand).select_for_update(no_key=True).order_by("pk")
    mine = next(each for each in locked if each.pk == row.pk)
    if not row.fingerprint:
        return mine, None
    others = InboundEmail.objects.filter(same).exclude(pk=row.pk)
    done = others.exclude(state=State.WAITING).exclude(outcome=Outcome.DOUBLE)
    # Locked, too: an agent may be putting it onto a ticket, which this one goes with.
    done = done.select_for_update(no_key=True)
    return mine, done.only("ticket").order_by("pk").first()


def _open(work: Work) -> None:
    row, mail, decision = work.row, work.mail, work.decision
    requester = sender_of(mail)
    row.ticket = mailed.open_mailed(
        Submission(
            requester=requester,
            **_about(row),
            subject=_subject(mail),
            description=_body(mail),
            attachments=work.files,
            copies=decision.copies,
            channel=Channel.EMAIL,
            received_at=row.received_at,
            follows=Ticket.objects.filter(pk=decision.follows or 0).first(),
            log=_log(decision),
        ),
        quoted=mail.quoted,
    )
    row.became = row.ticket.messages.first()


def _add(work: Work) -> None:
    row, mail, decision = work.row, work.mail, work.decision
    row.ticket = Ticket.objects.get(pk=decision.ticket or 0)
    row.became = mailed.reply_mailed(
        row.ticket,
        by=sender_of(mail),
        words=mailed.Words(
            body=_body(mail),
            at=row.received_at,
            quoted=mail.quoted,
            files=work.files,
            copies=decision.copies,
        ),
    )


def _report(work: Work) -> None:
    """Note on mails of ours what became of them."""
    ours = reported(work.mail)
    for report in work.mail.reports:
        if (about := ours.get(report.message_id)) is None:
            continue
        OutboundEmail.objects.filter(pk=about.pk).exclude(
            fate__in=NEVER_MIND.get(report.fate, ())
        ).update(fate=report.fate, fate_at=work.row.received_at, fate_words=report.words)
        work.row.about, work.row.ticket_id = about, about.ticket_id
        if about.is_of_account and work.row.raw:  # it repeats a link that lets people in
            transaction.on_commit(partial(default_storage.delete, clearing.forget(work.row)))


def _set_aside(work: Work) -> None:
    work.row.state, work.row.outcome = State.QUARANTINED, Outcome.NONE


def _nothing(work: Work) -> None:
    """The row says it all."""


def _go_with(work: Work) -> None:
    """Let a double be as private as what came of the other one."""
    twin = work.row.double_of
    work.row.ticket_id = twin.ticket_id if twin else None


DOES: dict[str, Callable[[Work], None]] = {
    deciding.DOUBLE: _go_with,
    deciding.OPENED: _open,
    deciding.ADDED: _add,
    deciding.REPORTED: _report,
    deciding.QUARANTINED: _set_aside,
}


def sender_of(mail: Mail) -> User:
    """Return the person who wrote it, made where nobody here knows them; what is known stays."""
    # A name that looks like an address would be taken for one.
    name = "" if "@" in mail.sender_name else " ".join(mail.sender_name.split())[:150]
    return find_or_make_person(email=mail.sender, name=name)


def _is_too_much(mail: Mail) -> bool:
    """Whether its sender sends too many.

    Forged mails count by themselves, or they would shut out whom they claim to be from.
    """
    key = f"{mail.sender} {mail.check}"
    return bool(mail.sender) and not limits.hit("mail_in", key).allowed


def _about(row: InboundEmail) -> dict[str, Any]:
    """Return what a mailed request to this brand is about, until an agent says more."""
    brand = Brand.objects.select_related("mail_request_type").get(pk=row.brand_id or 0)
    request_type = brand.mail_request_type
    if request_type is None:
        request_type = RequestType.objects.get(pk=store.current().types()[0].id)
    return {
        "brand": brand,
        "request_type": request_type,
        "subcategory": None,
        "level": brand.mail_level_id,
        "kind": Kind.REQUEST,
        "affected": Affected.ONE,
        "ability": Ability.PARTLY,
        "urgent": False,
    }


def _subject(mail: Mail) -> str:
    subject = " ".join(mail.subject.split())
    if len(subject) > 200:
        subject = subject[:199] + "…"
    return subject or _("(no subject)")


def _body(mail: Mail) -> str:
    """Return what was written; where that was cut it says so, and the mail itself has the rest."""
    goes_on = ["\n", _("[The mail goes on. What is left out is kept.]")]
    if LEFT_THERE in mail.notes:
        return _("[This mail is larger than mails that are taken: nobody has read it.]")
    body = mail.text.strip() or _("(no text)")
    return "\n".join([body, *goes_on]) if "text_cut" in mail.notes else body


def _log(decision: Decision) -> dict[str, Any]:
    """What the opening of a ticket tells beside what is told of every one."""
    log: dict[str, Any] = {} if decision.acknowledge else {"quiet": True}
    return log if decision.mentions is None else {**log, "mentions": decision.mentions}
