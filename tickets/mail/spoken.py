"""What agents answered, for the mails of brands that say it: of what, and to whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property

from allauth.account.models import EmailAddress
from django.db.models import F

from tickets.catalog import store
from tickets.mail.kinds import REPLIED, kind_of
from tickets.models import Event, Message, Ticket


class Spoken:
    """The replies among some events; while no brand says them in mails, nothing is looked up.

    A mail may be read by whoever has its address. So its people must have shown that they do, and
    of a restricted ticket no mail says a word.
    """

    def __init__(self, events: Iterable[Event], *, people: Collection[int]) -> None:
        self.people = people
        self.brands = {brand.id for brand in store.current().brands if brand.mails_reply_text}
        self.keys = [
            event.message_id for event in events if event.message_id and kind_of(event) == REPLIED
        ]

    def on(self, ticket: Ticket, together: Collection[Event]) -> str:
        """Return what was answered on this ticket by these events; "" where no mail says it."""
        if ticket.brand_id not in self.brands or ticket.restricted:
            return ""
        said = [self._bodies.get(event.message_id or 0, "") for event in together]
        return "\n\n".join(body for body in said if body)

    @cached_property
    def proved(self) -> frozenset[int]:
        """Name those of the people whose address is proved to be theirs."""
        if not self.brands:
            return frozenset()
        theirs = EmailAddress.objects.filter(user__in=self.people, email=F("user__email"))
        return frozenset(theirs.filter(verified=True).values_list("user", flat=True))

    @cached_property
    def _bodies(self) -> dict[int, str]:
        return dict(Message.objects.filter(pk__in=self.keys).values_list("pk", "body"))
