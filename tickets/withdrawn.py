"""What was taken off the offer while somebody filled it in: said kindly, nothing typed is lost."""

from __future__ import annotations

from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets import browser, drafts
from tickets.catalog.forms import all_typed
from tickets.catalog.models import RequestType
from tickets.catalog.specs import NotOffered
from tickets.forms import BESIDE, TypeForm
from tickets.taking import take_files


def told(view):
    """Let a view of a draft lead to the choice of another type where its own is gone."""

    @wraps(view)
    def look(request, pk, **options):
        try:
            return view(request, pk, **options)
        except NotOffered:
            draft = browser.draft_or_404(request, pk)
            _keep(request, draft)
            return redirect("draft_type", draft.pk)

    return look


def first_form(request, key):
    """Answer for a type that is not on offer: a 404 only where there never was one."""
    request_type = RequestType.objects.filter(key=key).first()
    if request_type is None:
        raise Http404
    if request.method != "POST":
        messages.warning(
            request, _("“%(name)s” is not offered any more.") % {"name": request_type.name}
        )
        return redirect("new")
    draft, token = browser.begin(request, request_type)
    _keep(request, draft)
    return browser.remember(redirect("draft_type", draft.pk), token)


def choose_again(request, draft):
    """Lead to the first step whose choice is missing, or was taken off the offer."""
    _keep(request, draft)
    if draft.subcategory_id is not None:
        messages.warning(
            request,
            _("“%(name)s” is not offered any more. Choose again; what you typed is kept.")
            % {"name": draft.subcategory.name},
        )
    return redirect("draft_about", draft.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@browser.on_a_draft
def choose_type(request, pk):
    """Go on with another request type, and take along what was typed and added."""
    draft = browser.draft_or_404(request, pk)
    types = request.catalog.types()
    form = TypeForm(request.POST or None, types=types)
    if request.method == "POST" and form.is_valid():
        chosen = request.catalog.type(form.cleaned_data["type"])
        drafts.move(draft, request_type_id=chosen.id)
        messages.info(request, _("We took along what you typed."))
        return redirect("draft_about" if chosen.prompts else "draft", draft.pk)
    return render(
        request,
        "tickets/draft_type.html",
        {
            "form": form,
            "draft": draft,
            "is_offered": request.catalog.type_by_id(draft.request_type_id) is not None,
        },
        status=422 if form.errors else 200,
    )


def _keep(request, draft) -> None:
    """Keep all of a POST that no form is left for."""
    if request.method == "POST":
        drafts.keep(draft, all_typed(request.POST, beside=BESIDE))
        take_files(request, draft)
