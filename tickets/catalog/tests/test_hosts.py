"""The host decides which brand answers, and an unknown one is refused."""

from pathlib import Path

import pytest

from tickets.catalog import services, sheet
from tickets.catalog.models import Brand, BrandHost

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3]
SHARED = "".join(
    (ROOT / f"static/css/{name}.css").read_text() for name in ("tokens", "base", "components")
)
CSS = """:root{{--brand:{0}}}
@media screen and (prefers-color-scheme:dark){{:root:not([data-bs-theme=light]){{--brand:{1}}}}}
@media screen{{[data-bs-theme=dark]{{--brand:{1}}}}}
"""
PERFECTSERVE = SHARED + CSS.format("#0B5A7A", "#7CC7E8")
COLLABORATION = SHARED + CSS.format("#5A3E8C", "#C4AEF0")


def brand_sheet(client, host, **headers):
    response = client.get("/brand.css", headers={"host": host, **headers})
    return response.status_code, response.content.decode()


@pytest.mark.parametrize(
    "host, css",
    [
        ("support.perfectserve.com", PERFECTSERVE),
        ("www.support.perfectserve.com:8443", PERFECTSERVE),
        ("SUPPORT.TELMEDIQ.COM", COLLABORATION),
        ("www.support.telmediq.com.", COLLABORATION),
        ("localhost:8000", PERFECTSERVE),
        ("127.0.0.1", PERFECTSERVE),
        ("[::1]:8000", PERFECTSERVE),
    ],
)
def test_a_known_host_shows_its_brand(client, host, css):
    assert brand_sheet(client, host) == (200, css)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "support.perfectserve.com.evil.example",
        "perfectserve",
        "127.0.0.2",
        "localhost.evil.example",
        "support.perfectserve.com@evil.example",
        "a b",
        "/",
        "",
    ],
)
def test_an_unknown_host_is_refused(client, host):
    status, page = brand_sheet(client, host)

    assert status == 400
    assert "This address does not work here" in page
    assert host not in page or len(host) < 5


def test_only_the_host_decides_and_no_header_that_anybody_can_add(client):
    elsewhere = {"x-forwarded-host": "support.telmediq.com", "forwarded": "host=evil.example"}

    assert brand_sheet(client, "localhost", **elsewhere) == (200, PERFECTSERVE)
    assert brand_sheet(client, "evil.example", **elsewhere)[0] == 400


def test_an_installation_may_name_more_hosts(client, settings):
    settings.HOSTS = {"cc.localhost": "clinical-collaboration", "gone.localhost": "no-such-brand"}

    assert brand_sheet(client, "cc.localhost:8000") == (200, COLLABORATION)
    assert brand_sheet(client, "gone.localhost")[0] == 400


def test_a_new_host_answers_at_once(client):
    assert brand_sheet(client, "help.example.org")[0] == 400
    BrandHost.objects.create(brand=Brand.objects.get(key="perfectserve"), host="help.example.org")
    services.changed()

    assert brand_sheet(client, "help.example.org") == (200, PERFECTSERVE)


def test_health_is_asked_under_any_name_and_reads_no_catalog(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        for host in ("10.0.0.7:8000", "web_1", "web_1:8000", ""):
            assert client.get("/healthz", headers={"host": host}).status_code == 200


def test_the_sheet_is_kept_for_long_only_under_its_own_colors(client):
    page = client.get("/contact/").content.decode()
    address = page.split('href="/brand.css?v=')[1].split('"')[0]

    kept = client.get(f"/brand.css?v={address}")
    old = client.get("/brand.css?v=1")

    assert kept["Cache-Control"] == "public, max-age=31536000, immutable"
    assert old["Cache-Control"] == "no-cache"


def test_while_debugging_a_changed_sheet_shows_at_once_under_another_address(
    client, settings, tmp_path
):
    settings.DEBUG, settings.STATICFILES_DIRS = True, [tmp_path]
    (tmp_path / "css").mkdir()
    for name in ("tokens", "base", "components"):
        (tmp_path / f"css/{name}.css").write_text(f"{name} ")
    address = sheet.version_of(Brand.objects.get(key="perfectserve"))

    (tmp_path / "css/base.css").write_text("changed ")

    colors = CSS.format("#0B5A7A", "#7CC7E8")
    assert brand_sheet(client, "localhost") == (200, f"tokens changed components {colors}")
    assert sheet.version_of(Brand.objects.get(key="perfectserve")) != address
