"""The look: contrast of the tokens, what templates may not hold, pages that hang together."""

import gzip
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import include, path

from portal.components import PROMISES, SampleForm, samples
from portal.tests.pages import Page
from tickets.catalog import colors

ROOT = Path(__file__).resolve().parents[2]
STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
PORTAL_SHEETS = ["vendor/bootstrap.min.css", "css/tokens.css", "css/base.css", "css/components.css"]
NAMES = [
    "home",
    "new",
    "tickets",
    "contact",
    "account_login",
    "account_logout",
    "account_change_password",
    "theme",
    "brand_css",
    "profile",
    "stay",
]
urlpatterns: list = [path(f"{name}/", lambda request: HttpResponse(), name=name) for name in NAMES]
urlpatterns += [
    path("admin/", include(([path("", lambda request: HttpResponse(), name="index")], "admin")))
]
pytestmark = pytest.mark.urls(__name__)

BRAND = SimpleNamespace(
    name="PerfectServe",
    color_light="#0B5A7A",
    color_dark="#7CC7E8",
    phone=SimpleNamespace(number="1.877.844.7727", extension="5", tel="tel:+18778447727;ext=5"),
    phone_display="1.877.844.7727, ext. 5",
    tel_url="tel:+18778447727;ext=5",
)
DANA = SimpleNamespace(
    is_authenticated=True,
    is_staff=True,
    email="dana@uptown.example",
    get_full_name=lambda: "Dana Cho",
)

# text on what is behind it
TEXT = [
    ("--bs-body-color", "--bs-body-bg"),
    ("--bs-body-color", "--bs-tertiary-bg"),
    ("--bs-secondary-color", "--bs-body-bg"),
    ("--bs-secondary-color", "--bs-tertiary-bg"),
    ("--bs-link-color", "--bs-body-bg"),
    ("--bs-link-color", "--bs-tertiary-bg"),
    ("--bs-link-hover-color", "--bs-body-bg"),
    ("--bs-link-hover-color", "--bs-tertiary-bg"),
    ("--desk-primary-fg", "--desk-primary-bg"),
    ("--desk-primary-fg", "--desk-primary-bg-hover"),
    ("--desk-error", "--bs-body-bg"),
    ("--sla-track-fg", "--bs-body-bg"),
    ("--sla-track-fg", "--bs-tertiary-bg"),
    ("--sla-met-fg", "--sla-met-bg"),
    ("--sla-soon-fg", "--sla-soon-bg"),
    ("--sla-now-fg", "--sla-now-bg"),
    ("--sla-late-fg", "--sla-late-bg"),
    ("--sla-paused-fg", "--sla-paused-bg"),
    ("--info-fg", "--info-bg"),
    ("--note-fg", "--note-bg"),
    ("--bs-body-color", "--sla-soon-bg"),
    ("--bs-body-color", "--sla-met-bg"),
    ("--bs-body-color", "--sla-late-bg"),
    ("--bs-body-color", "--info-bg"),
    ("--chart-met", "--bs-body-bg"),
    ("--chart-breached", "--bs-body-bg"),
    ("--chart-paused", "--bs-body-bg"),
    ("--chart-target", "--bs-body-bg"),
]
# shapes that must be seen; of the focus ring's two tones one always stands out
SHAPES = [
    ("--desk-input-border", "--bs-body-bg"),
    ("--desk-input-border", "--bs-tertiary-bg"),
    ("--desk-focus-ink", "--desk-focus"),
]


def sheet(name):
    return (STATIC / name).read_text()


def tokens(block):
    """Return the custom properties of a block; a brand's color counts as its default."""
    found = dict(re.findall(r"(--[\w-]+): ([^;]+);", block))
    return {name: re.sub(r"var\(--brand, (#\w+)\)", r"\1", value) for name, value in found.items()}


def themes():
    text = sheet("css/tokens.css")
    light = re.search(r":root \{(.*?)\n\}", text, re.S)[1]
    by_system = re.search(
        r"@media screen and \(prefers-color-scheme: dark\) \{\s*:root[^{]*\{(.*?)\}", text, re.S
    )[1]
    by_hand = re.search(r"@media screen \{\s*\[data-bs-theme=dark\] \{(.*?)\}", text, re.S)[1]
    return {"light": tokens(light), "dark": tokens(by_system), "dark by hand": tokens(by_hand)}


