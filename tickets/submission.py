"""What a new ticket is made of, once everything in it was checked."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import User
from tickets.catalog.conditions import AnswerSpec
from tickets.catalog.models import Brand, RequestType, Subcategory
from tickets.models import Attachment, Channel, PhoneAnswer, Ticket


@dataclass(frozen=True)
class Submission:
    """A checked request; `received_at` (UTC) is set where it came in before it was logged.

    `live` says that the agent who files it had the customer on the line: that is the first answer.
    `log` is what the event of its opening tells beside that, and `copies` names the addresses that
    its requester wants asked whether they read along.
    """

    requester: User
    brand: Brand
    request_type: RequestType
    subcategory: Subcategory | None
    kind: str
    affected: str
    ability: str
    urgent: bool
    level: int
    subject: str
    description: str
    answers: Sequence[AnswerSpec] = ()
    attachments: Sequence[Attachment] = ()
    copies: Sequence[str] = ()
    channel: str = Channel.PORTAL
    phone_answer: str = PhoneAnswer.NONE
    phone_reference: str = ""
    draft_key: uuid.UUID | None = None
    received_at: datetime | None = None
    live: bool = False
    follows: Ticket | None = None
    log: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a subcategory of another type, whichever door it came through."""
        about = self.subcategory
        if about is not None and about.request_type_id != self.request_type.pk:
            raise ValueError(f"“{about}” is no subcategory of “{self.request_type}”.")

    @property
    def restricted(self) -> bool:
        about = self.subcategory
        return self.request_type.restricted or (about is not None and about.restricted)

    @property
    def product(self) -> str:
        return self.request_type.product or self.brand.default_product
