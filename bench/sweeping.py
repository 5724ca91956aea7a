"""What sweeps take: with nothing due, with some and with very many; and what they are held to."""

import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from bench.stopwatch import RUNS, Verdict
from sla.models import Clock, EscalationStep, PolicyVersion
from sla.sweep import Swept, sweep
from sla.tasks import sweep as task
from tickets import clock
from tickets.models import Ticket
from tickets.states import WORKING

# The sweep for breaches as one statement, for all that are due. Without a limit PostgreSQL may plan
# it as a scan (among years of ended promises many rows seem to fit), so it is run with one, too.
BARE = """
WITH due AS MATERIALIZED (
    SELECT c.id FROM sla_clock c JOIN tickets_ticket t ON t.id = c.ticket_id
    WHERE c.due_at < %(now)s AND c.breached_at IS NULL AND c.stopped_at IS NULL
    ORDER BY c.due_at LIMIT %(limit)s FOR NO KEY UPDATE OF t, c SKIP LOCKED
), hit AS (
    UPDATE sla_clock c SET breached_at = GREATEST(c.due_at, c.effective_from)
    FROM due WHERE c.id = due.id RETURNING c.id, c.breached_at
), rec AS (
    INSERT INTO sla_breach (clock_id, breached_at, detected_at)
    SELECT id, breached_at, %(now)s FROM hit ON CONFLICT DO NOTHING
    RETURNING id, clock_id, breached_at
), judged AS (
    INSERT INTO sla_verdict (
        clock_id, ticket_id, breach_id, metric, level_id, brand_id, request_type_id, subcategory_id,
        product, organization_id, team_id, assignee_id, restricted, decided_at, target_seconds
    )
    SELECT c.id, t.id, rec.id, c.metric, c.level_id, t.brand_id, t.request_type_id,
        t.subcategory_id, t.product, t.organization_id, t.team_id, t.assignee_id, t.restricted,
        rec.breached_at, c.target_seconds
    FROM rec JOIN sla_clock c ON c.id = rec.clock_id JOIN tickets_ticket t ON t.id = c.ticket_id
), told AS (
    INSERT INTO mail_notice (kind, subject_id, created_at, next_try_at)
    SELECT 'breached', id, %(now)s, %(now)s FROM rec ON CONFLICT DO NOTHING
)
SELECT count(*) FROM hit
"""
EMPTY_RUNS, LOOPED, LOOPED_AT_ONCE = 200, 50_000, 2000
KIB_OF_MIB, MILLISECONDS = 1024, 1000
MOMENT = timedelta(microseconds=1)


