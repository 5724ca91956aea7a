"""Small real files that customers and agents attach: a screenshot, a call schedule, a log."""

from __future__ import annotations

import csv
import io
import struct
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.demo.casting import Case

WIDTH, HEIGHT = 360, 640
GROUND, BAR, LINE, BOX = (244, 246, 248), (11, 90, 122), (200, 206, 212), (176, 32, 32)


class Rectangle(NamedTuple):
    left: int
    top: int
    right: int
    bottom: int
    color: tuple[int, int, int]


# A phone's screen: a bar on top, lines of text, and the box of an error over them.
SCREEN = (
    Rectangle(0, 0, WIDTH, 64, BAR),
    *(Rectangle(24, 96 + 56 * row, 336 - 40 * (row % 3), 112 + 56 * row, LINE) for row in range(9)),
    Rectangle(32, 240, 328, 400, BOX),
    Rectangle(36, 244, 324, 396, (255, 255, 255)),
    Rectangle(60, 280, 300, 296, BOX),
    Rectangle(60, 320, 260, 332, LINE),
    Rectangle(60, 348, 220, 360, LINE),
)


def make(kind: str, case: Case) -> SimpleUploadedFile:
    """Return a file of this kind ("png", "csv" or "log") as a browser would send it."""
    name, content = MAKERS[kind](case)
    return SimpleUploadedFile(name, content)


def screenshot(case: Case) -> tuple[str, bytes]:
    local = case.at.astimezone(ZoneInfo(case.time_zone))
    return f"Screenshot {local:%Y-%m-%d} at {local:%H.%M}.png", png(SCREEN)


def call_schedule(case: Case) -> tuple[str, bytes]:
    """Write two weeks in which two people take turns."""
    first = case.at.astimezone(ZoneInfo(case.time_zone)).date() + timedelta(days=3)
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["Day", "From", "To", "On call", "Backup"])
    for day in range(14):
        turn = ("person", "other") if day % 2 else ("other", "person")
        on_call, backup = (case.words[name] for name in turn)
        rows.writerow([first + timedelta(days=day), "07:00", "07:00", on_call, backup])
    return f"Call schedule {case.words['department']}.csv", table.getvalue().encode()


def log(case: Case) -> tuple[str, bytes]:
    """Write what a machine would have written in the minutes before somebody noticed."""
    lines = [
        f"{case.at - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ} {line}"
        for minutes, line in (
            (31, "INFO  heartbeat ok"),
            (26, "WARN  peer closed the connection, retry 1"),
            (25, "WARN  peer closed the connection, retry 2"),
            (21, "ERROR connection refused, giving up"),
            (16, "ERROR connection refused, giving up"),
            (11, "ERROR queue has 12 messages waiting"),
        )
    ]
    return "interface.log", ("\n".join(lines) + "\n").encode()


def png(rectangles: tuple[Rectangle, ...]) -> bytes:
    """Draw rectangles over each other as a PNG image (RFC 2083), 24 bits a pixel."""
    rows = [bytearray(bytes(GROUND) * WIDTH) for _row in range(HEIGHT)]
    for left, top, right, bottom, color in rectangles:
        for row in rows[top:bottom]:
            row[left * 3 : right * 3] = bytes(color) * (right - left)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


MAKERS: dict[str, Callable[[Case], tuple[str, bytes]]] = {
    "png": screenshot,
    "csv": call_schedule,
    "log": log,
}
