"""Reading along: nobody is copied by somebody else's word, and who is removed sees nothing."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from tickets import services, uploads, watching
from tickets.models import Proposal, Ticket, Watcher
from tickets.tests.reading import between, words_of


@pytest.fixture
def cho(make_user):
    return make_user("Cho")


@pytest.fixture
def ticket(make_ticket, dana):
    """One with a word in each place that could leak: subject, text, file, file name."""
    file = uploads.store(SimpleUploadedFile("CANARY.txt", b"CANARY"))
    return make_ticket(subject="CANARY subject", description="CANARY text", attachments=[file])


@pytest.fixture
def asked(browser_of, ticket, dana):
    """Dana has Cho's address asked on the ticket's page; returns the path of the mailed link."""

    def asked(email="cho@example.com"):
        browser_of(dana).post(f"{ticket.get_absolute_url()}copies/", {"email": email})
        return link_of(mail.outbox[-1])

    return asked


def link_of(message):
    return re.findall(r"https?://[^/]+(/copies/\S+)", message.body)[0]


def what_answers(browser, ticket):
    """The status of the ticket's page, its file, and a reply to it."""
    file = browser.get(ticket.messages.first().attachments.get().get_absolute_url())
    b"".join(file)  # a file is closed once it was read
    return [
        browser.get(ticket.get_absolute_url()).status_code,
        file.status_code,
        browser.post(f"{ticket.get_absolute_url()}replies/", {"body": ""}).status_code,
    ]


SEES_NOTHING, SEES_IT = [404, 404, 404], [200, 200, 422]


def test_who_is_asked_sees_nothing_before_saying_yes_and_all_of_it_after(
    asked, browser_of, ticket, cho, dana
):
    link, browser = asked(), browser_of(cho)

    shown = browser.get(link)
    before = what_answers(browser, ticket)
    agreed = browser.post(link)

    assert words_of(shown) == (
        f"Do you want to read along on {ticket.number}? Dana wants you to be copied on this "
        "request. You would read all of it, hear of replies, and could reply yourself. "
        "Yes, copy me No"
    )
    assert before == SEES_NOTHING
    assert agreed["Location"] == ticket.get_absolute_url()
    assert what_answers(browser, ticket) == SEES_IT
    watcher = Watcher.objects.get()
    assert (watcher.user, watcher.added_by) == (cho, dana)
    assert browser.get(link).status_code == 404


def test_the_mail_has_number_and_link_and_none_of_the_tickets_words(asked, ticket):
    asked()

    (message,) = mail.outbox
    whole = f"{message.subject}{message.body}{message.alternatives[0].content}"
    assert message.subject == f"[{ticket.number}] Do you want to read along?"
    assert (message.to, "CANARY" in whole, "Wrong" in whole) == (["cho@example.com"], False, False)


def test_known_and_unknown_addresses_get_the_same_answer(make_ticket, browser_of, cho, dana):
    def answer(email):
        ticket = make_ticket()
        page = browser_of(dana).post(
            f"{ticket.get_absolute_url()}copies/", {"email": email}, follow=True
        )
        return words_of(page).replace(email, "…").replace(ticket.number, "#")

    known, unknown = answer(cho.email), answer("nobody@else.example")

    assert known == unknown
    assert "We asked …. They see the ticket once they say yes." in known
    assert "… waiting for confirmation" in known
    assert [message.to for message in mail.outbox] == [[cho.email], ["nobody@else.example"]]


def test_an_address_gets_one_mail_however_often_it_is_proposed(asked):
    asked()
    asked(" CHO@Example.com ")

    assert len(mail.outbox) == 1
    assert Proposal.objects.count() == 1


def test_a_forwarded_link_opens_nothing_for_anybody_else(asked, browser_of, ticket, make_user):
    link = asked()
    mallory = make_user("Mallory")
    browser, signed_out = browser_of(mallory), browser_of()

    shown, pressed = browser.get(link), browser.post(link)
    outside = signed_out.get(link), signed_out.post(link)

    assert "Yes, copy me" not in words_of(shown)
    assert "This link was mailed to another address" in words_of(pressed)
    assert "Sign in with the address that got this link" in words_of(outside[0])
    assert what_answers(browser, ticket) == SEES_NOTHING
    assert Watcher.objects.count() == 0
    assert mail.outbox[-1].to == ["cho@example.com"]
    assert "CANARY" not in "".join(str(each.content) for each in (shown, pressed, *outside))


