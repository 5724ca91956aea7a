"""Every page of the agents' desk that has an address of its own: who opens it, in which states."""

from __future__ import annotations

from portal.tests.visit import FILE, QUEUE, SEND, Visit, visits_of

MAILS = "/admin/mail/inboundemail/"

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
        *visits_of("alex", f"{QUEUE}{{two_matters}}/split/"),
        *visits_of("alex", f"{QUEUE}{{two_matters}}/split/", press=SEND, status=422),
        *visits_of("alex", f"{QUEUE}{{pending}}/split/"),
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
    "admin:mail_inboundemail_change": (
        *visits_of("alex morgan", f"{MAILS}{{held_mail}}/change/"),
        *visits_of("alex", f"{MAILS}{{quarantined_mail}}/change/"),
        *visits_of("robin", f"{MAILS}{{nobodys_mail}}/change/"),
        *visits_of(
            "robin", f"{MAILS}{{nobodys_mail}}/change/", press="#decide .btn-primary", status=422
        ),
        *visits_of("morgan", f"{MAILS}{{added_mail}}/change/"),
    ),
    "admin:mail_inboundemail_changelist": visits_of("alex", f"{MAILS}?waits=quarantine"),
    "admin:mail_of_ticket": visits_of("alex reader morgan", f"{MAILS}tickets/{{new}}/"),
    "admin:mail_move": (
        *visits_of("alex", f"{MAILS}{{added_mail}}/move/"),
        *visits_of("alex", f"{MAILS}{{added_mail}}/move/", press=SEND, status=422),
    ),
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
