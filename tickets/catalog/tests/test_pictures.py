"""What is taken as a logo: pictures that can only be looked at."""

import pytest

from tickets.catalog import pictures
from tickets.catalog.tests.logos import SVG, part, png

PLAIN = (
    " A logo may only draw: export it as a plain SVG, without scripts, styles, links, pictures "
    "and effects, or as a PNG."
)


def refusal(content):
    with pytest.raises(pictures.PictureRefused) as refused:
        pictures.read(content)
    return str(refused.value)


def svg(inside="", attributes=""):
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 10 10" {attributes}>{inside}</svg>'
    ).encode()


def test_a_drawing_and_a_png_are_taken_with_their_size():
    assert pictures.read(SVG) == pictures.Picture(SVG, "image/svg+xml", 240, 60)
    assert pictures.read(png(160, 40)) == pictures.Picture(png(160, 40), "image/png", 160, 40)


def test_a_drawing_says_how_large_it_is():
    assert pictures.read(svg(attributes='width="30px" height="20"')).width == 30
    assert pictures.read(svg(attributes='width="100%"')).height == 10
    assert refusal(b'<svg xmlns="http://www.w3.org/2000/svg"/>') == (
        "The SVG does not say how large it is. Give it a viewBox, or width and height."
    )


@pytest.mark.parametrize(
    "inside, what",
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<foreignObject><p/></foreignObject>", "<foreignObject>"),
        ("<style>@import url(https://evil.example/)</style>", "<style>"),
        ('<image href="https://evil.example/a.png"/>', "<image>"),
        ('<a href="https://evil.example/"><rect/></a>', "<a>"),
        ('<set attributeName="href" to="javascript:alert(1)"/>', "<set>"),
        ('<animate attributeName="href"/>', "<animate>"),
        ('<h:script xmlns:h="http://www.w3.org/1999/xhtml">1</h:script>', "<script>"),
        ('<rect onload="alert(1)"/>', "onload"),
        ('<rect OnClick="alert(1)"/>', "OnClick"),
        ('<use href="https://evil.example/a.svg#b"/>', 'href="https://evil.example/a.svg#b"'),
        ('<use xlink:href="/account#b"/>', 'href="/account#b"'),
        ('<rect fill="url(https://evil.example/)"/>', 'fill="url(https://evil.example/)"'),
        ("<rect style=\"fill:url( '//evil.example')\"/>", "style=\"fill:url( '//evil.example')\""),
        ('<rect style="fill:u\\72l(//evil.example)"/>', 'style="fill:u\\72l(//evil.example)"'),
        ("<?xml-stylesheet href='https://evil.example/'?>", "<?xml-stylesheet?>"),
    ],
)
def test_a_drawing_that_could_act_or_load_something_is_refused(inside, what):
    assert refusal(svg(inside)) == f"The SVG holds {what}.{PLAIN}"


def test_a_drawing_on_whose_outermost_element_something_acts_is_refused():
    assert refusal(svg(attributes='onload="alert(1)"')) == f"The SVG holds onload.{PLAIN}"


def test_a_drawing_that_declares_entities_is_refused_before_they_grow():
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + svg("<title>&b;</title>")

    assert refusal(bomb) == f"The SVG holds <!DOCTYPE>.{PLAIN}"


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<html/>", b"<svg/>", b"<svg", b"\xff\xfe"])
def test_what_is_neither_is_refused(content):
    assert refusal(content) in ("Choose a PNG or an SVG file.", f"The SVG holds <svg>.{PLAIN}") or (
        refusal(content) == f"The SVG holds <html>.{PLAIN}"
    )


@pytest.mark.parametrize(
    "content",
    [png()[:-1], png() + b"<script>", png()[:8], pictures.PNG_START + part(b"IDAT", b"")],
)
def test_a_png_that_is_cut_off_or_carries_something_behind_its_end_is_refused(content):
    assert refusal(content) == "The PNG is damaged. Save it anew and choose it again."


def test_a_png_that_moves_or_is_huge_is_refused():
    assert refusal(png(more=part(b"acTL", b"\0" * 8))) == "The PNG moves. Save a still picture."
    assert refusal(png(2001, 1)) == "The logo must be 1 to 2000 pixels wide and high."
    assert refusal(svg() + b" " * pictures.MAX_BYTES) == (
        "The logo is larger than 8 KB. Every page fetches it: save it smaller, "
        "a PNG about 96 pixels high, or as a plain SVG."
    )
