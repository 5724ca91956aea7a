"""What each role may do: the one table of groups and their permissions.

A customer has no role; being on a ticket is what opens it. Permissions of apps that stand above
this one are only strings here, and sync_roles() fails loudly over one that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Role:
    """A group by its name, what people call the role, and the permissions it gives."""

    group: str
    label: str | Promise
    permissions: frozenset[str]


def _of(app: str, models: str, actions: str = "view") -> Iterator[str]:
    """Yield app.action_model for each of the models and actions, both written with spaces."""
    for model in models.split():
        for action in actions.split():
            yield f"{app}.{action}_{model}"


# Forms and filters of the desk name people, teams, brands, types and levels.
LOOK_UP = frozenset(
    {
        *_of("accounts", "user organization team"),
        *_of("catalog", "brand requesttype subcategory prioritylevel"),
    }
)
WORK = LOOK_UP | {*_of("tickets", "ticket", "view change work"), *_of("mail", "inboundemail")}
# What may hold anything, to be saved.
RAW_MAIL = {*_of("mail", "raw_mail")}
CATALOG = (
    "brand brandhost prioritylevel impactreminder impactrule commonfield requesttype subcategory "
    "question choice condition"
)
POLICIES = "policy policyversion policyrule target escalationstep calendar calendarversion"

ROLES: dict[str, Role] = {
    "agent": Role("Agents", _("Agent"), WORK),
    "manager": Role(
        "Managers",
        _("Manager"),
        WORK
        | RAW_MAIL
        | {
            *_of("sla", "breach", "view change"),
            *_of("sla", f"clock {POLICIES}"),
            *_of("mail", "notice outboundemail"),
            # What agents say again and again; archived, never deleted.
            *_of("tickets", "macro tag", "view add change"),
        },
    ),
    "administrator": Role(
        "Administrators",
        _("Administrator"),
        WORK
        | RAW_MAIL
        | {
            *_of("catalog", CATALOG, "view add change delete"),
            *_of("sla", f"{POLICIES} goal", "view add change delete"),
            *_of("sla", "clock"),
            *_of("sla", "breach", "view change"),
            # What a breach was acknowledged with stays: archived, never deleted.
            *_of("sla", "reason action", "view add change"),
            *_of("tickets", "job viewing"),
            *_of("tickets", "macro tag", "view add change"),
            # Somebody who is gone is made inactive; what they wrote stays theirs.
            *_of("accounts", "user", "view add change"),
            *_of(
                "accounts",
                "organization organizationdomain team membership",
                "view add change delete",
            ),
            *_of("mail", "notice outboundemail"),
            # Nobody edits a mail; who may change one may have it tried again.
            *_of("mail", "outboundemail", "change"),
        },
    ),
    "read_only": Role(
        "Read only",
        _("Read only"),
        LOOK_UP
        | {
            *_of("tickets", "ticket"),
            *_of("sla", "breach"),
        },
    ),
}

# Given beside a role, by an administrator, to single people.
RIGHTS: dict[str, Role] = {
    "legal_requests": Role(
        "Legal requests", _("Legal requests"), frozenset(_of("tickets", "restricted_ticket"))
    ),
}
