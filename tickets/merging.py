"""A merge as agents do it: with words to its customer and who reads along, and all of that undone.

Nobody comes to read another ticket by a merge alone. Whom an agent names so is of the organization
whose ticket it is; across organizations nobody can be named.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from tickets import ending, merges, services, watching
from tickets.events import Moment, hold_together
from tickets.models import Event, Ticket
from tickets.services import Refused


@dataclass(frozen=True)
class Merge:
    """What goes along with a merge: public words on the ticket that ends, and its people.

    `copies` names by id whom the agent was shown and wants to read along; nobody else does.
    """

    words: str = ""
    copies: Collection[int] = ()
    confirmed: bool = False


def merge(ticket: Ticket, *, into: Ticket, by: User, how: Merge) -> Ticket:
    """Do all of it or nothing; the words are a reply like any other, before the ticket ends.

    Raises what `ending.merge` does, and `Refused` where more people would read along than may.
    """
    with hold_together(ticket, into) as held:
        moment = held[ticket.pk]
        if how.words and ticket.pk != into.pk:
            services.reply(ticket, by=by, body=how.words, moment=moment)
        merged = ending.merge(ticket, into=into, by=by, confirmed=how.confirmed, moment=moment)
        if how.copies:
            people = followers(merged, into=held[into.pk].ticket)
            named = [person for person in people if person.pk in how.copies]
            _copy(held[into.pk], named, by=by)
        return merged


def unmerge(ticket: Ticket, *, by: User) -> Ticket:
    """Take the merge back, and with it who came to read along by it. Raises `Refused`."""
    way = merges.way_of(ticket)
    with hold_together(ticket, *way) as held:
        source = held[ticket.pk].ticket
        # Another way may begin with a lower id, which nobody may wait for who holds these.
        ending.check_way(source, way)
        merged = source.events.filter(type=Event.Type.MERGED).last()
        apart = ending.unmerge(ticket, by=by, moment=held[ticket.pk])
        if merged is not None:
            _leave(held[merged.data["into"]], merged, by=by)
        return apart


def followers(ticket: Ticket, *, into: Ticket) -> list[User]:
    """Return who of a ticket's people could read along on the one that it is merged into."""
    if into.restricted or into.organization_id is None:
        return []
    people = User.objects.filter(pk__in=[ticket.requester_id, *_watching(ticket)])
    known = {into.requester_id, *_watching(into)}
    of_theirs = people.filter(organization=into.organization_id, is_active=True)
    return list(of_theirs.exclude(pk__in=known).order_by("name", "id"))


def _watching(ticket: Ticket) -> list[int]:
    return list(ticket.watchers.values_list("user", flat=True))


def _copy(moment: Moment, people: list[User], *, by: User) -> None:
    if moment.ticket.watchers.count() + len(people) > watching.MOST:
        raise Refused(
            _("At most %(count)d people can be copied on one ticket. Remove somebody first.")
            % {"count": watching.MOST}
        )
    for person in people:
        watching.watch(moment.ticket, by=person, added_by=by, moment=moment)


def _leave(moment: Moment, merged: Event, *, by: User) -> None:
    came = moment.ticket.events.filter(type=Event.Type.WATCHED, batch=merged.batch)
    for person in User.objects.filter(pk__in=[event.data["user"] for event in came]):
        watching.unwatch(moment.ticket, user=person, by=by, moment=moment)
