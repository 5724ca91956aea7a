"""The page where an agent chooses how the desk works for them, and what it mails them."""

from __future__ import annotations

from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets import desk_settings
from tickets.desk.settings_form import DeskSettingsForm


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request):
    """Show what holds for this agent, and keep what they choose."""
    if not request.user.has_perm("tickets.view_ticket"):
        raise Http404
    chosen = desk_settings.of(request.user)
    form = DeskSettingsForm(request.POST or None, instance=chosen)
    if request.method == "POST" and form.is_valid():
        desk_settings.choose(request.user, **form.cleaned_data)
        messages.success(request, _("Your desk settings are saved."))
        return redirect("admin:tickets_settings")
    return render(
        request,
        "desk/settings.html",
        {
            **admin.site.each_context(request),
            "title": _("Desk settings"),
            "form": form,
            "zone": desk_settings.zone_of(request.user).key,
        },
        status=422 if form.errors else 200,
    )
