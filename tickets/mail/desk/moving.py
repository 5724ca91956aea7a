"""The page that takes what came by mail to the ticket where it belongs."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tickets.catalog.fields import Line
from tickets.desk import verb_pages as pages
from tickets.desk.merging import TargetForm
from tickets.mail.desk import found
from tickets.mail.inbound import holding
from tickets.models import Message, Ticket
from tickets.services import Refused


class MoveForm(TargetForm):
    """Which ticket it belongs to."""

    into = Line(
        label=gettext_lazy("The ticket where it belongs"),
        help_text=gettext_lazy("Its number, like PS-12, or a link to it."),
        error_messages={
            "required": gettext_lazy("Enter the number of the ticket where it belongs")
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def move(request, pk):
    """Ask where it belongs, and lead there."""
    mail = found.to_work_on(request, pk)
    said = Message.objects.select_related("author", "ticket")
    message = said.filter(pk=mail.became_id or 0).first()
    if message is None:
        raise Http404
    seen = Ticket.objects.on_desk_of(request.user)
    form = MoveForm(pages.sent(request), seen=seen)
    if request.method == "POST" and form.is_valid():
        try:
            there = holding.move(mail, by=request.user, to=form.cleaned_data["into"])
        except Refused as refused:
            form.add_error("into", str(refused))
        else:
            done = _("The message was moved to %(number)s.") % {"number": there.number}
            return pages.back(request, there, done)
    context = {"title": _("Move to another ticket"), "form": form, "message": message}
    return pages.show(request, "desk/mails/move.html", message.ticket, **context)
