"""Pages that end a ticket without solving it, or take that back, each after one more look."""

from __future__ import annotations

from django.contrib import messages
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets import ending
from tickets.desk import verb_pages as pages
from tickets.services import Refused
from tickets.states import Outcome


@require_http_methods(["GET", "HEAD", "POST"])
def spam(request, pk):
    """Mark a ticket as spam, or take that back where it is."""
    found = pages.to_work_on(request, pk)
    is_spam = found.outcome == Outcome.SPAM
    # The page says which of the two it showed: a second press does not undo the first.
    wanted = request.POST.get("act", "not_spam" if is_spam else "spam")
    if request.method == "POST":
        verb, said = ending.mark_spam, _("%(number)s is marked as spam.")
        if wanted == "not_spam":
            verb, said = ending.not_spam, _("%(number)s is no spam: it goes on.")
        return _do(request, found, lambda: verb(found, by=request.user), said)
    title = _("Not spam") if is_spam else _("Spam")
    return pages.show(request, "desk/spam.html", found, title=title, act=wanted)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request, pk):
    """Delete a ticket: customers do not see it any more."""
    found = pages.to_work_on(request, pk)
    if request.method == "POST":
        said = _("%(number)s is deleted.")
        return _do(request, found, lambda: ending.delete(found, by=request.user), said)
    return pages.show(request, "desk/delete.html", found, title=_("Delete"))


def _do(request, found, verb, said):
    """Do it and say so; what was done meanwhile already is said instead."""
    try:
        verb()
    except Refused as refused:
        return pages.back(request, found, str(refused), level=messages.ERROR)
    return pages.back(request, found, said % {"number": found.number})
