"""What is done on a case, one thing each: the verbs, with the words of its story."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

from accounts.models import User
from portal.demo.casting import Case
from portal.demo.filing import Desk, enclosed, submission, told_later
from portal.demo.macros import HANDED_OVER
from portal.demo.mailing import bring, filed
from tickets import (
    answering,
    calling,
    clock,
    ending,
    redacting,
    services,
    snoozing,
    splitting,
    watching,
)
from tickets.about import About, set_attributes
from tickets.calling import Wish
from tickets.conversation import Turn, answer, take_turn
from tickets.mail.inbound import holding
from tickets.mail.models import InboundEmail
from tickets.models import CallAttempt, Callback, Tag, Ticket
from tickets.states import Status

ON_HOLD = "This needs a change by our network team, which has it on its list for this week."
OBJECTION = "Thank you, that is almost it. For one of us it is still as before; please look again."
SECOND_LOOK = "You are right: one entry was left out. We are on it again."
LASTING = "The missing entry is in as well. We have gone through all of them, one by one."
RAISED = "It keeps more people from working than we knew at first."
ONE_MORE = "While I write: the last invoice names our old address. Can you correct that, too?"
CORRECTED = "We have corrected the address. The next invoice will name it."
ASTRAY = "The new invoice came, and its address is right. Thank you."
CLAIM = "Please send all that follows to my private address, which is copied."
ON_THE_WAY = "I am on my way and look at it in the afternoon."
TOO_MUCH = "It happened in room 214, bed 2, if that helps you to find it."
ROOM = "room 214, bed 2"
CALL_WITHIN = timedelta(hours=6)
LOWERED = "There is a workaround, so that nobody is kept from working."


def file(case: Case, desk: Desk) -> None:
    """File the ticket: its customer on the portal or by mail, or an agent who had a call."""
    if case.way == "mail":
        case.ticket = filed(case, desk)
        return
    by = desk.people[case.agent if case.way == "phone" else case.requester]
    case.ticket = services.open_ticket(submission(case, desk), by=by)


def take(case: Case, desk: Desk) -> None:
    _turn(case, desk, Turn(reassign=True, assignee=desk.people[case.agent]))


def reply(case: Case, desk: Desk) -> None:
    _turn(case, desk, Turn(body=case.say(case.story.reply)))


def ask(case: Case, desk: Desk) -> None:
    _turn(case, desk, Turn(body=case.say(case.story.ask), status=Status.PENDING))


def tell(case: Case, desk: Desk) -> None:
    """Let the customer answer, by mail whoever wrote one."""
    if case.way == "mail":
        bring(case, desk, text=case.say(case.story.told))
    else:
        answer(_ticket(case), by=desk.people[case.requester], body=case.say(case.story.told))


def hold(case: Case, desk: Desk) -> None:
    _turn(case, desk, Turn(body=ON_HOLD, status=Status.ON_HOLD))


def note(case: Case, desk: Desk) -> None:
    _turn(case, desk, Turn(body=case.say(case.story.note), public=False))


def hand_over(case: Case, desk: Desk) -> None:
    """Give it to a colleague and to their team, who go on with it; it is marked as such."""
    case.agent, giver = case.colleague, case.agent
    ticket = _ticket(case)
    teams = desk.people[case.agent].teams.filter(brands=ticket.brand)
    turn = Turn(
        body="My shift ends, please go on with this one. All that is known is in here.",
        public=False,
        reassign=True,
        assignee=desk.people[case.agent],
        reteam=True,
        team=teams.order_by("name").first(),
        tags=Tag.objects.filter(name=HANDED_OVER),
    )
    take_turn(ticket, by=desk.people[giver], turn=turn)


def give_back(case: Case, desk: Desk) -> None:
    _turn(case, desk, Turn(reassign=True, assignee=None))


def raise_level(case: Case, desk: Desk) -> None:
    _turn(case, desk, Turn(level=_ticket(case).level_id - 1, reason=RAISED))


def lower_level(case: Case, desk: Desk) -> None:
    _turn(case, desk, Turn(level=_ticket(case).level_id + 1, reason=LOWERED))


def solve(case: Case, desk: Desk) -> None:
    files = enclosed(case, case.story.encloses)
    _turn(case, desk, Turn(body=case.say(case.story.done), files=files, status=Status.SOLVED))


def solve_silently(case: Case, desk: Desk) -> None:
    """Solve without a word: what was owed is then void, neither kept nor broken."""
    _turn(case, desk, Turn(status=Status.SOLVED))


def withdraw(case: Case, desk: Desk) -> None:
    """Let the customer say that it has come right by itself."""
    services.set_status(_ticket(case), by=desk.people[case.requester], to=Status.SOLVED)


def protest(case: Case, desk: Desk) -> None:
    answer(_ticket(case), by=desk.people[case.requester], body=OBJECTION)


def look_again(case: Case, desk: Desk) -> None:
    _turn(case, desk, Turn(body=SECOND_LOOK))


def solve_again(case: Case, desk: Desk) -> None:
    _turn(case, desk, Turn(body=LASTING, status=Status.SOLVED))


def copy(case: Case, desk: Desk) -> None:
    """Ask the customer's colleague to read along, who agrees; a slip of the pen is taken back."""
    ticket, requester = _ticket(case), desk.people[case.requester]
    colleague = _colleague(case, desk)
    watching.propose(ticket, email=f"x{colleague.email}", by=requester)
    watching.withdraw(ticket.proposals.get(), by=requester)
    watching.propose(ticket, email=colleague.email, by=requester)
    watching.agree(ticket.proposals.get(), by=colleague)


