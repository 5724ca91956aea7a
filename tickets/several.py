"""What agents do to several tickets at once: the verbs on each of them, one by one.

Each ticket is a transaction of its own, so that one which cannot be had keeps no other one waiting.
Every one is asked for anew: seen by who acts, and theirs to work on; what is left alone is said,
with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Team, User
from tickets import conversation, ending, guards, macros, services, snoozing
from tickets.conversation import Turn
from tickets.events import Moment, hold
from tickets.macros import Written
from tickets.models import Macro, Message, Ticket
from tickets.services import Refused
from tickets.states import Status

# Does one thing to a ticket that is held; returns whether that changed anything.
Deed = Callable[[Moment], bool]


@dataclass(frozen=True)
class Outcome:
    """Numbers of the tickets that changed; of others, each with why not; and how many are gone."""

    done: Sequence[str]
    skipped: Sequence[tuple[str, str]]
    gone: int = 0


def assign(keys: Collection[int], *, by: User, to: User | None) -> Outcome:
    """Give the tickets to an agent, or (None) back to everybody."""

    def give(moment: Moment) -> bool:
        _check_goes_on(moment.ticket)
        if moment.ticket.assignee_id == (to.pk if to else None):
            return False
        services.assign(moment.ticket, by=by, to=to, moment=moment)
        return True

    was = _("it is %(agent)s's already") % {"agent": to} if to else _("it is nobody's already")
    return _on_each(keys, give, by=by, unchanged=was)


def set_team(keys: Collection[int], *, by: User, to: Team | None) -> Outcome:
    """Give the tickets to a team, or (None) to none of them."""

    def give(moment: Moment) -> bool:
        _check_goes_on(moment.ticket)
        if moment.ticket.team_id == (to.pk if to else None):
            return False
        services.set_team(moment.ticket, by=by, to=to, moment=moment)
        return True

    return _on_each(keys, give, by=by, unchanged=_("its team is that one already"))


def set_status(keys: Collection[int], *, by: User, to: str) -> Outcome:
    def take(moment: Moment) -> bool:
        if moment.ticket.status == to:
            return False
        services.set_status(moment.ticket, by=by, to=to, moment=moment)
        return True

    unchanged = _("it is “%(status)s” already") % {"status": Status(to).label}
    return _on_each(keys, take, by=by, unchanged=unchanged)


def set_level(keys: Collection[int], *, by: User, to: int, reason: str) -> Outcome:
    """Change the level, with one reason that the customers of all of them are told."""

    def change(moment: Moment) -> bool:
        _check_goes_on(moment.ticket)
        if moment.ticket.level_id == to:
            return False
        services.set_level(moment.ticket, by=by, to=to, reason=reason, moment=moment)
        return True

    unchanged = _("it is level %(level)d already") % {"level": to}
    return _on_each(keys, change, by=by, unchanged=unchanged)


def snooze(keys: Collection[int], *, by: User, until: datetime) -> Outcome:
    """Put the tickets off until then (UTC)."""

    def put_off(moment: Moment) -> bool:
        _check_goes_on(moment.ticket)
        if moment.ticket.snoozed_until == until:
            return False
        snoozing.snooze(moment.ticket, by=by, until=until, moment=moment)
        return True

    return _on_each(keys, put_off, by=by, unchanged=_("snoozed until then already"))


def use_macro(keys: Collection[int], *, by: User, macro: Macro, key: UUID) -> Outcome:
    """Do to each ticket what a macro says, once for the form that `key` is of.

    Its text goes out as it would from the ticket's page: with the ticket's own words filled in, and
    not at all where some are left open. What a ticket is like is asked while it is held, so that
    nothing is undone that was done to it meanwhile.
    """
    done, skipped = [], []
    tickets = _seen(keys, by=by)
    agents = User.objects.filter(is_staff=True, is_active=True)
    for ticket in tickets:
        try:
            with hold(ticket) as moment:
                turn = _turn_of(macro, moment.ticket, by=by, agents=agents, key=key)
                conversation.take_turn(moment.ticket, by=by, turn=turn)
        except Refused as refused:
            skipped.append((ticket.number, _said(refused)))
        else:
            done.append(ticket.number)
    return Outcome(done, skipped, gone=len({*keys}) - len(tickets))


def merge(keys: Collection[int], *, by: User, into: Ticket) -> Outcome:
    """Let one ticket go on in place of the others; those of other customers are left alone."""
    done, skipped = [], []
    tickets = _seen(keys, by=by)
    for ticket in tickets:
        if ticket.pk == into.pk:
            continue
        try:
            ending.merge(ticket, into=into, by=by)
        except ending.NotConfirmed:
            skipped.append((ticket.number, _("of another customer: merge it on its own page")))
        except Refused as refused:
            skipped.append((ticket.number, _said(refused)))
        else:
            done.append(ticket.number)
    return Outcome(done, skipped, gone=len({*keys}) - len(tickets))


def _on_each(keys: Collection[int], do: Deed, *, by: User, unchanged: str) -> Outcome:
    done, skipped = [], []
    tickets = _seen(keys, by=by)
    for ticket in tickets:
        try:
            with hold(ticket) as moment:
                services.check_works(by, moment.ticket)
                is_new = do(moment)
        except Refused as refused:
            skipped.append((ticket.number, _said(refused)))
        else:
            if is_new:
                done.append(ticket.number)
            else:
                skipped.append((ticket.number, unchanged))
    return Outcome(done, skipped, gone=len({*keys}) - len(tickets))


def _turn_of(macro: Macro, ticket: Ticket, *, by: User, agents: Iterable[User], key: UUID) -> Turn:
    services.check_works(by, ticket)
    _check_goes_on(ticket)
    if not Macro.objects.offered_to(by, ticket).filter(pk=macro.pk).exists():
        raise Refused(_("the macro is not for tickets like this"))
    words = macros.words_of(ticket, agent=by)
    written = macros.added_to(Written("", macro.kind), macro, words)
    is_public = written.kind == Message.Kind.PUBLIC
    if is_public and written.body and guards.doubts(written.body, agents=agents, by=by):
        raise Refused(_("the macro's text would go out unfinished"))
    return Turn(
        key=key,
        body=written.body,
        public=is_public,
        status=macro.status,
        level=macro.level_id if macro.level_id != ticket.level_id else None,
        reason=macro.reason,
        reassign=macro.takes,
        assignee=by if macro.takes else None,
        reteam=macro.gives_to is not None,
        team=macro.gives_to,
        tags={*ticket.tags.all(), *macro.tags.all()} if macro.tags.all() else None,
    )


def _seen(keys: Collection[int], *, by: User) -> list[Ticket]:
    return list(Ticket.objects.on_desk_of(by).filter(pk__in=keys).order_by("pk"))


def _check_goes_on(ticket: Ticket) -> None:
    if ticket.status == Status.CLOSED:
        raise Refused(_("closed already"))


def _said(refused: Refused) -> str:
    """Return a reason as it stands in parentheses behind a number."""
    if isinstance(refused, services.NotTheirs):
        return _("not yours to work on")
    return str(refused).removesuffix(".")
