"""The fields that are published of each form are those that its pages show, and no others."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve, reverse

from accounts.models import Membership, Team, User
from accounts.services import prove_address
from portal.routes import published
from portal.tests.world import PASSWORD, password_link, set_up_second_step, wish
from sla.models import CalendarVersion, Policy
from sla.sweep import sweep
from sla.tests.editors import form_of, work
from tickets import calling, clock, drafts, services, uploads, watching
from tickets.catalog.models import Brand, RequestType, Subcategory
from tickets.mail.tests.ledger import came, held
from tickets.models import Job, Macro, Tag, Ticket
from tickets.tests.signed_out import link_in, sent_signed_out

# Of these the fields are asked of the model's admin, which makes the pages of them.
OF_A_MODEL = re.compile(
    r"admin:(?!tickets_(?:ticket|unconfirmed|call|about|answers)|sla_calendar_add)\w+_(changelist|add|change|delete)"
)
# What the framework puts into every form of a kind.
OF_EVERY_FORM = {"", "csrfmiddlewaretoken", "select_across", "index"}
# Fields of which there is one for each question, cell or row.
SERIES = re.compile(r"^(q_|time_(?=\d)|calendar_(?=\d)|steps-).*")
URGENT = {
    "kind": ["issue"],
    "affected": ["most"],
    "ability": ["no"],
    "subcategory": ["user-access"],
}


class Forms(HTMLParser):
    """Collects the fields of every form that is posted, by the name of where it goes.

    A button may send its form elsewhere, and a field may stand outside of its form.
    """

    def __init__(self, page):
        super().__init__()
        self.page, self.form, self.number = page, None, 0
        self.routes, self.fields = {}, defaultdict(set)
        self.of_button = defaultdict(set)

    @property
    def found(self):
        found = defaultdict(set, self.of_button)
        for form, routes in self.routes.items():
            for route in routes:
                found[route] = (found[route] | self.fields[form]) - OF_EVERY_FORM
        return found

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if tag == "form":
            self.number += 1
            self.form = said.get("id", self.number)
            if said.get("method", "get").lower() == "post":
                self.routes[self.form] = {self.route(said.get("action"))}
        elif tag in ("input", "select", "textarea", "button"):
            self.add(said, form=said.get("form", self.form))

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None

    def add(self, said, *, form):
        field = re.sub(SERIES, r"\1*", said.get("name") or "")
        if "formaction" in said:
            route = self.route(said["formaction"])
            self.routes.setdefault(form, set()).add(route)
            self.of_button[route].add(field)
        else:
            self.fields[form].add(field)

    def route(self, address):
        return resolve(re.sub(r"[?#].*", "", address or self.page)).view_name


@pytest.fixture
def shown():
    """Look at pages in a browser; keeps the fields of all their forms by route."""
    found = defaultdict(set)

    def look(browser=None, *addresses):
        for address in addresses:
            response = browser.get(address, follow=True)
            page = response.redirect_chain[-1][0] if response.redirect_chain else address
            look_at(response, page)
        return found

    def look_at(response, page):
        forms = Forms(re.sub(r"[?#].*", "", page))
        forms.feed(response.content.decode())
        for route, fields in forms.found.items():
            found[route] |= fields

    look.at = look_at

    return look


@pytest.fixture
def come_in():
    """Sign in by the door, so that no password is asked once more."""

    def come_in(user):
        prove_address(user)
        browser = Client()
        browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        return browser

    return come_in


@pytest.fixture
def make_draft(db):
    def make(owner, *, type="perfectserve", about=None, **data):
        request_type = RequestType.objects.get(key=type)
        draft = drafts.begin(
            key=None,
            brand_id=Brand.objects.get(key="perfectserve").pk,
            request_type_id=request_type.pk,
            owner=owner,
            cookie_hash="",
        )
        if about:
            chosen = Subcategory.objects.get(request_type=request_type, key=about)
            drafts.choose(draft, subcategory_id=chosen.pk)
        drafts.keep(draft, data)
        return draft.get_absolute_url()

    return make


def test_every_form_sends_what_is_published(
    shown, come_in, make_draft, make_ticket, make_user, dana
):
    alex = make_user("Alex", role="agent")
    who_signs_up(shown)
    who_sends_signed_out(shown, come_in(alex))
    a_customer_who_files(shown, come_in(dana), make_draft, dana)
    a_customer_with_tickets(shown, come_in(dana), make_ticket, alex)
    an_agent(shown, come_in(alex), make_ticket)
    a_manager(shown, come_in(make_user("Morgan", role="manager")), make_ticket)
    an_administrator(shown, come_in(make_user("Pat", role="administrator")))
    who_cares_for_the_account(shown, come_in, make_user)
    whose_token_was_old(shown, dana, alex)

    said = {
        entry["name"]: sorted(entry["fields"])
        for entry in published()
        if entry["fields"] and not OF_A_MODEL.fullmatch(entry["name"])
    }
    assert {route: sorted(fields) for route, fields in shown().items() if fields} == said


def who_signs_up(shown):
    doors = [reverse("account_login"), reverse("account_signup")]
    shown(Client(), *(f"{door}?next=/tickets/" for door in doors))
    shown(
        Client(), reverse("account_reset_password"), "/new/statuspage-access/", "/new/perfectserve/"
    )


def who_sends_signed_out(shown, agent):
    browser = Client()
    waits = sent_signed_out(client=browser, files=SimpleUploadedFile("a.txt", b"a"))
    draft, link = waits.draft.get_absolute_url(), link_in(mail.outbox[-1])
    shown(browser, draft, f"{draft}waiting/", link, f"/confirmations/{waits.draft_id}/old/")
    shown(agent, reverse("admin:tickets_unconfirmed_one", args=[waits.draft_id]))


def a_customer_who_files(shown, browser, make_draft, dana):
    written = make_draft(dana, about="user-access", **URGENT)
    uploads.store(SimpleUploadedFile("a.txt", b"a"), draft=dana.drafts.get())
    shown(browser, written, f"{written}about/", f"{written}phone/", f"{written}type/")
    shown(browser, make_draft(dana, type="statuspage-access"))


def a_customer_with_tickets(shown, browser, make_ticket, alex):
    ticket = make_ticket()
    shown(browser, "/profile/", ticket.get_absolute_url())
    replies = reverse("ticket_replies", args=[ticket.pk])
    shown.at(browser.post(replies, {"files": SimpleUploadedFile("a.txt", b"a")}), replies)
    watching.watch(ticket, by=alex, added_by=alex)
    watching.propose(ticket, email="cho@uptown.example", by=alex)
    services.set_status(ticket, by=alex, to="solved")
    shown(browser, ticket.get_absolute_url())
    services.set_status(ticket, by=None, to="closed")
    shown(browser, ticket.get_absolute_url())


def an_agent(shown, browser, make_ticket):
    ticket = make_ticket()
    watching.propose(ticket, email="cho@uptown.example", by=ticket.requester)
    shown(
        browser,
        reverse("admin:tickets_ticket_changelist"),
        reverse("admin:tickets_ticket_change", args=[ticket.pk]),
        reverse("admin:tickets_settings"),
    )
    an_agent_with_a_text(shown, browser, make_ticket)
    an_agent_with_views(shown, browser, ticket)
    an_agent_with_verbs(shown, browser, make_ticket)
    an_agent_on_the_phone(shown, browser, make_ticket)
    an_agent_with_mails(shown, browser, make_ticket)


def an_agent_on_the_phone(shown, browser, make_ticket):
    ticket = make_ticket()
    shown(browser, reverse("admin:tickets_callback", args=[ticket.pk]))
    about = reverse(
        "admin:tickets_about",
        args=[make_ticket(requester=User.objects.create_user("erin@example.com")).pk],
    )
    shown(browser, about, reverse("admin:tickets_answers", args=[ticket.pk]))
    form = {"version": 1, "about": "-", "product": "", "organization": ""}
    shown.at(browser.post(about, form), about)
    begun = f"?customer=new&brand={ticket.brand_id}&about=perfectserve:schedule"
    shown(browser, reverse("admin:tickets_call") + begun)
    shown(browser, reverse("admin:tickets_call") + begun.replace("new", ""))
    calling.ask(ticket, by=ticket.requester, wish=wish(clock.now()))
    shown(browser, reverse("admin:tickets_callback", args=[ticket.pk]))


def an_agent_with_mails(shown, browser, make_ticket):
    ticket = make_ticket()
    message = services.reply(ticket, by=ticket.requester, body="Here.")
    added = came(ticket=ticket, became=message, outcome="added", state="done")
    waiting = [held(ticket), came(sender="")]
    shown(
        browser,
        *(reverse("admin:mail_inboundemail_change", args=[mail.pk]) for mail in waiting),
        reverse("admin:mail_move", args=[added.pk]),
    )


def an_agent_with_a_text(shown, browser, make_ticket):
    """A ticket's page with all to choose from: once asked about what was written, once later."""
    ticket = make_ticket()
    Tag.objects.create(name="pager")
    Macro.objects.create(name="Hello", text="Hello.")
    page = reverse("admin:tickets_ticket_change", args=[ticket.pk])
    asked = {"version": ticket.version, "kind": "public", "body": "Dear [name],", "status": ""}
    shown.at(browser.post(page, asked), page)
    shown.at(browser.post(page, {"files": SimpleUploadedFile("a.txt", b"a")}), page)
    shown(browser, page)


