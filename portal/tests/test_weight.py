"""What pages weigh on their first visit, from the server and the compressed files of production."""

import random
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

import pytest

from portal.dev.children import spawn, stop
from portal.dev.server import wait_until
from portal.dev.services import LOOPBACK, web
from portal.testing_services import environment_of_test, free_port
from portal.tests.visits import QUEUE
from tickets.catalog import pictures, store
from tickets.catalog.tests.logos import make_logo, part, png
from tickets.models import Draft

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
FORM, PAGE, DESK = (60_000, 6), (80_000, 6), (160_000, 13)  # bytes, requests
ACCOUNT_FORMS = {
    "visitor": ("/accounts/sign-in/", "/accounts/sign-up/", "/accounts/password/get/"),
    "dana": ("/accounts/password/change/", "/profile/"),
}


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """The files of pages as they are served: hashed, and compressed, which takes its time."""
    folder = tmp_path_factory.mktemp("static")
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    environment = environment_of_test() | {"STATIC_ROOT": str(folder)}
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)
    return folder


@pytest.fixture
def production(furnished, collected, tmp_path):
    """The site as it runs for customers: gunicorn, files collected, hashed and compressed."""
    port = free_port()
    environment = environment_of_test() | {
        "STATIC_ROOT": str(collected),
        "STAFF_MFA": "off",  # else agents are led to their second step, which weighs less
    }
    child = spawn([sys.executable, "-m", *web(port)], log=tmp_path / "web.log", env=environment)
    url = f"http://{LOOPBACK}:{port}"
    wait_until(lambda: answers(url), child=child, name="gunicorn", log=tmp_path / "web.log")
    yield url
    stop(child)


def answers(url):
    try:
        with urllib.request.urlopen(f"{url}/healthz") as response:
            return response.status == 200
    except URLError:
        return False


@pytest.fixture
def weigh(real_browser, production, stage):
    """Open a page for the first time in a browser; return its bytes on the wire and requests."""

    def weigh(who, path):
        context = real_browser.new_context(
            base_url=production, viewport={"width": 390, "height": 844}
        )
        context.add_cookies(
            [
                {"name": each.key, "value": each.value, "url": production}
                for each in stage.browsers[who].cookies.values()
            ]
        )
        page = context.new_page()
        asked, size = {}, {}
        listen(context.new_cdp_session(page), asked, size)
        assert page.goto(path, wait_until="networkidle").status == 200
        assert page.url == production + path
        context.close()
        urls = {key: url for key, url in asked.items() if not url.startswith("data:")}
        assert {urlsplit(url).netloc for url in urls.values()} == {urlsplit(production).netloc}
        return round(sum(size[key] for key in urls)), len(urls)

    return weigh


def listen(wire, asked, size):
    """Note what is asked for, and how many bytes of it came over the wire, headers included."""
    wire.send("Network.enable")
    wire.on(
        "Network.requestWillBeSent",
        lambda sent: asked.update({sent["requestId"]: sent["request"]["url"]}),
    )
    wire.on(
        "Network.loadingFinished",
        lambda done: size.update({done["requestId"]: done["encodedDataLength"]}),
    )


def test_pages_are_light_and_forms_of_up_to_the_most_questions_too(weigh, stage, record_property):
    budgets = {
        **{("dana", path): FORM for path in forms(stage)},
        ("visitor", "/"): PAGE,
        ("dana", "/tickets/"): PAGE,
        ("dana", f"/tickets/{stage.places['late']}/"): PAGE,
        ("alex", QUEUE): DESK,
        ("alex", f"{QUEUE}{stage.places['open']}/change/"): DESK,
    }

    weights = {page: weigh(*page) for page in budgets}

    note(record_property, weights)
    assert too_heavy(weights, budgets) == {}


def test_forms_of_a_brand_with_the_largest_logo_are_light_signed_in_and_signed_out(
    weigh, stage, record_property
):
    make_logo(largest_png())
    paths = {"visitor": forms(stage, of="visitor"), "dana": forms(stage)}
    budgets = {
        **{(who, path): FORM for who in paths for path in paths[who]},
        # These offer every time zone of the world.
        **{(who, path): PAGE for who in ACCOUNT_FORMS for path in ACCOUNT_FORMS[who]},
    }

    weights = {page: weigh(*page) for page in budgets}

    note(record_property, weights)
    assert too_heavy(weights, budgets) == {}


def largest_png():
    """Return a picture of as many bytes as a logo may have, which no compression makes less."""
    left = pictures.MAX_BYTES - len(png(more=part(b"noIs", b"")))
    return png(more=part(b"noIs", random.Random(1).randbytes(left)))


def note(record_property, weights):
    for (who, path), (size, requests) in weights.items():
        record_property(f"{path} ({who})", f"{size} bytes, {requests} requests")


def too_heavy(weights, budgets):
    return {
        page: weight
        for page, weight in weights.items()
        if any(got > most for got, most in zip(weight, budgets[page], strict=True))
    }


def forms(stage, *, of="dana"):
    """Return the first page of every request type, and the longest details of those that prompt."""
    types = store.current().types()
    draft = Draft.objects.get(pk=stage.places[f"draft_of_{of}"])
    longest = max(
        (
            each
            for type_ in types
            if type_.id == draft.request_type_id
            for each in type_.subcategories
        ),
        key=lambda each: len(each.questions),
    )
    Draft.objects.filter(pk=draft.pk).update(subcategory_id=longest.id)
    return [*(f"/new/{each.key}/" for each in types), draft.get_absolute_url()]
