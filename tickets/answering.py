"""Questions of a ticket that its customer was not asked, as on the phone, and their answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from tickets.catalog import conditions
from tickets.catalog.conditions import AnswerSpec, QuestionSpec
from tickets.catalog.specs import Catalog, SubcategorySpec, TypeSpec
from tickets.events import Moment, hold, record
from tickets.models import Answer, Channel, Event, Ticket
from tickets.services import Refused, check_works
from tickets.states import Actor


class AnsweredMeanwhile(Refused):
    """Somebody else answered the same in other words since these were asked for."""


def form_of(
    ticket: Ticket, catalog: Catalog
) -> tuple[TypeSpec, SubcategorySpec | None] | tuple[None, None]:
    """Return what a ticket is about as it is asked now; nothing where that is not offered."""
    spec = catalog.type_by_id(ticket.request_type_id)
    if spec is None:
        return None, None
    about = (each for each in spec.subcategories if each.id == ticket.subcategory_id)
    return spec, next(about, None)


def still_to_ask(
    ticket: Ticket, given: Mapping[str, Any], *, catalog: Catalog
) -> list[QuestionSpec]:
    """Return what must be answered and is not, of a ticket that did not come by the portal.

    `given` has its answers by key. It asks no database: the catalog is in memory.
    """
    if ticket.channel == Channel.PORTAL or not ticket.is_working:
        return []
    spec, about = form_of(ticket, catalog)
    if spec is None:
        return []
    asked = spec.questions + (about.questions if about else ())
    shown = conditions.visible(asked, given)
    return [
        question
        for question in asked
        if question.required and question.key in shown and question.key not in given
    ]


def question_to_customer(asked: Collection[QuestionSpec]) -> str:
    """Return what an agent writes to have these answered; nothing where nothing is to ask."""
    if not asked:
        return ""
    lines = [_("To go on, we need to know:"), *(f"- {question.label}" for question in asked)]
    return "\n".join(lines)


def fill_in(
    ticket: Ticket, *, by: User, answers: Sequence[AnswerSpec], moment: Moment | None = None
) -> Ticket:
    """Store answers that an agent was told; what was answered before stays as it was said.

    Nothing new is no event. Raises `AnsweredMeanwhile`, and stores nothing, where another answer
    is known, and `Refused` where `by` may not work on the ticket, or it is over.
    """
    with hold(ticket, moment) as moment:
        ticket = moment.ticket
        check_works(by, ticket)
        if ticket.outcome:
            raise Refused(
                _("%(number)s is over: nothing changes on it.") % {"number": ticket.number}
            )
        known = {answer.key: answer for answer in ticket.answers.all()}
        _check_against(known, answers)
        new = [given for given in answers if given.key not in known]
        if not new:
            return ticket
        first = max((answer.position for answer in known.values()), default=-1) + 1
        Answer.objects.bulk_create(
            Answer(ticket=ticket, position=position, **vars(given))
            for position, given in enumerate(new, start=first)
        )
        data = {"questions": [given.label for given in new]}
        record(moment, Event.Type.ANSWERS_FILLED, by=by, actor=Actor.AGENT, data=data)
        return ticket


def _check_against(known: Mapping[str, Answer], answers: Sequence[AnswerSpec]) -> None:
    for given in answers:
        if given.key in known and known[given.key].value != given.value:
            raise AnsweredMeanwhile(
                _("“%(question)s” was answered meanwhile.") % {"question": given.label}
            )
