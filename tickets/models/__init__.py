"""Tickets and what belongs to them: drafts, answers, messages, files and events."""

from tickets.models.callbacks import CallAttempt, Callback
from tickets.models.choices import Channel, Kind, PhoneAnswer
from tickets.models.confirmations import Confirmation
from tickets.models.desk import (
    DeskSettings,
    DeskWatch,
    Presence,
    SavedView,
    TurnDraft,
    Viewing,
)
from tickets.models.drafts import Draft
from tickets.models.heartbeats import Heartbeat
from tickets.models.jobs import Job
from tickets.models.macros import Macro, Tag
from tickets.models.messages import INTO, Attachment, Event, Message
from tickets.models.search import SearchedName, SearchEntry, StaleEntry
from tickets.models.tickets import Answer, Proposal, Ticket, Watcher

__all__ = [
    "INTO",
    "Answer",
    "Attachment",
    "CallAttempt",
    "Callback",
    "Channel",
    "Confirmation",
    "DeskSettings",
    "DeskWatch",
    "Draft",
    "Event",
    "Heartbeat",
    "Job",
    "Kind",
    "Macro",
    "Message",
    "PhoneAnswer",
    "Presence",
    "Proposal",
    "SavedView",
    "SearchEntry",
    "SearchedName",
    "StaleEntry",
    "Tag",
    "Ticket",
    "TurnDraft",
    "Viewing",
    "Watcher",
]
