"""Every address of the site, read from the resolver: what it takes, and who may use it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern
from django.utils.regex_helper import normalize

from portal import access
from portal.access import Access, Page

READS, SENDS = ("GET", "HEAD"), ("POST",)


@dataclass(frozen=True)
class Route:
    """One pattern of the resolver: `route` as Django spells it, `path` as people read it."""

    name: str
    route: str
    path: str
    view: Callable[..., Any]

    @property
    def page(self) -> Page:
        return access.page_at(self.view, name=self.name, route=self.route)

    @property
    def is_declared(self) -> bool:
        return access.is_declared(self.view, name=self.name, route=self.route)


def all_routes() -> Iterator[Route]:
    """Walk the whole resolver, in the order in which addresses are looked up."""
    yield from _walk(get_resolver(), route="", path="", namespace="")


def _walk(resolver: URLResolver, *, route: str, path: str, namespace: str) -> Iterator[Route]:
    for each in resolver.url_patterns:
        here = {"route": route + str(each.pattern), "path": path + _readable(each.pattern)}
        if isinstance(each, URLPattern):
            name = f"{namespace}{each.name}" if each.name else ""
            yield Route(name=name, view=each.callback, **here)
        else:
            inside = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from _walk(each, namespace=inside, **here)


def _readable(pattern) -> str:
    """Write `<int:pk>`, or a group of a regular expression, as `{pk}`."""
    if isinstance(pattern, RegexPattern):
        [(text, _names)] = normalize(pattern.regex.pattern)
        return re.sub(r"%\((\w+)\)s", r"{\1}", text)
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern))


def methods_of(view: Callable[..., Any]) -> tuple[str, ...] | None:
    """Return those of GET, HEAD and POST that a view takes, or None where it does not say."""
    layer: Any = view
    while layer is not None:
        if (view_class := getattr(layer, "view_class", None)) is not None:
            handlers = {"GET": "get", "HEAD": "get", "POST": "post"}
            return tuple(each for each in handlers if hasattr(view_class, handlers[each]))
        if inspect.isfunction(layer):
            required = inspect.getclosurevars(layer).nonlocals.get("request_method_list")
            if required is not None:
                return tuple(each for each in READS + SENDS if each in required)
        layer = getattr(layer, "__wrapped__", None)
    return None


def published() -> list[dict[str, Any]]:
    """Return what testers need to know of each address; two entries where reading differs."""
    return [entry for route in all_routes() for entry in _entries(route)]


def _entries(route: Route) -> Iterator[dict[str, Any]]:
    page = route.page
    # Django's admin never says: there, what has fields can be sent.
    methods = methods_of(route.view) or (READS + SENDS if page.fields else READS)
    reads = [each for each in methods if each in READS]
    sends = [each for each in methods if each in SENDS]
    if reads and sends and page.sends != page.read:
        yield _entry(route, reads, (), page.read)
        yield _entry(route, sends, page.fields, page.sends)
    else:
        who = page.read if reads else page.sends
        yield _entry(route, reads + sends, page.fields if sends else (), who)


def _entry(route: Route, methods, fields, who: Access) -> dict[str, Any]:
    return {
        "name": route.name,
        "path": f"/{route.path}",
        "methods": methods,
        "fields": list(fields),
        "roles": dict(who),
    }
