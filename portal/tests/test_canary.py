"""What agents say among themselves appears in nothing that a customer can see.

One word stands in everything that is the desk's: notes and their files, tags, macros, teams, views,
texts that were not sent. Customers go wherever a link leads them, open every file, search, and
are mailed; after each of the verbs that move things about.
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
from tickets import (
    clock,
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
from tickets.mail.expand import expand
from tickets.mail.models import OutboundEmail
from tickets.models import (
    Attachment,
    CallAttempt,
    Callback,
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
    DeskWatch.objects.create(ticket=ticket, user=alex, created_at=clock.now())
    unsent.keep(ticket, alex, {"body": [f"Not sent yet: {CANARY}"]})
    SavedView.objects.create(name=CANARY, team=team, query="tab=mine", created_at=clock.now())
    callback = Callback.objects.create(
        ticket=ticket,
        number="555 0100",
        call_after=clock.now(),
        call_before=clock.now() + timedelta(hours=1),
        time_zone="UTC",
        reason=CANARY,
        created_at=clock.now(),
        created_by=alex,
    )
    CallAttempt.objects.create(
        callback=callback, result="voicemail", note=CANARY, at=clock.now(), by=alex
    )
    return ticket


def _note(ticket, *, by):
    file = uploads.store(SimpleUploadedFile(f"{CANARY}.txt", CANARY.encode()))
    return services.note(ticket, by=by, body=f"Between us: {CANARY}.", files=[file])


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
    solved_and_closed,
    deleted,
)


# Who is copied on a ticket is not on one that is split off; what was deleted nobody reads.
READERS = {split: {"dana", "maria"}, deleted: set()}


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
def test_no_customer_sees_it(verb, ticket, people, make_ticket, alex, browser_of):
    make_ticket(subject="Another one")
    more = {"browser": browser_of(alex)} if verb is answered_with_a_macro else {}

    verb(ticket, by=alex, **more)

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


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
def test_no_mail_says_it_to_anybody(verb, ticket, make_ticket, alex, morgan, browser_of):
    make_ticket(subject="Another one")
    services.assign(ticket, by=morgan, to=alex)
    more = {"browser": browser_of(alex)} if verb is answered_with_a_macro else {}

    verb(ticket, by=alex, **more)
    expand(clock.now(), limit=1000)

    mails = OutboundEmail.objects.all()
    said = [f"{mail.subject} {mail.text} {mail.html} {mail.headers}" for mail in mails]
    assert said
    assert [text for text in said if CANARY in text.lower() or REMOVED in text] == []


@pytest.mark.parametrize("verb", [nothing_more, merged, split], ids=lambda verb: verb.__name__)
def test_no_file_of_a_note_is_given_to_them_and_no_search_finds_it(
    verb, ticket, people, make_ticket, alex, browser_of
):
    make_ticket(subject="Another one")
    verb(ticket, by=alex)
    files = Attachment.objects.filter(message__kind=Message.Kind.NOTE)

    for user in people.values():
        browser = browser_of(user)
        assert {browser.get(file.get_absolute_url()).status_code for file in files} == {404}
        for whose in ("", "&whose=following"):
            page = browser.get(f"/tickets/?view=all&q={CANARY}{whose}")
            assert list(page.context["tickets"]) == []


def test_their_agent_sees_all_of_it(ticket, alex, browser_of):
    """Or the word would be hidden from everybody, and the tests above would say nothing."""
    page = browser_of(alex).get(reverse("admin:tickets_ticket_change", args=[ticket.pk])).text

    assert f"Between us: {CANARY}." in page
    assert f"{CANARY}.txt" in page
    assert f"Team {CANARY}" in page
    assert f"Not sent yet: {CANARY}" in page


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
