"""One ticket's whole way, with real parts: browser, worker, beat, database, mail server."""

import re
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.services import make_person
from portal.tests.forms_on_pages import form_with
from sla.models import Breach, Clock
from sla.services import load_policy
from tickets import conversation
from tickets.clock import now as time_now
from tickets.conversation import Turn
from tickets.mail.models import OutboundEmail
from tickets.models import Event, Ticket
from tickets.tests.signed_out import sent_signed_out

PASSWORD = "a long password of ours"
FILES = [
    {"name": "error.png", "mimeType": "image/png", "buffer": b"png"},
    {"name": "week.csv", "mimeType": "text/csv", "buffer": b"a,b"},
]
SECONDS = 1 / 3600


@pytest.fixture
def proved(dana, alex, morgan, settings):
    """People whose addresses are proved, so that they can sign in by the door."""
    settings.STAFF_MFA = "off"
    for user in (dana, alex, morgan):
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)


def sign_in(page, user):
    page.context.clear_cookies()
    page.goto("/accounts/sign-in/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def choose(page, name, value):
    """Press the words of an answer, as people do, once they stand still."""
    answer = page.locator(f"[name={name}][value='{value}']")
    page.locator(f"label[for={answer.get_attribute('id')}]").click()
    assert answer.is_checked()


def file_a_new_user(page, **sender):
    """Four pages, and one more because an answer brings up questions."""
    page.goto("/new/")
    page.get_by_role("link", name="PerfectServe (Care Team & Practitioner) requests").click()
    for name, value in (
        ("subcategory", "user-access"),
        ("affected", "nobody"),
        ("ability", "yes"),
        ("kind", "request"),
    ):
        choose(page, name, value)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Subject").fill("New scheduler")
    page.locator("main [name=description]").fill("She starts on Monday.")
    choose(page, "q_action", "Create a user")
    page.locator("[name=q_person]").fill("Robin Vale")
    page.locator("[name=q_email]").fill("robin@clinic.example")
    for name, value in sender.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=files]").set_input_files(FILES)
    page.get_by_role("button", name="Send request").click()
    page.locator("[name=q_phone]").fill("1.555.010.0199")
    page.wait_for_load_state()
    choose(page, "q_role", "Scheduler")
    page.locator("[name=q_start]").fill("2026-12-01")
    page.get_by_role("button", name="Send request").click()


def test_a_customer_files_an_agent_answers_and_the_clock_resumes(page, proved, dana, alex):
    walk_the_whole_way(page, dana, alex)


def test_the_same_without_javascript(page_without_js, proved, dana, alex):
    walk_the_whole_way(page_without_js, dana, alex)


def walk_the_whole_way(page, dana, alex):
    sign_in(page, dana)
    file_a_new_user(page)
    page.wait_for_url("**/?filed")

    ticket = Ticket.objects.get()
    page.get_by_text(f"Your number is {ticket.number}").wait_for()
    assert page.locator(".promise").count() == 2
    assert [link.inner_text() for link in page.locator(".files a").all()] == [
        "error.png",
        "week.csv",
    ]

    sign_in(page, alex)
    page.goto(reverse("admin:tickets_ticket_changelist"))
    page.get_by_role("link", name="New scheduler").click()
    page.locator("[name=body]").fill("Which location?")
    page.get_by_role("button", name="Send reply and set Pending").click()
    page.get_by_text(f"Sent on {ticket.number}").wait_for()
    resolution = Clock.objects.get(metric="resolution")
    assert (resolution.due_at, resolution.paused_since is None) == (None, False)

    sign_in(page, dana)
    page.goto(ticket.get_absolute_url())
    page.get_by_label("Your reply").fill("The front desk.")
    page.get_by_role("button", name="Send reply").click()
    page.get_by_text("Your reply was added.").wait_for()
    resolution.refresh_from_db()
    assert (resolution.paused_since, resolution.due_at is None) == (None, False)
    assert [event.type for event in ticket.events.all()] == [
        "opened",
        "replied",
        "status_changed",
        "assigned",
        "replied",
        "status_changed",
    ]


@pytest.mark.usefixtures("furnished")
def test_beat_and_worker_record_a_breach_and_tell_the_manager(
    smtp_sink, make_ticket, dana, morgan, celery_services, eventually
):
    load_policy(dict.fromkeys((1, 2, 3, 4), (2 * SECONDS, 3600 * SECONDS)))
    ticket = make_ticket()
    clock = ticket.clocks.get(metric="first_response")

    eventually(Breach.objects.exists)
    eventually(
        lambda: {message["To"] for message in smtp_sink.messages} == {dana.email, morgan.email}
    )

    assert list(Breach.objects.values_list("clock", "breached_at")) == [(clock.pk, clock.due_at)]
    client = Client()
    client.force_login(morgan)
    assert ticket.number in client.get(reverse("breached")).content.decode()


@pytest.mark.usefixtures("furnished")
def test_breaches_found_after_an_outage_equal_those_found_in_time(
    smtp_sink, make_ticket, celery_services, eventually
):
    load_policy(dict.fromkeys((1, 2, 3, 4), (2 * SECONDS, 3600 * SECONDS)))
    in_time = make_ticket()
    eventually(lambda: Breach.objects.filter(clock__ticket=in_time).exists())
    celery_services.kill()
    during = make_ticket()
    due = during.clocks.get(metric="first_response").due_at
    eventually(lambda: time_now() > due)
    assert not Breach.objects.filter(clock__ticket=during).exists()

    celery_services.start()
    eventually(lambda: Breach.objects.filter(clock__ticket=during).exists())

    assert story(during) == story(in_time)


