"""Every page of the site: who opens it, in which states, and what about it has no page.

A new address needs an entry here; test_every_page.py fails until it has one. The desk's lists
and forms come from its registered models by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import admin
from django.test import RequestFactory
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from accounts.models import Team, User
from portal.tests.visit import QUEUE, SEND, Visit, visits_of
from portal.tests.visits_desk import DESK_PAGES

# By the name of the address; braces are filled from the stage's places.
PORTAL: dict[str, tuple[Visit, ...]] = {
    "home": visits_of("visitor dana nora alex", "/"),
    "contact": visits_of("visitor", "/contact/"),
    "components": (),
    "new": (
        *visits_of("visitor dana", "/new/"),
        *visits_of("visitor", "/new/?q=schedule"),
        *visits_of("visitor", "/new/?q=nothing+like+it"),
    ),
    "new_type": (
        *visits_of("visitor", "/new/perfectserve/"),
        *visits_of("visitor", "/new/perfectserve/", press=SEND, status=422),
        *visits_of("visitor", "/new/clinical-collaboration/"),
        *visits_of("visitor", "/new/perfectserve/?subcategory=schedule"),
        *visits_of("dana", "/new/payment/"),
        *visits_of("visitor", "/new/legal-information/"),
        *visits_of("visitor", "/new/payment/", press=SEND, status=422),
        *visits_of("visitor", "/new/no-such-type/", status=404),
    ),
    "draft": (
        *visits_of("visitor", "/drafts/{draft_of_visitor}/"),
        *visits_of("dana", "/drafts/{draft_of_dana}/"),
        *visits_of("dana", "/drafts/{draft_of_dana}/", press=SEND, status=422),
    ),
    "drafts": visits_of("visitor dana nora", "/drafts/"),
    "draft_removal": visits_of("visitor", "/drafts/{draft_of_visitor}/removal/"),
    "draft_type": (
        *visits_of("visitor", "/drafts/{draft_of_visitor}/type/"),
        *visits_of("dana", "/drafts/{draft_of_dana}/type/", press=SEND, status=422),
    ),
    "draft_about": visits_of("dana", "/drafts/{draft_of_dana}/about/"),
    "draft_duplicates": visits_of("dana", "/drafts/{repeated_draft_of_dana}/duplicates/"),
    "draft_phone": (
        *visits_of("visitor", "/drafts/{urgent_draft_of_visitor}/phone/"),
        *visits_of("dana", "/drafts/{urgent_draft_of_dana}/phone/", press=SEND),
    ),
    "draft_waiting": visits_of("visitor", "/drafts/{waiting_draft}/waiting/"),
    "confirmation": (
        *visits_of("nora", "{young_link}"),
        *visits_of("nora", "{young_link}", press=SEND, status=422),
        *visits_of("visitor", "{known_link}"),
        *visits_of("visitor", "{dead_link}"),
        *visits_of("visitor", "{used_link}"),
        *visits_of("visitor", "{closed_link}"),
    ),
    "tickets": (
        *visits_of("dana nora alex", "/tickets/"),
        *visits_of("dana", "/tickets/?view=waiting"),
        *visits_of("nora", "/tickets/?view=solved"),
        *visits_of("dana", "/tickets/?view=solved&q=pager"),
        *visits_of("dana", "/tickets/?q=a+b+c+d+e+f+g", status=422),
        *visits_of("dana nora", "/tickets/?whose=organization", status=403),
        *visits_of("dana", "/tickets/?whose=following"),
        *visits_of("maria", "/tickets/?whose=organization&view=working"),
    ),
    "ticket": (
        *visits_of("dana", "/tickets/{new}/?filed"),
        *visits_of("dana", "/tickets/{new}/", press=SEND, status=422),
        *visits_of("dana", "/tickets/{late}/"),
        *visits_of("dana", "/tickets/{open}/"),
        *visits_of("dana", "/tickets/{pending}/"),
        *visits_of("dana", "/tickets/{solved}/"),
        *visits_of("dana", "/tickets/{closed}/"),
        *visits_of("dana", "/tickets/{restricted}/"),
        *visits_of("nora", "/tickets/{new}/", status=404),
    ),
    "copy": (
        *visits_of("visitor dana", "/copies/{copy}/"),
        *visits_of("visitor", "/copies/an-old-link/", status=404),
    ),
    "report_stop": (
        *visits_of("visitor", "{report_stop}"),
        *visits_of("visitor", "{stopped_report}"),
        *visits_of("visitor", "/reports/stop/an-old-link/", status=404),
    ),
    "profile": visits_of("dana alex", "/profile/"),
    "account_login": (
        *visits_of("visitor", "/accounts/sign-in/"),
        *visits_of("visitor", "/accounts/sign-in/?idle=1"),
        *visits_of("visitor", "/accounts/sign-in/", press=SEND),
    ),
    "account_logout": visits_of("dana", "/accounts/sign-out/"),
    "account_signup": (
        *visits_of("visitor", "/accounts/sign-up/"),
        *visits_of("visitor", "/accounts/sign-up/", press=SEND),
    ),
    "account_inactive": visits_of("visitor", "/accounts/closed/"),
    "account_reauthenticate": visits_of("dana", "/accounts/password-again/", press=SEND),
    "account_kept": visits_of("dana", "/accounts/kept/"),
    "account_email_verification_sent": visits_of("visitor", "/accounts/confirm/"),
    "account_confirm_email": (
        *visits_of("visitor", "/accounts/confirm/{confirmation}/"),
        *visits_of("visitor", "/accounts/confirm/an-old-key/"),
    ),
    "account_change_password": visits_of("dana", "/accounts/password/change/", press=SEND),
    "account_reset_password": (
        *visits_of("visitor", "/accounts/password/get/"),
        *visits_of("visitor", "/accounts/password/get/", press=SEND),
    ),
    "account_reset_password_done": visits_of("visitor", "/accounts/password/get/sent/"),
    "account_reset_password_from_key": (
        *visits_of("visitor", "/accounts/password/get/{password_link}/", press=SEND),
        *visits_of("visitor", "/accounts/password/get/1-an-old-key/"),
    ),
    "account_reset_password_from_key_done": visits_of("visitor", "/accounts/password/get/done/"),
    "mfa_index": visits_of("newcomer enrolled", "/accounts/second-step/"),
    "mfa_authenticate": visits_of("halfway", "/accounts/second-step/code/", press=SEND),
    "mfa_reauthenticate": visits_of("enrolled", "/accounts/second-step/code-again/"),
    "mfa_activate_totp": (
        *visits_of("newcomer", "/accounts/second-step/app/"),
        *visits_of("newcomer", "/accounts/second-step/app/", press=SEND),
    ),
    "mfa_deactivate_totp": visits_of("enrolled", "/accounts/second-step/app/removal/"),
    "mfa_view_recovery_codes": visits_of("enrolled", "/accounts/second-step/recovery-codes/"),
    "mfa_generate_recovery_codes": visits_of(
        "enrolled", "/accounts/second-step/recovery-codes/new/"
    ),
}
NO_PAGES = {
    "theme": "keeps a choice and goes back",
    "healthz": "for machines",
    "readyz": "for machines",
    "brand_css": "a style sheet",
    "logo": "a picture",
    "file": "a download",
    "stay": "a script's word that somebody is still there",
    "breached_csv": "a download",
    "due_csv": "a download",
    "export": "a POST that leads to a download, or to long work",
    "admin:tickets_callback_attempts": "a POST that leads to the list, or shows it with errors",
    "admin:tickets_callback_withdrawal": "a POST that leads to the list",
    "subscription": "a POST that leads to one's subscriptions",
    "subscription_start": "a POST that leads to one's subscriptions",
    "subscription_stop": "a POST that leads to one's subscriptions",
    "unanswered_csv": "a download",
    "decided_csv": "a download",
    "assignments": "a POST that leads to the list, or shows it with errors",
    "acknowledgements": "a POST that leads to the list, or shows it with errors",
    "compliance_csv": "a download",
    "ticket_replies": "a POST that leads to the ticket, or shows it with errors",
    "ticket_closure": "a POST that leads to the ticket",
    "ticket_reopening": "a POST that leads to the ticket",
    "ticket_follow_ups": "a POST that leads to a draft",
    "ticket_following": "a POST that leads to the ticket",
    "admin:tickets_next": "a POST that leads to a ticket",
    "ticket_copies": "a POST that leads to the ticket",
    "ticket_copy_removal": "a POST that leads to the ticket",
    "account_set_password": "for people without a password, who come by a mailed link",
    "mfa_download_recovery_codes": "a download",
    "admin:mail_raw": "a download",
    "admin:mail_confirm": "a POST that leads to the ticket",
    "admin:mail_file_apart": "a POST that leads to the new ticket",
    "admin:mail_discard": "a POST that leads to the ticket, or to the list",
    "admin:mail_release": "a POST that leads to the ticket, or shows the mail with errors",
    "admin:mail_retry": "a POST that leads to the mail",
    "admin:tickets_neighbour": "leads to another ticket, or to the list",
    "admin:tickets_draft": "keeps a text, or forgets it and goes back",
    "admin:logout": "leads to the portal's page",
    "admin:password_change": "leads to the portal's page",
    "admin:password_change_done": "leads to the portal's page",
    "admin:autocomplete": "data for a field",
    "admin:jsi18n": "a script of Django's",
    "admin:view_on_site": "leads to what a row is about",
}


def addresses(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """Yield the name of every address that the site answers, the desk's as "admin:name"."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern, inner)
        elif pattern.name:
            yield f"{space}{pattern.name}"


