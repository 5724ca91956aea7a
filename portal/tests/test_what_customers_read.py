"""What everybody reads before, while and after filing: whom to call, what is promised, by when."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from portal.tests.pages import Page
from sla.models import Clock
from tickets.catalog.models import Brand
from tickets.catalog.services import changed
from tickets.mail.models import OutboundEmail
from tickets.mail.relay import run_once
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

HOSTS = {"support.perfectserve.com": "5", "support.telmediq.com": "1"}
OPEN_TO_ALL = (
    "/",
    "/contact/",
    "/new/",
    "/new/payment/",
    "/new/perfectserve/",
    "/new/clinical-collaboration/",
    "/accounts/sign-in/",
    "/accounts/sign-up/",
    "/accounts/password/get/",
)
# level: answers that give it, hours to the first answer and to the solution, called first
LEVELS = {
    1: ({"affected": "most", "ability": "no"}, 1, 24, True),
    2: ({"affected": "some", "ability": "partly"}, 2, 72, True),
    3: ({"affected": "one", "ability": "no"}, 4, 120, False),
    4: ({"affected": "nobody", "ability": "yes"}, 48, 240, False),
}
ASKED = {"kind": "issue", "subject": "No pages", "description": "Since noon.", "shown": "invoice"}


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def file_payment(client, impact, *, phone_answer="cannot"):
    """File the simplest type with this impact; return the page that shows the ticket."""
    response = client.post("/new/payment/", ASKED | impact | {"send": ""})
    if response["Location"].endswith("/phone/"):
        client.post(response["Location"], {"phone_answer": phone_answer})
        draft = response["Location"].removesuffix("phone/")
        response = client.post(draft, ASKED | impact | {"send": ""})
    return client.get(response["Location"])


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/new/", "/new/payment/"])
def test_before_any_form_it_says_whom_to_reach_for_whom_it_stops(client, host, path):
    Brand.objects.update(chat_url="https://chat.example.com/")
    changed()

    page = client.get(path, headers={"host": host}).content.decode()

    reminder = page.split('aria-labelledby="reminder-title"')[1].split("</section>")[0]
    call = f"Call 1.877.844.7727, ext. {HOSTS[host]}"
    assert [words(row) for row in re.findall(r"<div>(.*?)</div>", reminder, re.DOTALL)] == [
        f"Single user {call} or chat with us",
        f"Some users {call}",
        f"A majority or all users {call}",
    ]
    assert f'href="tel:+18778447727;ext={HOSTS[host]}"' in reminder
    if path == "/new/":
        assert page.index("reminder-title") < page.index('href="/new/payment/"')


def test_without_an_address_to_chat_none_is_offered(client):
    page = client.get("/new/").content.decode()

    assert "Call 1.877.844.7727" in page
    assert "chat with us" not in page


@pytest.mark.parametrize("level", LEVELS)
def test_answers_give_the_level_and_the_level_its_hours(as_dana, time, level):
    impact, first, solved, calls = LEVELS[level]

    shown = file_payment(as_dana, impact)

    ticket = Ticket.objects.get()
    assert (ticket.level_id, ticket.phone_answer) == (level, "cannot" if calls else "")
    # Plain hours, around the clock: 72, 120 and 240 of them are whole days.
    assert dict(Clock.objects.values_list("metric", "due_at")) == {
        "first_response": time.at + timedelta(hours=first),
        "resolution": time.at + timedelta(hours=solved),
    }
    promised = re.findall(
        r'class="promise".*?datetime="([^"]+)"', shown.content.decode(), re.DOTALL
    )
    assert [datetime.fromisoformat(at) for at in promised] == [
        time.at + timedelta(hours=first),
        time.at + timedelta(hours=solved),
    ]


@pytest.mark.parametrize("level", [level for level, (*_, calls) in LEVELS.items() if calls])
def test_who_should_call_is_asked_to_before_there_is_a_ticket(as_dana, time, level):
    impact, first, solved, _calls = LEVELS[level]
    response = as_dana.post("/new/payment/", ASKED | impact | {"send": ""})

    page = as_dana.get(response["Location"])

    assert page.context["level"] == level
    assert 'href="tel:+18778447727;ext=5"' in page.content.decode()
    assert [promise.due_at for promise in page.context["promises"]] == [
        time.at + timedelta(hours=first),
        time.at + timedelta(hours=solved),
    ]
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("answer", ["called", "cannot"])
def test_who_called_or_cannot_goes_on_and_the_desk_knows(as_dana, answer):
    file_payment(as_dana, LEVELS[1][0], phone_answer=answer)

    ticket = Ticket.objects.get()
    assert (ticket.phone_answer, ticket.queue_rank == 0) == (answer, answer == "cannot")


def test_each_level_says_what_it_means_and_what_to_do(client):
    page = client.get("/contact/").content.decode()

    rows = re.findall(r"<dt>\s*Level (\d)\s*</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
    told = {int(number): words(text) for number, text in rows}
    means = {
        1: "Critical functions have stopped and there is no workaround",
        2: "Service is degraded",
        3: "One user's messaging or access is impaired",
        4: "Something the user could do by self-administration",
    }
    assert {
        number: text.replace("&#x27;", "'")[: len(means[number])] for number, text in told.items()
    } == means
    assert all("<strong>" in text and words(text.split("<strong>")[1]) for _number, text in rows)


@pytest.mark.parametrize("host", HOSTS)
def test_signed_out_every_page_has_sign_in_at_the_top_right_and_submit_in_the_bar(client, host):
    for path in OPEN_TO_ALL:
        page = client.get(path, headers={"host": host}).content.decode()

        bar = page.split("<header")[1].split("</header>")[0]
        links = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', bar)
        assert links[-3:] == [
            ("/tickets/", "My tickets"),
            ("/new/", "Submit a ticket"),
            ("/accounts/sign-in/", "Sign in"),
        ], path


@pytest.mark.parametrize("host", HOSTS)
def test_every_page_ends_with_the_number_and_extension_of_its_brand(client, host):
    for path in OPEN_TO_ALL:
        footer = client.get(path, headers={"host": host}).content.decode().split("<footer")[1]

        assert re.findall(r'href="(tel:[^"]+)"', footer) == [
            f"tel:+18778447727;ext={HOSTS[host]}"
        ], path


def test_the_page_and_one_mail_confirm_the_number_and_the_promise(as_dana, dana, time):
    shown = file_payment(as_dana, LEVELS[4][0])
    run_once(time.at, until=0)

    ticket = Ticket.objects.get()
    assert f"Your number is {ticket.number}" in words(shown.content.decode())
    mail = OutboundEmail.objects.get()
    assert (mail.recipient, mail.kind) == (dana.email, "received")
    assert ticket.number in mail.subject
    assert f"/tickets/{ticket.pk}/" in mail.text
    assert "No pages" not in mail.subject + mail.text + mail.html


def test_each_brand_lists_its_own_requests_and_says_how_many_the_other_has(dana, make_ticket):
    here, there = make_ticket(), make_ticket(brand="clinical-collaboration")
    pages = {}
    for host in HOSTS:
        browser = Client(headers={"host": host})
        browser.force_login(dana)
        pages[host] = browser.get("/tickets/").context

    assert {host: [row["number"] for row in page["tickets"]] for host, page in pages.items()} == {
        "support.perfectserve.com": [here.number],
        "support.telmediq.com": [there.number],
    }
    assert [
        (brand.key, count) for page in pages.values() for brand, count, _words in page["elsewhere"]
    ] == [("clinical-collaboration", 1), ("perfectserve", 1)]


def test_what_the_portal_files_says_that_it_came_by_the_portal(as_dana):
    file_payment(as_dana, LEVELS[4][0])

    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.messages.get().channel) == ("portal", "portal")
    assert ticket.events.get().data["channel"] == "portal"


def test_nothing_is_lost_and_everything_missing_is_named(as_dana):
    page = as_dana.post("/new/account-cancellation/", {"subject": "Stop", "send": ""}, follow=True)

    form = page.context["form"]
    assert page.status_code == 422
    assert Page(page.content.decode()).title.startswith("Error: ")
    assert set(form.errors) == {
        *("affected", "ability", "kind", "description"),
        *("q_practice", "q_from", "q_authority"),
    }
    assert form["subject"].value() == "Stop"
