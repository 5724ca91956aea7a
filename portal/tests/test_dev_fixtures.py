"""The fixtures that other tests lean on: a browser, a worker with its beat, a mail server."""

from django.core.mail import EmailMessage


def test_a_page_opens_in_a_browser_without_violations(page, axe):
    page.goto("/")

    assert axe(page) == []


def test_axe_names_what_is_not_accessible(page, axe):
    page.goto("/healthz")

    assert [line.partition(":")[0] for line in axe(page)] == [
        "document-title",
        "html-has-lang",
        "landmark-one-main",
        "page-has-heading-one",
        "region",
    ]


def test_a_page_opens_without_javascript(page_without_js):
    page_without_js.goto("/")

    assert page_without_js.evaluate("document.title") != ""


def test_a_mail_goes_out_by_the_real_worker_and_again_after_both_were_killed(
    smtp_sink, celery_services, eventually
):
    EmailMessage("First", "Text", to=["dana@example.com"]).send()
    eventually(lambda: len(smtp_sink.messages) == 1)
    celery_services.kill()
    EmailMessage("Second", "Text", to=["dana@example.com"]).send()
    celery_services.start()
    eventually(lambda: len(smtp_sink.messages) == 2)

    assert [message["Subject"] for message in smtp_sink.messages] == ["First", "Second"]
