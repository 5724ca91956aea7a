"""Filing a ticket: choose a type, say what it is about, give the details, send."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tickets import browser, drafts, sending, staging, uploads
from tickets.catalog.forms import DetailsForm, ImpactForm
from tickets.catalog.views import reminders
from tickets.forms import PhoneForm
from tickets.models import Ticket
from tickets.underway import Underway


@require_safe
def new(request):
    """Offer the request types, and first of all the phone."""
    return render(
        request,
        "tickets/new.html",
        {"types": request.catalog.types(), "reminders": reminders(request.catalog, request.brand)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_type(request, key):
    """Show the first form of a type; its first answer makes the draft."""
    type_spec = request.catalog.type(key)
    if type_spec is None:
        raise Http404
    if request.method != "POST":
        form = _first_form(request, type_spec)
        return render(
            request,
            _template(type_spec),
            {"form": form, "type": type_spec, "action": request.path, "key": uuid.uuid4()},
        )
    draft, token = browser.begin(request, type_spec)
    step = about if type_spec.prompts else work_on
    return browser.remember(step(request, draft.pk, begun=draft), token)


@require_http_methods(["GET", "HEAD", "POST"])
@browser.on_a_draft
def about(request, pk, begun=None):
    """What a prompting request is about, and whom it keeps from working."""
    draft = begun or browser.draft_or_404(request, pk)
    underway = Underway(request, draft)
    type_spec = underway.type_spec
    if request.method == "POST":
        form = ImpactForm(request.POST, catalog=request.catalog, type_spec=type_spec)
        drafts.keep(draft, form.kept())
        if form.is_valid():
            draft.subcategory_id = form.subcategory.id
            drafts.keep(draft, {})
            calls = underway.must_call_first(form.level())
            return redirect("draft_phone" if calls else "draft", draft.pk)
    else:
        form = ImpactForm(initial=draft.data, catalog=request.catalog, type_spec=type_spec)
    return render(
        request,
        "tickets/about.html",
        {"form": form, "type": type_spec, "action": reverse("draft_about", args=[draft.pk])},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@browser.on_a_draft
def phone(request, pk):
    """Ask people whose problem is urgent to call, and let those go on who did or cannot."""
    draft = browser.draft_or_404(request, pk)
    underway = Underway(request, draft)
    level = underway.level()
    if level is None or not request.catalog.levels[level].is_phone_first:
        return redirect(draft)
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        drafts.called(
            draft,
            answer=form.cleaned_data["phone_answer"],
            reference=form.cleaned_data["phone_reference"],
        )
        return redirect(draft)
    type_spec = underway.type_spec
    return render(
        request,
        "tickets/phone.html",
        {
            "form": form,
            "draft": draft,
            "level": level,
            "type": type_spec,
            "phone": request.catalog.phone_for(request.brand, type_spec),
            "promises": underway.promises(level),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@browser.on_a_draft
def work_on(request, pk, begun=None):
    """The details of a request: keep them, take files, and send when all is there."""
    draft = begun or browser.draft_of(request, pk)
    if draft is None:
        return redirect(get_object_or_404(Ticket.objects.visible_to(request.user), draft_key=pk))
    underway = Underway(request, draft)
    if underway.type_spec.prompts and draft.subcategory_id is None:
        return redirect("draft_about", draft.pk)
    if request.method != "POST":
        return _details(request, underway, underway.details(initial=draft.data))
    form = underway.details(data=request.POST)
    drafts.keep(draft, form.kept())
    if not _take_files(request, draft) or "send" not in request.POST:
        return _not_sent(request, draft)
    if form.leads_to:
        return _lead_on(request, underway, form.leads_to)
    if not form.is_valid():
        return _details(request, underway, form)
    return sending.send(request, underway, form)


def _take_files(request, draft) -> bool:
    """Add and remove files; False where one was not taken, which the page then says."""
    if removed := request.POST.get("remove"):
        drafts.detach(draft, removed)
    late = staging.attach(request.POST.getlist(staging.FIELD), draft=draft, user_id=request.user.pk)
    for problem in late:
        messages.error(request, problem)
    taken = not late
    for upload in request.FILES.getlist("files"):
        try:
            uploads.store(upload, draft=draft)
        except uploads.FileRefused as refused:
            messages.error(request, str(refused))
            taken = False
    return taken


def _not_sent(request, draft):
    if "later" not in request.POST:
        return redirect(draft)
    kept = ngettext(
        "Saved. You find it here, where it is kept for %(days)d day.",
        "Saved. You find it here, where it is kept for %(days)d days.",
        settings.DRAFT_DAYS,
    )
    messages.success(request, kept % {"days": settings.DRAFT_DAYS})
    return redirect("drafts")


def _lead_on(request, underway, key):
    """Go on in the subcategory that an answer leads to, with everything that was typed."""
    draft, type_spec = underway.draft, underway.type_spec
    draft.subcategory_id = type_spec.subcategory(key).id
    drafts.keep(draft, {"subcategory": [key]})
    messages.info(
        request,
        _("That is a “%(name)s”. We took along what you typed.")
        % {"name": type_spec.subcategory(key).name},
    )
    return redirect(draft)


def _details(request, underway, form):
    draft, level = underway.draft, underway.level()
    return render(
        request,
        "tickets/details.html",
        {
            "form": form,
            "draft": draft,
            "type": underway.type_spec,
            "level": level,
            "level_spec": request.catalog.levels.get(level),
            "files": _files(draft),
            "promises": underway.promises(level) if level else (),
            "files_wording": request.catalog.common["files"],
            "action": reverse("draft", args=[draft.pk]),
        },
        status=422 if form.errors else 200,
    )


def _files(draft):
    return [
        {"name": file.name, "size": file.size, "remove_value": str(file.pk)}
        for file in draft.attachments.all()
    ]


def _first_form(request, type_spec):
    if type_spec.prompts:
        return ImpactForm(catalog=request.catalog, type_spec=type_spec)
    return DetailsForm(catalog=request.catalog, type_spec=type_spec, with_impact=True)


def _template(type_spec):
    return "tickets/about.html" if type_spec.prompts else "tickets/details.html"