def luminance(color):
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def rendered(name, **context):
    request = RequestFactory().get("/")
    return Page(render_to_string(name, {"brand": BRAND, "request": request, **context}))


def templates(*, mail):
    found = sorted(TEMPLATES.rglob("*.html"))
    return [file for file in found if ("mail" in file.parts or "email" in file.parts) == mail]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_can_be_read_and_every_border_seen(theme):
    tones = themes()[theme]

    faint = [(fg, bg) for fg, bg in TEXT if contrast(tones[fg], tones[bg]) < 4.5]
    faint += [(fg, bg) for fg, bg in SHAPES if contrast(tones[fg], tones[bg]) < 3]

    assert faint == []


@pytest.mark.parametrize("theme, checked", [("light", colors.LIGHT), ("dark", colors.DARK)])
def test_a_brands_color_is_checked_against_what_it_meets(theme, checked):
    found = themes()[theme]

    assert checked == {
        "page": found["--bs-body-bg"],
        "surface": found["--bs-tertiary-bg"],
        "button": found["--desk-primary-fg"],
    }


def test_the_manual_switch_gives_the_same_dark_as_the_system():
    found = themes()

    assert found["dark"] == found["dark by hand"]
    assert set(found["dark"]) == set(found["light"])


def test_colors_are_written_down_in_the_tokens_only():
    sheets = ["css/base.css", "css/components.css", "css/desk.css"]

    assert {
        name: re.findall(r"#[0-9A-Fa-f]{3,8}\b(?![^{]*\{)", sheet(name)) for name in sheets
    } == {name: [] for name in sheets}


def test_style_sheets_fetch_nothing_else():
    for name in [*PORTAL_SHEETS, "css/desk.css", "css/plain.css"]:
        assert re.findall(r"@import|sourceMappingURL|url\((?!\"data:)", sheet(name)) == [], name


def test_style_sheets_stay_light():
    size = {
        name: len(gzip.compress(sheet(name).encode(), 6))
        for name in [*PORTAL_SHEETS, "css/desk.css"]
    }

    assert sum(size[name] for name in PORTAL_SHEETS) <= 42_000
    assert sum(size.values()) - size["vendor/bootstrap.min.css"] <= 14_000


