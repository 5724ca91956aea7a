"""Every way to reach us, on the page of each host and at the foot of every page."""

import re
from html import unescape

import pytest

from tickets.catalog import services
from tickets.catalog.models import Brand

pytestmark = pytest.mark.django_db

PERFECTSERVE, COLLABORATION = "support.perfectserve.com", "support.telmediq.com"
LEVELS = {
    1: "Call us at once instead of filing a ticket.",
    2: "Call us at once instead of filing a ticket.",
    3: "Call us; you may also file a ticket.",
    4: "File a ticket.",
}


def contact(client, host=PERFECTSERVE):
    """Return what the page says and where its links lead, without its header and foot."""
    page = client.get("/contact/", headers={"host": host}).content.decode()
    main = page.split("<main", 1)[1].split("</main>")[0].partition(">")[2]
    links = re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', main, re.S)
    return words(main), [(words(name), address) for address, name in links]


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.mark.parametrize(
    "host, links",
    [
        (
            PERFECTSERVE,
            [
                ("PerfectServe: extension 5", "tel:+18778447727;ext=5"),
                ("Clinical Collaboration: extension 1", "tel:+18778447727;ext=1"),
                ("Submit a ticket", "/new/"),
                ("support@support.perfectserve.com", "mailto:support@support.perfectserve.com"),
                ("Clinical Collaboration Support", "https://support.telmediq.com"),
            ],
        ),
        (
            COLLABORATION,
            [
                ("Clinical Collaboration: extension 1", "tel:+18778447727;ext=1"),
                ("PerfectServe: extension 5", "tel:+18778447727;ext=5"),
                ("Submit a ticket", "/new/"),
                ("support@support.telmediq.com", "mailto:support@support.telmediq.com"),
                ("PerfectServe Support", "https://support.perfectserve.com"),
            ],
        ),
    ],
)
def test_the_number_stands_once_with_the_extensions_of_both_the_hosts_own_first(
    client, host, links
):
    said, found = contact(client, host)

    assert said.count("1.877.844.7727") == 1
    assert found == links


def test_it_says_what_to_do_at_each_level(client):
    said, _links = contact(client)

    parts = re.split(r"Level (\d) ", said.split("What to do when ")[1].split(" Write ")[0])
    found = dict(zip(map(int, parts[1::2]), parts[2::2], strict=True))
    assert {number: LEVELS[number] for number in found if LEVELS[number] in found[number]} == LEVELS


@pytest.mark.parametrize(
    "host, app",
    [
        (PERFECTSERVE, "In the PerfectServe app, open the side menu and choose: Get Help."),
        (
            COLLABORATION,
            "In the Clinical Collaboration app, open the side menu and choose: Email Support, "
            "Request Callback.",
        ),
    ],
)
def test_it_names_the_way_in_the_app_of_the_host(client, host, app):
    assert app in contact(client, host)[0]


def test_chat_and_status_page_are_named_where_there_are_any(client):
    Brand.objects.filter(key="perfectserve").update(
        chat_url="https://chat.example.com", status_page_url="https://status.example.com"
    )
    services.changed()

    (_said, here), (_also, elsewhere) = contact(client), contact(client, COLLABORATION)

    ways = {
        ("Chat with us", "https://chat.example.com"),
        ("Status of our systems", "https://status.example.com"),
    }
    assert ways & set(here) == ways
    assert ways & set(elsewhere) == set()


def test_brands_with_numbers_of_their_own_are_told_apart(client):
    Brand.objects.filter(key="clinical-collaboration").update(
        phone_number="1.800.555.0100", phone_extension=""
    )
    services.changed()

    said, links = contact(client)

    assert (said.count("1.877.844.7727"), said.count("1.800.555.0100")) == (1, 1)
    assert links[:2] == [
        ("PerfectServe: extension 5", "tel:+18778447727;ext=5"),
        ("Clinical Collaboration", "tel:+18005550100"),
    ]


@pytest.mark.parametrize("host, extension", [(PERFECTSERVE, "5"), (COLLABORATION, "1")])
@pytest.mark.parametrize("path", ["/", "/new/", "/accounts/sign-in/", "/accounts/sign-up/", "/no/"])
def test_the_phone_line_of_the_host_ends_every_page(client, host, extension, path):
    page = client.get(path, headers={"host": host}).content.decode()

    foot = page.split('<footer class="site-footer">')[1]
    assert words(foot).startswith(
        f"Need help now? Call 1.877.844.7727, ext. {extension} All ways to reach us"
    )
    assert foot.split('href="')[1].startswith(f'tel:+18778447727;ext={extension}"')
