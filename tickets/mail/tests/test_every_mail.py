"""Every mail that the product sends, in both brands, as it arrives."""

from __future__ import annotations

import re
from email.utils import parseaddr

import pytest
from django.core.management import call_command

from accounts.models import User
from tickets.catalog import store
from tickets.models import Ticket

KINDS = [
    # recipient, what the subject begins with; a ticket's number stands before it
    ("dana", "Choose your password"),
    ("walter", "Choose your password"),
    ("carol", "You already have an account"),
    ("newcomer", "Confirm your address"),
    ("newcomer", "Confirm your address"),
    ("moved", "Your e-mail address was changed"),
    ("passer-by", "Confirm your request"),
    ("passer-by", "Your request still waits for you"),
    ("dana", "A request that you did not send is about to expire"),
    ("dana", "# Request received"),
    ("walter", "# Request received"),
    ("dana", "# Request received"),
    ("carol", "# Request received"),
    ("dana", "# There is news"),
    *[("dana", "# Request received")] * 8,
    ("carol", "# Do you want to read along?"),
    ("dana", "# We replied"),
    ("dana", "# We need an answer from you"),
    ("dana", "# Solved"),
    ("dana", "# Solved"),
    ("dana", "# Level 2 now"),
    ("dana", "# We replied"),
    # Of a brand that says in mails what its agents answer.
    *[("dana", "# Request received")] * 2,
    ("dana", "# We need an answer from you"),
    ("dana", "# Solved"),
    *[("dana", "# Request received")] * 2,
    *[("dana", "# Request received")] * 2,
    ("dana", "# There is news"),
    ("alex", "# Assigned to you"),
    ("laura", "# There is news"),
    *[(agent, "# The customer replied") for agent in ("alex", "laura")],
    ("billie", "1 ticket of yours has news"),
    ("alex", "# Level 1"),  # assigned, and nearly late
    ("morgan", "# Level 1"),  # nearly late, and nobody's
    *[("morgan", "# Level 1")] * 2,  # late
    ("morgan", "# Level 1"),  # still late after half an hour
    ("morgan", "Promises of a day"),
    ("morgan", "Your file is there"),
]
WRITTEN = re.compile("oncology|Dr. Lee|schedule|nurse|rotation|is affected", re.IGNORECASE)
# Staff do not call themselves.
TO_STAFF = {
    "# Level 1",
    "# Assigned to you",
    "# The customer replied",
    "# There is news",
    "1 ticket of yours has news",
    "Promises of a day",
    "Your file is there",
}
# Where a link leads that an agent wrote.
SPOKEN_HOST = "//help.example.org/"
BRANDS = ("perfectserve", "clinical-collaboration")


@pytest.fixture
def arrived(every_mail, smtp):
    """What arrived at a real mail server."""
    call_command("relay", verbosity=0)
    return smtp.mails


def test_every_kind_arrives_once_at_whom_it_is_for(arrived):
    told = [(brand_of(mail).key, local_part(mail["To"]), about(mail)) for mail in arrived]

    assert sorted(told) == sorted((brand, *kind) for brand in BRANDS for kind in KINDS)


def test_each_goes_to_one_address_from_its_brand_and_says_that_a_machine_sent_it(arrived):
    heads = {
        (
            mail.envelope.rcpt_tos == [mail["To"]],
            mail["Cc"],
            mail["From"],
            mail.envelope.mail_from,
            mail["Auto-Submitted"],
            mail["X-Auto-Response-Suppress"],
            parseaddr(mail["Message-ID"])[1].rpartition("@")[2],
        )
        for mail in arrived
    }

    assert heads == {
        (True, None, f"{name} Support <support@{host}>", f"support@{host}", *automatic, host)
        for automatic in [("auto-generated", "All")]
        for name, host in (
            ("PerfectServe", "support.perfectserve.com"),
            ("Clinical Collaboration", "support.telmediq.com"),
        )
    }
    assert len({mail["Message-ID"] for mail in arrived}) == len(arrived)


def test_nothing_that_was_written_on_a_ticket_is_in_any(arrived):
    found = [(mail["Subject"], hit) for mail in arrived for hit in WRITTEN.findall(whole(mail))]

    assert found == []