def addresses_of_models() -> set[str]:
    """Return the names of the pages of registered models, which visits_of_models opens."""
    return {
        f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
        for model in admin.site._registry
        for page in ("changelist", "add", "change", "history", "delete")
    }


def all_visits() -> list[Visit]:
    """Return every visit of every page; those of models need the stage's rows."""
    listed = [*PORTAL.values(), *DESK_PAGES.values(), tuple(visits_of_models())]
    return [visit for visits in listed for visit in visits]


def visits_of_models() -> Iterator[Visit]:
    """Yield list, empty form and filled form of each model, for who may open them.

    History, deletion and a form with errors are the same for all models: of one they are enough.
    """
    request = RequestFactory().get("/")
    request.user = User.objects.get(name="Robin")
    for model, its_admin in admin.site._registry.items():
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        if base == QUEUE or not its_admin.has_view_permission(request):
            continue
        first = its_admin.get_queryset(request).first()
        assert first is not None, f"stage.py has no {model._meta.verbose_name}"
        yield Visit("robin", base)
        yield Visit("robin", f"{base}{first.pk}/change/")
        if its_admin.has_add_permission(request):
            yield Visit("robin", f"{base}add/")
    team = Team.objects.get(name="Support")
    yield Visit("robin", f"/admin/accounts/team/{team.pk}/history/")
    yield Visit("robin", f"/admin/accounts/team/{team.pk}/delete/")
    yield Visit("robin", "/admin/accounts/user/add/", press="[name=_save]")
    yield Visit("robin", "/admin/catalog/question/add/", press="[name=_save]")