def measure(open_tickets: int, *, large: str) -> list[Verdict]:
    some, many = min(1000, open_tickets // 100), min(100_000, open_tickets // 10)
    empty, growth = alternate_empty(large)
    with on(large):
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
        verdicts = [
            Verdict("nothing due: the task, ms", empty, 5).tell(),
            Verdict("nothing due: its queries", queries_of(task), 3).tell(),
            Verdict("nothing due, many open / 10,000", growth, 1.5).tell(),
            faster_than_a_loop(empty, open_tickets=open_tickets),
            *beside_the_statement(some, rounds=RUNS),
            *beside_the_statement(many, rounds=2),
            *after_an_outage(many),
        ]
    return verdicts


@contextmanager
def on(alias: str) -> Iterator[None]:
    """Let what asks the default database ask another one."""
    usual = connections["default"]
    connections["default"] = connections[alias]
    try:
        yield
    finally:
        connections["default"] = usual


def alternate_empty(large: str) -> tuple[float, float]:
    """Run the task in turn on few and many tickets: its median on many in ms, many beside few.

    Both by their lower quartiles there, since what else the machine does can only add.
    """
    took: dict[str, list[float]] = {"default": [], large: []}
    for run in range(EMPTY_RUNS):
        for alias in sorted(took, reverse=bool(run % 2)):
            with on(alias):
                took[alias].append(timed(task))
    few, many = (statistics.quantiles(times, n=4) for times in took.values())
    print(f"  the task with 10,000 open {few[1]:.2f} ms, with all {many[1]:.2f} ms (median)")
    return many[1], many[0] / few[0]


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * MILLISECONDS


def queries_of(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


def faster_than_a_loop(empty: float, *, open_tickets: int) -> Verdict:
    """Compare with what is usual: look at each open ticket's promises. A part stands for all."""
    now, part = clock.now(), min(open_tickets, LOOPED)
    took = timed(lambda: loop(now, part)) * open_tickets / part
    print(f"  a loop over the open tickets {took / MILLISECONDS:.1f} s, by {part:,} of them")
    return Verdict("nothing due: a loop / the sweep", took / empty, 1000, at_least=True).tell()


def loop(now: datetime, count: int) -> int:
    """Look for promises that are newly broken as a plain Django command would."""
    tickets = Ticket.objects.filter(status__in=WORKING).prefetch_related("clocks")[:count]
    return sum(
        each.due_at is not None
        and each.due_at < now
        and each.stopped_at is None
        and each.breached_at is None
        for ticket in tickets.iterator(chunk_size=LOOPED_AT_ONCE)
        for each in ticket.clocks.all()
    )


def beside_the_statement(count: int, *, rounds: int) -> list[Verdict]:
    """Sweep so many, and run the bare statement over the next so many, in turn; medians count."""
    watch = Watch()
    acts = (
        lambda: sweep_next(count, watch=watch),
        lambda: run_bare(count, limit=None),
        lambda: run_bare(count, limit=count),
    )
    took = zip(*[[timed(act) for act in acts] for _round in range(rounds)], strict=True)
    ours, alone, limited = map(statistics.median, took)
    name = f"{count:,} due"
    print(
        f"  {name}: swept in {ours:.0f} ms, the statement alone in {alone:.0f} ms, "
        f"with a limit of as many in {limited:.0f} ms"
    )
    return [
        Verdict(f"{name}: sweep / statement", ours / alone, 1.5).tell(),
        Verdict(f"{name}: sweep / statement with a limit", ours / limited, 1.5).tell(),
        Verdict(f"{name}: longest transaction, s", watch.longest, 1).tell(),
        Verdict(f"{name}: memory grown, MiB", watch.grown, 64).tell(),
    ]


def sweep_next(count: int, *, watch: "Watch") -> None:
    """Sweep as of the instant at which so many more are due."""
    now = when_due(count)
    with watch:
        swept = sweep(now)
    if swept != Swept(breached=count):
        raise SystemExit(f"{count} were due, and the sweep found {swept}.")


def run_bare(count: int, *, limit: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE, {"now": when_due(count), "limit": limit})
        found = cursor.fetchone()[0]
    if found != count:
        raise SystemExit(f"{count} were due, and the statement found {found}.")


def when_due(count: int) -> datetime:
    """Return an instant by which so many more promises are broken."""
    armed = Clock.objects.filter(breached_at=None, stopped_at=None, due_at__isnull=False)
    return armed.order_by("due_at").values_list("due_at", flat=True)[count - 1] + MOMENT


def after_an_outage(count: int) -> list[Verdict]:
    """Let breaches, the steps after them and warnings come due, very many of each at once."""
    EscalationStep.objects.create(
        version=PolicyVersion.objects.get(), minutes=1, audience=EscalationStep.Audience.MANAGERS
    )
    due, watch = when_due(count // 2), Watch()
    now = due + timedelta(minutes=1)
    near = Clock.objects.filter(due_at__gt=due, breached_at=None, warn_at__lt=now)
    near.update(warned_at=None)
    with watch:
        took = timed(lambda: watch.note(sweep(now)))
    print(f"  an outage: {watch.swept} in {took / MILLISECONDS:.1f} s")
    # All that was found left dead rows in the indexes, which are walked until they are cleaned up.
    before = median_of_empty(now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM sla_clock, sla_breach")
    after = median_of_empty(now)
    print(f"  nothing due any more: {before:.2f} ms, once cleaned up {after:.2f} ms")
    return [
        Verdict("an outage: longest transaction, s", watch.longest, 1).tell(),
        Verdict("an outage: memory grown, MiB", watch.grown, 64).tell(),
        Verdict("nothing due any more, cleaned up, ms", after, 5).tell(),
    ]


def median_of_empty(now: datetime) -> float:
    return statistics.median(timed(lambda: sweep(now)) for _run in range(EMPTY_RUNS))


class Watch:
    """How long the longest statement took (each is a transaction), and how much memory grew."""

    def __init__(self) -> None:
        self.longest = self.grown = 0.0
        self.swept = Swept()

    def note(self, swept: Swept) -> None:
        self.swept = swept

    def __enter__(self) -> None:
        self.before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self.wrapper = connection.execute_wrapper(self.clock_statement)
        self.wrapper.__enter__()

    def __exit__(self, *error) -> None:
        self.wrapper.__exit__(*error)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self.grown = max(self.grown, (after - self.before) / KIB_OF_MIB)

    def clock_statement(self, execute, sql, params, many, context):
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.longest = max(self.longest, time.perf_counter() - began)
