"""The web process is killed in the middle of filing, and a person tries again: nothing is lost.

A real gunicorn serves. At a random moment of each round its worker is ended as a power cut would,
in every tenth round its master too. The person does what people do: loads the page, looks what is
there, adds what is missing, and sends. KILL_ROUNDS says how often, WHERE_KILLED repeats a run.
"""

from __future__ import annotations

import hashlib
import html
import http.client
import os
import random
import re
import sys
import threading
import time
from contextlib import suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, Client, encode_multipart

from portal.dev.children import kill_group, spawn
from portal.testing_services import environment_of_test, free_port
from tickets.clock import now
from tickets.mail.expand import expand
from tickets.mail.models import Notice, OutboundEmail
from tickets.models import Attachment, Draft, Ticket
from tickets.tests.filing import ABOUT, NEW_USER

ROUNDS = int(os.environ.get("KILL_ROUNDS", "50"))
SEED = os.environ.get("WHERE_KILLED") or str(random.randrange(10**6))
PATIENCE_SECONDS = 30
DROPPED = (OSError, http.client.HTTPException)

pytestmark = pytest.mark.alone


class Web:
    """gunicorn with one worker, which it replaces as soon as that one ends."""

    def __init__(self, folder):
        self.log, self.port = folder / "web.log", free_port()
        self.environment = environment_of_test() | {
            "LIMIT_SUBMIT": "1000/60",
            "DEBUG": "on",  # style sheets come from where they are written, uncollected
            "REDIS_URL": "redis://127.0.0.1:1/0",
        }
        self.start()

    def start(self):
        at = ("--bind", f"127.0.0.1:{self.port}", "--no-control-socket", "--preload")
        threads = ("--worker-class", "gthread", "--workers", "1", "--threads", "4")
        command = [sys.executable, "-m", "gunicorn", "portal.wsgi:application", *at, *threads]
        self.child = spawn(command, log=self.log, env=self.environment)
        self.wait()

    def wait(self):
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            with suppress(*DROPPED):
                if ask(self.port, "GET", "/healthz")[0] == 200:
                    return
            time.sleep(0.02)  # a process that boots tells nobody when it is ready
        raise AssertionError(self.log.read_text()[-3000:])

    def kill_worker(self):
        """Kill whoever serves at the moment; it may just have ended."""
        booted = re.findall(r"Booting worker with pid: (\d+)", self.log.read_text())
        with suppress(ProcessLookupError):
            os.kill(int(booted[-1]), 9)

    def kill_all(self):
        kill_group(self.child)


