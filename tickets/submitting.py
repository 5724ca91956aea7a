"""Filing a ticket: choose a type, say what it is about, give the details, send."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts import introduced
from tickets import browser, drafts, duplicates, sending, withdrawn
from tickets.beforehand import Beforehand
from tickets.catalog import finding
from tickets.catalog.forms import DetailsForm, ImpactForm
from tickets.catalog.views import reminders
from tickets.forms import PhoneForm, ask_beside
from tickets.models import Ticket
from tickets.taking import take_files
from tickets.underway import Underway


@require_safe
def new(request):
    """Offer the request types, or those that words fit, and first of all the phone."""
    asked = " ".join(request.GET.get("q", "").replace("\0", " ").split())[: finding.LONGEST]
    if asked:
        found = finding.find(request.catalog, asked)
    else:
        found = [finding.Found(type_spec) for type_spec in request.catalog.types()]
    context = {
        "asked": asked,
        "found": found,
        "reminders": reminders(request.catalog, request.brand),
    }
    return render(request, "tickets/new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_type(request, key):
    """Show the first form of a type; its first answer makes the draft."""
    type_spec = request.catalog.type(key)
    if type_spec is None:
        return withdrawn.first_form(request, key)
    if request.method != "POST":
        return _first_page(request, type_spec)
    try:
        draft, token = browser.begin(request, type_spec)
    except drafts.Gone:
        return browser.sent_already(request, type_spec)
    step = about if type_spec.prompts else work_on
    return browser.remember(step(request, draft.pk, begun=draft), token)


@require_http_methods(["GET", "HEAD", "POST"])
@browser.on_a_draft
@withdrawn.told
def about(request, pk, begun=None):
    """What a prompting request is about, and whom it keeps from working."""
    draft = begun or browser.draft_or_404(request, pk)
    underway = Underway(request, draft)
    type_spec = underway.type_spec
    if request.method == "POST":
        form = ImpactForm(request.POST, catalog=request.catalog, type_spec=type_spec)
        drafts.keep(draft, form.kept())
        if form.is_valid():
            drafts.choose(draft, subcategory_id=form.subcategory.id)
            calls = underway.must_call_first(form.level())
            return redirect("draft_phone" if calls else "draft", draft.pk)
    else:
        form = ImpactForm(initial=draft.data, catalog=request.catalog, type_spec=type_spec)
    action = reverse("draft_about", args=[draft.pk])
    return _about(request, type_spec, {"form": form, "action": action, "draft": draft})


@require_http_methods(["GET", "HEAD", "POST"])
@browser.on_a_draft
@withdrawn.told
def phone(request, pk):
    """Ask people whose problem is urgent to call, and let those go on who did or cannot."""
    draft = browser.draft_or_404(request, pk)
    underway = Underway(request, draft)
    level = underway.level()
    if level is None or not request.catalog.levels[level].is_phone_first:
        return redirect(draft)
    form = PhoneForm(request.POST or None, initial=_said_of_calling(draft))
    if request.method == "POST" and form.is_valid():
        drafts.called(
            draft,
            answer=form.cleaned_data["phone_answer"],
            reference=form.cleaned_data["phone_reference"],
        )
        return _go_on(request, underway)
    beforehand = underway.beforehand
    return render(
        request,
        "tickets/phone.html",
        {
            "form": form,
            "draft": draft,
            "level": level,
            "type": underway.type_spec,
            "phone": beforehand.phone,
            "chat_url": beforehand.chat_url(underway.affected()),
            "promises": beforehand.promises(level),
            "drafts_days": settings.DRAFT_DAYS,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@browser.on_a_draft
@withdrawn.told
def work_on(request, pk, begun=None):
    """The details of a request: keep them, take files, and send when all is there."""
    draft = begun or browser.draft_of(request, pk)
    if draft is None:
        return redirect(get_object_or_404(Ticket.objects.visible_to(request.user), draft_key=pk))
    underway = Underway(request, draft)
    if underway.type_spec.prompts and underway.subcategory is None:
        return withdrawn.choose_again(request, draft)
    if request.method != "POST":
        if duplicates.are_to_be_shown(request, underway):
            return redirect("draft_duplicates", draft.pk)
        return _details(request, underway, underway.details(initial=draft.data))
    form = underway.details(data=request.POST)
    drafts.keep(draft, form.kept())
    if not take_files(request, draft) or "send" not in request.POST:
        return _not_sent(request, draft)
    if form.leads_to:
        return _lead_on(request, underway, form.leads_to)
    doubt = underway.doubt_to_ask_about(form) if form.is_valid() else None
    if doubt or not form.is_valid():
        return _details(request, underway, form, doubt=doubt)
    return sending.send(request, underway, form)


def _not_sent(request, draft):
    if "sign_in" in request.POST:
        said = {name: request.POST.get(name, "") for name in ("email", "name")}
        introduced.remember(request, **said)
        return redirect_to_login(draft.get_absolute_url())
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
    drafts.choose(draft, subcategory_id=type_spec.subcategory(key).id)
    drafts.keep(draft, {"subcategory": [key]})
    messages.info(
        request,
        _("That is a “%(name)s”. We took along what you typed.")
        % {"name": type_spec.subcategory(key).name},
    )
    return redirect(draft)


def _said_of_calling(draft):
    return {"phone_answer": draft.phone_answer, "phone_reference": draft.phone_reference}


def _go_on(request, underway):
    """Go on after the phone page: to the details, or send what was sent from its only page."""
    if not underway.type_spec.prompts:
        form = underway.details(data=underway.draft.data)
        if form.is_valid():
            return sending.send(request, underway, form)
    return redirect(underway.draft)


def _first_page(request, type_spec):
    catalog, context = request.catalog, {"action": request.path, "key": uuid.uuid4()}
    if type_spec.prompts:
        chosen = {"subcategory": request.GET.get("subcategory", "")}
        about_it = ImpactForm(initial=chosen, catalog=catalog, type_spec=type_spec)
        return _about(request, type_spec, {"form": about_it, **context})
    user = request.user if request.user.is_authenticated else None
    form = DetailsForm(catalog=catalog, type_spec=type_spec, user=user)
    ask_beside(form, signed_out=user is None)
    words = _of_one_page(request, Beforehand(request, type_spec))
    context |= {
        "form": form,
        "type": type_spec,
        "files_wording": catalog.common["files"],
        "same": duplicates.about(request, type_spec),
        **words,
    }
    return render(request, "tickets/details.html", context)


def _about(request, type_spec, context):
    """Show step 1 of a type that prompts."""
    words = _reminder(request, Beforehand(request, type_spec))
    status = 422 if context["form"].errors else 200
    page = {"type": type_spec, **words, **context}
    return render(request, "tickets/about.html", page, status=status)


def _details(request, underway, form, doubt=None):
    draft, level, beforehand = underway.draft, underway.level(), underway.beforehand
    context = {
        "form": form,
        "doubt": doubt,
        "draft": draft,
        "type": underway.type_spec,
        "level_spec": request.catalog.levels.get(level),
        "phone": beforehand.phone,
        "files": _files(draft),
        "files_wording": request.catalog.common["files"],
        "action": reverse("draft", args=[draft.pk]),
    }
    if level:
        context["promises"] = beforehand.promises(level)
        context["chat_url"] = beforehand.chat_url(underway.affected())
    if not underway.type_spec.prompts:
        context |= _of_one_page(request, beforehand)
    return render(request, "tickets/details.html", context, status=422 if form.errors else 200)


def _reminder(request, beforehand):
    """Return what the first form of a request says about calling instead."""
    return {
        "reminders": reminders(request.catalog, request.brand),
        "phone": beforehand.phone,
    }


def _of_one_page(request, beforehand):
    """Return what a form says that asks everything at once: all levels, before it knows one."""
    return {**_reminder(request, beforehand), "levels": beforehand.levels()}


def _files(draft):
    return [
        {"name": file.name, "size": file.size, "remove_value": str(file.pk)}
        for file in draft.attachments.all()
    ]