def test_each_says_in_text_and_in_html_how_to_call_and_why_it_came(arrived):
    reasons = {
        re.findall(r"You get this because .+\.$", text_of(mail), re.MULTILINE)[0]
        for mail in arrived
        if "There is news" not in mail["Subject"]
    }

    silent = {
        about(mail)
        for mail in arrived
        for part in (text_of(mail), html_of(mail))
        if brand_of(mail).phone_display not in part
    }
    assert silent == TO_STAFF
    assert reasons == {
        "You get this because a password was asked for with this address.",
        "You get this because the ticket is assigned to you.",
        "You get this because you watch the ticket.",
        "You get this because you chose to hear of your tickets once a day.",
        "You get this because nobody has taken the ticket, and breaches of this team or brand are "
        "reported to you.",
        "You get this because breaches of this team or brand are reported to you.",
        "You get this because what is 0:30 late is reported to you.",
        "You get this because this address belonged to an account with us.",
        "You get this because this address was entered at our sign-up.",
        "You get this because this address was entered with a request.",
        "You get this because this request is yours.",
        "You get this because you began this request. It is said once.",
        "You get this because you are copied on this request.",
        "You get this because somebody asked to copy you on this request.",
        "You get this because you asked for the file.",
        "You get this because you subscribed to it.",
    }


def test_the_text_is_text(arrived):
    marks = re.compile(r"<\w|&\w+;|\{|\}|\n\n\n|[ \t]+$(?<!-- )", re.MULTILINE)
    faults = [(mail["Subject"], marks.findall(text_of(mail))) for mail in arrived]

    assert [fault for fault in faults if fault[1]] == []


def test_text_and_html_lead_to_the_same_places(arrived):
    different = [
        mail["Subject"]
        for mail in arrived
        if links_in_text(mail) != [link for link in links_in_html(mail) if "tel:" not in link]
    ]

    assert different == []


def test_a_link_to_a_ticket_opens_it_for_its_recipient(arrived, client):
    opened = []
    for mail in arrived:
        number = re.match(r"\[\w+-(\d+)\]", mail["Subject"])
        if number:
            client.force_login(User.objects.get(email=mail["To"]))
            page = open_first_link(client, mail)
            opened.append(
                (page.status_code, Ticket.objects.get(pk=number[1]).number in str(page.content))
            )

    assert opened == [(200, True)] * len(opened)
    assert len(opened) == len(BRANDS) * sum(words[0] == "#" for _whom, words in KINDS)


def test_a_link_of_an_account_mail_opens_what_it_says(arrived, client):
    opened = []
    for mail in arrived:
        if mail["Subject"][0] != "[" and links_in_text(mail):
            page = open_first_link(client, mail)
            opened.append((local_part(mail["To"]), heading_of(page)))

    assert sorted(opened) == sorted(
        len(BRANDS)
        * [
            ("billie", "Sign in"),
            ("carol", "Choose a password"),
            ("dana", "Choose a password"),
            ("dana", "Not sent yet"),
            ("morgan", "Sign in"),
            ("morgan", "Sign in"),
            ("newcomer", "Confirm your address"),
            ("newcomer", "Confirm your address"),
            # The reminder's link took the place of the first one.
            ("passer-by", "File your request"),
            ("passer-by", "This link no longer works"),
            ("walter", "Choose a password"),
        ]
    )


def test_a_restricted_ticket_is_a_number_and_a_link_in_html_too(arrived):
    restricted = [
        mail
        for mail in arrived
        if about(mail) == "# There is news" and local_part(mail["To"]) == "dana"
    ]

    assert [words_of(html_of(mail)) for mail in restricted] == [
        f"Sign in to read it. {brand.name} Support There is news about {number} Sign in to read it "
        f"Or open this address: {link} If it cannot wait, call {brand.phone_display} , and quote "
        f"{number}."
        for mail in restricted
        for brand, number, link in [
            (brand_of(mail), mail["Subject"][1:].partition("]")[0], links_in_text(mail)[0])
        ]
    ]
    assert len(restricted) == 2 * len(BRANDS)