def test_somebody_unknown_gets_a_password_by_mail_and_then_says_yes(asked, browser_of, ticket):
    link, browser = asked("new@else.example"), browser_of()

    browser.post(link)
    password = mail.outbox[-1]
    chosen = re.findall(r"https?://[^/]+(/accounts/\S+)", password.body)[0]
    page = browser.get(chosen, follow=True)
    browser.post(page.redirect_chain[-1][0], {"password1": "three blue herons"})
    user = User.objects.get(email="new@else.example")
    browser.force_login(user)
    browser.post(link)

    assert password.to == ["new@else.example"]
    assert user.check_password("three blue herons")
    assert what_answers(browser, ticket) == SEES_IT


def test_who_is_removed_sees_nothing_from_that_moment(asked, browser_of, ticket, cho, dana):
    link, browser = asked(), browser_of(cho)
    browser.post(link)
    watcher = Watcher.objects.get()

    removal = f"{ticket.get_absolute_url()}copies/removal/"
    browser_of(dana).post(removal, {"watcher": watcher.pk})

    assert what_answers(browser, ticket) == SEES_NOTHING
    assert list(Ticket.objects.visible_to(cho)) == []


def test_a_proposal_taken_back_or_too_old_opens_nothing(asked, browser_of, ticket, cho, dana, time):
    first = asked()
    removal = f"{ticket.get_absolute_url()}copies/removal/"
    browser_of(dana).post(removal, {"proposal": Proposal.objects.get().pk})
    second = asked()
    time.advance(days=3, seconds=1)

    browser = browser_of(cho)
    answers = [browser.post(link).status_code for link in (first, second)]

    assert answers == [404, 404]
    assert what_answers(browser, ticket) == SEES_NOTHING


@pytest.mark.parametrize("token", ["an-old-link", "x" * 43])
def test_a_link_that_was_never_mailed_says_so(asked, browser_of, cho, token):
    asked()

    for browser in (browser_of(), browser_of(cho)):
        page = browser.get(f"/copies/{token}/")
        assert page.status_code == 404
        assert words_of(page).startswith("This link does not work any more")


def test_the_token_is_kept_as_a_hash_alone(asked):
    token = asked().split("/")[2]

    proposal = Proposal.objects.get()
    assert token not in str(vars(proposal))
    assert len(token) >= 43
    assert proposal.expires_at - proposal.created_at == timedelta(days=3)


def test_who_is_copied_replies_but_solves_nothing_and_removes_nobody_else(
    asked, browser_of, ticket, cho, make_user
):
    other = make_user("Other")
    browser = browser_of(cho)
    browser.post(asked())
    theirs = watching.watch(ticket, by=other, added_by=ticket.requester)
    address = ticket.get_absolute_url()

    browser.post(f"{address}replies/", {"body": "Me too.", "solve": "on"})
    browser.post(f"{address}closure/")
    browser.post(f"{address}copies/", {"email": "more@example.com"})
    browser.post(f"{address}copies/removal/", {"watcher": theirs.pk})

    ticket.refresh_from_db()
    page = words_of(browser.get(address))
    assert (ticket.status, ticket.messages.last().body) == ("new", "Me too.")
    assert {watcher.user for watcher in ticket.watchers.all()} == {cho, other}
    assert Proposal.objects.count() == 0
    assert ("Mark as solved" in page, "This also solves it" in page) == (False, False)


def test_who_is_copied_may_stop_and_is_told_what_that_means(asked, browser_of, ticket, cho):
    browser = browser_of(cho)
    browser.post(asked())

    page = words_of(browser.get(ticket.get_absolute_url()))
    left = browser.post(
        f"{ticket.get_absolute_url()}copies/removal/", {"watcher": Watcher.objects.get().pk}
    )

    assert "Stop reading along: this ticket is closed to you then" in page
    assert left["Location"] == "/tickets/"
    assert what_answers(browser, ticket) == SEES_NOTHING


def test_a_colleague_who_sees_it_anyway_follows_and_stops(ticket, browser_of, make_user):
    maria = make_user("Maria", organization="Riverside Clinic", sees_organization=True)
    browser, address = browser_of(maria), ticket.get_absolute_url()

    browser.post(f"{address}following/")
    followed = between(browser.get(address), "Copied people", "Stop following")
    browser.post(f"{address}copies/removal/", {"watcher": Watcher.objects.get().pk})

    assert followed == "Copied people Maria copied"
    assert Watcher.objects.count() == 0
    assert what_answers(browser, ticket) == SEES_IT
    assert "Follow this ticket" in words_of(browser.get(address))