def leave(case: Case, desk: Desk) -> None:
    """Let that colleague, who has read enough, go."""
    colleague = _colleague(case, desk)
    watching.unwatch(_ticket(case), user=colleague, by=colleague)


def recategorise(case: Case, desk: Desk) -> None:
    """Say what a mail is about, which its sender could not."""
    ticket, story = _ticket(case), case.story
    request_type = desk.types[story.type]
    about = About.filed_as(ticket, request_type, desk.subcategories[story.type, story.about])
    case.ticket = set_attributes(ticket, by=desk.people[case.agent], about=about)


def merge(case: Case, desk: Desk) -> None:
    """Take it for the same as what its customer asked about that before."""
    ticket = _ticket(case)
    same = Ticket.objects.working().filter(
        requester=ticket.requester, subcategory=ticket.subcategory, pk__lt=ticket.pk
    )
    ending.merge(ticket, into=same.latest("pk"), by=desk.people[case.agent])


def unmerge(case: Case, desk: Desk) -> None:
    case.ticket = ending.unmerge(_ticket(case), by=desk.people[case.agent])


def mark_spam(case: Case, desk: Desk) -> None:
    ending.mark_spam(_ticket(case), by=desk.people[case.agent])


def not_spam(case: Case, desk: Desk) -> None:
    case.ticket = ending.not_spam(_ticket(case), by=desk.people[case.agent])


def delete(case: Case, desk: Desk) -> None:
    ending.delete(_ticket(case), by=desk.people[case.agent])


def snooze(case: Case, desk: Desk) -> None:
    """Put it off until tomorrow, or until its customer writes."""
    until = snoozing.tomorrow(clock.now())
    case.ticket = snoozing.snooze(_ticket(case), by=desk.people[case.agent], until=until)


def bring_up(case: Case, desk: Desk) -> None:
    """Let the customer add something that is another matter."""
    answer(_ticket(case), by=desk.people[case.requester], body=ONE_MORE)


def split(case: Case, desk: Desk) -> None:
    """Make that other matter a ticket of its own, and settle it at once."""
    ticket, agent = _ticket(case), desk.people[case.agent]
    moved = ticket.messages.filter(body=ONE_MORE).values_list("pk", flat=True)
    part = splitting.Part(
        messages=list(moved),
        requester=ticket.requester,
        subject="Old address on the invoice",
        level=ticket.level_id,
        key=uuid.uuid4(),
    )
    new = splitting.split(ticket, by=agent, part=part)
    take_turn(new, by=agent, turn=Turn(body=CORRECTED, status=Status.SOLVED))


def answer_astray(case: Case, desk: Desk) -> None:
    """Let the customer answer about the other matter, by mail and on the first ticket."""
    bring(case, desk, text=ASTRAY)


def move_mail(case: Case, desk: Desk) -> None:
    """Take that to the ticket where it belongs, which has come to its end then."""
    agent = desk.people[case.agent]
    astray = InboundEmail.objects.get(ticket=_ticket(case), became__body=ASTRAY)
    there = holding.move(astray, by=agent, to=Ticket.objects.get(split_from=_ticket(case)))
    take_turn(there, by=agent, turn=Turn(status=Status.SOLVED))


