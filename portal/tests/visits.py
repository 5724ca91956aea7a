"""Every page of the site: who opens it, in which states, and what about it has no page.

A new address needs an entry here; test_every_page.py fails until it has one. The desk's lists
and forms come from its registered models by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import admin
from django.test import RequestFactory
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from accounts.models import Team, User


@dataclass(frozen=True)
class Visit:
    """Somebody of stage.py opens a page. `press` sends its form empty, for the page with errors."""

    who: str
    path: str
    status: int = 200
    press: str = ""


def visits_of(names: str, path: str, **states) -> tuple[Visit, ...]:
    return tuple(Visit(who, path, **states) for who in names.split())


SEND = "main form .btn-primary"
FILE = "form[method=post] .buttons .btn-primary"
QUEUE = "/admin/tickets/ticket/"

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
DESK_PAGES: dict[str, tuple[Visit, ...]] = {
    "admin:index": visits_of("alex morgan robin reader", "/admin/"),
    "admin:app_list": visits_of("robin", "/admin/catalog/"),
    "admin:login": visits_of("visitor", "/admin/"),
    "admin:tickets_ticket_changelist": (
        *visits_of("alex morgan robin reader", QUEUE),
        *visits_of("alex", f"{QUEUE}?tab=all"),
        *visits_of("robin", f"{QUEUE}?tab=mine"),
        *visits_of("alex", f"{QUEUE}?tab=waiting&level=1"),
        *visits_of("alex", f"{QUEUE}?tab=breached&brand=x", status=422),
        *visits_of("alex", QUEUE, press=".several .btn-primary", status=422),
    ),
    "admin:tickets_views": (
        *visits_of("alex", f"{QUEUE}views/"),
        *visits_of("morgan", f"{QUEUE}views/?tab=mine&level=2"),
        *visits_of(
            "morgan", f"{QUEUE}views/?tab=mine", press=".save-view .btn-primary", status=422
        ),
    ),
    "admin:tickets_ticket_change": (
        *visits_of("alex reader", f"{QUEUE}{{open}}/change/"),
        *visits_of("morgan", f"{QUEUE}{{late}}/change/"),
        *visits_of("alex", f"{QUEUE}{{closed}}/change/"),
        *visits_of("alex", f"{QUEUE}{{asked_about}}/change/"),
        *visits_of("alex", f"{QUEUE}{{new}}/change/", press=".desk-side .btn", status=422),
    ),
    "admin:tickets_search": visits_of("alex morgan reader", f"{QUEUE}search/?q=schedule"),
    "admin:tickets_merge": (
        *visits_of("alex", f"{QUEUE}{{open}}/merge/"),
        *visits_of("alex", f"{QUEUE}{{open}}/merge/?into=PS-0", status=422),
        *visits_of("alex", f"{QUEUE}{{open}}/merge/?into=PS-{{pending}}"),
    ),
    "admin:tickets_unmerge": visits_of("alex", f"{QUEUE}{{open}}/unmerge/"),
    "admin:tickets_split": (
        *visits_of("alex", f"{QUEUE}{{pending}}/split/"),
        *visits_of("alex", f"{QUEUE}{{pending}}/split/", press=SEND, status=422),
    ),
    "admin:tickets_snooze": (
        *visits_of("alex", f"{QUEUE}{{open}}/snooze/"),
        *visits_of("alex", f"{QUEUE}{{closed}}/snooze/", press=SEND, status=422),
        *visits_of("reader", f"{QUEUE}{{open}}/snooze/", status=404),
    ),
    "admin:tickets_redact": (
        *visits_of("alex", f"{QUEUE}{{pending}}/redact/"),
        *visits_of("alex", f"{QUEUE}{{pending}}/redact/", press=SEND, status=422),
    ),
    "admin:tickets_spam": visits_of("alex", f"{QUEUE}{{open}}/spam/"),
    "admin:tickets_spam_list": visits_of("alex", f"{QUEUE}spam/"),
    "admin:tickets_delete": visits_of("alex", f"{QUEUE}{{open}}/delete/"),
    "admin:tickets_watch": visits_of("alex reader", f"{QUEUE}{{open}}/watch/"),
    "admin:tickets_settings": visits_of("alex reader", f"{QUEUE}settings/"),
    "admin:tickets_unconfirmed": visits_of("alex", f"{QUEUE}unconfirmed/"),
    "admin:tickets_unconfirmed_one": (
        *visits_of("alex", f"{QUEUE}unconfirmed/{{waiting_draft}}/"),
        *visits_of(
            "alex",
            f"{QUEUE}unconfirmed/{{waiting_draft}}/",
            press=".buttons .btn-primary",
            status=422,
        ),
    ),
    "admin:tickets_about": (
        *visits_of("alex", f"{QUEUE}{{open}}/about/"),
        *visits_of("alex", f"{QUEUE}{{open}}/about/", press=FILE),
    ),
    "admin:tickets_answers": visits_of("alex", f"{QUEUE}{{phoned}}/answers/"),
    "admin:tickets_call": (
        *visits_of("alex", f"{QUEUE}calls/new/"),
        *visits_of("alex", f"{QUEUE}calls/new/?q=dana"),
        *visits_of("alex", f"{QUEUE}calls/new/?customer={{dana}}"),
        *visits_of("alex", f"{QUEUE}calls/new/{{new_call}}"),
        *visits_of("alex", f"{QUEUE}calls/new/{{new_call}}", press=FILE, status=422),
    ),
    "admin:tickets_callbacks": (
        *visits_of("alex reader", f"{QUEUE}callbacks/"),
        *visits_of("alex", f"{QUEUE}callbacks/?when=late"),
    ),
    "admin:tickets_callback": (
        *visits_of("alex", f"{QUEUE}{{called}}/callback/"),
        *visits_of("alex", f"{QUEUE}{{open}}/callback/"),
        *visits_of("alex", f"{QUEUE}{{open}}/callback/", press=".buttons .btn", status=422),
    ),
    "admin:sla_policy_edit": (
        *visits_of("robin", "/admin/sla/policy/{policy}/edit/"),
        *visits_of("morgan", "/admin/sla/policy/{policy}/edit/", status=404),
    ),
    "admin:sla_policy_proposal": (
        *visits_of("robin", "{looked_at_policy}"),
        *visits_of("robin", "{proposed_policy}?still=1"),
    ),
    "admin:sla_calendar_add": (
        *visits_of("robin", "/admin/sla/calendar/add/"),
        *visits_of("robin", "/admin/sla/calendar/add/", press=SEND, status=422),
    ),
    "admin:sla_calendar_edit": visits_of("robin", "/admin/sla/calendar/{calendar}/edit/"),
    "admin:sla_calendar_proposal": visits_of("robin", "{looked_at_hours}"),
    # Those that are going on are asked to keep still, or they would load anew under the eyes.
    "job": (
        *visits_of("robin", "/admin/jobs/{waiting_job}/?still=1"),
        *visits_of("robin", "/admin/jobs/{running_job}/?still=1"),
        *visits_of("robin", "/admin/jobs/{finished_job}/"),
        *visits_of("robin", "/admin/jobs/{failed_job}/"),
        *visits_of("alex", "/admin/jobs/{failed_job}/", status=404),
    ),
    "breached": (
        *visits_of("morgan", "/admin/sla/breached/"),
        *visits_of("morgan", "/admin/sla/breached/?level=4"),
        *visits_of("alex", "/admin/sla/breached/", status=404),
    ),
    "subscriptions": (
        *visits_of("morgan reader", "/admin/sla/subscriptions/"),
        *visits_of("alex", "/admin/sla/subscriptions/", status=404),
    ),
    "export_file": visits_of("morgan", "/admin/sla/exports/{old_export}/", status=410),
    "notes": visits_of(
        "morgan", "/admin/sla/breached/", press=".handling > fieldset:last-child .btn", status=422
    ),
    "reasons": (
        *visits_of("morgan reader", "/admin/sla/reasons/"),
        *visits_of("robin", "/admin/sla/reasons/?reason=0"),
        *visits_of("morgan", "/admin/sla/reasons/?first=2026-02-02&last=2026-02-01"),
        *visits_of("alex", "/admin/sla/reasons/", status=404),
    ),
    "differences": (
        *visits_of("morgan reader", "/admin/sla/differences/"),
        *visits_of("alex", "/admin/sla/differences/", status=404),
    ),
    "why": (
        *visits_of("alex morgan reader", "/admin/sla/tickets/{open}/why/"),
        *visits_of("alex", "/admin/sla/tickets/{pending}/why/"),
        *visits_of("alex", "/admin/sla/tickets/{restricted}/why/", status=404),
    ),
    "what_if": (
        *visits_of("morgan robin", "/admin/sla/what-if/"),
        *visits_of("morgan", "/admin/sla/what-if/?ticket=PS-{late}&at_1=%2B2+d&what_1=solved"),
        *visits_of("morgan", "/admin/sla/what-if/?level=1&at_1=soon&what_1=solved", status=422),
        *visits_of("alex", "/admin/sla/what-if/", status=404),
    ),
    "due": (
        *visits_of("morgan", "/admin/sla/due/"),
        *visits_of("morgan", "/admin/sla/due/?level=4"),
    ),
    "soon": (
        *visits_of("morgan reader", "/admin/sla/soon/"),
        *visits_of("alex", "/admin/sla/soon/", status=404),
    ),
    "unanswered": visits_of("morgan", "/admin/sla/unanswered/"),
    "compliance": (
        *visits_of("morgan reader", "/admin/sla/compliance/"),
        *visits_of("morgan", "/admin/sla/compliance/?by=organization"),
        *visits_of("morgan", "/admin/sla/compliance/?first=2026-02-02&last=2026-02-01"),
        *visits_of("alex", "/admin/sla/compliance/", status=404),
    ),
    "decided": (
        *visits_of("morgan", "/admin/sla/decided/?order=slowest&first=2026-01-01&last=2026-01-31"),
        *visits_of("morgan", "/admin/sla/decided/?first=2026-02-02&last=2026-02-01"),
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
