"""Tickets and what belongs to them: drafts, answers, messages, files and events."""

from tickets.models.choices import Channel, Kind, PhoneAnswer
from tickets.models.confirmations import Confirmation
from tickets.models.drafts import Draft
from tickets.models.heartbeats import Heartbeat
from tickets.models.messages import INTO, Attachment, Event, Message
from tickets.models.tickets import Answer, Proposal, Ticket, Watcher

__all__ = [
    "INTO",
    "Answer",
    "Attachment",
    "Channel",
    "Confirmation",
    "Draft",
    "Event",
    "Heartbeat",
    "Kind",
    "Message",
    "PhoneAnswer",
    "Proposal",
    "Ticket",
    "Watcher",
]
