"""Who is behind a mail: whether our own server vouches for them, whether it is a machine."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tickets.mail.inbound.headers import Headers
from tickets.mail.inbound.mail import Envelope
from tickets.mail.inbound.structure import Part

_REMARK = re.compile(r'"(?:[^"\\]|\\.)*"|\((?:[^()\\]|\\.)*\)')
_NAME = re.compile(r'"[\w.@+-]*"')
_OPEN = re.compile(r'["()]')
_RESULT = re.compile(r"\s*dmarc\s*=\s*(\w+)", re.IGNORECASE)
_DOMAIN = re.compile(r"\bheader\.from\s*=\s*\"?(?:[^\s;\"@]*@)?([^\s;\"]+)", re.IGNORECASE)
_VERDICTS = {"pass": "pass", "fail": "fail"}

# Remarks take quadratic time to find: no more is looked at than any server writes.
_MOST_RESULTS = 50
_LONGEST_NAME = 1000

_LISTS = ("List-Id", "List-Post", "List-Unsubscribe", "List-Help")
_ANSWERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply")
_PRECEDENCE = {
    "bulk": "bulk",
    "junk": "bulk",
    "list": "list",
    "auto_reply": "auto-replied",
}
_REPORTS = {
    "delivery-status": "report",
    "disposition-notification": "receipt",
}


def check_of(results: Sequence[str], authserv_id: str, sender: str) -> str:
    """Return what our own server found out about the sender (RFC 8601): "pass", "fail" or "".

    `results` are the Authentication-Results from the top down. Only the first one under our own
    name counts: whatever stands below it, the sender may have written.
    """
    ours = authserv_id.lower()
    for result in results[:_MOST_RESULTS] if authserv_id else ():
        if _first_word(_without_remarks(result[:_LONGEST_NAME]).partition(";")[0]) == ours:
            plain = _without_remarks(result)
            found = plain.split(";")[1:]
            verdict = _dmarc_of(found, sender)
            # With a quote or bracket that is not closed, a sender's words may stand for a result.
            return "" if verdict == "pass" and _OPEN.search(plain) else verdict
    return ""


def automatic(headers: Headers, whole: Part, envelope: Envelope) -> str:
    """Return why no machine may answer this mail (RFC 3834), "" where a person wrote it.

    X-Auto-Response-Suppress asks for silence, but people's mail programs set it as well.
    """
    if whole.what.content_type == "multipart/report" and whole.what.report in _REPORTS:
        return _REPORTS[whole.what.report]
    submitted = _first_word(headers.first("Auto-Submitted"))
    if submitted not in ("", "no"):
        return "auto-replied" if submitted == "auto-replied" else "auto-generated"
    if any(name in headers for name in _ANSWERS):
        return "auto-replied"
    if any(name in headers for name in _LISTS):
        return "list"
    precedence = _PRECEDENCE.get(headers.first("Precedence").lower(), "")
    return precedence or ("nobody" if _is_from_nobody(headers, envelope) else "")


def _is_from_nobody(headers: Headers, envelope: Envelope) -> bool:
    if envelope.known:
        return envelope.mail_from in ("", "<>")
    return headers.first("Return-Path").replace(" ", "") == "<>"


def _dmarc_of(found: Sequence[str], sender: str) -> str:
    """The worst that is said of DMARC, if it is said of the domain that we read in From."""
    verdicts = [
        _VERDICTS.get(result[1].lower(), "")
        for each in found
        if (result := _RESULT.match(each)) and _is_about(each, sender)
    ]
    return min(verdicts, key=["fail", "", "pass"].index, default="")


def _is_about(result: str, sender: str) -> bool:
    said = _DOMAIN.search(result)
    domain = sender.rpartition("@")[2]
    return said is None or f".{domain}".endswith("." + said[1].lower().rstrip("."))


def _without_remarks(value: str) -> str:
    """Take comments out, which may be nested, and what is quoted if it has more than a name."""
    for _ in range(10):
        shorter = _REMARK.sub(_name_alone, value)
        if shorter == value:
            break
        value = shorter
    return value


def _name_alone(found: re.Match[str]) -> str:
    return found[0][1:-1] if _NAME.fullmatch(found[0]) else " "


def _first_word(value: str) -> str:
    return value.strip().split(" ")[0].strip("\"';").lower() if value.strip() else ""
