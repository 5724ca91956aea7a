"""What accounts tidy up by themselves, once a day."""

from datetime import timedelta

from celery import shared_task
from django.contrib.sessions.models import Session
from django.db.models.functions import Now

from accounts.models import Limit


@shared_task
def tidy_up() -> None:
    """Delete knocks whose window is long over, and sessions that have ended."""
    Limit.objects.filter(window_started_at__lt=Now() - timedelta(days=1)).delete()
    Session.objects.filter(expire_date__lt=Now()).delete()
