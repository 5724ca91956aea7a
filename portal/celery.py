"""The Celery app, and the timetable of everything that happens by itself.

The queue only hurries what the database already knows: every job here finds its own work in rows,
may run twice or not at all, and has run once more a moment later. The web process never imports
this module, so that no page can wait for a broker.
"""

import os
from typing import NamedTuple

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

from django.conf import settings  # the line above names them


class Job(NamedTuple):
    """A task and how often it runs. A message older than `expires` seconds is dropped unread.

    The task returns what it did, in words, and whether there is more that its time did not allow.
    """

    name: str
    task: str
    every: float
    expires: float


MINUTE, HOUR = 60, 3600


def often(seconds: int) -> tuple[int, int]:
    """Return `every` and `expires` of a job that runs once in so many seconds."""
    return seconds, min(seconds, HOUR)


TIMETABLE = (
    Job("find broken and endangered promises", "sla.tasks.sweep", *often(settings.SWEEP_SECONDS)),
    Job("read mails that came in", "tickets.mail.tasks.read", *often(settings.RELAY_SECONDS)),
    Job("send waiting mails", "tickets.mail.tasks.relay", *often(settings.RELAY_SECONDS)),
    Job("do a slice of long work", "tickets.tasks.work_on_jobs", *often(settings.JOB_SECONDS)),
    Job("wake snoozed tickets", "tickets.tasks.wake_snoozed", *often(settings.SWEEP_SECONDS)),
    Job("close what is long solved", "tickets.tasks.close_solved", *often(settings.CLOSE_SECONDS)),
    Job("warn of expiring drafts", "tickets.tasks.warn_of_expiry", *often(settings.CLOSE_SECONDS)),
    Job("remind who did not confirm", "tickets.tasks.remind", *often(settings.REMIND_SECONDS)),
    Job(
        "delete expired drafts and files",
        "tickets.tasks.clean_up",
        *often(settings.CLEAN_UP_SECONDS),
    ),
    Job(
        "delete files nobody sent again",
        "tickets.tasks.clear_staged",
        *often(settings.STAGED_SECONDS),
    ),
    Job(
        "delete ended sessions and knocks",
        "accounts.tasks.tidy_up",
        *often(settings.CLEAN_UP_SECONDS),
    ),
    Job("index what is called otherwise now", "tickets.tasks.follow_names", *often(MINUTE)),
    # By its rows, too: at the hour of each reader.
    Job("write reports to managers", "sla.tasks.report", *often(MINUTE)),
    # The same for agents.
    Job("write digests to agents", "tickets.mail.tasks.digest", *often(MINUTE)),
    Job(
        "delete files of lists",
        "sla.tasks.clear_exports",
        *often(settings.CLEAN_UP_SECONDS),
    ),
    Job(
        "delete files of mails never taken",
        "tickets.mail.tasks.clear_lost",
        *often(settings.CLEAN_UP_SECONDS),
    ),
    Job(
        "delete old mails that came to nothing",
        "tickets.mail.tasks.clear_kept",
        *often(settings.CLEAN_UP_SECONDS),
    ),
    # It knows by its rows whether it is time: once a night, whenever beat was started.
    Job("hold stored promises against the log", "sla.tasks.verify", *often(5 * MINUTE)),
)

# A task ends within a minute, so that its message is never given to a second worker while the
# first still works on it. The docs want the time-out in three places.
HARD_LIMIT, SOFT_LIMIT = MINUTE, 50
VISIBILITY_TIMEOUT = {"visibility_timeout": 5 * MINUTE}
# Without these, a broker that accepts connections and never answers hangs its caller for ever.
SOCKET_TIMEOUTS = {"socket_timeout": 10, "socket_connect_timeout": 5, "socket_keepalive": True}

app = Celery("turnaround", task_cls="portal.periodic:PeriodicTask")
app.conf.update(
    broker_url=settings.REDIS_URL,
    broker_transport_options=VISIBILITY_TIMEOUT | SOCKET_TIMEOUTS,
    result_backend_transport_options=VISIBILITY_TIMEOUT,
    **VISIBILITY_TIMEOUT,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_default_queue="turnaround",
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=HARD_LIMIT,
    task_soft_time_limit=SOFT_LIMIT,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    # Nobody asks workers anything over the broker: their heartbeat is a row.
    worker_enable_remote_control=False,
    timezone="UTC",
    beat_scheduler="portal.beat:Scheduler",
    beat_schedule={
        job.name: {"task": job.task, "schedule": job.every, "options": {"expires": job.expires}}
        for job in TIMETABLE
    },
)
app.autodiscover_tasks()
