"""The desk's page of calls that customers wait for, the one that is over first on top."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Team, User
from tickets import clock
from tickets.catalog.models import Brand
from tickets.desk import tabs
from tickets.desk.callback_forms import LATE, LATER, NOW, CallbackFilterForm
from tickets.desk.filters import LEVELS
from tickets.desk.rows import SHAPES, Shown, exact
from tickets.keyset import behind, is_key
from tickets.models import CallAttempt, Callback
from tickets.permissions import can_work
from tickets.words import spell

PAGE = 50
BESIDE = ("ticket__requester", "ticket__organization", "ticket__brand", "ticket__assignee")
# Of a ticket and its people no more than a row says.
SHOWN = (
    *(field.name for field in Callback._meta.concrete_fields),
    *(f"ticket__{name}" for name in ("prefix", "subject", "level", "restricted")),
    *(f"{name}__name" for name in BESIDE),
    *("ticket__requester__email", "ticket__assignee__email"),
)


@dataclass(frozen=True)
class Line:
    """A call that waits; `state` is one of the badge's."""

    callback: Callback
    state: str
    words: str
    attempts: list[CallAttempt]
    can_call: bool


@dataclass(frozen=True)
class Row(Shown):
    """A call that waits as the list shows it, its words written before a template asks for them.

    `when` is from when until when on the reader's clock, `theirs` on the clock of who is called
    where that is another one. `log_url` is where a try is logged, for who may.
    """

    callback: Callback
    state: str
    shape: str
    words: str
    when: str
    theirs: str
    whom: str
    reason: str
    number: str
    subject: str
    url: str
    about: str
    agent: str
    attempts: list[CallAttempt]
    restricted: bool
    log_url: str


@require_safe
def waiting(request):
    """List the calls to make, of tickets that the agent sees."""
    if not request.user.has_perm("tickets.view_ticket"):
        raise Http404
    now = clock.now()
    brands = list(Brand.objects.served_by(request.user))
    form = CallbackFilterForm(request.GET, brands=brands, teams=Team.objects.all())
    rows = _rows(request, form, now=now)
    return render(
        request,
        "desk/callbacks.html",
        {
            **admin.site.each_context(request),
            "title": _("Callbacks"),
            "tabs": tabs.around(request.user, brands=brands, current=tabs.CALLBACKS),
            "form": form,
            "chips": _chips(form),
            "clear_url": reverse("admin:tickets_callbacks"),
            "lines": _drawn(rows[:PAGE], request, now=now),
            "next": _following(rows),
            "is_first": "after" not in request.GET,
            "now": now,
        },
        status=422 if form.errors else 200,
    )


def to_make(user: User, chosen: dict[str, Any], *, now: datetime) -> Any:
    """Return the calls that wait on what this user sees, narrowed by what was chosen.

    Whoever counts them counts this, so that a number is as long as its list.
    """
    found = Callback.objects.on_desk_of(user).to_make()
    when = {LATE: found.late, NOW: found.due, LATER: found.later}
    if "when" in chosen:
        found = when[chosen["when"]](now=now)
    lookups = {f"ticket__{name}": chosen[name] for name in ("brand", "team") if name in chosen}
    return found.filter(**lookups)


def line(callback: Callback, user: User, *, now: datetime) -> Line:
    """Say how a call stands that waits."""
    return Line(
        callback=callback,
        **standing(callback, now=now),
        attempts=list(callback.attempts.all()),
        can_call=can_work(user, callback.ticket),
    )


def standing(callback: Callback, *, now: datetime) -> dict[str, str]:
    """Return the state that a badge shows of a call that waits, and its words."""
    if callback.call_before < now:
        late = spell(now - callback.call_before)
        return {"state": "late", "words": _("Late by %(time)s") % {"time": late}}
    if callback.call_after <= now:
        left = spell(callback.call_before - now)
        return {"state": "now", "words": _("Call now: %(time)s left") % {"time": left}}
    until = spell(callback.call_after - now)
    return {"state": "on_track", "words": _("Later: in %(time)s") % {"time": until}}


def _drawn(callbacks, request, *, now):
    """Return them as rows; what rows have in common is made once."""
    user, back = request.user, urlencode({"next": request.get_full_path()})
    page, year = reverse("admin:tickets_ticket_changelist"), timezone.localtime(now).year
    levels = {level: _("level %(number)s") % {"number": level} for level in LEVELS}
    found = []
    for callback in callbacks:
        ticket, stands = callback.ticket, standing(callback, now=now)
        whom = [str(ticket.requester), ticket.organization.name if ticket.organization else ""]
        about = [ticket.brand.name, levels[ticket.level_id]]
        found.append(
            Row(
                callback=callback,
                **stands,
                shape=SHAPES.get(stands["state"], "○"),
                when=_window(callback, year=year),
                theirs=_theirs(callback, year=year),
                whom=", ".join(filter(None, whom)),
                reason="" if ticket.restricted else callback.reason,
                number=ticket.number,
                subject=ticket.subject,
                url=f"{page}{ticket.pk}/change/",
                about=", ".join([*about, _("restricted")] if ticket.restricted else about),
                agent=str(ticket.assignee or ""),
                attempts=list(callback.attempts.all()),
                restricted=ticket.restricted,
                log_url=f"{page}{ticket.pk}/callback/?{back}" if can_work(user, ticket) else "",
            )
        )
    return found


def _window(callback: Callback, *, year: int, zone: ZoneInfo | None = None) -> str:
    ends = (callback.call_after, callback.call_before)
    return " – ".join(exact(at, year=year, zone=zone) for at in ends)


def _theirs(callback: Callback, *, year: int) -> str:
    if callback.time_zone == timezone.get_current_timezone_name():
        return ""
    return _window(callback, year=year, zone=ZoneInfo(callback.time_zone))


def _rows(request, form, *, now):
    """Return a page and one row more; none where a filter is wrong."""
    if form.errors:
        return []
    found = to_make(request.user, form.chosen(), now=now)
    try:
        rows = _after(found, request.GET.get("after"))
    except (ValueError, OverflowError):
        raise Http404 from None
    for row in rows:
        row.ticket.found_for = request.user.pk  # on their desk, which is not asked again
    return rows


def _following(rows):
    """Return the place behind this page, where something follows."""
    if len(rows) <= PAGE:
        return None
    last = rows[PAGE - 1]
    return f"{last.call_before.isoformat()},{last.pk}"


def _after(found, cursor):
    """Return a page and one row more from behind the cursor. Raises ValueError over nonsense."""
    shown = found.select_related(*BESIDE).only(*SHOWN).prefetch_related("attempts__by")
    if cursor:
        until, pk = cursor.split(",")
        at = datetime.fromisoformat(until)
        if at.tzinfo is None or not is_key(pk):
            raise ValueError(cursor)
        shown = shown.filter(behind(call_before=at.astimezone(UTC), id=int(pk)))
    return list(shown.order_by("call_before", "id")[: PAGE + 1])


def _chips(form: CallbackFilterForm) -> list[dict[str, str]]:
    chosen, page = form.chosen(), reverse("admin:tickets_callbacks")
    return [
        {
            "label": words,
            "url": f"{page}?{urlencode({n: v for n, v in chosen.items() if n != name})}",
        }
        for name, words in form.in_words().items()
    ]