def test_nobody_is_copied_on_a_restricted_ticket(make_ticket, browser_of, dana):
    legal = make_ticket(about="legal")

    page = browser_of(dana).post(
        f"{legal.get_absolute_url()}copies/", {"email": "cho@example.com"}, follow=True
    )

    assert "Nobody can be copied on this ticket." in words_of(page)
    assert "Copied people" not in words_of(page)
    assert (Proposal.objects.count(), mail.outbox) == (0, [])


def test_only_so_many_are_copied_and_only_so_many_asked_by_one_person(
    ticket, browser_of, dana, settings
):
    settings.LIMITS = {**settings.LIMITS, "copy": (11, 3600)}
    browser, copies = browser_of(dana), f"{ticket.get_absolute_url()}copies/"
    for number in range(10):
        browser.post(copies, {"email": f"person{number}@example.com"})

    one_more = browser.post(copies, {"email": "one.more@example.com"}, follow=True)
    at_last = browser.post(copies, {"email": "at.last@example.com"})

    page = words_of(one_more)
    assert (at_last.status_code, 0 < int(at_last["Retry-After"]) <= 3600) == (429, True)
    assert "At most 10 people can be copied on one ticket. Remove somebody first." in page
    assert Proposal.objects.count() == 10


@pytest.mark.parametrize(
    "email, why",
    [
        ("", "Enter the e-mail address of the person to copy"),
        ("nonsense", "Enter an e-mail address like name@example.com"),
        ("a@b.example\nBcc: c@d.example", "Enter an e-mail address like name@example.com"),
        ("Dana@Example.com", "That is your own address. You read this ticket already."),
    ],
)
def test_an_address_that_cannot_be_asked_is_told(ticket, browser_of, dana, email, why):
    page = browser_of(dana).post(
        f"{ticket.get_absolute_url()}copies/", {"email": email}, follow=True
    )

    assert why in words_of(page)
    assert mail.outbox == []


def test_reading_along_leaves_events_that_no_promise_and_no_mail_hears(
    ticket, asked, browser_of, cho, dana, alex
):
    clocks = list(ticket.clocks.values())
    browser_of(cho).post(asked())
    watching.unwatch(ticket, user=cho, by=dana)
    watching.propose(ticket, email="more@example.com", by=dana)
    watching.withdraw(Proposal.objects.get(), by=dana)

    assert list(ticket.events.values_list("type", "actor", "by__name", "data"))[1:] == [
        ("copy_proposed", "requester", "Dana", {"email": "cho@example.com"}),
        ("watched", "requester", "Cho", {"user": cho.pk, "name": "Cho"}),
        ("unwatched", "requester", "Dana", {"user": cho.pk, "name": "Cho"}),
        ("copy_proposed", "requester", "Dana", {"email": "more@example.com"}),
        ("copy_withdrawn", "requester", "Dana", {"email": "more@example.com"}),
    ]
    assert list(ticket.clocks.values()) == clocks
    assert told(browser_of(dana).get(ticket.get_absolute_url())) == [
        "Cho reads along",
        "Cho does not read along any more",
    ]
    assert told(browser_of(alex).get(f"/admin/tickets/ticket/{ticket.pk}/change/")) == [
        "Dana asked to copy cho@example.com",
        "Cho reads along",
        "Cho does not read along any more, by Dana",
        "Dana asked to copy more@example.com",
        "Dana took back the wish to copy more@example.com",
    ]


def told(page):
    return re.findall(r'<p class="event"><span>(.+?)</span>', page.content.decode())


def test_watching_twice_is_once(ticket, cho, dana):
    first = watching.watch(ticket, by=cho, added_by=dana)
    second = watching.watch(ticket, by=cho, added_by=dana)

    watching.unwatch(ticket, user=cho, by=cho)
    watching.unwatch(ticket, user=cho, by=cho)

    assert first == second
    assert [event.type for event in ticket.events.all()][1:] == ["watched", "unwatched"]


def test_a_closed_ticket_takes_nobody_new(ticket, dana, alex):
    services.set_status(ticket, by=alex, to="solved")
    services.set_status(ticket, by=None, to="closed")

    with pytest.raises(services.Refused):
        watching.propose(ticket, email="cho@example.com", by=dana)
