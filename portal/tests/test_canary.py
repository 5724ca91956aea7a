"""What agents say among themselves appears in nothing that a customer can see.

One word stands in everything that is the desk's: notes and their files, tags, macros, teams, views,
texts that were not sent, mails that wait, why somebody is called and how that went. Customers go
wherever a link leads them, open every file, search, and are mailed; after each of the verbs that
move things about. Agents of other brands find it as little, and no file that leaves the desk has
it.
"""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.tests.forms_on_pages import form_with
from sla.sweep import sweep
from tickets import (
    calling,
    clock,
    desk_settings,
    ending,
    merging,
    redacting,
    services,
    snoozing,
    splitting,
    unsent,
    uploads,
    watching,
)
from tickets.conversation import answer
from tickets.mail.digests import write_due
from tickets.mail.expand import expand
from tickets.mail.inbound import holding
from tickets.mail.models import OutboundEmail
from tickets.mail.tests.came_in import came, mail_from
from tickets.models import (
    Attachment,
    DeskWatch,
    Macro,
    Message,
    SavedView,
    Tag,
)

CANARY = "serinus"
REMOVED = "diagnosis-4711"
SAID = "The pager beeps twice."
ENOUGH = 400
QUEUE = "/admin/tickets/ticket/"
FILES = [
    f"/admin/sla/{name}.csv" for name in ("breached", "due", "unanswered", "decided", "compliance")
]


@pytest.fixture
def people(dana, make_user):
    """The requester, a colleague who sees the organization's tickets, who is copied, and nobody."""
    return {
        "dana": dana,
        "maria": make_user("Maria", organization="Riverside Clinic", sees_organization=True),
        "carol": make_user("Carol"),
        "nora": make_user("Nora"),
    }


@pytest.fixture
def ticket(people, make_ticket, make_team, alex):
    """One on which the word is in all that agents have."""
    ticket = make_ticket()
    watching.watch(ticket, by=people["carol"], added_by=people["dana"])
    answer(ticket, by=people["dana"], body=f"{SAID} It was {REMOVED}.")
    make_team(f"Team {CANARY}", members=[alex], brands=["perfectserve"])
    team = alex.teams.get()
    services.set_team(ticket, by=alex, to=team)
    services.set_tags(ticket, by=alex, to=[Tag.objects.create(name=CANARY)])
    _note(ticket, by=alex)
    claimed = {"subject": f"{ticket.number} {CANARY}", "text": CANARY, "check": "fail"}
    assert came(mail_from(people["dana"], **claimed)).is_held
    DeskWatch.objects.create(ticket=ticket, user=alex, created_at=clock.now())
    unsent.keep(ticket, alex, {"body": [f"Not sent yet: {CANARY}"]})
    SavedView.objects.create(name=CANARY, team=team, query="tab=mine", created_at=clock.now())
    _called(_wished_for(ticket, by=alex), "voicemail", by=alex)
    return ticket


@pytest.fixture
def happens(ticket, make_ticket, alex, browser_of):
    """Let a verb happen to the ticket, beside which its customer has another one."""

    def happens(verb):
        make_ticket(subject="Another one")
        more = {"browser": browser_of(alex)} if verb is answered_with_a_macro else {}
        verb(ticket, by=alex, **more)

    return happens


@pytest.fixture
def spreadsheets(time, ticket, alex, morgan, browser_of):
    """Fetch all files that agents and managers get, some days later."""

    def spreadsheets():
        sweep(time.advance(days=3))
        alex.teams.get().memberships.create(user=morgan)
        files = [browser_of(morgan).get(address) for address in FILES]
        return [*files, browser_of(alex).post(f"{QUEUE}?tab=all", _ticked(ticket))]

    return spreadsheets


def _ticked(ticket):
    return {"action": "export", "_selected_action": [ticket.pk]}


def _note(ticket, *, by):
    file = uploads.store(SimpleUploadedFile(f"{CANARY}.txt", CANARY.encode()))
    return services.note(ticket, by=by, body=f"Between us: {CANARY}.", files=[file])


def _wished_for(ticket, *, by):
    """Let a call wait, for a reason that is for colleagues."""
    wish = calling.Wish(
        number="555 0100",
        call_after=clock.now(),
        call_before=clock.now() + timedelta(hours=1),
        time_zone="UTC",
        reason=CANARY,
    )
    return calling.ask(ticket, by=by, wish=wish)


def _called(callback, result, *, by):
    calling.call_back(callback, by=by, result=result, note=f"Of the call: {CANARY}")


# --- What happens to it -----------------------------------------------------------------


def nothing_more(ticket, *, by):
    pass


def merged(ticket, *, by):
    """Another ticket with a note becomes part of it, with words to its customer."""
    other = _another(ticket)
    _note(other, by=by)
    people = [person.pk for person in merging.followers(other, into=ticket)]
    merging.merge(other, into=ticket, by=by, how=merging.Merge("Go on there.", copies=people))


