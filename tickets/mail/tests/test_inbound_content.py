"""The words of a mail and its files, however they are encoded, nested and laid out."""

from __future__ import annotations

import base64

import pytest

from tickets.mail.inbound.mail import Limits, Unreadable
from tickets.mail.tests.raw import a_mail, a_part, of_parts, read

HTML = "text/html; charset=utf-8"


def as_text(html: str) -> str:
    return read(a_mail(html, Content_Type=HTML)).text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ("<div>One</div><div>Two</div>\n<div>  Three </div>", "One\nTwo\nThree"),
        ("<ul><li>One<li>Two</ul>", "- One\n- Two"),
        ("<ul><li>One<ol><li>In</ol><li>Two</ul>Text", "- One\n  - In\n- Two\n\nText"),
        ("<ul><li><p>One</p></li><li><div>Two</div></li></ul>", "- One\n\n- Two"),
        ("<table><tr><td>Ward<td>3<tr><td>Bed<td>7</table>", "Ward  3\nBed  7"),
        ("Hi<blockquote>Try<br>again</blockquote>Yes", "Hi\n\n> Try\n> again\n>\nYes"),
        ("<pre>a  b\n  c</pre>", "a  b\n  c"),
        ("R&eacute;sum&eacute; &lt;b&gt;&nbsp;&#128657;", "Résumé <b> 🚑"),
        ('<a href="https://x.test/a">here</a>', "here <https://x.test/a>"),
        ('<a href="https://x.test/a">https://x.test/a</a>', "https://x.test/a"),
        (
            '<a href="https://evil.test">https://bank.test</a>',
            "https://bank.test <https://evil.test>",
        ),
        ('<a href="mailto:a@x.test">a@x.test</a>', "a@x.test"),
        ('<a href="javascript:alert(1)">here</a>', "here"),
        ('<a href="file:///etc/passwd">here</a>', "here"),
        ('<a href="/relative">here</a>', "here"),
        ('<img src="https://x.test/p.gif"><img alt="logo" src="https://x.test">', "[logo]"),
        ('<img src="cid:nowhere" alt="shot">', "[shot]"),
        ("<style>p{}</style><title>t</title>Text<script>alert(1)</script>", "Text"),
        ("<b>Not <i>closed", "Not closed"),
        ("One<!-- two -->Three", "OneThree"),
        ("&#0;&#27;&#xD800;One", "\ufffd\ufffdOne"),
    ],
)
def test_html_is_read_as_text(html, text):
    assert as_text(html) == text


def test_html_that_nests_too_deep_is_read_without_its_layout():
    html = "<title>x</title>" + "<div>" * 50_000 + "Deep &amp; down<script>no</script>"
    mail = read(a_mail(html, Content_Type=HTML))

    assert (mail.text, mail.notes) == ("Deep & down", ("flattened",))


def test_of_html_that_loads_and_runs_the_words_alone_are_left():
    html = (
        '<p style="background:url(https://x.test)" onclick="a()" class="c">One</p>'
        '<img src="https://x.test/p.gif"><img src="cid:x"><script>a()</script>'
        '<a href="https://x.test" ping="https://x.test" target="_top">two</a>'
        '<a href="javascript:a()">three</a><a href="/account/">four</a>'
        '<form action="https://x.test"><input name="p"><button>five</button></form>'
        '<svg><image href="https://x.test"/></svg><base href="https://x.test">'
        '<table background="https://x.test"><tr><td colspan="2">six</td></tr></table>'
    )

    assert as_text(html) == "One\n\ntwo <https://x.test>threefourfive\n\nsix"


def test_of_alternatives_the_plain_one_is_the_text():
    raw = of_parts(
        a_part(HTML, "<p>As HTML</p>"), a_part("text/plain", "As text"), kind="alternative"
    )

    assert (read(raw).text, read(raw).files) == ("As text", ())


