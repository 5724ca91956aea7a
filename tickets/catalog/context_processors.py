"""What every template knows of the catalog: the brand of the page and how to reach all brands."""

from tickets.catalog import sheet


def brand(request):
    catalog = getattr(request, "catalog", None)
    brand = getattr(request, "brand", None)
    return {
        "brand": brand,
        "sheet_version": sheet.version_of(brand),
        "contacts": catalog.contacts if catalog else (),
    }
