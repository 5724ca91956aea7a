"""What is known of a mail that was read: who sent it, and which ticket it names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from accounts.models import User
from accounts.querysets import normal_email
from tickets import merges
from tickets.catalog import store
from tickets.catalog.specs import BrandSpec
from tickets.mail.inbound import tags
from tickets.mail.inbound.deciding import Facts, Place
from tickets.mail.inbound.mail import Mail
from tickets.mail.models import InboundEmail, OutboundEmail
from tickets.models import Ticket
from tickets.states import Status

# So many of the tickets that one mail names are looked at: more than an honest mail has.
LOOKED_AT = 20
ROOT = re.compile(r"<([a-z0-9]{1,5})-(\d{1,12})\.ticket@[^<>@]+>")


def facts_of(mail: Mail, row: InboundEmail) -> Facts:
    """Ask the database what `decide` must know; whether it came before is asked under a lock."""
    ours = our_addresses()
    person = User.objects.filter(email=normal_email(mail.sender)).first() if mail.sender else None
    is_staff = bool(person and (person.is_staff or person.is_superuser))
    own_copies = (address for address in mail.cc if tags.without_tag(address) in ours)
    return Facts(
        is_own=tags.without_tag(mail.sender) in ours,
        is_staff=is_staff,
        is_shut_out=bool(person and not person.is_active),
        names=_named(mail, row, person=None if is_staff else person),
        reported=_reported(mail),
        asked=frozenset({mail.sender, *own_copies}),
    )


def our_addresses() -> dict[str, BrandSpec]:
    """Return the brands by the addresses that their mails come from."""
    return {normal_email(brand.mail_address): brand for brand in store.current().brands}


def brand_of(mail: Mail, row: InboundEmail) -> int | None:
    """Return the brand that was written to: that of the first address of ours."""
    ours = our_addresses()
    for address in _addressed(mail, row):
        if (brand := ours.get(tags.without_tag(address))) is not None:
            return brand.id
    default = store.current().default_brand
    return row.brand_id or (default.id if default else None)


def reported(mail: Mail) -> dict[str, OutboundEmail]:
    """Return the mails of ours that reports are about, by Message-IDs that nobody guesses."""
    ids = {report.message_id for report in mail.reports}
    return {each.message_id: each for each in OutboundEmail.objects.filter(message_id__in=ids)}


def _reported(mail: Mail) -> int | None:
    return next((each.pk for each in reported(mail).values()), None) if mail.reports else None


def _addressed(mail: Mail, row: InboundEmail) -> list[str]:
    return [normal_email(address) for address in (*row.rcpt_to, *mail.to, *mail.cc)]


def _named(mail: Mail, row: InboundEmail, *, person: User | None) -> Place | None:
    """Return the ticket that a mail names: rather one that its sender proves to be theirs."""
    found = list(dict.fromkeys([*_proving(mail, row), *_telling(mail, row)]))[:LOOKED_AT]
    if not found:
        return None
    places = _places(found, person=person)
    return next((place for place in places if place.is_proved), places[0] if places else None)


def _proving(mail: Mail, row: InboundEmail) -> Iterator[tuple[int, str]]:
    """Yield tickets of mails of ours, which the sender may answer if they are theirs."""
    for address in _addressed(mail, row):
        ticket = tags.check(tags.tag_of(address), sender=mail.sender)
        if ticket is not None:
            yield ticket, "reply_tag"
    sent = OutboundEmail.objects.filter(message_id__in=mail.references, ticket__isnull=False)
    tickets = dict(sent.values_list("message_id", "ticket")) if mail.references else {}
    for reference in reversed(mail.references):
        if reference in tickets:
            yield tickets[reference], "answers_our_mail"


def _telling(mail: Mail, row: InboundEmail) -> Iterator[tuple[int, str]]:
    """Yield tickets whose numbers stand there for everybody to write."""
    tagged = (tags.named(tags.tag_of(address)) for address in _addressed(mail, row))
    yield from ((ticket, "tag") for ticket in tagged if ticket is not None)
    for reference in mail.references:
        if root := ROOT.fullmatch(reference.lower()):
            yield int(root[2]), "tag"
    prefixes = "|".join(re.escape(brand.number_prefix) for brand in store.current().brands)
    for number in re.findall(rf"\b(?:{prefixes})-(\d{{1,12}})\b", mail.subject, re.IGNORECASE):
        yield int(number), "tag"


def _places(found: Sequence[tuple[int, str]], *, person: User | None) -> list[Place]:
    """Look these tickets up; in place of a merged one stands the one that goes on."""
    named = Ticket.objects.in_bulk({ticket for ticket, _by in found})
    ends = {**named, **merges.going_on(named.values())}
    seen = _seen({*named, *(end.pk for end in ends.values())}, person)
    return [
        Place(
            ticket=ends[pk].pk,
            by=by,
            is_theirs={pk, ends[pk].pk} <= seen,
            is_own=person is not None and ends[pk].requester_id == person.pk,
            is_closed=ends[pk].status == Status.CLOSED,
        )
        for pk, by in found
        if pk in ends
    ]


def _seen(tickets: Collection[int], person: User | None) -> frozenset[int]:
    """Return which of these somebody sees who is not one of the staff."""
    if person is None or not tickets:
        return frozenset()
    seen = Ticket.objects.visible_to(person).filter(pk__in=tickets)
    return frozenset(seen.values_list("pk", flat=True))
