"""Long work that is done in slices: what it is, how far it came, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """A piece of long work; `settings.JOB_KINDS` names what does a slice of each kind.

    Due while `next_try_at` has passed. A worker that has it puts that off as its lease; with
    neither a next try nor an end it was given up.
    """

    kind = models.CharField(_("kind"), max_length=50)
    title = models.CharField(_("what"), max_length=200)
    leads_to = models.CharField(
        max_length=200, blank=True, help_text=_("The page that goes on from its end.")
    )
    params = models.JSONField(default=dict)
    state = models.JSONField(default=dict, help_text=_("How far it came: where to go on."))
    result = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("started by")
    )
    created_at = models.DateTimeField(_("asked for"))
    started_at = models.DateTimeField(_("begun"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text=_("Slices begun since the last one that came to its end.")
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("long work")
        verbose_name_plural = _("long work")
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(next_try_at=None), name="job_over_or_due"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                name="job_due",
                condition=Q(next_try_at__isnull=False),
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("job", args=[self.pk])

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def was_given_up(self) -> bool:
        return self.finished_at is None and self.next_try_at is None

    @property
    def is_going_on(self) -> bool:
        return self.next_try_at is not None
