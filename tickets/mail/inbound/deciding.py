"""What becomes of a mail, by what it says and what is known of it. It thinks and asks nobody.

A mail is an answer on a ticket only where it names a mail of ours, or bears our signature, and is
from somebody whose ticket that is. All else that it may say (who it is from, where answers go, whom
it copies, a ticket's number in its subject) grants nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tickets.mail.inbound.mail import LEFT_THERE, Mail

OPENED, ADDED, HELD, REPORTED = "opened", "added", "held", "reported"
KEPT, DOUBLE, DISCARDED, QUARANTINED = "kept", "double", "discarded", "quarantined"

# What a mail program sends by itself in answer to something; a list's mail answers nobody.
ANSWERS_BY_ITSELF = frozenset({"auto-replied", "receipt"})
# To more people than that a mail is no letter, and those it copies are not asked.
ADDRESSED_AT_MOST = 10


@dataclass(frozen=True)
class Place:
    """A ticket that a mail names. `by` says how: answers_our_mail, reply_tag or tag.

    `is_theirs`: its sender sees it as a customer; `is_own`: they filed it.
    """

    ticket: int
    by: str
    is_theirs: bool = False
    is_own: bool = False
    is_closed: bool = False

    @property
    def is_proved(self) -> bool:
        """Whether the mail answers something of ours, to somebody whose ticket it is."""
        return self.is_theirs and self.by != "tag"


@dataclass(frozen=True)
class Facts:
    """What is known of a mail beside what it says.

    `names` is the ticket that it names, if any; `reported` the outgoing mail that a report is
    about; `double_of` an earlier mail that was the same one. `is_own` means that it is from an
    address of ours, `asked` whom of those it copies nobody needs to ask. `released` is set where
    somebody of the staff looked at it and let it out of quarantine.
    """

    is_own: bool = False
    is_staff: bool = False
    is_shut_out: bool = False
    too_many: bool = False
    names: Place | None = None
    reported: int | None = None
    double_of: int | None = None
    asked: frozenset[str] = field(default_factory=frozenset)
    released: bool = False


@dataclass(frozen=True)
class Decision:
    """What is done with a mail, and why; `reason` is a code of reasons.py.

    `ticket` is where it is added, waits or is kept; of a new one `follows` is the closed ticket
    that it goes on from, `mentions` one that it names, for staff alone.
    """

    outcome: str
    reason: str
    ticket: int | None = None
    follows: int | None = None
    mentions: int | None = None
    acknowledge: bool = False
    copies: tuple[str, ...] = ()


def decide(mail: Mail, facts: Facts) -> Decision:
    """Say what becomes of it: of the rules below, the first that has an answer."""
    rules = (_report, _of_nobody, _from_us, _twice, _set_aside, _by_itself, _unverified)
    for rule in rules:
        decision = rule(mail, facts)
        if decision is not None:
            return decision
    return _written(mail, facts)


def _report(mail: Mail, facts: Facts) -> Decision | None:
    """A report is never a ticket, be it of a mail that we do not know."""
    if facts.reported is not None:
        return Decision(REPORTED, "report")
    if mail.reports or mail.automatic == "report":
        return Decision(KEPT, "report_of_nothing")
    return None


def _of_nobody(mail: Mail, facts: Facts) -> Decision | None:
    return None if mail.sender else Decision(QUARANTINED, "no_sender")


def _from_us(mail: Mail, facts: Facts) -> Decision | None:
    return Decision(DISCARDED, "own_address") if facts.is_own else None


def _twice(mail: Mail, facts: Facts) -> Decision | None:
    return Decision(DOUBLE, "double") if facts.double_of is not None else None


def _set_aside(mail: Mail, facts: Facts) -> Decision | None:
    """Somebody of the staff looks at these first."""
    if facts.is_shut_out:
        return Decision(QUARANTINED, "shut_out")
    if facts.released:
        return _own_request(mail) if facts.is_staff else None
    if facts.is_staff:
        return Decision(QUARANTINED, "agent")
    if LEFT_THERE in mail.notes:
        return Decision(QUARANTINED, LEFT_THERE)
    if mail.automatic == "list":
        return Decision(QUARANTINED, "list")
    return Decision(QUARANTINED, "too_many") if facts.too_many else None


def _own_request(mail: Mail) -> Decision:
    """What an agent mailed is a request of theirs, whatever ticket it names."""
    return Decision(OPENED, "agent", acknowledge=not mail.automatic)


def _by_itself(mail: Mail, facts: Facts) -> Decision | None:
    """What a machine answers on a ticket is no answer; what it reports by itself may be one."""
    names = facts.names
    if not mail.automatic or facts.released:
        return None
    is_answer = mail.automatic in ANSWERS_BY_ITSELF
    if is_answer or (names and names.is_theirs):
        why = "receipt" if mail.automatic == "receipt" else "auto_reply"
        return Decision(KEPT, why, names.ticket if names and names.is_theirs else None)
    # Of nobody are bounces, too, which only look unlike a report.
    is_set_aside = mail.automatic in ("bulk", "nobody")
    return Decision(QUARANTINED, mail.automatic) if is_set_aside else None


def _unverified(mail: Mail, facts: Facts) -> Decision | None:
    """Whoever claims to be somebody and is not waits; nobody is answered in their place."""
    if mail.check != "fail":
        return None
    names = facts.names
    if names and names.is_theirs and not names.is_closed and not facts.released:
        return Decision(HELD, "check_failed", names.ticket)
    return Decision(OPENED, "check_failed", mentions=names.ticket if names else None)


def _written(mail: Mail, facts: Facts) -> Decision:
    names = facts.names
    if names and names.is_proved and not names.is_closed:
        copies = _copies(mail, facts) if names.is_own else ()
        return Decision(ADDED, names.by, names.ticket, copies=copies)
    return Decision(
        OPENED,
        _why_new(mail, names),
        follows=names.ticket if names and names.is_proved else None,
        mentions=names.ticket if names and not names.is_proved else None,
        acknowledge=not mail.automatic,
        copies=_copies(mail, facts),
    )


def _why_new(mail: Mail, names: Place | None) -> str:
    if names is None:
        return "machine" if mail.automatic else "new"
    if names.is_proved:
        return "closed"
    return "tag_only" if names.is_theirs else "outsider"


def _copies(mail: Mail, facts: Facts) -> tuple[str, ...]:
    """Whom to ask whether they read along: of few, and where our server vouches for the sender."""
    if mail.check != "pass" or mail.automatic or mail.addressed > ADDRESSED_AT_MOST:
        return ()
    return tuple(email for email in dict.fromkeys(mail.cc) if email not in facts.asked)