def merged_and_taken_apart(ticket, *, by):
    other = _another(ticket)
    _note(other, by=by)
    merging.merge(ticket, into=other, by=by, how=merging.Merge())
    merging.unmerge(ticket, by=by)


def split(ticket, *, by):
    """The customer's answer and the note after it go on as another ticket."""
    moved = ticket.messages.order_by("id")[1:]
    part = splitting.Part(
        messages=[message.pk for message in moved],
        requester=ticket.requester,
        subject="The pager",
        level=3,
        key=uuid.uuid4(),
    )
    new = splitting.split(ticket, by=by, part=part)
    assert new.messages.filter(kind="note").exists()


def redacted(ticket, *, by):
    """A note and its file are removed, for a reason; and a part of what the customer wrote."""
    holding.discard(ticket.mails.get(), by=by)
    note = _note(ticket, by=by)
    said = ticket.messages.get(body__contains=REMOVED)
    for what, key in (("file", note.attachments.get().pk), ("message", note.pk)):
        redacting.redact(
            ticket, by=by, removal=redacting.Removal(what, str(key), f"About {CANARY}")
        )
    redacting.redact(
        ticket,
        by=by,
        removal=redacting.Removal("message", str(said.pk), "patient data", part=REMOVED),
    )


def snoozed_and_woken(ticket, *, by):
    snoozing.snooze(ticket, by=by, until=clock.now() + timedelta(days=1))
    snoozing.wake(ticket, by=by)


def answered_with_a_macro(ticket, *, by, browser):
    """Its name and tags are the desk's; its text alone is said."""
    macro = Macro.objects.create(name=f"Macro {CANARY}", text="Please restart it.")
    macro.tags.add(Tag.objects.create(name=f"{CANARY}-again"))
    page = reverse("admin:tickets_ticket_change", args=[ticket.pk])
    form = form_with("version", browser.get(page).text) | {"body": [""], "kind": ["public"]}
    staged = browser.post(page, {**form, "macro": [macro.pk], "status": ["macro"]}).text
    sent = browser.post(page, {**form_with("version", staged), "status": [""]})
    assert sent.status_code == 302, sent.text


def called_until_reached(ticket, *, by):
    """One call is tried and not wanted any more, another one reaches the customer."""
    waiting = ticket.callbacks.get()
    for result in ("no_answer", "wrong_number"):
        _called(waiting, result, by=by)
    calling.withdraw(waiting, by=by)
    _called(_wished_for(ticket, by=by), "reached", by=by)


def marked_as_spam_by_mistake(ticket, *, by):
    ending.mark_spam(ticket, by=by)
    ending.not_spam(ticket, by=by)


def solved_and_closed(ticket, *, by):
    services.set_status(ticket, by=by, to="solved")
    services.set_status(ticket, by=None, to="closed")


def deleted(ticket, *, by):
    ending.delete(ticket, by=by)


def _another(ticket):
    """Return the other ticket of the same requester."""
    return ticket.requester.requested_tickets.exclude(pk=ticket.pk).get()


VERBS = (
    nothing_more,
    merged,
    merged_and_taken_apart,
    split,
    redacted,
    snoozed_and_woken,
    answered_with_a_macro,
    called_until_reached,
    marked_as_spam_by_mistake,
    solved_and_closed,
    deleted,
)


# Who is copied on a ticket is not on one that is split off; what was deleted nobody reads.
READERS = {split: {"dana", "maria"}, deleted: set()}


AFTER_EACH = pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
AFTER_WHAT_MOVES = pytest.mark.parametrize(
    "verb",
    [nothing_more, merged, merged_and_taken_apart, split, redacted, deleted],
    ids=lambda verb: verb.__name__,
)


@AFTER_EACH
def test_no_customer_sees_it(verb, people, happens, browser_of):
    happens(verb)

    read = {name: _all_that_is_read(browser_of(user)) for name, user in people.items()}
    assert [
        (name, path)
        for name, pages in read.items()
        for path, text in pages.items()
        if CANARY in text.lower()
    ] == []
    reads = {name for name, pages in read.items() if any(SAID in text for text in pages.values())}
    assert reads == READERS.get(verb, {"dana", "maria", "carol"})
    if verb is redacted:
        assert not any(REMOVED in text for pages in read.values() for text in pages.values())


@AFTER_EACH
def test_no_mail_says_it_to_anybody(verb, ticket, happens, alex, morgan):
    services.assign(ticket, by=morgan, to=alex)
    happens(verb)
    expand(clock.now(), limit=1000)

    assert _kinds_of_mails_without_it() >= {"received"}


