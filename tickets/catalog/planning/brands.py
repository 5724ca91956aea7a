"""Check the brands of a catalog file: their hosts, phones, colors and mail addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tickets.catalog.models import Brand, BrandHost
from tickets.catalog.planning.checking import Checker, Key
from tickets.catalog.planning.plans import BrandPlan, TypePlan
from tickets.catalog.planning.source import Block

BRAND_KEYS = {
    "key": Key(str, required=True, default=""),
    "name": Key(str, required=True, default=""),
    "formerly": Key(str, default=""),
    "is_default": Key(bool, default=False),
    "hosts": Key(list, required=True),
    "origin": Key(str),
    "number_prefix": Key(str, required=True, default=""),
    "default_product": Key(str, required=True, default=""),
    "mail": Key(dict),
    "phone": Key(dict, required=True),
    "chat_url": Key(str, default=""),
    "status_page_url": Key(str, default=""),
    "mail_address": Key(str, required=True, default=""),
    "mails_reply_text": Key(bool, default=False),
    "time_zone": Key(str, required=True, default=""),
    "colors": Key(dict, required=True),
    "mobile_app": Key(dict),
}
BRAND_COLUMNS = {
    **{
        name: name
        for name in (
            "key",
            "name",
            "formerly",
            "origin",
            "number_prefix",
            "chat_url",
            "default_product",
            "status_page_url",
            "mail_address",
            "time_zone",
        )
    },
    "phone_number": "phone",
    "phone_extension": "phone",
    "color_light": "colors",
    "color_dark": "colors",
    "app_menu": "mobile_app",
    "app_entries": "mobile_app",
}
MAIL_KEYS = {"request_type": Key(str, required=True), "level": Key(int, default=3)}
PHONE_KEYS = {"number": Key(str, required=True, default=""), "extension": Key(str, default="")}
COLOR_KEYS = {
    "light": Key(str, required=True, default=""),
    "dark": Key(str, required=True, default=""),
}
APP_KEYS = {"menu": Key(str, default=""), "entries": Key(list)}
# No two brands may share these.
OWN = ("key", "name", "number_prefix")


def brands(
    checker: Checker, value: Any, *, types: Mapping[str, TypePlan], line: int
) -> dict[str, BrandPlan]:
    """Return the plans of all brands by key; `types` are those that mails may become."""
    found: dict[str, BrandPlan] = {}
    for item, at in checker.items(value, what="'brands'", line=line):
        name = item.get("key") if isinstance(item, dict) else None
        what = f"brand '{name}'" if name else "a brand"
        block = checker.block(item, BRAND_KEYS, what=what, line=at)
        plan = _brand(checker, block, what=what, types=types, position=len(found))
        _check_own(checker, block, plan, found)
        found[block["key"]] = plan
    if found and sum(plan.values["is_default"] for plan in found.values()) > 1:
        checker.refuse(line, "only one brand can have 'is_default: true'")
    if value is not None and not found:
        checker.refuse(line, "there must be a brand")
    return found


def _brand(
    checker: Checker, block: Block, *, what: str, types: Mapping[str, TypePlan], position: int
) -> BrandPlan:
    hosts = checker.texts(block["hosts"], what=f"'hosts' of {what}", line=block.lines["hosts"])
    for host in hosts:
        checker.fits(BrandHost, {"host": host}, block=block, names={"host": "hosts"}, what=what)
    values = {**_plain(block, hosts), **_parts(checker, block, what=what), "position": position}
    checker.fits(Brand, values, block=block, names=BRAND_COLUMNS, what=what)
    mail = _part(checker, block, "mail", MAIL_KEYS, what=what)
    if mail["request_type"] is not None and mail["request_type"] not in types:
        checker.refuse(
            mail.lines["request_type"],
            f"'mail' of {what} names the request type "
            f"'{mail['request_type']}', which the file does not have",
        )
    if mail["level"] not in (1, 2, 3, 4):
        checker.refuse(mail.lines["level"], f"'mail' of {what} needs a level from 1 to 4")
    return BrandPlan({**values, "mail_level_id": mail["level"]}, tuple(hosts), mail["request_type"])


def _plain(block: Block, hosts: list[str]) -> dict[str, Any]:
    names = (
        "key",
        "name",
        "formerly",
        "is_default",
        "number_prefix",
        "default_product",
        "chat_url",
        "status_page_url",
        "mail_address",
        "mails_reply_text",
        "time_zone",
    )
    origin = block["origin"] or (f"https://{hosts[0]}" if hosts else "")
    return {name: block[name] for name in names} | {"origin": origin}


def _parts(checker: Checker, block: Block, *, what: str) -> dict[str, Any]:
    phone = _part(checker, block, "phone", PHONE_KEYS, what=what)
    colors = _part(checker, block, "colors", COLOR_KEYS, what=what)
    app = _part(checker, block, "mobile_app", APP_KEYS, what=what)
    entries = checker.texts(app["entries"], what=f"'entries' of {what}", line=app.lines["entries"])
    return {
        "phone_number": phone["number"],
        "phone_extension": phone["extension"],
        "color_light": colors["light"],
        "color_dark": colors["dark"],
        "app_menu": app["menu"],
        "app_entries": entries,
    }


def _part(checker: Checker, block: Block, key: str, keys: Mapping[str, Key], *, what: str) -> Block:
    """Return a block within a brand's block; where it may be left out, its defaults."""
    value = block[key]
    if value is None:
        value = Block()
        keys = {name: Key(rule.type, default=rule.default) for name, rule in keys.items()}
    return checker.block(value, keys, what=f"'{key}' of {what}", line=block.lines[key])


def _check_own(
    checker: Checker, block: Block, plan: BrandPlan, others: Mapping[str, BrandPlan]
) -> None:
    for other in others.values():
        for name in OWN:
            if other.values[name] == plan.values[name]:
                checker.refuse(
                    block.lines[name], f"two brands have the {name} '{plan.values[name]}'"
                )
        for host in set(plan.hosts) & set(other.hosts):
            checker.refuse(block.lines["hosts"], f"two brands have the host '{host}'")
