"""A bare Django for bench/portal.py: signed in, it writes the rows of a ticket and nothing else.

The least that a site on Django can do for a request that is sent: the same rows in one
transaction, by `bulk_create`, behind the middleware of session, CSRF and sign-in. No form is
checked, no question read, no promise computed.
"""

import os
import uuid
from datetime import timedelta

import django
from django.conf import settings

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
django.setup()
settings.ROOT_URLCONF = __name__
settings.MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]

# Only now: what is imported below reads the settings that were just made.
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import transaction  # noqa: E402
from django.http import HttpResponse, HttpResponseRedirect  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.limits import hit  # noqa: E402
from sla.models import Clock, PolicyVersion  # noqa: E402
from tickets.catalog.models import Brand, Question, RequestType  # noqa: E402
from tickets.mail.models import Notice  # noqa: E402
from tickets.models import Answer, Draft, Event, Message, Ticket  # noqa: E402

SECONDS = {"first_response": 4 * 3600, "resolution": 120 * 3600}
KNOWN: dict[str, int] = {}


def healthz(request):
    return HttpResponse()


def send(request, pk):
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    hit("submit", f"user:{request.user.pk}")
    # The least of all: the site itself asks the database for the time.
    now, known = timezone.now(), known_rows()  # noqa: TID251
    with transaction.atomic():
        [ticket] = Ticket.objects.bulk_create([ticket_of(request, pk, now, known)])
        Answer.objects.bulk_create(answers_of(request, ticket))
        [message] = Message.objects.bulk_create([message_of(request, ticket, now)])
        [event] = Event.objects.bulk_create([event_of(request, ticket, message, now)])
        Clock.objects.bulk_create(clocks_of(ticket, now, known))
        Notice.objects.bulk_create(
            [Notice(kind="received", subject_id=event.pk, created_at=now, next_try_at=now)]
        )
        drafts = Draft.objects.filter(pk=pk, owner=request.user)
        drafts._raw_delete(drafts.db)
    return HttpResponseRedirect(f"/tickets/{ticket.pk}/")


def known_rows() -> dict[str, int]:
    """Return ids that a process may keep."""
    if not KNOWN:  # filled at once: threads ask side by side
        questions = Question.objects.values_list("key", "pk")
        KNOWN.update(
            {f"q_{key}": pk for key, pk in questions}
            | {
                "brand": Brand.objects.get(key="perfectserve").pk,
                "request_type": RequestType.objects.get(key="perfectserve").pk,
                "policy": PolicyVersion.objects.latest("pk").pk,
            }
        )
    return KNOWN


def ticket_of(request, pk, now, known):
    return Ticket(
        draft_key=pk,
        prefix="PS",
        brand_id=known["brand"],
        request_type_id=known["request_type"],
        requester_id=request.user.pk,
        organization_id=request.user.organization_id,
        level_id=3,
        kind="issue",
        affected="one",
        ability="partly",
        channel="portal",
        subject=request.POST["subject"],
        created_at=now,
        updated_at=now,
        next_due_at=now + timedelta(seconds=SECONDS["first_response"]),
    )


def answers_of(request, ticket):
    given = [(name, values) for name, values in request.POST.lists() if name.startswith("q_")]
    return [
        Answer(
            ticket=ticket,
            question_id=KNOWN[name],
            key=name[2:],
            label=name,
            kind="text",
            value=values,
            display=", ".join(values),
            position=position,
        )
        for position, (name, values) in enumerate(given)
    ]


def message_of(request, ticket, now):
    return Message(
        ticket=ticket,
        kind="public",
        actor="requester",
        author_id=request.user.pk,
        body=request.POST["description"],
        channel="portal",
        created_at=now,
    )


def event_of(request, ticket, message, now):
    return Event(
        ticket=ticket,
        type="opened",
        at=now,
        recorded_at=now,
        actor="requester",
        by_id=request.user.pk,
        message=message,
        data={"level": 3, "channel": "portal", "attributes": {}},
        batch=uuid.uuid4(),
    )


def clocks_of(ticket, now, known):
    return [
        Clock(
            ticket=ticket,
            metric=metric,
            policy_version_id=known["policy"],
            brand_id=ticket.brand_id,
            level_id=3,
            target_seconds=seconds,
            started_at=now,
            effective_from=now,
            due_at=now + timedelta(seconds=seconds),
        )
        for metric, seconds in SECONDS.items()
    ]


urlpatterns = [path("healthz", healthz), path("drafts/<uuid:pk>/", send)]
application = WSGIHandler()
