"""Logos for tests: a drawing, and a PNG of any size."""

import struct
import zlib

from tickets.catalog import pictures, services
from tickets.catalog.models import Brand

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 60"><title>Perfect</title>'
    b'<defs><linearGradient id="sky"><stop stop-color="#0B5A7A"/></linearGradient></defs>'
    b'<rect width="240" height="60" rx="8" fill="url(#sky)"/>'
    b'<text x="20" y="42" font-size="36" fill="#FFFFFF">Perfect</text></svg>'
)


def png(width=160, height=40, *, more=b""):
    """Return a PNG in one color, with more parts in front of its end."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\x00" + b"\x0b\x5a\x7a" * width) * height)
    return b"".join(
        [pictures.PNG_START, part(b"IHDR", header), more, part(b"IDAT", rows), part(b"IEND", b"")]
    )


def part(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def make_logo(content=SVG, *, key="perfectserve", alt=""):
    """Show a logo in a brand's header."""
    brand = Brand.objects.get(key=key)
    services.set_logo(brand, pictures.read(content), alt=alt)
    services.changed()
    brand.refresh_from_db()
    return brand.logo
