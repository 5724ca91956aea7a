"""Pictures for a brand's header: PNG, or SVG that can do nothing but be looked at."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from django.utils.translation import gettext as _

# The heaviest page with a form weighs 50 of the 60 kB that it may.
MAX_BYTES = 8 * 1024
MAX_PIXELS = 2000
SVG_TYPE, PNG_TYPE = "image/svg+xml", "image/png"
PNG_START = b"\x89PNG\r\n\x1a\n"
SVG_SPACE = "http://www.w3.org/2000/svg"
XLINK_HREF = "http://www.w3.org/1999/xlink href"
# What draws. Left out: script, foreignObject, image, a, style sheets and all that moves or filters.
SVG_ELEMENTS = frozenset(
    (
        *("svg", "g", "defs", "symbol", "use", "title", "desc"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"),
        *("linearGradient", "radialGradient", "stop", "clipPath", "mask"),
    )
)
# A value that names something: it may be a part of the same picture, never an address.
_REACHES_OUT = re.compile(r"\\|@import|javascript:|data:|url\((?!\s*['\"]?#)", re.IGNORECASE)
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+)(?:px)?\s*")


class PictureRefused(ValueError):
    """A file that is not taken as a logo; the text says why, and what to do."""


@dataclass(frozen=True)
class Picture:
    content: bytes
    content_type: str
    width: int
    height: int


def read(content: bytes) -> Picture:
    """Return the picture that a file holds, whatever its name says, or raise `PictureRefused`."""
    if len(content) > MAX_BYTES:
        raise PictureRefused(
            _(
                "The logo is larger than %(most)s KB. Every page fetches it: save it smaller, "
                "a PNG about 96 pixels high, or as a plain SVG."
            )
            % {"most": MAX_BYTES // 1024}
        )
    if content.startswith(PNG_START):
        width, height = _size_of_png(content)
        picture = Picture(content, PNG_TYPE, width, height)
    else:
        width, height = _size_of_svg(content)
        picture = Picture(content, SVG_TYPE, width, height)
    if not (0 < picture.width <= MAX_PIXELS and 0 < picture.height <= MAX_PIXELS):
        raise PictureRefused(
            _("The logo must be 1 to %(most)s pixels wide and high.") % {"most": MAX_PIXELS}
        )
    return picture


def _size_of_png(content: bytes) -> tuple[int, int]:
    parts = list(_png_parts(content))
    names = [name for name, _data in parts]
    if names[:1] != [b"IHDR"] or names[-1:] != [b"IEND"] or len(parts[0][1]) != 13:
        raise PictureRefused(_("The PNG is damaged. Save it anew and choose it again."))
    if b"acTL" in names:
        raise PictureRefused(_("The PNG moves. Save a still picture."))
    width, height = struct.unpack(">II", parts[0][1][:8])
    return width, height


def _png_parts(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and data of each part, and nothing that is cut off or follows the end."""
    place = len(PNG_START)
    while place + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, place)
        name = content[place + 4 : place + 8]
        after = place + 12 + length
        if after > len(content) or (name == b"IEND" and after != len(content)):
            return
        yield name, content[place + 8 : place + 8 + length]
        place = after


def _size_of_svg(content: bytes) -> tuple[int, int]:
    """Read every element and attribute; one that could act or load something is refused."""
    first: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        _check_element(name)
        for attribute, value in attributes.items():
            _check_attribute(attribute, value)
        if not first:
            first.update({"": name, **attributes})

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = lambda *_declared: _refuse("<!DOCTYPE>")
    parser.ProcessingInstructionHandler = lambda target, _data: _refuse(f"<?{target}?>")
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise PictureRefused(_("Choose a PNG or an SVG file.")) from None
    if first[""] != f"{SVG_SPACE} svg":
        raise PictureRefused(_("Choose a PNG or an SVG file."))
    return _measure(first)


def _check_element(name: str) -> None:
    space, _between, tag = name.rpartition(" ")
    if space != SVG_SPACE or tag not in SVG_ELEMENTS:
        _refuse(f"<{tag}>")


def _check_attribute(name: str, value: str) -> None:
    if name.rpartition(" ")[2].lower().startswith("on"):
        _refuse(name)
    if name in ("href", XLINK_HREF) and not value.startswith("#"):
        _refuse(f'href="{value[:60]}"')
    if _REACHES_OUT.search(value):
        _refuse(f'{name.rpartition(" ")[2]}="{value[:60]}"')


def _refuse(what: str) -> None:
    raise PictureRefused(
        _(
            "The SVG holds %(what)s. A logo may only draw: export it as a plain SVG, "
            "without scripts, styles, links, pictures and effects, or as a PNG."
        )
        % {"what": what}
    )


def _measure(attributes: dict[str, str]) -> tuple[int, int]:
    """Return width and height in pixels: of the attributes, else of the view box."""
    box = re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
    sizes = [attributes.get("width", ""), attributes.get("height", "")]
    if not all(map(_LENGTH.fullmatch, sizes)) and len(box) == 4:
        sizes = box[2:]
    found = [_LENGTH.fullmatch(size) for size in sizes]
    if not all(found):
        raise PictureRefused(
            _("The SVG does not say how large it is. Give it a viewBox, or width and height.")
        )
    width, height = (round(float(each[1])) for each in found if each)
    return width, height