def story(ticket):
    """What the clocks and breaches say, counted from the ticket's receipt."""
    since = ticket.created_at
    return [
        (
            clock.metric,
            clock.due_at - since,
            clock.breached_at and clock.breached_at - since,
            [breach.breached_at - since for breach in clock.breaches.all()],
        )
        for clock in ticket.clocks.order_by("metric")
    ]


def test_portal_desk_and_service_leave_identical_events(make_ticket, dana, alex, settings):
    settings.STAFF_MFA = "off"
    by_service, by_doors = make_ticket(), make_ticket()
    conversation.take_turn(by_service, by=alex, turn=Turn(body="Which?", status="pending"))
    conversation.answer(by_service, by=dana, body="That one.", solve=True)

    desk, portal = Client(), Client()
    desk.force_login(alex)
    portal.force_login(dana)
    url = reverse("admin:tickets_ticket_change", args=[by_doors.pk])
    page = form_with("body", desk.get(url).content.decode())
    sent = desk.post(url, {**page, "body": "Which?", "status": "public:pending"})
    assert sent.status_code == 302
    portal.post(f"{by_doors.get_absolute_url()}replies/", {"body": "That one.", "solve": "on"})

    assert told(by_doors) == told(by_service)


def told(ticket):
    return list(Event.objects.filter(ticket=ticket).values_list("type", "actor", "by", "data"))


def test_tickets_are_filed_while_the_broker_is_away(client, dana, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    client.force_login(dana)

    response = client.post(
        "/new/payment/",
        {
            "kind": "question",
            "affected": "nobody",
            "ability": "yes",
            "subject": "Invoice",
            "description": "Is it paid?",
            "shown": "invoice",
            "send": "",
            "files": SimpleUploadedFile("invoice.pdf", b"%PDF"),
        },
    )

    assert response["Location"] == f"/tickets/{Ticket.objects.get().pk}/?filed"


def test_a_new_customer_signs_up_by_mail_and_the_draft_is_still_there(page, smtp_sink):
    page.goto("/new/payment/")
    page.get_by_label("Subject").fill("Invoice")
    page.get_by_role("button", name="Sign in first").click()
    page.wait_for_url("**/accounts/sign-in/**")
    page.get_by_role("link", name="Sign up").click()
    page.locator("[name=name]").fill("Robin Vale")
    page.locator("[name=email]").fill("robin@clinic.example")
    page.locator("[name=stated_organization]").fill("Uptown ENT")
    page.locator("[name=phone]").fill("1.555.010.0199")
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign up").click()
    page.wait_for_url("**/accounts/confirm/")

    page.goto(mailed_link(smtp_sink, "/accounts/confirm/"))
    page.locator("main").get_by_role("button").first.click()
    page.wait_for_load_state()
    page.goto("/tickets/")
    page.locator("main").get_by_role("link", name="Invoice").click()

    assert page.get_by_label("Subject").input_value() == "Invoice"


def mailed_link(smtp_sink, place):
    """Send what waits, and return the path of the link that arrived."""
    call_command("relay", verbosity=0)
    text = smtp_sink.messages[-1].get_body(("plain",)).get_content()
    return re.search(rf"https?://[^/\s]+({place}\S+)", text)[1]


def test_who_only_ever_mailed_us_needs_seven_pages_and_one_mail(page, smtp_sink):
    come_from_nothing_to_the_ticket(page, smtp_sink)


def test_the_same_seven_pages_without_javascript(page_without_js, smtp_sink):
    come_from_nothing_to_the_ticket(page_without_js, smtp_sink)


def come_from_nothing_to_the_ticket(page, smtp_sink):
    """Seven, as an answer brings up questions: type, about, details twice, saved, link, ticket."""
    make_person(email="robin@clinic.example")
    loads = []
    page.on("load", lambda loaded: loads.append(loaded.url))

    file_a_new_user(page, email="robin@clinic.example", name="Robin Vale")
    page.get_by_role("heading", name="Saved. Confirm it is you").wait_for()
    assert Ticket.objects.count() == 0
    page.goto(mailed_link(smtp_sink, "/confirmations/"))
    page.locator("[name=password1]").fill(PASSWORD)
    page.get_by_role("button", name="Save the password and file my request").click()
    page.wait_for_url("**/?filed")

    ticket = Ticket.objects.get()
    page.get_by_text(f"Your number is {ticket.number}").wait_for()
    assert (ticket.requester.email, ticket.messages.get().attachments.count()) == (
        "robin@clinic.example",
        2,
    )
    assert len(loads) == 7, loads
    assert len(smtp_sink.messages) == 1


@pytest.mark.usefixtures("furnished")
def test_two_tabs_that_confirm_at_once_file_one_ticket(mails_are_rows, live_server):
    waits = sent_signed_out()
    text = OutboundEmail.objects.get().text
    address = live_server.url + re.search(r"https?://[^/\s]+(/confirmations/\S+)", text)[1]
    tabs = [requests_session(address) for _tab in range(4)]

    with ThreadPoolExecutor(len(tabs)) as at_once:
        ends = list(at_once.map(lambda tab: tab(PASSWORD), tabs))

    ticket = Ticket.objects.get(draft_key=waits.draft_id)
    assert Event.objects.filter(ticket=ticket).count() == 1
    assert sorted(end.startswith("/tickets/") for end in ends) == [False, False, False, True]


def requests_session(address):
    """Open the link in a browser of its own; return what presses its button, and where it leads."""
    jar = urllib.request.HTTPCookieProcessor()
    browser = urllib.request.build_opener(jar)
    page = browser.open(address).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]

    def press(password):
        fields = {"csrfmiddlewaretoken": token, "password1": password}
        with browser.open(address, urllib.parse.urlencode(fields).encode()) as answer:
            return urllib.parse.urlsplit(answer.url).path

    return press
