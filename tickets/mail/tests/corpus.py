"""Hostile and odd mails, each with what must come of it; `corpus/manifest.json` tells which."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tickets.mail.inbound.mail import Envelope

FOLDER = Path(__file__).with_name("corpus")

VALUES = {
    "SUPPORT": "support@portal.test",
    "CUSTOMER": "casey@clinic.test",
    "OTHER": "olga@clinic.test",
    "ATTACKER": "mallory@evil.test",
    "AGENT": "agent@portal.test",
    "REF": "[#1]",
    "OUTMSGID": "<none@portal.test>",
    "AGENTMSGID": "<none2@portal.test>",
    "CANARY": "http://127.0.0.1:9/c",
    "AUTHSERV": "portal.test",
    "RUN": "run",
    # In two pieces, so that no scanner finds it in this file.
    "EICAR": r"X5O!P%@AP[4\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-ANTIVIRUS-TEST-" + "FILE!$H+H*",
}
LOOK_ALIKES = {"a": "\u0430", "e": "\u0435", "o": "\u043e", "i": "\u0456", "c": "\u0441"}


@dataclass(frozen=True)
class Given:
    """One mail of the corpus: its file, how it comes, what it needs and what is expected."""

    id: str
    file: str
    bytes: int
    sha256_template: str
    envelope: dict[str, Any]
    needs: tuple[str, ...]
    expect: dict[str, Any]
    why: str


def _read() -> dict[str, Given]:
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    mails = (
        {name: value for name, value in mail.items() if name != "class"}
        for mail in manifest["mails"]
    )
    return {mail["id"]: Given(**{**mail, "needs": tuple(mail["needs"])}) for mail in mails}


MAILS = _read()


def fill(id: str, **values: str) -> bytes:
    """Return the bytes of a mail, its placeholders filled: `fill("M01", CUSTOMER="…")`."""
    return filled(template(MAILS[id].file), **values)


def envelope(id: str, **values: str) -> Envelope:
    """Return from whom and to whom a mail is handed over."""
    given = MAILS[id].envelope
    return Envelope(
        mail_from=filled(given["mail_from"].encode(), **values).decode(),
        rcpt_to=tuple(filled(each.encode(), **values).decode() for each in given["rcpt_to"]),
    )


def filled(text: bytes, **values: str) -> bytes:
    """Fill the placeholders of any text, those of expectations too."""
    for name, value in all_values(**values).items():
        text = text.replace(f"@@{name}@@".encode(), value.encode())
    return text


def all_values(**values: str) -> dict[str, str]:
    """Return a value for every placeholder; some follow from others."""
    known = {**VALUES, **values}
    name, _, domain = known["SUPPORT"].partition("@")
    number = "".join(filter(str.isdigit, known["REF"])) or "1"
    customer = known["CUSTOMER"]
    letter = next((each for each in LOOK_ALIKES if each in customer), "")
    derived = {
        "SUPPORT_PLUS_T": f"{name}+id{number}@{domain}",
        "CUSTOMER_UPPER": customer.upper(),
        "CUSTOMER_HOMOGRAPH": customer.replace(letter, LOOK_ALIKES.get(letter, ""), 1),
    }
    return {**derived, **known}


@cache
def template(file: str) -> bytes:
    return (FOLDER / file).read_bytes()
