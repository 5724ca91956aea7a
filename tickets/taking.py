"""The files of a draft, as its pages send them: new ones, those that waited, those to take away."""

from __future__ import annotations

from django.contrib import messages

from tickets import drafts, staging, uploads


def take_files(request, draft) -> bool:
    """Add and remove files; False where one was not taken, which the next page then says."""
    if removed := request.POST.get("remove"):
        drafts.detach(draft, removed)
    problems = staging.attach(
        request.POST.getlist(staging.FIELD), draft=draft, user_id=request.user.pk
    )
    for upload in request.FILES.getlist("files"):
        try:
            uploads.store(upload, draft=draft)
        except uploads.FileRefused as refused:
            problems.append(str(refused))
    for problem in problems:
        messages.error(request, problem)
    return not problems
