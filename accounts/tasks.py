"""What accounts tidy up by themselves, once a day."""

from datetime import timedelta

from celery import shared_task
from django.contrib.sessions.models import Session
from django.db.models.functions import Now

from accounts.models import Limit


@shared_task
def tidy_up() -> tuple[str, bool]:
    """Delete knocks whose window is long over, and sessions that have ended."""
    over = Now() - timedelta(days=1)
    knocks, _by_model = Limit.objects.filter(window_started_at__lt=over).delete()
    sessions, _by_model = Session.objects.filter(expire_date__lt=Now()).delete()
    return f"{sessions} sessions and {knocks} counts of limits deleted", False
