"""The files of a draft, as its pages send them: new ones, those that waited, those to take away."""

from __future__ import annotations

from django.contrib import messages
from django.utils.translation import gettext as _

from accounts import limits
from tickets import drafts, files, staging, uploads


def take_files(request, draft) -> bool:
    """Add and remove files; False where one was not taken, which the next page then says."""
    if removed := request.POST.get("remove"):
        drafts.detach(draft, removed)
    problems = staging.attach(
        request.POST.getlist(staging.FIELD), draft=draft, user_id=request.user.pk
    )
    for upload in request.FILES.getlist("files"):
        try:
            _let_in(request, upload)
            uploads.store(upload, draft=draft)
        except uploads.FileRefused as refused:
            problems.append(str(refused))
    for problem in problems:
        messages.error(request, problem)
    return not problems


def _let_in(request, upload) -> None:
    """Refuse what nobody signed in sends too much of: anybody could fill the disk with drafts."""
    if request.user.is_authenticated or limits.hit("stage", limits.peer(request)).allowed:
        return
    raise uploads.FileRefused(
        _("“%(name)s” was not added: too many files came from your network. Sign in to add it.")
        % {"name": files.clean_name(upload.name or "")}
    )