def test_no_digest_and_no_warning_says_it(time, ticket, alex, morgan, people):
    """What agents are told of later, in each of the ways that they may choose."""
    desk_settings.choose(alex, assigned="digest", customer_replied="digest", due_soon="at_once")
    alex.teams.get().memberships.create(user=morgan, is_lead=True)
    services.assign(ticket, by=morgan, to=alex)
    services.set_level(ticket, by=morgan, to=2, reason="More of it")
    answer(ticket, by=people["dana"], body="Is anybody there?")
    for _hour in range(48):
        sweep(time.advance(hours=1))
        write_due(time.at)
        expand(time.at, limit=1000)
    services.reply(ticket, by=alex, body="Here we are.")
    services.set_status(ticket, by=alex, to="solved")
    expand(time.at, limit=1000)

    told = {"received", "level_changed", "digest", "endangered", "breached", "replied", "solved"}
    assert _kinds_of_mails_without_it() >= told


def _kinds_of_mails_without_it():
    """Return what was mailed to anybody, none of which may say it."""
    mails = OutboundEmail.objects.all()
    said = [f"{mail.subject} {mail.text} {mail.html} {mail.headers}" for mail in mails]
    assert [text for text in said if CANARY in text.lower() or REMOVED in text] == []
    return {mail.kind for mail in mails}


@AFTER_WHAT_MOVES
def test_no_file_of_a_note_is_given_to_them_and_no_search_finds_it(
    verb, people, happens, browser_of
):
    happens(verb)
    files = Attachment.objects.filter(message__kind=Message.Kind.NOTE)

    for user in people.values():
        browser = browser_of(user)
        assert {browser.get(file.get_absolute_url()).status_code for file in files} == {404}
        for whose in ("", "&whose=following"):
            page = browser.get(f"/tickets/?view=all&q={CANARY}{whose}")
            assert list(page.context["tickets"]) == []
        assert browser.get(f"{QUEUE}search/?q={CANARY}").status_code == 404


@AFTER_WHAT_MOVES
def test_the_search_of_agents_finds_it_for_those_of_its_brand_alone(
    verb, happens, make_user, make_team, alex, browser_of
):
    elsewhere = make_user("Blair", role="agent")
    make_team("Elsewhere", members=[elsewhere], brands=["clinical-collaboration"])
    happens(verb)
    noted = set(Message.objects.filter(body__contains=CANARY).values_list("ticket", flat=True))

    found = {user: browser_of(user).get(f"{QUEUE}search/?q={CANARY}") for user in (alex, elsewhere)}

    keys = {user: {line.row.pk for line in page.context["lines"]} for user, page in found.items()}
    assert keys == {alex: set() if verb is deleted else noted, elsewhere: set()}
    assert "Between us" not in found[elsewhere].text


@pytest.mark.parametrize("verb", [merged, split, redacted], ids=lambda verb: verb.__name__)
def test_no_file_for_a_spreadsheet_has_what_a_note_says(
    verb, spreadsheets, ticket, happens, people, browser_of
):
    """The name of its team is in those of agents; customers get none."""
    happens(verb)

    files = spreadsheets()

    texts = [b"".join(file).decode() for file in files]
    assert {file["Content-Type"] for file in files} == {"text/csv; charset=utf-8"}
    assert any(ticket.number in text for text in texts)
    assert [text for text in texts if CANARY in text.lower().replace(f"team {CANARY}", "")] == []
    for user in people.values():
        assert {browser_of(user).get(address).status_code for address in FILES} == {404}
        assert browser_of(user).post(f"{QUEUE}?tab=all", _ticked(ticket)).status_code == 404


def test_their_agent_sees_all_of_it(ticket, alex, browser_of):
    """Or the word would be hidden from everybody, and the tests above would say nothing."""
    page = browser_of(alex).get(reverse("admin:tickets_ticket_change", args=[ticket.pk])).text

    assert f"Between us: {CANARY}." in page
    assert f"{CANARY}.txt" in page
    assert f"Team {CANARY}" in page
    assert f"Not sent yet: {CANARY}" in page
    assert f"Of the call: {CANARY}" in page


def _all_that_is_read(browser):
    """Go wherever links lead, beginning at what everybody knows; returns the texts by address."""
    coming = ["/", "/tickets/", "/tickets/?whose=organization", "/tickets/?whose=following"]
    coming += [f"/tickets/?view={view}" for view in ("working", "waiting", "solved", "all")]
    read: dict[str, str] = {}
    while coming and len(read) < ENOUGH:
        path = coming.pop()
        if path in read:
            continue
        response = browser.get(path, follow=True)
        read[path] = b"".join(response).decode(errors="replace")
        if "text/html" in response.get("Content-Type", ""):
            coming += [unescape(link) for link in _links(read[path]) if link not in read]
    return read


def _links(text):
    """Return where the links of a page lead; other orders of a list and new forms apart."""
    found = re.findall(r'href="(/[^"#?]*)"', text)
    elsewhere = ("/static/", "//", "/new/", "/accounts/")
    return [link for link in found if not link.startswith(elsewhere)]