def ask(port, method, path, body=None, headers=(), *, timeout=20):
    """Send one request; returns status, headers and text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body=body, headers=dict(headers))
        response = connection.getresponse()
        return response.status, response, response.read().decode()
    finally:
        connection.close()


class Person:
    """A browser that is signed in, and the patience of who sits before it."""

    timeout = 20

    def __init__(self, web, user):
        session = Client()
        session.force_login(user)
        self.web = web
        self.cookies = {name: each.value for name, each in session.cookies.items()}
        self.token = ""

    def open(self, path):
        """Load a page, and follow where it leads; returns its address and text."""
        status, headers, text = self._ask("GET", path)
        if status == 302:
            return self.open(headers["Location"])
        assert status == 200, (path, status, text[:500])
        self.token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[1]
        return path, text

    def send(self, path, fields, files=()):
        """Send a form; returns where it leads, which is the confirmation that it was taken."""
        data = {**fields, "csrfmiddlewaretoken": self.token, "files": upload(files)}
        if not files:
            del data["files"]
        body = encode_multipart(BOUNDARY, data)
        status, headers, text = self._ask("POST", path, body, {"Content-Type": MULTIPART_CONTENT})
        assert status == 302, (path, status, re.sub(r"<[^>]+>|\s+", " ", text)[:1500])
        return headers["Location"]

    def until_it_works(self, attempt):
        """Try again for as long as the site goes away in the middle."""
        while True:
            try:
                return attempt()
            except DROPPED:
                self.web.wait()

    def _ask(self, method, path, body=None, headers=()):
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        origin = f"http://127.0.0.1:{self.web.port}"
        said = {"Cookie": cookie, "Origin": origin, **dict(headers)}
        status, answer, text = ask(self.web.port, method, path, body, said, timeout=self.timeout)
        for each in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        return status, answer.headers, text


def upload(files):
    return [SimpleUploadedFile(name, content) for name, content in files.items()] if files else []


def listed(text):
    """The files that a page says are there."""
    found = re.findall(r"<li>\s*<(?:span|a)[^>]*>([^<]+)</(?:span|a)>\s*<span class=\"size\"", text)
    return {html.unescape(name) for name in found}


class Filing:
    """One request of one person: what it is made of, and what was confirmed of it so far."""

    def __init__(self, person, number):
        self.person, self.number = person, number
        self.files = {f"{number}-{n}.txt": random.randbytes(200_000 + n) for n in range(3)}
        self.written = NEW_USER | {"subject": f"Round {number}", "description": f"Text {number}"}
        self.confirmed = set()
        self.draft = self.key = None

    def file(self):
        """Begin, add two files and all answers, then the third file with Send."""
        begin = self.person.open("/new/perfectserve/")
        self.key = re.search(r'name="key" value="([^"]+)"', begin[1])[1]
        self.draft = self._begin()
        first, second, third = self.files
        self._add({first, second})
        self._send({third})

    def _begin(self):
        fields = ABOUT | {"key": self.key}
        return self.person.send("/new/perfectserve/", fields)

    def _add(self, names):
        missing = self._still_missing(names)
        if missing is not None:
            files = {name: self.files[name] for name in sorted(missing)}
            self.person.send(self.draft, self.written | {"upload": ""}, files)
        self.confirmed |= names

    def _send(self, names):
        missing = self._still_missing(names)
        if missing is not None:
            files = {name: self.files[name] for name in sorted(missing)}
            location = self.person.send(self.draft, self.written | {"send": ""}, files)
            assert re.match(r"/tickets/\d+/", location), location

    def _still_missing(self, names):
        """Look at the page as a person does; None where the request is filed already."""
        path, text = self.person.open(self.draft)
        if path.endswith("/duplicates/"):  # earlier rounds filed about the same
            path, text = self.person.open(self.person.send(path, {}))
        if path.startswith("/tickets/"):
            return None
        assert self.confirmed <= listed(text), (self.confirmed, listed(text))
        assert not self.confirmed or self.written["description"] in text
        return names - listed(text)


class Retried(Filing):
    """The same with every step tried until it works."""

    def _begin(self):
        return self.person.until_it_works(super()._begin)

    def _add(self, names):
        self.person.until_it_works(lambda: Filing._add(self, names))

    def _send(self, names):
        self.person.until_it_works(lambda: Filing._send(self, names))


@pytest.fixture
def web(furnished, tmp_path):
    web = Web(tmp_path)
    yield web
    web.kill_all()


def whole(ticket):
    """What a ticket is made of, as far as filing decides it."""
    [message] = ticket.messages.all()
    return (
        ticket.subject,
        message.body,
        {answer.key: answer.value for answer in ticket.answers.all()},
        {file.name: sha256(file.file.path) for file in message.attachments.all()},
        [event.type for event in ticket.events.all()],
    )


def expected(filing):
    typed = {
        key.removeprefix("q_"): value for key, value in NEW_USER.items() if key.startswith("q_")
    }
    files = {name: hashlib.sha256(content).hexdigest() for name, content in filing.files.items()}
    return filing.written["subject"], filing.written["description"], typed, files, ["opened"]


def sha256(path):
    with open(path, "rb") as stored:
        return hashlib.file_digest(stored, "sha256").hexdigest()


def test_killed_at_any_moment_nothing_confirmed_is_lost_and_nothing_is_doubled(web, dana):
    chance = random.Random(SEED)
    person, killed_during = Person(web, dana), 0
    seconds = how_long_it_takes(person)
    for number in range(ROUNDS):
        filing = Retried(person, number)
        everything = number % 10 == 9
        strike = threading.Timer(
            chance.uniform(0, seconds), web.kill_all if everything else web.kill_worker
        )
        person.until_it_works(lambda: person.open("/new/"))
        strike.start()
        walk = threading.Thread(target=person_files, args=(filing, failures := []))
        walk.start()
        strike.join()
        killed_during += walk.is_alive()
        if everything:
            web.start()
        walk.join()
        assert failures == [], (SEED, number)
        assert whole(Ticket.objects.get(draft_key=filing.key)) == expected(filing), (SEED, number)

    sys.stdout.write(f"{ROUNDS} rounds, killed in the middle of {killed_during}, seed {SEED}\n")
    assert Ticket.objects.count() == Notice.objects.filter(kind="received").count() == ROUNDS + 1
    assert (Draft.objects.count(), Attachment.objects.filter(message=None).count()) == (0, 0)
    assert killed_during > ROUNDS / 4, "The kills came too late to prove anything."


def how_long_it_takes(person):
    """File once in peace: the kills then fall on any part of the way."""
    person.open("/new/")
    began = time.monotonic()
    Filing(person, "in peace").file()
    return time.monotonic() - began


def person_files(filing, failures):
    try:
        filing.person.until_it_works(filing.file)
    except Exception as failure:  # a thread's own failures fail nothing
        failures.append(failure)


def test_send_pressed_twice_at_once_is_one_ticket_and_one_mail(web, dana):
    people = [Person(web, dana), Person(web, dana)]
    filing = Filing(people[0], 0)
    filing.key = re.search(r'name="key" value="([^"]+)"', people[0].open("/new/perfectserve/")[1])[
        1
    ]
    draft = people[0].send("/new/perfectserve/", ABOUT | {"key": filing.key})
    start, led = threading.Barrier(2), []
    for person in people:
        person.open(draft)

    def press(person):
        start.wait()
        led.append(person.send(draft, filing.written | {"send": ""}))

    pressed = [threading.Thread(target=press, args=(person,)) for person in people]
    for thread in pressed:
        thread.start()
    for thread in pressed:
        thread.join()

    ticket = Ticket.objects.get()
    expand(now(), limit=100)
    ends = [person.open(where)[0].split("?")[0] for person, where in zip(people, led, strict=True)]
    assert ends == [f"/tickets/{ticket.pk}/"] * 2
    assert [mail.recipient for mail in OutboundEmail.objects.all()] == [dana.email]
    assert [event.type for event in ticket.events.all()] == ["opened"]
