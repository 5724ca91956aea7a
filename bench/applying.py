"""A policy's change, looked at and applied by a worker of its own, beside an agent who replies."""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection

from accounts.models import Organization, User
from accounts.services import give_role
from bench import filling
from bench.stopwatch import Verdict, percentile
from sla import editing, editor, history, policies
from sla.edited import POLICY
from sla.models import Clock, Policy
from sla.proposal_page import save
from tickets import clock, services
from tickets.catalog.models import Brand, RequestType
from tickets.conversation import Turn, take_turn
from tickets.models import Job, Ticket
from tickets.submission import Submission

SAMPLE = 2000
# Milliseconds: the longest transaction, and an agent's reply beside it at p95, over one before.
LONGEST_MS, SLOWER = 1000, 3.0
PREVIEW_SECONDS, APPLY_SECONDS = 300, 900
# Of clients only: a worker of autovacuum is in a transaction for as long as its table is large.
OLDEST_TRANSACTION = """
SELECT coalesce(extract(epoch FROM max(clock_timestamp() - xact_start)), 0)
FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend'
    AND pid <> pg_backend_pid() AND pid <> %s
"""


def measure(count: int, *, seconds: float) -> list[Verdict]:
    agent, administrator = _person("Alex", "agent"), _person("Robin", "administrator")
    people = [_customer(number) for number in range(50)]
    patterns = [filling.Pattern(ticket) for ticket in _stories(people[0], agent)]
    filling.fill(
        patterns, [filling.Person(each.pk, each.organization_id) for each in people], count
    )
    _tidy()
    print(f"\na policy over {Ticket.objects.count():,} open tickets")
    replies = _Replies(agent)
    before = replies.during(lambda: time.sleep(seconds))
    proposal = _proposed(administrator)
    beside_preview = replies.during(lambda: _worked("looking", proposal))
    foretold = Job.objects.get(pk=proposal.pk)
    applied = save(POLICY, foretold, by=administrator, is_for_open=True)
    watched = _Watched()
    beside_apply = replies.during(lambda: watched.during(lambda: _worked("applying", applied)))
    done = Job.objects.get(pk=applied.pk)
    print(f"  foretold {foretold.result['moved']:,} moved, came {done.result['moved']:,}")
    for name, times in (
        ("before", before),
        ("looking", beside_preview),
        ("applying", beside_apply),
    ):
        print(
            f"  replies {name:<10} {len(times):>6}  p50 {percentile(times, 50):.1f} ms"
            f"  p95 {percentile(times, 95):.1f} ms  most {max(times):.0f} ms"
        )
    return [
        Verdict("looking, seconds", _seconds(foretold), PREVIEW_SECONDS).tell(),
        Verdict("applying, seconds", _seconds(done), APPLY_SECONDS).tell(),
        Verdict("longest transaction of it, ms", watched.longest_ms, LONGEST_MS).tell(),
        Verdict(
            "reply beside looking / before, p95", _ratio(beside_preview, before), SLOWER
        ).tell(),
        Verdict("reply beside applying / before, p95", _ratio(beside_apply, before), SLOWER).tell(),
        Verdict("tickets not under the new version", _left(done), 0).tell(),
        Verdict(f"of {SAMPLE} not as their log says", _not_as_told(), 0).tell(),
    ]


def _person(name: str, role: str) -> User:
    user = User.objects.create_user(f"{name}@example.com", None, name=name)
    give_role(user, role)
    return user


def _customer(number: int) -> User:
    organization, _is_new = Organization.objects.get_or_create(name=f"Clinic {number % 10}")
    email = f"customer{number}@example.com"
    return User.objects.create_user(email, None, name=f"C {number}", organization=organization)


def _stories(customer: User, agent: User) -> Iterator[Ticket]:
    """File ten open tickets: of each level, new, answered, paused, reopened and raised."""
    now = clock.now()
    turns = (
        (),
        (Turn(body="We look into it."),),
        (Turn(body="Which one?", status="pending"),),
        (Turn(body="Done.", status="solved"), Turn(body="Not yet.", status="open")),
        (Turn(body="Worse.", level=2, reason="More people wait."),),
    )
    for number in range(10):
        with clock.moving_clock(lambda hours=number: now - timedelta(hours=3 * hours + 1)):
            ticket = _filed(customer, level=1 + number % 4)
        with clock.moving_clock(lambda hours=number: now - timedelta(hours=3 * hours)):
            for turn in turns[number % len(turns)]:
                take_turn(ticket, by=agent, turn=turn)
        yield ticket