def an_agent_with_views(shown, browser, ticket):
    """The queue with a macro chosen, and the views of who leads a team and has one."""
    agent = User.objects.get(pk=browser.session["_auth_user_id"])
    Membership.objects.create(user=agent, team=Team.objects.create(name="Led"), is_lead=True)
    macro, queue = Macro.objects.create(name="Ask"), reverse("admin:tickets_ticket_changelist")
    sent = {"action": "macro", "macro": macro.pk, "_selected_action": [ticket.pk]}
    shown.at(browser.post(queue, sent), queue)
    views = reverse("admin:tickets_views")
    browser.post(views, {"name": "Mine", "query": "tab=mine"})
    shown(browser, f"{views}?tab=mine")


def an_agent_with_verbs(shown, browser, make_ticket):
    """Pages of single verbs, each in the state in which it asks the most."""
    ticket = make_ticket()
    colleague = User.objects.create(email="lee@example.com", organization=ticket.organization)
    stranger = User.objects.create(email="kim@example.com")
    services.reply(ticket, by=ticket.requester, body="And one thing more.")
    same, other = make_ticket(requester=colleague), make_ticket(requester=stranger)
    Ticket.objects.filter(pk=ticket.pk).update(snoozed_until=clock.now() + timedelta(hours=1))
    for name in ("watch", "snooze", "spam", "delete", "unmerge", "split", "redact"):
        shown(browser, reverse(f"admin:tickets_{name}", args=[ticket.pk]))
    for each in (same, other):
        merge = reverse("admin:tickets_merge", args=[each.pk])
        shown(browser, f"{merge}?into={ticket.number}")


