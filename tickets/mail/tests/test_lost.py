"""What a killed process left of a mail: a file that no row names."""

from __future__ import annotations

import os
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tickets import clock
from tickets.mail.inbound.taking import folder_of, take
from tickets.mail.tasks import clear_lost
from tickets.mail.tests.arriving import mail


def left(*, hours):
    """Leave a file as one that was killed so many hours ago would have."""
    at = clock.now() - timedelta(hours=hours)
    name = default_storage.save(f"{folder_of(at)}/left", ContentFile(b"half"))
    os.utime(default_storage.path(name), times=(at.timestamp(), at.timestamp()))
    return name


def test_a_file_without_a_row_goes_after_a_day_and_no_other(db, settings):
    settings.LOST_FILE_HOURS = 24
    kept = take(mail(), door="pipe").raw.name
    long, short = left(hours=30), left(hours=20)

    clear_lost()

    there = {name: default_storage.exists(name) for name in (kept, short, long)}
    assert there == {kept: True, short: True, long: False}


def test_where_no_mail_ever_came_there_is_nothing_to_do(db, settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }

    assert clear_lost() == ("0 files deleted", False)
