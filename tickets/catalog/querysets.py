"""Questions about many brands."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class BrandQuerySet(models.QuerySet):
    def served_by(self, user):
        """Brands that nobody in particular serves, and those of the user's teams."""
        if user.is_superuser:
            return self
        return self.filter(Q(teams__isnull=True) | Q(teams__memberships__user=user)).distinct()
