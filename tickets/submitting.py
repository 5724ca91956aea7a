"""Filing a ticket: choose a type, say what it is about, give the details, send."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts import limits
from tickets import browser, clock, drafts, services, uploads
from tickets.catalog.forms import DetailsForm, ImpactForm
from tickets.catalog.views import reminders
from tickets.forms import PhoneForm
from tickets.models import Draft, PhoneAnswer, Ticket
from tickets.promise import promised_for
from tickets.submission import Submission


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
    type_spec = _type_of(request, draft)
    if request.method == "POST":
        form = ImpactForm(request.POST, catalog=request.catalog, type_spec=type_spec)
        drafts.keep(draft, form.kept())
        if form.is_valid():
            draft.subcategory_id = form.subcategory.id
            drafts.keep(draft, {})
            return redirect(_phone_first(draft, form.level(), request) or draft)
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
    level = _level(request, draft)
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
    type_spec = _type_of(request, draft)
    return render(
        request,
        "tickets/phone.html",
        {
            "form": form,
            "draft": draft,
            "level": level,
            "type": type_spec,
            "phone": request.catalog.phone_for(request.brand, type_spec),
            "promises": _promises(request, draft, level),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@browser.on_a_draft
def work_on(request, pk, begun=None):
    """The details of a request: keep them, take files, and send when all is there."""
    draft = begun or browser.draft_of(request, pk)
    if draft is None:
        return redirect(get_object_or_404(Ticket.objects.visible_to(request.user), draft_key=pk))
    type_spec = _type_of(request, draft)
    if type_spec.prompts and draft.subcategory_id is None:
        return redirect("draft_about", draft.pk)
    if request.method != "POST":
        return _details(request, draft, _details_form(request, draft, initial=draft.data))
    form = _details_form(request, draft, data=request.POST)
    drafts.keep(draft, form.kept())
    if not _take_files(request, draft) or "send" not in request.POST:
        return _not_sent(request, draft)
    if form.leads_to:
        return _lead_on(request, draft, form.leads_to)
    if not form.is_valid():
        return _details(request, draft, form)
    return _send(request, draft, form)


def _send(request, draft, form):
    """File the ticket, unless somebody must call or sign in first: the draft waits for that."""
    level = _level(request, draft)
    if level is None:
        return redirect("draft_about", draft.pk)
    if (waiting := _phone_first(draft, level, request)) is not None:
        return redirect(waiting)
    if not request.user.is_authenticated:
        messages.info(
            request,
            _(
                "Your request is saved on this computer. Sign in or sign up, "
                "then press “Send request”: it is filed at that moment."
            ),
        )
        return redirect(f"{reverse('account_login')}?next={draft.get_absolute_url()}")
    verdict = limits.hit("submit", f"user:{request.user.pk}")
    if not verdict.allowed:
        return render(
            request, "429.html", {"minutes": -(-verdict.retry_after_seconds // 60)}, status=429
        )
    ticket = _file(request, draft, _submission(request, draft, form, level))
    return redirect(f"{ticket.get_absolute_url()}?filed")


@transaction.atomic
def _file(request, draft, submission):
    """Turn the draft into its ticket; whoever comes second finds the first one's ticket."""
    held = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if held is not None:
        ticket = services.open_ticket(submission, by=request.user)
        held.delete()
        return ticket
    return get_object_or_404(Ticket.objects.visible_to(request.user), draft_key=draft.pk)


def _submission(request, draft, form, level):
    given = _impact(request, draft)
    return Submission(
        requester=request.user,
        brand=draft.brand,
        request_type=draft.request_type,
        subcategory=draft.subcategory,
        level=level,
        kind=given["kind"],
        affected=given["affected"],
        ability=given["ability"],
        urgent=given["urgent"],
        subject=form.cleaned_data["subject"],
        description=form.cleaned_data["description"],
        answers=form.answers(),
        attachments=list(draft.attachments.all()),
        phone_answer=draft.phone_answer,
        phone_reference=draft.phone_reference,
        draft_key=draft.pk,
    )


def _impact(request, draft):
    """Return the checked answers on impact that the draft holds, or None: nothing is trusted."""
    type_spec = _type_of(request, draft)
    if type_spec.prompts:
        form = ImpactForm(draft.data, catalog=request.catalog, type_spec=type_spec)
        return form.cleaned_data if form.is_valid() else None
    form = _details_form(request, draft, data=draft.data)
    form.full_clean()
    needed = {"kind", "affected", "ability", "urgent"}
    return form.cleaned_data if needed <= form.cleaned_data.keys() else None


def _level(request, draft):
    given = _impact(request, draft)
    if given is None:
        return None
    return request.catalog.level_for(
        affected=given["affected"], ability=given["ability"], urgent=given["urgent"]
    )


def _phone_first(draft, level, request):
    """Return where an urgent request goes before anything else, until its sender has answered."""
    if request.catalog.levels[level].is_phone_first and draft.phone_answer == PhoneAnswer.NONE:
        return reverse("draft_phone", args=[draft.pk])
    return None


def _take_files(request, draft) -> bool:
    """Add and remove files; False where one was not taken, which the page then says."""
    if removed := request.POST.get("remove"):
        drafts.detach(draft, removed)
    taken = True
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
        "Saved. Your answers are kept for %(days)d day.",
        "Saved. Your answers are kept for %(days)d days.",
        settings.DRAFT_DAYS,
    )
    messages.success(request, kept % {"days": settings.DRAFT_DAYS})
    return redirect("tickets" if request.user.is_authenticated else "home")


def _lead_on(request, draft, key):
    """Go on in the subcategory that an answer leads to, with everything that was typed."""
    type_spec = _type_of(request, draft)
    draft.subcategory_id = type_spec.subcategory(key).id
    drafts.keep(draft, {"subcategory": [key]})
    messages.info(
        request,
        _("That is a “%(name)s”. We took along what you typed.")
        % {"name": type_spec.subcategory(key).name},
    )
    return redirect(draft)


def _details(request, draft, form):
    level = _level(request, draft)
    type_spec = _type_of(request, draft)
    return render(
        request,
        "tickets/details.html",
        {
            "form": form,
            "draft": draft,
            "type": type_spec,
            "level": level,
            "level_spec": request.catalog.levels.get(level),
            "files": _files(draft),
            "promises": _promises(request, draft, level) if level else (),
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


def _promises(request, draft, level):
    organization = request.user.organization_id if request.user.is_authenticated else None
    type_spec = _type_of(request, draft)
    attributes = {
        "organization": organization,
        "brand": request.brand.id,
        "product": type_spec.product or request.brand.default_product,
        "request_type": type_spec.id,
    }
    return promised_for(level=level, attributes=attributes, at=clock.now())


def _type_of(request, draft):
    type_spec = request.catalog.type_by_id(draft.request_type_id)
    if type_spec is None:
        raise Http404
    return type_spec


def _first_form(request, type_spec):
    if type_spec.prompts:
        return ImpactForm(catalog=request.catalog, type_spec=type_spec)
    return DetailsForm(catalog=request.catalog, type_spec=type_spec, with_impact=True)


def _details_form(request, draft, **data):
    type_spec = _type_of(request, draft)
    chosen = next(
        (each for each in type_spec.subcategories if each.id == draft.subcategory_id), None
    )
    return DetailsForm(
        catalog=request.catalog,
        type_spec=type_spec,
        subcategory=chosen,
        with_impact=not type_spec.prompts,
        **data,
    )


def _template(type_spec):
    return "tickets/about.html" if type_spec.prompts else "tickets/details.html"
