"""Named people for the tests of accounts, and how they use their browsers and mails."""

import re

from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.services import make_person, prove_address

PASSWORD = "three blue herons"


def make(email="dana@clinic.example", *, name="Dana Reyes", role="customer", password=PASSWORD):
    """Make somebody with a proved address; without a password, somebody who only e-mailed."""
    user = make_person(email=email, name=name, role=role)
    if password:
        user.set_password(password)
        user.save(update_fields=["password"])
        prove_address(user)
    return user


def sign_in(client: Client, email="dana@clinic.example", password=PASSWORD, **extra):
    url = extra.pop("url", reverse("account_login"))
    return client.post(url, {"login": email, "password": password}, **extra)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def mails() -> list:
    """Return what was mailed; a message to nobody only takes the time of one."""
    return [message for message in mail.outbox if message.recipients()]


def link_in(message) -> str:
    """Return the first link of a mail's plain text."""
    return re.findall(r"https?://\S+", message.body)[0]


def path_of(link: str) -> str:
    """Return a link's path, to be opened on the test host."""
    return re.sub(r"^https?://[^/]+", "", link)


def open_link(client: Client, message):
    """Open a mailed link and follow where it leads; return the page and its own address."""
    response = client.get(path_of(link_in(message)), follow=True)
    return response, response.redirect_chain[-1][0] if response.redirect_chain else None


def get_password(client: Client, email: str, **extra):
    return client.post(reverse("account_reset_password"), {"email": email}, **extra)


def what_a_stranger_sees(response) -> tuple:
    """Return all of an answer but what differs between any two: tokens, session ids, the time."""
    body = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", response.content)
    headers = {
        name: value for name, value in response.items() if name not in ("Set-Cookie", "Expires")
    }
    cookies = {
        name: {key: value for key, value in morsel.items() if key != "expires"}
        for name, morsel in response.cookies.items()
    }
    return response.status_code, headers, cookies, body
