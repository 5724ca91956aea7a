"""Error pages as they come out of the running site: what failed, in words, and whom to call."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path

from portal.access import EVERYBODY, PAGES, page
from portal.tests.pages import Page
from portal.urls import handler400, handler500
from portal.urls import urlpatterns as site
from tickets.catalog import services
from tickets.catalog.models import Brand

PERFECTSERVE = "tel:+18778447727;ext=5"
COLLABORATION = "tel:+18778447727;ext=1"


def fail(request):
    raise DatabaseError("the database went away")


def forbid(request):
    raise PermissionDenied


def take(request):
    return HttpResponse(len(request.POST))


urlpatterns = [
    path("fail/", fail, name="fail"),
    path("forbid/", forbid, name="forbid"),
    path("take/", take, name="take"),
    *site,
]
__all__ = ["handler400", "handler500", "urlpatterns"]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    """Let everybody open the pages that fail: what nobody declared is shut."""
    for name in ("fail", "forbid", "take"):
        monkeypatch.setitem(PAGES, name, page(EVERYBODY))


@pytest.fixture(autouse=True)
def hosts(settings):
    settings.HOSTS = {"testserver": "perfectserve", "collaboration": "clinical-collaboration"}


@pytest.fixture
def browser():
    """A browser that sees what people see: the page for a failure, not the exception."""
    return Client(raise_request_exception=False)


def said(response):
    """What an error page comes to: its status, its heading, and the numbers in it."""
    page = Page(response.content.decode())
    heading = page.heading
    calls = {link["href"] for link in page.all("a") if link["href"].startswith("tel:")}
    assert (len(page.all("h1")), len(page.all("main"))) == (1, 1)
    assert page.title.startswith(f"{heading} – ")
    return response.status_code, heading, calls


@pytest.mark.parametrize(
    "host, calls", [("testserver", PERFECTSERVE), ("collaboration", COLLABORATION)]
)
def test_what_is_not_there_may_be_somebody_elses_and_the_phone_is_the_brands(browser, host, calls):
    assert said(browser.get("/no-such-page/", headers={"host": host})) == (
        404,
        "Page not found",
        {calls},
    )


def test_somebody_elses_ticket_reads_like_one_that_never_was(browser, make_ticket, make_user):
    ticket = make_ticket()
    browser.force_login(make_user("Cho"))

    theirs, nobodys = browser.get(ticket.get_absolute_url()), browser.get("/tickets/999999/")

    assert said(theirs) == said(nobodys) == (404, "Page not found", {PERFECTSERVE})
    assert _without_addresses(theirs) == _without_addresses(nobodys)


def _without_addresses(response):
    return re.sub(r'value="[^"]*"', "", response.content.decode())


def test_what_is_forbidden_says_whom_to_ask(browser):
    assert said(browser.get("/forbid/")) == (403, "You may not open this page", {PERFECTSERVE})


@pytest.mark.parametrize(
    "host, calls", [("testserver", PERFECTSERVE), ("collaboration", COLLABORATION)]
)
def test_a_failure_of_ours_gives_the_brands_number_without_asking_the_database(
    browser, host, calls
):
    browser.get("/", headers={"host": host})  # the catalog is in memory from here on

    with CaptureQueriesContext(connection) as of_a_plain_page:
        browser.get("/take/", headers={"host": host})
    with CaptureQueriesContext(connection) as of_a_failure:
        response = browser.get("/fail/", headers={"host": host})

    assert said(response) == (500, "This page failed", {calls})
    assert len(of_a_failure) == len(of_a_plain_page)


@pytest.mark.parametrize("path", ["/fail/", "/forbid/", "/no-such-page/", "/tickets/999999/"])
def test_no_error_page_tells_how_the_site_is_made(browser, dana, settings, path):
    settings.DEBUG = False
    browser.force_login(dana)

    page = browser.get(path).content.decode()

    secrets = {
        *("the database went away", "DatabaseError", "Traceback", "PermissionDenied", "django"),
        *(str(settings.BASE_DIR), settings.SECRET_KEY, settings.DATABASES["default"]["NAME"]),
        *("portal.", "tickets.views", "SELECT", "psycopg", "gunicorn"),
    }
    assert {secret for secret in secrets if secret in page} == set()


def test_without_a_database_the_page_gives_the_numbers_that_were_read_last(browser, monkeypatch):
    Brand.objects.filter(key="perfectserve").update(phone_number="1.800.555.0100")
    services.changed()
    browser.get("/")
    monkeypatch.setattr("tickets.catalog.store.current", lambda: fail(None))

    assert said(browser.get("/")) == (
        500,
        "This page failed",
        {"tel:+18005550100;ext=5", COLLABORATION},
    )


def test_where_nothing_was_read_yet_the_page_makes_no_number_up(browser, monkeypatch):
    monkeypatch.setattr("tickets.catalog.store._kept", None)
    monkeypatch.setattr("tickets.catalog.store.current", lambda: fail(None))

    response = browser.get("/")

    assert said(response) == (500, "This page failed", set())
    assert "Call the support number that you know from our mails." in response.content.decode()


@pytest.mark.parametrize("host", ["elsewhere.example.org", "no host at all"])
def test_a_host_that_nobody_knows_is_told_so(browser, host):
    assert said(browser.get("/", headers={"host": host})) == (
        400,
        "This address does not work here",
        {PERFECTSERVE, COLLABORATION},
    )


@pytest.mark.parametrize(
    "limit, sent",
    [
        ("DATA_UPLOAD_MAX_MEMORY_SIZE", {"text": "long " * 30}),
        ("DATA_UPLOAD_MAX_NUMBER_FIELDS", {f"field{n}": "" for n in range(120)}),
    ],
)
def test_more_than_we_take_at_once_says_that_it_was_too_large(browser, settings, limit, sent):
    setattr(settings, limit, 100)

    response = browser.post("/take/", sent)

    assert said(response) == (413, "That was too large to send", {PERFECTSERVE})


def test_who_knocks_too_often_is_told_how_long_to_wait(browser, settings):
    settings.LIMITS = settings.LIMITS | {"sign_up": (1, 600)}
    browser.post("/accounts/sign-up/", {})

    response = browser.post("/accounts/sign-up/", {})

    assert said(response) == (429, "Too many tries", {PERFECTSERVE})
    assert 0 < int(response["Retry-After"]) <= 600
    assert re.search(r"Wait \d+ minutes, then try again", response.content.decode())


def test_a_form_whose_token_is_old_can_be_sent_again(browser):
    strict = Client(enforce_csrf_checks=True)

    response = strict.post(
        "/new/payment/", {"subject": "Invoice"}, headers={"origin": "http://testserver"}
    )

    assert said(response) == (403, "Not sent yet", {PERFECTSERVE})


def test_maintenance_begins_and_ends_with_a_file_and_health_goes_on(browser, settings, tmp_path):
    settings.HOME = tmp_path
    before = browser.get("/").status_code  # and the catalog is in memory from here on
    browser = Client()
    (tmp_path / "maintenance").touch()

    during = browser.get("/tickets/")

    assert (before, browser.get("/healthz").status_code) == (200, 200)
    assert said(during) == (503, "We are changing something", {PERFECTSERVE, COLLABORATION})
    assert (during["Retry-After"], during["Cache-Control"]) == ("120", "no-store")

    (tmp_path / "maintenance").unlink()
    assert browser.get("/").status_code == 200


def test_the_pages_that_stand_alone_fetch_only_a_style_sheet_that_is_served(browser):
    page = Page(browser.get("/fail/").content.decode())

    fetched = [link["href"] for link in page.all("link")]
    assert fetched == ["/static/css/plain.css"]
    served = browser.get(fetched[0])
    assert (served.status_code, b"main {" in served.getvalue()) == (200, True)
    served.close()
    assert page.all("script") == page.all("img") == []
