"""Public pages that show the catalog: how to reach us, a brand's logo and its style sheet."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from tickets.catalog import sheet as sheets
from tickets.catalog.models import Logo
from tickets.catalog.specs import BrandSpec

YEAR = 365 * 24 * 3600


@require_safe
def contact(request):
    """Show every way to reach support, and which one is right for what."""
    return render(
        request,
        "catalog/contact.html",
        {
            "phones": phones(request.catalog, first=request.brand),
            "others": [brand for brand in request.catalog.brands if brand.key != request.brand.key],
            "reminders": reminders(request.catalog, request.brand),
            "levels": request.catalog.levels.values(),
        },
    )


@require_safe
@gzip_page
def brand_css(request):
    """Give the brand's style sheet; pages name its version in its address, so it may be kept."""
    sheet = sheets.text_of(request.brand)
    response = HttpResponse(sheet, content_type="text/css; charset=utf-8")
    if request.GET.get("v") == sheets.version_of(request.brand):
        response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    else:
        response["Cache-Control"] = "no-cache"
    return response


@require_safe
def logo(request, sha256):
    """Give a logo by its hash, so that it may be kept; opened alone, it can do nothing."""
    found = Logo.objects.filter(sha256=sha256).first()
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found.content), content_type=found.content_type)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


def phones(catalog, *, first):
    """Return each phone number once, with the brands that answer on it, the page's own first."""
    lines: dict[str, list[BrandSpec]] = {}
    for brand in sorted(catalog.brands, key=lambda each: each.key != first.key):
        lines.setdefault(brand.phone_number, []).append(brand)
    return [{"number": number, "brands": brands} for number, brands in lines.items()]


def reminders(catalog, brand):
    """Return what the impact reminder says on this brand's pages."""
    return [{"affected": row.affected, "ways": row.ways(brand)} for row in catalog.reminders]
