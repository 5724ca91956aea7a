"""A brand's logo: uploaded at the desk, shown in the header of its hosts, kept by browsers."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tickets.catalog.models import Brand, Logo
from tickets.catalog.tests.desk import problems, save
from tickets.catalog.tests.logos import SVG, make_logo, png

pytestmark = pytest.mark.django_db

PERFECTSERVE, COLLABORATION = "support.perfectserve.com", "support.telmediq.com"


def upload(content, name="logo.svg"):
    return SimpleUploadedFile(name, content)


def header(client, host=PERFECTSERVE):
    """Return what stands for the brand's name in a page's header."""
    page = client.get("/contact/", headers={"host": host}).content.decode()
    inside = re.search(r'<a class="site-brand" href="/">(.*?) <span>Support</span></a>', page, re.S)
    return " ".join(inside[1].split())


def picture(logo, alt):
    return f'<img class="logo" src="/logo/{logo.sha256}/" alt="{alt}" width="240" height="60">'


def test_what_is_uploaded_stands_in_the_header_of_that_brand_alone(client, desk):
    brand = Brand.objects.get(key="perfectserve")

    response = save(desk, brand, new_logo=upload(SVG))

    assert response.status_code == 302
    assert header(client) == picture(Logo.objects.get(brand=brand), "PerfectServe")
    assert header(client, COLLABORATION) == "Clinical Collaboration"


def test_it_is_read_out_in_words_of_the_administrators(client, desk):
    logo = make_logo()

    save(desk, logo.brand, logo_alt='Perfect & "Serve"')

    assert header(client) == picture(logo, "Perfect &amp; &quot;Serve&quot;")


def test_saving_the_brand_keeps_its_logo_and_taking_it_away_shows_the_name(client, desk):
    logo = make_logo(alt="Perfect")

    save(desk, logo.brand, name="PerfectServe Inc.")
    kept = header(client)
    save(desk, logo.brand, no_logo="on")

    assert kept == picture(logo, "Perfect")
    assert header(client) == "PerfectServe Inc."


@pytest.mark.parametrize("content, content_type", [(SVG, "image/svg+xml"), (png(), "image/png")])
def test_it_may_be_kept_for_ever_and_can_do_nothing_when_it_is_opened_alone(
    client, content, content_type
):
    logo = make_logo(content)

    response = client.get(f"/logo/{logo.sha256}/")

    assert (response.status_code, response.content) == (200, content)
    names = ("Content-Type", "Cache-Control", "Content-Security-Policy", "X-Content-Type-Options")
    assert [response[name] for name in names] == [
        content_type,
        "public, max-age=31536000, immutable",
        "sandbox; default-src 'none'",
        "nosniff",
    ]


def test_another_picture_has_another_address(client):
    first = make_logo(SVG).sha256
    second = make_logo(png()).sha256

    assert first != second
    assert client.get(f"/logo/{first}/").status_code == 404


def test_what_is_no_logo_is_refused_in_words(desk):
    brand = Brand.objects.get(key="perfectserve")
    script = SVG.replace(b"</svg>", b"<script/></svg>")

    assert [
        problem.split(".")[0] for problem in problems(save(desk, brand, new_logo=upload(script)))
    ] == ["The SVG holds <script>"]
    assert problems(save(desk, brand, new_logo=upload(SVG), no_logo="on")) == [
        "Choose a logo or take it away, not both."
    ]
    assert not Logo.objects.exists()


def test_the_desk_reads_back_what_the_hosts_of_a_brand_show(desk):
    brand = Brand.objects.get(key="perfectserve")

    page = desk.get(f"/admin/catalog/brand/{brand.pk}/change/").content.decode()

    shown = page.split('<ul class="shown">')[1].split("</ul>")[0]
    lines = [
        " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", "", line, flags=re.S).split())
        for line in shown.split("<li>")[1:]
    ]
    assert lines == [
        "Answers on support.perfectserve.com, www.support.perfectserve.com, and on loopback",
        "Header: PerfectServe Support",
        "Foot of every page: Need help now? Call 1.877.844.7727, ext. 5",
        "Links in mails begin with https://support.perfectserve.com, answers go to "
        "support@support.perfectserve.com",
        "Times are told in America/New_York to people who chose no time zone",
        "Color in the light: contrast 7.6 to 1 on the page, 7.1 on shaded parts, 7.6 under the "
        "text of buttons",
        "Color in the dark: contrast 9.5 to 1 on the page, 8.4 on shaded parts, 9.4 under the "
        "text of buttons",
    ]