def test_an_agent_reads_of_a_restricted_ticket_its_number_a_link_and_why(arrived):
    to_laura = [mail for mail in arrived if local_part(mail["To"]) == "laura"]
    told = [mail for mail in to_laura if about(mail) == "# There is news"]

    assert [words_of(html_of(mail)) for mail in told] == [
        f"Sign in to read it. {brand_of(mail).name} Support There is news about {number} "
        f"Sign in to read it Or open this address: {links_in_text(mail)[0]} You get this because "
        "the ticket is assigned to you. Choose what you are mailed, and when"
        for mail in told
        for number in [mail["Subject"][1:].partition("]")[0]]
    ]
    assert len(told) == len(BRANDS)


def test_what_a_mail_promises_is_what_the_page_promises(arrived, client):
    """Both times, in the zone of who reads them; the first mail's ticket is of level 3."""
    received = [mail for mail in arrived if about(mail) == "# Request received"]
    mail = min(received, key=lambda mail: int(re.search(r"-(\d+)\]", mail["Subject"])[1]))
    client.force_login(User.objects.get(email=mail["To"]))

    page = open_first_link(client, mail).content.decode()

    times = re.findall(r"^(?:First reply|Solved) by: (.+)$", text_of(mail), re.MULTILINE)
    assert times == ["Fri 27 Nov, 2:40 pm EST", "Wed 2 Dec, 10:40 am EST"]
    assert [time for time in times if time not in page] == []


def test_what_an_agent_answered_is_said_in_the_mails_of_a_brand_that_wants_it(arrived):
    said = [
        (brand_of(mail).key, about(mail), "Dear Dana,\n\nplease choose" in text_of(mail))
        for mail in arrived
        if "Dear Dana,<br><br>please choose" in html_of(mail)
    ]

    assert sorted(said) == [
        (brand, words, True)
        for brand in sorted(BRANDS)
        for words in ("# Solved", "# We need an answer from you")
    ]


# --- In a browser -----------------------------------------------------------------------


def test_no_mail_scrolls_sideways_or_shuts_anybody_out(page, every_mail, smtp, axe):
    call_command("relay", verbosity=0)
    page.set_viewport_size({"width": 320, "height": 800})
    faults = []
    for mail in one_of_each(smtp.mails):
        page.set_content(html_of(mail))
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            width = page.evaluate("document.documentElement.scrollWidth")
            faults += [(mail["Subject"], scheme, width, fault) for fault in axe(page) or [""]]

    assert [fault for fault in faults if fault[2:] != (320, "")] == []
    assert len(faults) == 2 * len(BRANDS) * len(set(KINDS))


def one_of_each(mails):
    """Of mails that differ in number and times alone, one."""
    return {(mail["From"], mail["To"], about(mail)): mail for mail in mails}.values()


# --- Reading a mail ---------------------------------------------------------------------


def text_of(mail) -> str:
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def html_of(mail) -> str:
    return mail.get_body(("html",)).get_content()


def whole(mail) -> str:
    return f"{mail.items()}{text_of(mail)}{html_of(mail)}"


def links_in_text(mail) -> list[str]:
    return re.findall(r"https://\S+", text_of(mail))


def links_in_html(mail) -> list[str]:
    return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', html_of(mail))]


def words_of(html: str) -> str:
    """Return what a mail program reads of HTML, the line beside the subject in a list included."""
    words = re.sub(r"<(style|title)>.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return " ".join(words.split())


def about(mail) -> str:
    """Return the subject without what differs between two mails of a kind: number and times."""
    subject = re.sub(r"^\[\w+-\d+\]", "#", mail["Subject"]).partition(":")[0]
    return re.sub(r"of \w+ \d+ \w+ \d+$", "of a day", subject)


def local_part(address: str) -> str:
    return address.partition("@")[0]


def brand_of(mail):
    sender = parseaddr(mail["From"])[1]
    return next(brand for brand in store.current().brands if brand.mail_address == sender)


def open_first_link(client, mail):
    """Follow it where it leads, on its brand's own host."""
    link = next(link for link in links_in_text(mail) if SPOKEN_HOST not in link)
    host, _slash, path = link.removeprefix("https://").partition("/")
    return client.get(f"/{path}", follow=True, headers={"host": host})


def heading_of(page) -> str:
    return re.search(r"<h1>(.+?)</h1>", page.content.decode())[1]
