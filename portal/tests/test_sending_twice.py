"""Pressing Send twice, or sending the same form again, is sending it once."""

import pytest

from portal.tests.test_whole_way import choose, sign_in
from tickets import clock
from tickets.mail.models import OutboundEmail
from tickets.mail.relay import run_once
from tickets.models import Draft, Ticket


@pytest.fixture
def proved(dana):
    dana.emailaddress_set.create(email=dana.email, verified=True, primary=True)
    return dana


def fill_in(page):
    page.goto("/new/payment/")
    for name, value in (("affected", "nobody"), ("ability", "yes"), ("kind", "question")):
        choose(page, name, value)
    page.get_by_label("Subject").fill("Invoice of May")
    page.locator("main [name=description]").fill("Is it paid?")


def test_a_double_click_and_a_replay_file_one_ticket_and_send_one_mail(page, proved):
    send_again_and_again(page, proved)


def test_the_same_without_javascript(page_without_js, proved):
    send_again_and_again(page_without_js, proved)


def send_again_and_again(page, dana):
    sign_in(page, dana)
    fill_in(page)

    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("button", name="Send request").dblclick()
    page.wait_for_url("**/tickets/*/*")
    replayed = page.request.post(
        sent.value.url,
        data=sent.value.post_data_buffer,
        headers={"content-type": sent.value.headers["content-type"]},
    )
    run_once(clock.now(), until=0)

    ticket = Ticket.objects.get()
    for url in (page.url, replayed.url):
        assert url.partition("?")[0].endswith(ticket.get_absolute_url())
    assert ticket.subject == "Invoice of May"
    assert [mail.kind for mail in OutboundEmail.objects.all()] == ["received"]
    assert Draft.objects.count() == 0