def _filed(customer: User, *, level: int) -> Ticket:
    return services.open_ticket(
        Submission(
            requester=customer,
            brand=Brand.objects.get(key="perfectserve"),
            request_type=RequestType.objects.get(key="perfectserve"),
            subcategory=None,
            level=level,
            kind="issue",
            affected="one",
            ability="partly",
            urgent=False,
            subject="No pages",
            description="Nobody is paged.",
        ),
        by=customer,
    )


def _tidy() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _proposed(by: User) -> Job:
    policy = Policy.objects.get()
    terms = editing.terms_in_force(editing.newest(policy))
    halved = tuple(type(each)(each.level, each.metric, each.seconds // 2) for each in terms.targets)
    said = type(terms)(**{**vars(terms), "targets": halved}).as_json()
    where = editor.propose(POLICY, policy, said=said, comment="Half of it.", by=by)
    return Job.objects.get(leads_to=where)


def _worked(name: str, job: Job) -> None:
    """Let a worker of its own do what is due."""
    worker = subprocess.run(
        [sys.executable, "bench/policy.py", "--work"], capture_output=True, text=True, check=True
    )
    ended = Job.objects.get(pk=job.pk)
    if not ended.is_finished:
        raise SystemExit(f"{name} did not end: {ended.error or worker.stderr[-2000:]}")


def _seconds(job: Job) -> float:
    return (job.finished_at - job.started_at).total_seconds()


def _ratio(beside: list[float], before: list[float]) -> float:
    return percentile(beside, 95) / percentile(before, 95)


def _left(done: Job) -> int:
    """Count running clocks that the change did not reach."""
    version = editing.newest(Policy.objects.get())
    running = Clock.objects.filter(stopped_at=None, breached_at=None)
    return running.exclude(policy_version=version).count()


def _not_as_told() -> int:
    """Fold the logs of some tickets again, and count those whose rows say something else."""
    ids = list(Ticket.objects.values_list("pk", flat=True))
    some = random.Random(7).sample(ids, min(SAMPLE, len(ids)))
    rows: dict[int, set[tuple[object, ...]]] = {pk: set() for pk in some}
    for clock_row in Clock.objects.filter(ticket__in=some):
        rows[clock_row.ticket_id].add(_row(clock_row, clock_row.policy_version_id))
    book, wrong = policies.book(), 0
    for pk, log in history.logs(some).items():
        as_of = max(event.recorded_at for event in log)
        told = history.states(log, book=book, as_of=as_of)
        wrong += {_row(state, state.policy) for state in told} != rows[pk]
    return wrong


def _row(told, policy) -> tuple[object, ...]:
    return (told.metric, told.cycle, policy, told.due_at, told.stopped_at, told.breached_at)


class _Replies:
    """An agent who replies to one ticket after the other, over a connection of their own."""

    def __init__(self, agent: User) -> None:
        self.agent = agent
        self.tickets = list(Ticket.objects.order_by("?")[:20_000])

    def during(self, do) -> list[float]:
        """Reply for as long as `do` takes; return how many milliseconds each reply took."""
        times: list[float] = []
        over = threading.Event()
        replying = threading.Thread(target=self._reply, args=(times, over))
        replying.start()
        do()
        over.set()
        replying.join()
        return times

    def _reply(self, times: list[float], over: threading.Event) -> None:
        while not over.is_set():
            ticket = self.tickets.pop()
            began = time.perf_counter()
            take_turn(ticket, by=self.agent, turn=Turn(body="We are on it."))
            times.append((time.perf_counter() - began) * 1000)
            time.sleep(0.02)
        connection.close()


class _Watched:
    """The longest transaction of anybody but this process's own connections."""

    longest_ms = 0.0

    def during(self, do) -> None:
        over = threading.Event()
        looking = threading.Thread(target=self._look, args=(over,))
        looking.start()
        do()
        over.set()
        looking.join()

    def _look(self, over: threading.Event) -> None:
        with connection.cursor() as cursor:
            while not over.is_set():
                cursor.execute(OLDEST_TRANSACTION, [0])
                self.longest_ms = max(self.longest_ms, 1000 * float(cursor.fetchone()[0]))
                time.sleep(0.02)
        connection.close()
