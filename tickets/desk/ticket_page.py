"""What the agents' page of a ticket shows: its story, its form, and what stands beside them."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import admin
from django.shortcuts import render
from django.urls import reverse

from tickets import (
    answering,
    clock,
    copies,
    panels,
    permissions,
    presence,
    timeline,
    unsent,
    viewings,
)
from tickets.desk import buttons, callbacks, more
from tickets.desk.turn_form import TurnForm

# So much of a story its history repeats as what was done.
HISTORY = 20


def opened(request, found, beside):
    """Show a ticket that somebody came to, with what they wrote there and did not send."""
    with clock.standing_still():
        presence.note(found, request.user, seen=beside.present, at=clock.now())
        if not permissions.can_work(request.user, found):
            return page(request, found, beside)
        draft = unsent.still(found, beside.unsent)
        if draft is None:
            return page(request, found, beside, form=_begun(request, found, beside))
        kept = draft.data
        form = TurnForm.again(kept, ticket=found, beside=beside)
        return page(
            request,
            found,
            beside,
            form=form,
            unsent=draft,
            missed=_missed(found, kept),
        )


def _begun(request, found, beside):
    """Return an empty form, or one that asks the customer what nobody asked, where one wants it."""
    form = TurnForm(ticket=found, beside=beside)
    if "ask" in request.GET:
        asked = _still_to_ask(request, found, beside)
        form.initial["body"] = answering.question_to_customer(asked)
    return form


def page(request, found, beside, *, form=None, status=200, missed=0, **more_of_it):
    user = request.user
    viewings.note(found, user, what=found.number)
    can_work = permissions.can_work(user, found)
    if can_work and form is None:
        form = TurnForm(ticket=found, beside=beside)
    told = timeline.told(found, user, people=beside.agents)
    return render(
        request,
        "desk/ticket.html",
        {
            **admin.site.each_context(request),
            "title": f"{found.number} {found.subject}",
            "ticket": found,
            "beside": beside,
            "form": form,
            "can_work": can_work,
            **timeline.shown(request, told, page=request.path),
            **(_composer(found, form) if can_work else {}),
            **copies.shown(user, found, watchers=beside.watchers, proposals=beside.proposals),
            "others": presence.others(beside.present, user, at=clock.now()),
            "news": timeline.in_full(_latest(told, missed)),
            "history": [entry for entry in told if not entry.message_id][-HISTORY:],
            "panels": panels.load([found], user).get(found.pk, ()),
            "answers": beside.answers,
            "still_to_ask": _still_to_ask(request, found, beside),
            "call": callbacks.standing(beside.call, now=clock.now()) if beside.call else None,
            "more": more.links(user, found, kept=request.GET.get("_changelist_filters", "")),
            "queue_url": queue_url(request),
            "neighbour_url": _neighbour_url(request, found),
            **more_of_it,
        },
        status=status,
    )


def _still_to_ask(request, found, beside):
    given = {answer["key"]: answer["value"] for answer in beside.answers}
    return answering.still_to_ask(found, given, catalog=request.catalog)


def _composer(found, form):
    wanted = str(form["wanted"].value() or "")
    return {
        "reply_buttons": buttons.of_reply(found, wanted=wanted),
        "note_buttons": buttons.of_note(found, wanted=wanted),
        "kind": form.written.kind,
    }


def _missed(found, kept):
    """Say how many things were done since a text was written that was not sent."""
    version = "".join(kept.get("version", ()))
    return max(0, found.version - int(version)) if version.isdecimal() else 0


def _latest(told, missed):
    """The last so many things that were done, be they late: each raised the version by one."""
    done = sorted((entry for entry in told if entry.event), key=lambda entry: entry.event)
    return done[-missed:] if missed > 0 else []


def url_of(request, ticket):
    """Where a ticket is shown as this page was; a question was put into the reply once only."""
    kept = request.GET.copy()
    kept.pop("ask", None)
    url = reverse("admin:tickets_ticket_change", args=[ticket.pk])
    return f"{url}?{kept.urlencode()}" if kept else url


def queue_url(request):
    """The queue as the agent left it."""
    kept = request.GET.get("_changelist_filters", "")
    return reverse("admin:tickets_ticket_changelist") + (f"?{kept}" if kept else "")


def _neighbour_url(request, found):
    """Where to ask for the next ticket of the list that this one was opened from."""
    kept = {"_changelist_filters": request.GET.get("_changelist_filters", "")}
    return f"{reverse('admin:tickets_neighbour', args=[found.pk])}?{urlencode(kept)}"
