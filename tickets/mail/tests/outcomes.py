"""What must come of a mail of the corpus, as its manifest says it: a check for each word of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from accounts.models import User
from tickets.mail.envelope import message
from tickets.mail.models import InboundEmail, OutboundEmail
from tickets.models import Attachment, Event, Message, Ticket


@dataclass
class Before:
    """How things stood when the mail came."""

    ticket: Ticket
    users: int
    tickets: int
    outgoing: int
    story: list


@dataclass
class Came:
    """A mail that came in, what there was before, and all that there is of it since."""

    row: InboundEmail
    before: Before
    control: Ticket
    seconds: float
    fill: Callable[[str], str]
    pages: list[str] = field(default_factory=list)

    @property
    def ticket(self) -> Ticket:
        assert self.row.ticket is not None
        return self.row.ticket

    @property
    def said(self) -> Message:
        assert self.row.became is not None
        return self.row.became

    @property
    def files(self) -> list[Attachment]:
        return list(self.said.attachments.all())

    @property
    def outgoing(self) -> list[OutboundEmail]:
        """All mails of ours since, but those about the mail that was sent after it."""
        new = OutboundEmail.objects.filter(pk__gt=self.before.outgoing)
        return list(new.exclude(ticket=self.control))

    @property
    def t_now(self) -> Ticket:
        return Ticket.objects.get(pk=self.before.ticket.pk)


def outcomes(came: Came) -> set[str]:
    """Return what came of it, in the words of the manifest."""
    row, on_t = came.row, came.row.ticket_id == came.before.ticket.pk
    if row.state == "quarantined":
        return {"quarantine"}
    return {
        "opened": {"new_ticket", *(["new_ticket_linked"] if "mentions" in row.told else [])},
        "added": {"append"} if on_t else set(),
        "held": {"append_flagged"} if on_t else set(),
        "kept": {"dropped_logged", *(["append_note"] if on_t else [])},
        "reported": {"delivery_status_recorded"},
        "double": {"dropped_logged"},
        "discarded": {"dropped_logged"},
    }[row.outcome]


def outcome(came, expected):
    assert (
        outcomes(came) & {expected} if isinstance(expected, str) else outcomes(came) & {*expected}
    )
    if "new_ticket" in outcomes(came):
        assert came.ticket.requester.email == came.row.sender
        assert Ticket.objects.count() == came.before.tickets + 2  # the one sent after it, too


def body_contains(came, expected):
    assert [words for words in expected if words not in came.said.body] == []


def body_contains_any(came, expected):
    assert any(words in came.said.body for words in expected)


def subject_contains(came, expected):
    assert expected in came.ticket.subject


def subject_nonempty(came, _expected):
    assert came.ticket.subject


def ack(came, expected):
    told = [mail for mail in came.outgoing if mail.kind == "received"]
    assert bool(told) == expected


def attachments(came, expected):
    found = sorted((file.name, file.size, file.sha256) for file in came.files)
    assert found == sorted((f["shown_name"], f["bytes"], f["sha256"]) for f in expected)


def attachments_min(came, expected):
    assert len(came.files) >= expected


def attachments_count(came, expected):
    assert len(came.files) == expected


def shown_names(came, expected):
    assert not [f.name for f in came.files if any(each in f.name for each in expected)]


def withheld_are_named(came, _expected):
    withheld = {file.name for file in came.files if file.withheld}
    assert withheld
    assert withheld <= {file["name"] for file in came.row.told["files"]}


def seconds(came, expected):
    assert came.seconds < expected


def requester(came, expected):
    assert came.ticket.requester.email == came.fill(expected).lower()


def users_delta(came, expected):
    assert User.objects.count() - came.before.users == expected


def users_delta_max(came, expected):
    assert User.objects.count() - came.before.users <= expected


def tickets_delta(came, expected):
    assert Ticket.objects.count() - came.before.tickets - 1 == expected


def sla_start(came, _expected):
    assert came.ticket.created_at == came.row.received_at


def outgoing_total(came, expected):
    assert len(came.outgoing) == expected


def rcpts_max(came, expected):
    assert len({mail.recipient for mail in came.outgoing}) <= expected


def rcpts_only(came, expected):
    allowed = {came.fill(each) for each in expected}
    assert {mail.recipient for mail in came.outgoing} <= allowed


def rcpts_not(came, expected):
    assert not {mail.recipient for mail in came.outgoing} & {came.fill(each) for each in expected}


def no_header(came, expected):
    for mail in came.outgoing:
        sent = message(mail).message()
        assert [name for name in expected if name in sent] == []


def status_unchanged(came, _expected):
    assert came.t_now.status == came.before.ticket.status


def reopened(came, _expected):
    assert (came.before.ticket.status, came.t_now.status) == ("solved", "open")


def t_unchanged(came, _expected):
    assert list(came.t_now.events.values_list("id", "type")) == came.before.story


def nothing_of_t(came, _expected):
    ticket = came.before.ticket
    for mail in came.outgoing:
        assert ticket.number not in mail.subject + mail.text + str(mail.headers)
        assert ticket.subject not in mail.subject + mail.text


def attacker_reads_nothing(came, _expected):
    attacker = User.objects.filter(email=came.fill("@@ATTACKER@@")).first()
    assert attacker is None or not Ticket.objects.visible_to(attacker).filter(pk=came.t_now.pk)


def no_agents_reply(came, _expected):
    replies = Event.objects.filter(ticket=came.before.ticket, type="replied")
    assert list(came.t_now.events.values_list("id", "type")) == came.before.story
    assert not replies.filter(message__body__contains="mallory").exists()


def elsewhere(_came, _expected):
    """Shown by a test of its own, which its name in the manifest leads to."""


CHECKS = {
    "smtp": elsewhere,  # at the doors
    "outcome": outcome,
    "body_contains": body_contains,
    "body_contains_all": body_contains,
    "body_contains_any": body_contains_any,
    "subject_contains": subject_contains,
    "subject_nonempty_in_list": subject_nonempty,
    "ack": ack,
    "attachments": attachments,
    "attachments_min": attachments_min,
    "attachments_count": attachments_count,
    "shown_name_must_not_contain": shown_names,
    "withheld_files_are_named": withheld_are_named,
    "max_seconds": seconds,
    "max_rss_mb": elsewhere,  # the child's limit
    "requester": requester,
    "users_delta": users_delta,
    "users_delta_max": users_delta_max,
    "tickets_delta": tickets_delta,
    "sla_start": sla_start,
    "outgoing_total": outgoing_total,
    "outgoing_rcpts_max": rcpts_max,
    "outgoing_rcpts_only": rcpts_only,
    "outgoing_rcpts_must_not_include": rcpts_not,
    "outgoing_must_not_have_header": no_header,
    "outgoing_must_not_contain_T": nothing_of_t,
    "ticket_T_status_unchanged": status_unchanged,
    "ticket_T_reopened_if_solved": reopened,
    "ticket_T_unchanged": t_unchanged,
    "attacker_can_read_T": attacker_reads_nothing,
    "not_shown_as_agent_reply": no_agents_reply,
    "send_twice_tickets_delta": elsewhere,
    "render_must_not_contain": elsewhere,
    "canary_hits": elsewhere,
    "download": elsewhere,
}
