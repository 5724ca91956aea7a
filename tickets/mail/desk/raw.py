"""A mail as it came: its bytes, to be saved."""

from __future__ import annotations

import logging

from django.http import FileResponse, Http404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tickets import clock
from tickets.mail.desk import found
from tickets.mail.models import InboundEmail, RawDownload

logger = logging.getLogger(__name__)


@require_safe
def download(request, pk):
    """Hand out its bytes to be saved, never to be shown; who did so is written down."""
    mail = _to_see(request, pk)
    try:
        content = mail.raw.open("rb")
    except FileNotFoundError:
        logger.error("The bytes of mail %s are not where they were stored.", mail.pk)
        raise Http404 from None
    RawDownload.objects.create(mail=mail, user=request.user, at=clock.now())
    found.note(request, mail, _("mail %(pk)s as it came") % {"pk": mail.pk})
    response = FileResponse(
        content, as_attachment=True, filename=f"mail-{mail.pk}.eml", content_type="message/rfc822"
    )
    return _shut(response)


def _to_see(request, pk) -> InboundEmail:
    mail = found.to_read(request, pk)
    if not found.can_see_raw(request.user, mail):
        raise Http404
    return mail


def _shut(response):
    """Let nothing in it run, load or be kept."""
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