def test_an_empty_plain_alternative_gives_way():
    raw = of_parts(
        a_part("text/plain", "  \r\n"), a_part(HTML, "<p>As HTML</p>"), kind="alternative"
    )

    assert read(raw).text == "As HTML"


def test_files_within_an_alternative_are_kept_and_named_in_the_text():
    related = (
        b'Content-Type: multipart/related; boundary="inner"\r\n\r\n--inner\r\n'
        + a_part(HTML, '<p>See <img src="cid:shot@x"></p>')
        + b"\r\n--inner\r\n"
        + a_part("image/png; name=shot.png", "png", Content_ID="<shot@x>")
        + b"\r\n--inner--"
    )

    mail = read(of_parts(a_part("text/plain", " "), related, kind="alternative"))

    assert mail.text == "See [shot.png]"
    assert [(file.name, file.content_id) for file in mail.files] == [("shot.png", "shot@x")]


def test_text_in_several_parts_is_read_in_its_order():
    raw = of_parts(
        a_part("text/plain", "Before"),
        a_part("image/png; name=a.png", "png"),
        a_part("text/plain", "After"),
    )

    assert read(raw).text == "Before\n\nAfter"


def test_what_is_attached_is_no_text():
    raw = of_parts(
        a_part("text/plain", "Hello"),
        a_part("text/plain", "log", Content_Disposition="attachment"),
        a_part("text/html; name=page.html", "<p>page</p>"),
        a_part("text/csv", "a,b"),
    )
    mail = read(raw)

    assert mail.text == "Hello"
    assert [file.name for file in mail.files] == ["file-1.txt", "page.html", "file-3.csv"]


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        ("application/pkcs7-signature; name=smime.p7s", "smime.p7s"),
        ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "smime.p7m"),
        ("application/ms-tnef", "file-1.bin"),
        ("message/rfc822", "message.eml"),
        ("text/calendar; method=REQUEST", "invite.ics"),
        ("application/octet-stream; name=..", ".."),
        ("application/octet-stream; name*0*=utf-8''%C3%9C; name*1=x.pdf", "Üx.pdf"),
        ("application/octet-stream; name*=nobody''%DCx.pdf", "Üx.pdf"),
        ('application/octet-stream; name="=?utf-8?q?=C3=9Cx.pdf?="', "Üx.pdf"),
        ('application/octet-stream; name="Üx.pdf"', "Üx.pdf"),
        ('application/octet-stream; name="C:\\dir\\x.pdf"', "x.pdf"),
        ('application/octet-stream; name="a\r\n b.pdf"', "a b.pdf"),
        ("application/octet-stream; name*x*=1; name*999999=y", "y"),
    ],
)
def test_whatever_is_no_text_is_a_file_under_its_name(content_type, name):
    mail = read(of_parts(a_part("text/plain", "Hello"), a_part(content_type, "bytes")))

    assert mail.text == "Hello"
    assert [(file.name, file.size) for file in mail.files] == [(name, 5)]


def test_a_mail_within_is_kept_to_the_byte_and_not_opened():
    parts = of_parts(a_part("text/plain", "Inner"), a_part("image/png; name=x.png", "png"))
    inner = parts.replace(b"frontier", b"inner")
    mail = read(of_parts(a_part("text/plain", "Outer"), a_part("message/rfc822", inner)))

    assert mail.text == "Outer"
    assert [file.size for file in mail.files] == [len(inner)]


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        ("Grüße".encode("latin-1"), "iso-8859-1", "Grüße"),
        ("“Grüße” €".encode("cp1252"), "iso-8859-1", "“Grüße” €"),
        ("Grüße".encode(), "us-ascii", "Grüße"),
        ("Grüße".encode("cp1252"), "us-ascii", "Grüße"),
        ("Grüße".encode("cp1252"), "utf-8", "Grüße"),
        ("Grüße, Grüße".encode() + b"\xff", "utf-8", "Grüße, Grüße\ufffd"),
        ("Grüße".encode(), "x-nobody", "Grüße"),
        ("Grüße".encode(), "idna", "Grüße"),
        (b"\\x41", "unicode_escape", "\\x41"),
        (b"414243", "hex", "414243"),
        ("当直".encode("iso2022_jp"), "iso-2022-jp", "当直"),
        ("当直".encode("cp932"), "shift_jis", "当直"),
        ("\u9fb4".encode("gb18030"), "gb2312", "\u9fb4"),
        ("Grüße".encode("utf-16"), "utf-16", "Grüße"),
        (b"a\0b\x08c\x7f\xc2\x9bd", "utf-8", "abcd"),
        (b"one\rtwo\r\nthree", "utf-8", "one\ntwo\nthree"),
    ],
)
def test_text_is_read_whatever_is_said_of_its_charset(body, charset, text):
    assert read(a_mail(body, Content_Type=f"text/plain; charset={charset}")).text == text


