"""Who may open which page: one table. A page that is not in it is shut to everybody.

`manage.py routes --json` publishes it, and a test asks the site for every page as every role. All
that the table enforces itself is its silence (portal/middleware.py): what a person may do is asked
of permissions (accounts/roles.py) and of `visible_to` in the page's own view. Where a page hangs on
a permission, the table asks the same one.

allowed: the page answers; of tickets, for those of the brands that the person's teams serve.
own: it answers for what is the person's own (a draft begun, a ticket filed or watched, a second
step set up, a sign-in half done), and for anything else as if that were not there.
denied: sign-in for who is signed out, else 404; for staff 403 on lists of the admin not theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from accounts.roles import ROLES as STAFF_ROLES

ROLES = ("anonymous", "customer", *STAFF_ROLES)
ALLOWED, OWN, DENIED = "allowed", "own", "denied"
Access = Mapping[str, str]


def having(permission: str) -> Access:
    """Allow the roles that have this permission, and nobody else."""
    return {
        role: ALLOWED
        if role in STAFF_ROLES and permission in STAFF_ROLES[role].permissions
        else DENIED
        for role in ROLES
    }


def own(access: Access) -> Access:
    """Let those who are allowed come to what is their own, and to nothing else."""
    return {role: OWN if may == ALLOWED else may for role, may in access.items()}


NOBODY: Access = dict.fromkeys(ROLES, DENIED)
EVERYBODY: Access = dict.fromkeys(ROLES, ALLOWED)
SIGNED_IN: Access = {**EVERYBODY, "anonymous": DENIED}
STAFF: Access = {**SIGNED_IN, "customer": DENIED}
OWNER: Access = dict.fromkeys(ROLES, OWN)
OF_ONES_OWN: Access = {**OWNER, "anonymous": DENIED}
# Tickets are seen by those they belong to and by the desk; who only reads there acts on own ones.
SEES_TICKET: Access = {**having("tickets.view_ticket"), "customer": OWN}
# Long work is seen by who asked for it, which customers do not, and by who may see all of it.
SEES_JOB: Access = {
    **NOBODY,
    **dict.fromkeys(STAFF_ROLES, OWN),
    **{role: may for role, may in having("tickets.view_job").items() if may == ALLOWED},
}
ACTS_ON_TICKET: Access = {
    **having("tickets.work_ticket"),
    **dict.fromkeys(("customer", "read_only"), OWN),
}


@dataclass(frozen=True)
class Page:
    """Who may read a page, who may send its forms where that differs, and what these send."""

    read: Access
    write: Access | None = None
    fields: tuple[str, ...] = ()

    @property
    def sends(self) -> Access:
        return self.read if self.write is None else self.write


def page(read: Access, fields: str = "", *, write: Access | None = None) -> Page:
    return Page(read, write, tuple(fields.split()))


# For nobody at all, superusers included, though the framework brings it along.
SHUT = page(NOBODY)

IMPACT = "affected ability urgent kind"
DETAILS = f"{IMPACT} subject description copy_to q_* shown files staged upload send later"
POLICY_FIELDS = (
    "base time_* calendar_* pause_statuses pausable reopen retarget warn_percent steps-* comment"
)
CALENDAR_FIELDS = (
    "base tz always_open mon tue wed thu fri sat sun holidays exceptions comment"
    " country subdivision first_year last_year file look found add"
)
# One form, with a button for each page that it is sent to.
BREACH_DESK = "breach key body nothing other reason action"
SUBSCRIPTION = "on hour"
CALLBACK = "number extension time_zone call_after call_before reason"
CALL = (
    f"email name phone organization subject description q_* shown {IMPACT}"
    " note level received_at live take"
)
# What an agent writes on a ticket and sets, as far as it is kept unsent.
TURN = (
    "key version kind body reason tags tagged wanted after level initial-level team initial-team"
    " assignee initial-assignee"
)
SENDER = "email name sign_in website"  # asked of who is signed out; the last one is a trap

PAGES: dict[str, Page] = {
    # The site as a whole
    "home": page(EVERYBODY),
    "theme": page(EVERYBODY, "theme next"),
    "healthz": page(EVERYBODY),
    "readyz": page(EVERYBODY),
    "contact": page(EVERYBODY),
    "brand_css": page(EVERYBODY),
    "logo": page(EVERYBODY),
    "components": page(EVERYBODY),  # of demos only
    # Filing
    "new": page(EVERYBODY),
    "new_type": page(EVERYBODY, f"key subcategory {DETAILS} {SENDER}"),
    "drafts": page(EVERYBODY),
    "draft_removal": page(OWNER),
    "draft": page(OWNER, f"{DETAILS} {SENDER} remove"),
    "draft_about": page(OWNER, f"subcategory {IMPACT} send"),
    "draft_duplicates": page(OWNER),
    "draft_type": page(OWNER, "type"),
    "draft_phone": page(OWNER, "phone_answer phone_reference"),
    "draft_waiting": page(OWNER),
    "confirmation": page(EVERYBODY, "password1 again"),  # with a link of a mail
    # Tickets
    "tickets": page(SIGNED_IN),
    "ticket": page(SEES_TICKET),
    "ticket_replies": page(ACTS_ON_TICKET, "body files staged solve"),
    "ticket_closure": page(ACTS_ON_TICKET),
    "ticket_reopening": page(ACTS_ON_TICKET),
    "ticket_follow_ups": page(ACTS_ON_TICKET, "key"),
    "ticket_following": page(SEES_TICKET),
    "ticket_copies": page(ACTS_ON_TICKET, "email next"),
    "ticket_copy_removal": page(SEES_TICKET, "watcher proposal next"),
    "copy": page(EVERYBODY),  # who holds the link; it opens a ticket to its addressee alone
    "file": page({**SEES_TICKET, "anonymous": OWN}),
    # Accounts
    "profile": page(SIGNED_IN, "name phone time_zone"),
    "account_login": page(EVERYBODY, "login password next"),
    "account_logout": page(EVERYBODY),
    "account_signup": page(
        EVERYBODY, "email name stated_organization phone product time_zone password1 next"
    ),
    "account_inactive": page(EVERYBODY),
    "account_reauthenticate": page(SIGNED_IN, "password next"),
    "account_kept": page(SIGNED_IN),
    "stay": page(SIGNED_IN),
    "account_email_verification_sent": page(EVERYBODY),
    "account_confirm_email": page(EVERYBODY),
    "account_change_password": page(SIGNED_IN, "oldpassword password1"),
    "account_set_password": page(SIGNED_IN, "password1"),
    "account_reset_password": page(EVERYBODY, "email"),
    "account_reset_password_done": page(EVERYBODY),
    "account_reset_password_from_key": page(EVERYBODY, "password1"),
    "account_reset_password_from_key_done": page(EVERYBODY),
    "mfa_index": page(SIGNED_IN),
    "mfa_authenticate": page({**EVERYBODY, "anonymous": OWN}, "code"),
    "mfa_reauthenticate": page(SIGNED_IN, "code next"),
    "mfa_activate_totp": page(SIGNED_IN, "code"),
    "mfa_deactivate_totp": page(OF_ONES_OWN),
    "mfa_view_recovery_codes": page(OF_ONES_OWN),
    "mfa_generate_recovery_codes": page(SIGNED_IN),
    "mfa_download_recovery_codes": page(OF_ONES_OWN),
    # The desk; what it has for each model is asked of the model's admin, below
    **dict.fromkeys(
        (
            *("breached", "breached_csv", "due", "due_csv", "unanswered", "unanswered_csv"),
            *("decided", "decided_csv", "soon", "compliance", "compliance_csv"),
            *("reasons", "differences", "export"),
        ),
        page(having("sla.view_breach")),
    ),
    **{
        name: page(having("sla.change_breach"), f"{BREACH_DESK} {button}".strip())
        for name, button in (("assignments", "agent"), ("notes", ""), ("acknowledgements", ""))
    },
    "subscriptions": page(having("sla.view_breach"), SUBSCRIPTION),
    "subscription": page(own(having("sla.view_breach")), SUBSCRIPTION),
    "subscription_start": page(own(having("sla.view_breach"))),
    "subscription_stop": page(own(having("sla.view_breach"))),
    "report_stop": page(EVERYBODY),  # with a link of a mail
    # A file is had by who asked for it, as long as they may see breaches.
    "export_file": page(own(having("sla.view_breach"))),
    "job": page(SEES_JOB),
    "why": page(having("tickets.view_ticket")),
    "what_if": page(having("sla.view_policy")),
    "admin:index": page(STAFF),
    "admin:login": page(NOBODY),  # the site has one door
    "admin:logout": page(STAFF),
    "admin:password_change": page(STAFF),
    "admin:password_change_done": page(STAFF),
    "admin:autocomplete": page(STAFF),
    "admin:jsi18n": page(STAFF),
    "admin:app_list": page(STAFF),
    "admin:view_on_site": SHUT,  # would tell which tickets there are, be they visible or not
    "admin:tickets_ticket_changelist": page(
        having("tickets.view_ticket"),
        "action _selected_action agent to_team to_status to_level reason until macro key seal into",
        write=having("tickets.work_ticket"),
    ),
    "admin:tickets_next": page(having("tickets.work_ticket")),
    "admin:tickets_views": page(having("tickets.view_ticket"), "name team query act view"),
    "admin:tickets_ticket_change": page(
        having("tickets.view_ticket"),
        f"{TURN} files staged status macro sure",
        write=having("tickets.work_ticket"),
    ),
    "admin:tickets_neighbour": page(having("tickets.view_ticket")),
    "admin:tickets_draft": page(having("tickets.work_ticket"), "discard"),
    "admin:tickets_settings": page(
        having("tickets.view_ticket"),
        "after_sending shortcuts assigned customer_replied due_soon digest_at quiet_from"
        " quiet_until",
    ),
    **{
        f"admin:sla_{name}": page(having("sla.change_policy"), fields)
        for name, fields in (("policy_edit", POLICY_FIELDS), ("policy_proposal", "scope"))
    },
    **{
        f"admin:sla_{name}": page(having("sla.change_calendar"), fields)
        for name, fields in (
            ("calendar_add", f"name {CALENDAR_FIELDS}"),
            ("calendar_edit", CALENDAR_FIELDS),
            ("calendar_proposal", "scope"),
        )
    },
    "admin:tickets_search": page(having("tickets.view_ticket")),
    **{
        f"admin:tickets_{name}": page(having("tickets.work_ticket"), fields)
        for name, fields in (
            ("merge", "confirmed copies named sure words"),
            ("unmerge", ""),
            ("split", "key messages subject requester level"),
            ("snooze", "when at wake"),
            ("redact", "what part why number"),
            ("spam", "act"),
            ("delete", ""),
        )
    },
    "admin:mail_of_ticket": page(having("tickets.view_ticket")),
    "admin:mail_raw": page(having("mail.view_raw_mail")),
    **{
        f"admin:mail_{name}": page(having("tickets.work_ticket"), fields)
        for name, fields in (
            ("confirm", ""),
            ("file_apart", ""),
            ("discard", ""),
            ("release", "sender"),
            ("move", "into"),
        )
    },
    "admin:mail_retry": page(having("mail.change_outboundemail")),
    "admin:tickets_spam_list": page(having("tickets.work_ticket")),
    "admin:tickets_watch": page(having("tickets.view_ticket"), "act"),
    "admin:tickets_unconfirmed": page(having("tickets.work_ticket")),
    "admin:tickets_unconfirmed_one": page(having("tickets.work_ticket"), "reason"),
    "admin:tickets_about": page(
        having("tickets.work_ticket"),
        "version about product organization member all_theirs seen look save",
    ),
    "admin:tickets_answers": page(having("tickets.work_ticket"), "q_* shown"),
    "admin:tickets_call": page(
        having("tickets.work_ticket"),
        f"key customer person q find brand about choose callback {CALL}"
        f" {' '.join(f'call-{name}' for name in CALLBACK.split())}",
    ),
    "admin:tickets_callbacks": page(having("tickets.view_ticket")),
    "admin:tickets_callback": page(having("tickets.work_ticket"), CALLBACK),
    "admin:tickets_callback_attempts": page(
        having("tickets.work_ticket"), "seen note happened_at result next"
    ),
    "admin:tickets_callback_withdrawal": page(having("tickets.work_ticket"), "next"),
    "admin/(?P<url>.*)$": page(NOBODY),  # whatever else begins like the desk
}


# The pages that Django makes for every model, by how their names end; and the address that such
# pages had before Django 1.9, which has no name and leads nowhere that somebody may not know.
ACTIONS = ("changelist", "add", "change", "delete", "history")
OLD = ""


def is_declared(view, *, name: str, route: str) -> bool:
    """Whether anything is said of a page: by its name with namespaces, or by its route without."""
    return (name or route) in PAGES or (
        hasattr(view, "model_admin") and action_of(name) in (*ACTIONS, OLD)
    )


def is_open(view, *, name: str, route: str) -> bool:
    """Whether the page is there for anybody: who that is, its own view decides."""
    if (name or route) in PAGES:
        return PAGES[name or route] is not SHUT
    return hasattr(view, "model_admin") and action_of(name) in ACTIONS


def page_at(view, *, name: str, route: str) -> Page:
    """Return who may do what at a page: nobody anything, where nobody said so."""
    if (name or route) in PAGES:
        return PAGES[name or route]
    if is_open(view, name=name, route=route):
        return page_of_model(view.model_admin, action_of(name))
    return SHUT


def action_of(name: str) -> str:
    return name.rpartition("_")[2]


def page_of_model(model_admin, action: str) -> Page:
    """Ask a model's admin who may open one of its pages."""
    row = model_admin.model()
    sees = model_admin.has_view_or_change_permission
    match action:
        case "changelist":
            return Page(roles(sees), fields=("action", "_selected_action"))
        case "add":
            return Page(roles(model_admin.has_add_permission), fields=fields_of(model_admin, None))
        case "delete":
            return Page(roles(model_admin.has_delete_permission), fields=("post",))
        case "history":
            return Page(roles(lambda request: sees(request, row)))
    may = roles(lambda request: model_admin.has_change_permission(request, row))
    return Page(roles(lambda request: sees(request, row)), may, fields_of(model_admin, row))


def roles(may) -> Access:
    """Ask `may(request)` for each role of staff; nobody else comes to the desk."""
    return {
        **NOBODY,
        **{role: ALLOWED if may(request_of(role)) else DENIED for role in STAFF_ROLES},
    }


def request_of(role: str) -> Any:
    """Return as much of a request as permissions of the desk look at: a person with this role."""
    held = STAFF_ROLES[role].permissions
    person = SimpleNamespace(
        is_active=True,
        is_staff=True,
        is_superuser=False,
        has_perm=lambda permission, obj=None: permission in held,
    )
    return SimpleNamespace(user=person, GET={}, method="GET")


def fields_of(model_admin, row) -> tuple[str, ...]:
    """Name the fields of a model's form as an administrator gets it; tables inside it apart."""
    form = model_admin.get_form(request_of("administrator"), row, change=row is not None)
    return tuple(form.base_fields)