def test_no_template_holds_inline_style_script_or_handlers():
    forbidden = re.compile(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", re.I)
    found = {file.name: forbidden.findall(file.read_text()) for file in templates(mail=False)}

    assert {name: hits for name, hits in found.items() if hits} == {}


def test_scripts_share_no_names():
    """Two that run on one page would overwrite each other's functions; modules cannot."""
    tags = [
        tag
        for file in templates(mail=False)
        for tag in re.findall(r"<script\b[^>]*>", file.read_text())
    ]

    assert tags
    assert [tag for tag in tags if 'type="module"' not in tag] == []


def test_mails_hold_no_script_and_no_pictures():
    forbidden = re.compile(r"<script|<img|\son[a-z]+=|javascript:", re.I)

    assert [file.name for file in templates(mail=True) if forbidden.search(file.read_text())] == []


@pytest.mark.parametrize(
    "name, context",
    [
        ("components.html", samples()),
        ("404.html", {}),
        ("403.html", {"user": DANA}),
        ("429.html", {"minutes": 5}),
        (
            "csrf_failure.html",
            {"path": "/new/", "fields": [("subject", "Pager"), ("body", "night " * 20)]},
        ),
    ],
)
def test_a_page_has_one_heading_unique_ids_and_no_dangling_reference(name, context):
    page = rendered(name, **context)

    ids = page.ids()
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    assert sorted(ids) == sorted(set(ids))
    assert page.references() - set(ids) == set()


@pytest.mark.parametrize("name", ["400.html", "413.html", "500.html", "503.html"])
def test_a_plain_error_page_needs_no_context_and_names_only_numbers_that_it_is_given(name):
    bare, told = Page(render_to_string(name)), Page(render_to_string(name, {"brands": [BRAND]}))

    assert (len(bare.all("h1")), len(told.all("h1"))) == (1, 1)
    assert bare.all("a") == []
    assert [link["href"] for link in told.all("a")] == ["tel:+18778447727;ext=5"]
    assert [link["href"] for link in bare.all("link")] == ["/static/css/plain.css"]


def test_every_control_of_the_form_has_a_label():
    page = rendered("components.html", **samples())

    labels = {label["for"] for label in page.all("label")}
    controls = [
        a
        for tag in ("input", "select", "textarea")
        for a in page.all(tag)
        if a.get("type") != "hidden"
    ]
    assert [a for a in controls if a["id"] not in labels] == []


def test_errors_come_first_and_lead_to_the_first_control_of_each_field():
    page = rendered("404.html", form=None)
    assert "autofocus" not in page.html

    wrong = rendered("components.html", **samples() | {"form": SampleForm({"subject": ""})})

    links = [a["href"] for a in wrong.all("a") if a["href"].startswith("#wrong_")]
    assert links == [
        "#wrong_about_0",
        "#wrong_subject",
        "#wrong_start",
        "#wrong_zone",
        "#wrong_body",
    ]
    assert re.search(r"<title>\s*Error:", wrong.html)


def test_a_field_says_label_hint_error_and_control_in_this_order():
    html = render_to_string(
        "bootstrap5/field.html", {"field": SampleForm({"subject": ""})["subject"]}
    )

    order = [
        re.search(part, html).start()
        for part in ("<label", "One line that says what it is", "Error: Enter a subject", "<input")
    ]
    assert order == sorted(order)
    assert Page(html).all("input")[0]["aria-describedby"] == "id_subject_helptext id_subject_error"


def test_what_may_stay_empty_says_so_and_there_are_no_asterisks():
    marked = [
        name
        for name in SampleForm().fields
        if "(optional)" in render_to_string("bootstrap5/field.html", {"field": SampleForm()[name]})
    ]

    assert marked == ["where", "seen", "attachments"]
    assert "asterisk" not in rendered("components.html", **samples()).html


def test_a_hint_from_a_row_is_text_and_not_markup():
    form = SampleForm()
    form.fields["subject"].help_text = "<b>bold</b>"

    assert "&lt;b&gt;bold" in render_to_string("bootstrap5/field.html", {"field": form["subject"]})


def test_every_state_of_a_promise_has_a_shape_a_word_and_a_color():
    shapes = set()
    for state, words in PROMISES:
        html = render_to_string("components/sla_badge.html", {"state": state, "words": words})
        shapes.add(re.search(r'aria-hidden="true">([^<]+)<', html)[1])
        assert words in html
        assert f".sla-{state} {{" in sheet("css/components.css")

    assert len(shapes) == len(PROMISES)


def test_the_frame_keeps_sign_in_and_the_phone_number_in_their_places():
    page = rendered("404.html")

    header = page.html[page.html.index("<header") : page.html.index("</header>")]
    footer = page.html[page.html.index("<footer") :]
    assert re.findall(r'href="([^"]+)"', header)[-1] == "/account_login/"
    assert 'href="tel:+18778447727;ext=5"' in footer


def test_the_chosen_theme_is_in_the_page_before_it_is_painted():
    assert rendered("404.html", theme="dark").all("html")[0]["data-bs-theme"] == "dark"
    assert "data-bs-theme" not in rendered("404.html", theme="auto").all("html")[0]
    assert (
        rendered("admin/base_site.html", theme="light").all("html")[0]["data-bs-theme"] == "light"
    )


def test_signing_out_is_a_post_in_portal_and_desk():
    for name in ("404.html", "admin/base_site.html"):
        forms = {form["action"]: form["method"] for form in rendered(name, user=DANA).all("form")}
        assert forms == {"/account_logout/": "post", "/theme/": "post", "/stay/": "post"}


def test_the_desk_shows_the_links_it_is_given_and_marks_the_current_one():
    links = [
        {"label": "Queue", "url": "/queue/", "current": True},
        {"label": "Mail", "url": "/mail/", "current": False},
    ]

    page = rendered("desk/base.html", user=DANA, desk_links=links)

    assert [a["href"] for a in page.all("a") if a.get("aria-current")] == ["/queue/"]
    assert [script["src"] for script in page.all("script")] == ["/static/js/stay_signed_in.js"]


def test_a_lost_token_keeps_what_was_typed():
    text = "It does not ring at night. </textarea> We tried another phone, too: the same there."

    page = rendered(
        "csrf_failure.html", path="/new/", fields=[("subject", 'a "b"'), ("body", text)]
    )

    assert {"type": "hidden", "name": "subject", "value": 'a "b"'} in page.all("input")
    assert [area["name"] for area in page.all("textarea")] == ["body"]
    assert "at night. &lt;/textarea&gt; We" in page.html
