"""Mails made to be costly or to crash: each is read in short time, or said to be unreadable."""

from __future__ import annotations

import base64
import json
import random
import time
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tickets.mail.inbound.mail import Limits, Mail, Unreadable
from tickets.mail.tests import corpus
from tickets.mail.tests.raw import a_mail, a_part, of_parts, read

MB = 2**20
# Each mail writes files, and other tests run beside these.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
HTML, FLOWED = "text/html", "text/plain; format=flowed"

# What a better parser would do in moments; each took others minutes, or for ever.
COSTLY: dict[str, Callable[[], bytes]] = {
    "one line": lambda: a_mail("On " * (8 * MB)),
    "introductions": lambda: a_mail(("On " + "wrote " * 60 + ":\n") * 3000),
    "quoted lines": lambda: a_mail("> q\n" * (2 * MB)),
    "marks": lambda: a_mail(("> " * 190 + ":\n") * 3000),
    "nested elements": lambda: a_mail("<div>" * 100_000, Content_Type=HTML),
    "nested tables": lambda: a_mail("<table><tr><td>" * 50_000, Content_Type=HTML),
    "attributes": lambda: a_mail("<a " + "a b c d " * 100_000 + ">", Content_Type=HTML),
    "references": lambda: a_mail("&" * MB, Content_Type=HTML),
    "open tags": lambda: a_mail("<" * MB, Content_Type=HTML),
    "scripts": lambda: a_mail("<script>" * 100_000, Content_Type=HTML),
    "comments": lambda: a_mail("<!--" * 200_000, Content_Type=HTML),
    "formats": lambda: a_mail("<font a=1>" * 90 + "<p>x" * 50_000, Content_Type=HTML),
    "parts": lambda: of_parts(*["\r\nx"] * 100_000),
    "boundaries": lambda: a_mail("---x\n" * MB, Content_Type='multipart/mixed; boundary="-"'),
    "headers": lambda: b"X: y\r\n" * MB + a_mail(),
    "remarks": lambda: a_mail(From="(" * MB + "casey@clinic.test"),
    "parameters": lambda: a_mail(Content_Type="text/plain" + '; x="y' * 100_000),
    "encoded words": lambda: a_mail(Subject="=?utf-8?q?" * 100_000),
    "rulers": lambda: a_mail(
        "Hello\n" + "-" * 4000 + "x\nOn Monday, 1 January 2024 at 10:00, Kim <k@x.test> wrote:\n> a"
    ),
    "names of tags": lambda: a_mail(("<" + "a" * 7990) * 62, Content_Type=HTML),
    "results": lambda: b"Authentication-Results: " + b'"\\' * 5000 + b"\r\n" + a_mail(),
    "many results": lambda: (
        (b'Authentication-Results: "' + b'\\"' * 4000 + b"\r\n") * 200 + a_mail()
    ),
    "lines that go on": lambda: a_mail("a \n" * MB, Content_Type=FLOWED),
    "lines that stand alone": lambda: a_mail("> q\n" * MB, Content_Type=FLOWED),
    "padding": lambda: a_mail("====a\n" * MB, Content_Transfer_Encoding="base64"),
}


@pytest.mark.parametrize("line", ["\n", "ab\n", "> q\n"])
def test_many_lines_that_flow_take_little_memory_and_are_said_to_be_cut(line):
    raw = a_mail(line * (3 * MB), Content_Type=FLOWED)

    tracemalloc.start()
    mail = read(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 120 * MB
    assert "text_cut" in mail.notes


def test_forty_thousand_recipients_are_counted_and_few_are_read():
    people = ",\r\n ".join(f"Person {n} <p{n}@mass.invalid>" for n in range(40_000))
    raw = a_mail("Hello", Cc=people)

    started = time.process_time()
    mail = read(raw)

    assert time.process_time() - started < 2
    assert mail.addressed == 40_001
    assert mail.cc == tuple(f"p{n}@mass.invalid" for n in range(100))
    assert (mail.text, mail.notes) == ("Hello", ("header_cut",))


def test_a_mail_of_25_mb_is_read_within_seconds():
    data = random.Random(8).randbytes(18 * MB)
    raw = of_parts(
        a_part("text/plain", "See the scan"),
        a_part(
            "application/pdf; name=scan.pdf",
            base64.encodebytes(data),
            Content_Transfer_Encoding="base64",
        ),
    )

    started = time.process_time()
    mail = read(raw)

    assert time.process_time() - started < 5
    assert [file.size for file in mail.files] == [len(data)]


@pytest.mark.alone
@pytest.mark.parametrize("make", COSTLY.values(), ids=COSTLY)
def test_a_mail_made_to_be_costly_is_read_within_seconds(make):
    raw = make()

    started = time.process_time()
    read(raw)

    assert time.process_time() - started < 8


@pytest.mark.parametrize("depth", [20, 50, 51, 1500, 20_000])
def test_the_text_of_nested_parts_is_found_down_to_the_limit(depth):
    raw = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
        for n in range(depth)
    )

    if depth <= Limits().max_depth:
        assert read(raw + b"\r\nDeep").text == "Deep"
    else:
        with pytest.raises(Unreadable, match="too_deep"):
            read(raw + b"\r\nDeep")


def is_whole(mail: Mail) -> bool:
    """A mail can go through JSON and into a database: no lone surrogate, no NUL."""
    text = json.dumps(mail.as_json(), ensure_ascii=False).encode()
    return Mail.from_json(json.loads(text)) == mail and b"\\u0000" not in text


def read_or_refused(raw: bytes) -> bool:
    try:
        return is_whole(read(raw))
    except Unreadable:
        return True


@UNHURRIED
@given(st.binary(max_size=2000))
def test_any_bytes_are_a_mail_or_unreadable(raw):
    assert read_or_refused(raw)


NAMES = ["From", "To", "Subject", "Content-Type", "Content-Disposition", "References", "Received"]
VALUES = st.one_of(
    st.binary(max_size=80),
    st.sampled_from(
        [
            b"multipart/mixed; boundary=b",
            b"multipart/alternative; boundary=b",
            b"multipart/report; report-type=delivery-status; boundary=b",
            b"message/delivery-status",
            b"text/html; charset=utf-16",
            b"text/plain; charset=hz; name*0*=x''%ff; name*1*=%",
            b"=?utf-8?b?//8=?=",
            b"attachment; filename*=utf-16''%d8%00",
        ]
    ),
)
FIELDS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6)
LINES = [b"--b", b"--b--", b"", b"<p>", b"> x", b"&#xd800;", b"Content-Type: text/html"]
BODIES = st.one_of(st.binary(max_size=300), st.lists(st.sampled_from(LINES)).map(b"\r\n".join))


@UNHURRIED
@given(FIELDS, BODIES)
def test_any_headers_and_body_are_a_mail_or_unreadable(fields, body):
    head = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in fields)

    assert read_or_refused(head + b"\r\n" + body)


@UNHURRIED
@given(st.sampled_from(sorted(corpus.MAILS.keys() - {"M48", "M50", "M55", "M82"})), st.data())
def test_a_damaged_mail_is_a_mail_or_unreadable(id, data):
    raw = bytearray(corpus.fill(id))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))

    assert read_or_refused(bytes(raw))
