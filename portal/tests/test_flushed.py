"""The broker forgets everything while a hundred mails wait: all of them arrive."""

from __future__ import annotations

from portal.celery import app
from tickets.mail.models import Notice


def test_what_the_broker_forgets_is_sent_all_the_same(
    smtp_sink, celery_services, make_ticket, eventually
):
    celery_services.stop()
    tickets = [make_ticket() for _each in range(100)]
    assert Notice.objects.filter(kind="received", expanded_at=None).count() == 100
    celery_services.start()
    eventually(lambda: smtp_sink.messages)
    with app.connection_for_write() as broker:
        broker.default_channel.client.flushall()

    eventually(lambda: len(smtp_sink.messages) >= 100)
    subjects = [mail["Subject"] for mail in smtp_sink.messages]
    assert sorted(subject.partition("]")[0].lstrip("[") for subject in subjects) == sorted(
        ticket.number for ticket in tickets
    )
