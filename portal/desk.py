"""The agents' desk: Django admin with our own frame, behind the portal's sign-in."""

from __future__ import annotations

from functools import update_wrapper

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from tickets.desk.home import context as desk_home


class DeskSite(admin.AdminSite):
    site_title = _("Turnaround desk")
    site_header = _("Turnaround desk")
    index_title = _("Everything")
    enable_nav_sidebar = False

    # label, URL name, permission, and what else is there
    LINKS = (
        (_("Queue"), "admin:tickets_ticket_changelist", "tickets.view_ticket"),
        (
            *(_("Promises"), "breached", "sla.view_breach"),
            *("due", "soon", "unanswered", "decided", "compliance", "reasons", "subscriptions"),
        ),
        (_("Catalog"), "admin:catalog_requesttype_changelist", "catalog.change_requesttype"),
        (_("People"), "admin:accounts_user_changelist", "accounts.change_user"),
        (
            *(_("Mail"), "admin:mail_inboundemail_changelist", "mail.view_inboundemail"),
            "admin:mail_outboundemail_changelist",
        ),
    )

    def has_permission(self, request):
        return request.user.is_active and request.user.is_staff

    def admin_view(self, view, cacheable=False):
        """Answer at once who may not come in: who is signed out signs in, others find nothing."""
        shown = super().admin_view(view, cacheable)

        def desk_view(request, *args, **kwargs):
            if self.has_permission(request):
                return shown(request, *args, **kwargs)
            if request.user.is_authenticated:
                raise Http404
            return redirect_to_login(request.get_full_path())

        return update_wrapper(desk_view, shown)

    def index(self, request, extra_context=None):
        """Show who works on tickets theirs first; everybody what else there is for them."""
        shown = {"home": None, **(extra_context or {})}
        if request.user.has_perm("tickets.work_ticket"):
            shown |= {"home": desk_home(request.user), "title": _("Desk")}
        return super().index(request, shown)

    def get_app_list(self, request, app_label=None):
        """List the apps where a page shows them: asking for the rights to all of it takes long."""
        return SimpleLazyObject(lambda: super(DeskSite, self).get_app_list(request, app_label))

    def login(self, request, extra_context=None):
        """Send people through the one door; who is signed in and not staff finds nothing."""
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def logout(self, request, extra_context=None):
        return redirect("account_logout")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")

    def each_context(self, request):
        return super().each_context(request) | {"desk_links": list(self._links(request))}

    def _links(self, request):
        for label, name, permission, *others in self.LINKS:
            if request.user.has_perm(permission):
                places = [reverse(place) for place in (name, *others)]
                current = request.path.startswith(tuple(places))
                yield {"label": label, "url": places[0], "current": current}