@pytest.mark.parametrize(
    ("body", "text", "notes"),
    [
        (base64.b64encode(b"Hello there"), "Hello there", ()),
        (b"SGVs\r\nbG8=", "Hello", ()),
        (b"SGVsbG8", "Hello", ("undecodable",)),
        (b"SGVsbG8=\r\n-- \r\nAdded on the way", "Hello\n-- \nAdded on the way", ("undecodable",)),
        (b"Not base64 at all!", "Not base64 at all!", ("undecodable",)),
    ],
)
def test_base64_is_read_as_far_as_it_goes(body, text, notes):
    mail = read(a_mail(body, Content_Transfer_Encoding="base64"))

    assert (mail.text, mail.notes) == (text, notes)


def test_a_damaged_file_is_kept_as_far_as_it_goes():
    part = a_part("image/png; name=x.png", "AAAA!AAAA", Content_Transfer_Encoding="base64")
    mail = read(of_parts(part))

    assert ([file.size for file in mail.files], mail.notes) == ([6], ("undecodable",))


@pytest.mark.parametrize(
    ("value", "subject"),
    [
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?b?R3LD?= =?utf-8?b?vMOfZQ==?=", "Grüße"),
        ("Re: =?iso-8859-1?q?caf=E9_noir?= today", "Re: café noir today"),
        ("=?utf-8*en?q?Hello?=", "Hello"),
        ("=?nobody?q?abc=C3=A9?=", "abcé"),
        ("=?utf-8?q?not closed", "=?utf-8?q?not closed"),
        ("Grüße".encode("latin-1"), "Grüße"),
        ("folded\r\n  on", "folded on"),
        ("=?utf-8?q?a=00=0D=0ABcc=3A_x?=", "a Bcc: x"),
    ],
)
def test_a_subject_is_one_line_of_text(value, subject):
    assert read(a_mail(Subject=value)).subject == subject


def test_a_multipart_without_its_boundary_is_text():
    raw = a_mail("Dear: all\r\nHello", Content_Type='multipart/mixed; boundary="x"')

    assert read(raw).text == "Dear: all\nHello"


def test_a_line_that_only_looks_like_the_boundary_is_text():
    raw = of_parts(a_part("text/plain", "One\r\n--frontier2\r\n --frontier\r\nTwo"))

    assert read(raw).text == "One\n--frontier2\n --frontier\nTwo"


def test_what_is_beyond_a_limit_is_left_out_and_noted():
    raw = of_parts(
        a_part("text/plain", "x" * 100_001), *[a_part("image/png; name=a.png", "png")] * 3
    )
    mail = read(raw, limits=Limits(max_parts=4, max_files=1))

    assert (len(mail.text), len(mail.files)) == (100_000, 1)
    assert mail.notes == ("files_cut", "parts_cut", "text_cut")


def test_a_mail_over_the_limit_is_not_read():
    with pytest.raises(Unreadable) as unreadable:
        read(a_mail(), limits=Limits(max_bytes=10))

    assert unreadable.value.reason == "too_large"
