"""What every template knows of the catalog: the brand of the page and how to reach all brands."""


def brand(request):
    catalog = getattr(request, "catalog", None)
    return {
        "brand": getattr(request, "brand", None),
        "contacts": catalog.contacts if catalog else (),
    }
