"""The ledger of mails as administrators see it."""

from __future__ import annotations

import pytest
from django.contrib.admin.sites import site
from django.contrib.auth.models import Permission
from django.core.mail import EmailMessage
from django.urls import reverse

from tickets.mail.admin import CappedPaginator
from tickets.mail.backend import OutboxBackend
from tickets.mail.models import Notice, OutboundEmail
from tickets.mail.relay import run

LIST = "admin:mail_outboundemail_changelist"


@pytest.fixture
def reader(desk):
    """Somebody who may read the ledger, and nothing else."""
    reader = desk.person("reader@acme.example", is_staff=True)
    reader.user_permissions.add(
        *Permission.objects.filter(codename__in=["view_outboundemail", "view_notice"])
    )
    return reader


@pytest.fixture
def browser(client, reader, settings):
    settings.STAFF_MFA = "off"
    client.force_login(reader, backend=settings.AUTHENTICATION_BACKENDS[0])
    client.defaults["HTTP_HOST"] = "localhost"
    return client


@pytest.fixture
def failed(desk, time, smtp):
    smtp.refuse["dana@clinic.example"] = "550 No such user"
    desk.ticket()
    run()
    return OutboundEmail.objects.get()


def page(browser, name, *args, **query):
    return browser.get(reverse(name, args=args), query)


def test_the_list_can_be_narrowed_to_what_failed(browser, failed, desk):
    desk.ticket(requester=desk.person("eve@clinic.example"))
    run()

    response = page(browser, LIST, state__exact="failed")

    assert list(response.context["cl"].result_list) == [failed]


def test_what_an_agent_answered_is_for_who_sees_the_ticket(browser, failed, reader):
    OutboundEmail.objects.update(kind="replied", text="Set it to week 3.")
    url = reverse("admin:mail_outboundemail_change", args=[failed.pk])
    assert "Set it to week 3." not in browser.get(url).content.decode()

    reader.user_permissions.add(Permission.objects.get(codename="view_ticket"))

    assert "Set it to week 3." in browser.get(url).content.decode()


def test_a_mail_to_nobody_is_not_listed(browser, failed):
    OutboxBackend().send_messages([EmailMessage("Choose your password", "text", "a@x.example")])

    response = page(browser, LIST)

    assert list(response.context["cl"].result_list) == [failed]


def test_a_mail_can_be_read_but_not_changed(browser, failed):
    response = page(browser, "admin:mail_outboundemail_change", failed.pk)

    assert (
        failed.text.splitlines()[0].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        in response.content.decode()
    )
    assert response.context["has_change_permission"] is False
    assert (
        browser.post(reverse("admin:mail_outboundemail_change", args=[failed.pk]), {}).status_code
        == 403
    )


def test_a_ticket_is_named_by_its_number_alone(browser, failed):
    response = page(browser, "admin:mail_outboundemail_change", failed.pk)

    assert failed.ticket.number in response.content.decode()
    assert "canary" not in response.content.decode()


def test_the_text_of_an_account_mail_is_not_shown(browser, time):
    OutboxBackend().send_messages(
        [
            EmailMessage(
                "Set your password", "https://x.example/canary", "a@acme.example", ["d@x.example"]
            )
        ]
    )

    response = page(browser, "admin:mail_outboundemail_change", OutboundEmail.objects.get().pk)

    assert "Set your password" in response.content.decode()
    assert "canary" not in response.content.decode()


def try_again(browser, mail):
    return browser.post(reverse(LIST), {"action": "try_again", "_selected_action": [mail.pk]})


def test_a_failed_mail_can_be_tried_again(browser, reader, failed, time, smtp):
    reader.user_permissions.add(Permission.objects.get(codename="change_outboundemail"))
    smtp.refuse.clear()

    try_again(browser, failed)
    run()

    failed.refresh_from_db()
    assert (failed.state, failed.attempts, len(smtp.mails)) == ("sent", 0, 1)


def test_one_mail_is_tried_again_from_its_page(browser, reader, failed, time, smtp):
    reader.user_permissions.add(Permission.objects.get(codename="change_outboundemail"))
    smtp.refuse.clear()
    retry = reverse("admin:mail_retry", args=[failed.pk])

    assert retry in page(browser, "admin:mail_outboundemail_change", failed.pk).content.decode()
    browser.post(retry)
    run()

    failed.refresh_from_db()
    assert (failed.state, len(smtp.mails)) == ("sent", 1)
    assert retry not in page(browser, "admin:mail_outboundemail_change", failed.pk).content.decode()


def test_a_mail_is_found_by_recipient_by_number_and_by_message_id(browser, failed, desk):
    eve = desk.person("eve@clinic.example")
    other = desk.ticket(requester=eve)
    run()
    sent = OutboundEmail.objects.get(recipient=eve.email)

    found = [
        list(page(browser, LIST, q=typed).context["cl"].result_list)
        for typed in ("eve@", other.number, str(other.pk), sent.message_id, "XX-1", "clinic")
    ]

    assert found == [[sent], [sent], [sent], [sent], [], []]


def test_why_somebody_was_told_stands_on_the_page(browser, failed):
    response = page(browser, "admin:mail_outboundemail_change", failed.pk)

    assert "The request is theirs" in response.content.decode()


def test_who_may_only_read_cannot_try_again(browser, failed):
    try_again(browser, failed)
    response = browser.post(reverse("admin:mail_retry", args=[failed.pk]))

    failed.refresh_from_db()
    assert (failed.state, response.status_code) == ("failed", 404)


def test_a_mail_that_was_sent_is_not_sent_again(browser, reader, desk, time, smtp):
    reader.user_permissions.add(Permission.objects.get(codename="change_outboundemail"))
    desk.ticket()
    run()

    try_again(browser, OutboundEmail.objects.get())
    run()

    assert len(smtp.mails) == 1


def test_notices_that_cannot_be_told_are_found(browser, desk, time, smtp, settings):
    desk.ticket()
    run()
    Notice.objects.create(kind="unheard-of", subject_id=1, next_try_at=time.now)
    run()

    response = page(browser, "admin:mail_notice_changelist", state="failing")

    assert [notice.kind for notice in response.context["cl"].result_list] == ["unheard-of"]
    assert "KeyError" in response.content.decode()


def test_the_list_takes_as_many_queries_for_three_mails_as_for_one(
    browser, desk, time, smtp, django_assert_max_num_queries
):
    page(browser, LIST)  # a process reads the catalog on its first request
    counts = []
    for more in (1, 2):
        for _ in range(more):
            desk.ticket()
        run()
        with django_assert_max_num_queries(100) as queries:
            page(browser, LIST)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_ledger_is_counted_up_to_a_cap_only(desk, time, django_assert_num_queries):
    for _ in range(3):
        desk.ticket()
    paginator = CappedPaginator(Notice.objects.order_by("-id"), 1)
    paginator.CAP = 2

    with django_assert_num_queries(1) as queries:
        assert paginator.count == 2

    assert "LIMIT 2" in queries.captured_queries[0]["sql"]


def test_nobody_adds_or_deletes_in_a_ledger(rf, reader):
    request = rf.get("/")
    request.user = reader
    for model in (Notice, OutboundEmail):
        ledger = site._registry[model]
        assert (ledger.has_add_permission(request), ledger.has_delete_permission(request)) == (
            False,
            False,
        )
