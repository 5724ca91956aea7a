"""What frames every request: maintenance, which pages there are, time zone, what caches keep."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from portal import access
from tickets.catalog.middleware import HEALTH_PATHS
from tickets.catalog.plain import plain_page

RETRY_SECONDS = "120"


class MaintenanceMiddleware:
    """Answer 503 with a page of its own as long as the home holds a file named `maintenance`.

    No restart begins or ends it, and it asks no database, which may be what is being changed.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.flag = settings.HOME / "maintenance"

    def __call__(self, request):
        if request.path in HEALTH_PATHS or not self.flag.exists():
            return self.get_response(request)
        response = HttpResponse(plain_page("503.html"), status=503)
        response["Retry-After"] = RETRY_SECONDS
        response["Cache-Control"] = "no-store"
        return response


class DeclaredPagesMiddleware:
    """Shut every page of which portal/access.py does not say whose it is."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        match = request.resolver_match
        name = match.view_name if match.url_name else ""
        if not access.is_open(view, name=name, route=match.route):
            raise Http404


class PrivatePagesMiddleware:
    """Mark whatever says nothing itself about caches as `private, no-store`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response


class TimeZoneMiddleware:
    """Show times in the person's zone, else the organization's, else the brand's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.time_zone = self._zone(request)
        with timezone.override(request.time_zone):
            return self.get_response(request)

    @staticmethod
    def _zone(request):
        user, brand = request.user, request.brand
        if user.is_authenticated and user.own_time_zone:
            return user.own_time_zone
        return brand.time_zone if brand else "UTC"
