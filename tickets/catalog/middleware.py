"""Which brand answers: the request's host decides, and a host that nobody knows is refused."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpResponse
from django.http.request import split_domain_port

from tickets.catalog import store
from tickets.catalog.plain import plain_page

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
# Asked by machines, under any name; they decide themselves what they look at.
HEALTH_PATHS = frozenset({"/healthz", "/readyz"})


class BrandMiddleware:
    """Set `request.brand` and `request.catalog`, or answer 400."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.brand = request.catalog = None
        if request.path in HEALTH_PATHS:
            request.COOKIES.clear()  # no session is looked up: there may be no database
            request.META["HTTP_HOST"] = "localhost"  # Django refuses names like web_1
            return self.get_response(request)
        host = host_of(request)
        if host is not None:
            request.catalog = store.current()
            request.brand = brand_of(host, request.catalog)
        if request.brand is None:
            return HttpResponse(plain_page("400.html"), status=400)
        return self.get_response(request)


def host_of(request):
    """Return the host without its port, or None where the header is no host at all."""
    try:
        return split_domain_port(request.get_host())[0]
    except DisallowedHost:
        return None


def brand_of(host, catalog):
    """Return the brand of a host: by its rows, by this installation's list, or the default one."""
    brand = catalog.brand_of_host(host)
    if brand is None and host in settings.HOSTS:
        brand = catalog.brand(settings.HOSTS[host])
    if brand is None and host in LOOPBACK:
        brand = catalog.default_brand
    return brand