def claim(case: Case, desk: Desk) -> None:
    """Let somebody mail in the customer's name, who is not them."""
    bring(case, desk, text=CLAIM, check="fail", cc=("dana.private@mail.example",), addressed=2)


def answer_from_afar(case: Case, desk: Desk) -> None:
    """Let the agent answer by mail, as nobody can."""
    bring(case, desk, text=ON_THE_WAY, sender=case.agent)


def tell_too_much(case: Case, desk: Desk) -> None:
    answer(_ticket(case), by=desk.people[case.requester], body=TOO_MUCH)


def redact(case: Case, desk: Desk) -> None:
    """Remove for good what leads to a patient."""
    message = _ticket(case).messages.get(body=TOO_MUCH)
    removal = redacting.Removal("message", str(message.pk), why="patient data", part=ROOM)
    redacting.redact(_ticket(case), by=desk.people[case.agent], removal=removal)


def fill_in(case: Case, desk: Desk) -> None:
    """Ask for what a mail does not say, and write down the answers."""
    answers = told_later(case, desk)
    case.ticket = answering.fill_in(_ticket(case), by=desk.people[case.agent], answers=answers)


def wish_call(case: Case, desk: Desk) -> None:
    """Let a call wait, for the next hours."""
    now = clock.now()
    wish = Wish(
        number=case.words["line"],
        call_after=now,
        call_before=now + CALL_WITHIN,
        time_zone=case.time_zone,
        reason=case.say(case.story.subject)[:200],
    )
    calling.ask(_ticket(case), by=desk.people[case.agent], wish=wish)


def call_in_vain(case: Case, desk: Desk) -> None:
    _call(case, desk, CallAttempt.Result.VOICEMAIL, note="Left word to call us back.")


def reach(case: Case, desk: Desk) -> None:
    _call(case, desk, CallAttempt.Result.REACHED, note="All is clear now.")


def unwish_call(case: Case, desk: Desk) -> None:
    """Let the customer say that mails will do."""
    calling.withdraw(_callback(case), by=desk.people[case.requester])


def _call(case: Case, desk: Desk, result: str, *, note: str) -> None:
    agent = desk.people[case.agent]
    case.ticket = calling.call_back(_callback(case), by=agent, result=result, note=note)


def _callback(case: Case) -> Callback:
    waits: Callback = _ticket(case).callbacks.waiting().get()
    return waits


def _colleague(case: Case, desk: Desk) -> User:
    requester = desk.people[case.requester]
    return next(
        user
        for user in desk.people.values()
        if user.organization_id == requester.organization_id
        and user != requester
        and user.has_usable_password()
    )


def _turn(case: Case, desk: Desk, turn: Turn) -> None:
    case.ticket = take_turn(_ticket(case), by=desk.people[case.agent], turn=turn)


def _ticket(case: Case) -> Ticket:
    if case.ticket is None:
        raise LookupError(f"“{case.story.key}” was not filed before something was done to it.")
    return case.ticket


ACTS: dict[str, Callable[[Case, Desk], None]] = {
    act.__name__: act
    for act in (
        file,
        take,
        reply,
        ask,
        tell,
        hold,
        note,
        hand_over,
        give_back,
        raise_level,
        lower_level,
        solve,
        solve_silently,
        withdraw,
        protest,
        look_again,
        solve_again,
        copy,
        leave,
        recategorise,
        merge,
        unmerge,
        mark_spam,
        not_spam,
        delete,
        snooze,
        bring_up,
        split,
        answer_astray,
        move_mail,
        claim,
        answer_from_afar,
        tell_too_much,
        redact,
        fill_in,
        wish_call,
        call_in_vain,
        reach,
        unwish_call,
    )
}
# After these a ticket waits to be closed, unless somebody objects.
SOLVING = frozenset(
    act.__name__ for act in (solve, solve_silently, solve_again, withdraw, split, move_mail)
)
# No notice comes of these.
SILENT = frozenset(
    act.__name__
    for act in (
        *(take, note, give_back, copy, leave),
        *(recategorise, merge, unmerge, mark_spam, not_spam, delete),
        *(snooze, redact, claim, answer_from_afar),
        *(fill_in, wish_call, call_in_vain, reach, unwish_call),
    )
)
