"""What is kept in words of a mail that was read, beside its row: for the pages of the desk."""

from __future__ import annotations

from typing import Any

from tickets.mail.inbound.mail import Mail

# Of people and files more than that are counted, not named.
MOST = 50


def told_of(mail: Mail, *, in_full: bool) -> dict[str, Any]:
    """Return what its row keeps: `in_full` with its words, where no message has them.

    Not those of reports: they repeat mails of ours, with links that let their readers in.
    """
    told: dict[str, Any] = {
        "to": list(mail.to[:MOST]),
        "cc": list(mail.cc[:MOST]),
        "addressed": mail.addressed,
        "notes": list(mail.notes),
        "files": [{"name": file.name, "size": file.size} for file in mail.files[:MOST]],
    }
    if in_full and not mail.reports and mail.automatic != "report":
        told |= {"text": mail.text, "quoted": mail.quoted}
    return told
