"""One row that counts every change of the catalog."""

from django.db import models
from django.db.models import Q


class CatalogVersion(models.Model):
    """One row that changes with every change, so that processes know when their copy is old.

    Its number grows, and never comes again after a transaction that was rolled back.
    """

    number = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_catalog_version")]

    def __str__(self):
        return str(self.number)