def a_manager(shown, browser, make_ticket):
    make_ticket(level=1)
    sweep(clock.now() + timedelta(hours=2))
    browser.post(reverse("subscriptions"), {"on": "0", "hour": "7"})
    shown(browser, reverse("breached"), reverse("compliance"), reverse("subscriptions"))


def an_administrator(shown, browser):
    edit = reverse("admin:sla_policy_edit", args=[Policy.objects.get().pk])
    shown(browser, edit, reverse("admin:sla_calendar_add"))
    shown(browser, browser.post(edit, form_of(time_1_resolution="8 h"))["Location"])
    work()
    shown(browser, Job.objects.latest("pk").leads_to)
    hours = {"tz": "UTC", "mon": "9-17", "name": "Mondays"}
    new = browser.post(reverse("admin:sla_calendar_add"), hours)["Location"]
    edit = new.replace("change", "edit")
    shown(browser, edit)
    look = {"look": "1", "country": "US", **hours, "base": CalendarVersion.objects.get().pk}
    shown.at(browser.post(edit, look), edit)
    shown.at(
        browser.post(reverse("admin:sla_calendar_add"), look), reverse("admin:sla_calendar_add")
    )
    browser.post(edit, {**hours, "base": look["base"], "tue": "9-17"})
    work()
    shown(browser, Job.objects.latest("pk").leads_to)


def who_cares_for_the_account(shown, come_in, make_user):
    user = make_user("Robin")
    browser = come_in(user)
    shown(browser, f"{reverse('account_reauthenticate')}?next=/profile/")
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    shown(browser, reverse("account_change_password"), reverse("mfa_activate_totp"))
    set_up_second_step(user)
    shown(browser, f"{reverse('mfa_reauthenticate')}?next=/profile/")
    shown(come_in(user), reverse("mfa_authenticate"))
    shown(Client(), password_link(user))
    without = make_user("Sam")
    browser = come_in(without)
    without.set_unusable_password()
    without.save(update_fields=["password"])
    browser.force_login(without)
    shown(browser, reverse("account_set_password"))


def whose_token_was_old(shown, dana, alex):
    """Files of a form that was not taken come back as a token: the page holds it to be sent."""
    ticket = dana.requested_tickets.first()
    draft = dana.drafts.first()
    for user, page in (
        (dana, "/new/statuspage-access/"),
        (dana, draft.get_absolute_url()),
        (dana, reverse("ticket_replies", args=[ticket.pk])),
        (alex, reverse("admin:tickets_ticket_change", args=[ticket.pk])),
    ):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(user)
        sent = {"files": SimpleUploadedFile("a.txt", b"a")}
        shown.at(browser.post(page, sent, headers={"origin": "http://testserver"}), page)
