"""The walls of the code: what imports what, how big things grow, what nobody does."""

from pathlib import Path

import pytest
from django.conf import settings

from portal.tests import architecture, budgets, habits

RULES = [
    architecture.left_arrows,
    architecture.upward_arrows,
    architecture.impure_thinking,
    budgets.too_big,
    habits.signals,
    habits.own_clocks,
    habits.statuses_by_hand,
    habits.raw_sql,
    habits.unsafe_markup,
    habits.inline_code,
]


@pytest.fixture(scope="module")
def tree():
    return architecture.read_tree(Path(settings.BASE_DIR))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_tree_keeps_the_rule(rule, tree):
    faults = rule(tree)

    assert not faults, "\n".join(faults)


def test_nothing_is_let_off_its_budget():
    assert budgets.EXCEPTIONS == ()


def test_every_module_that_only_thinks_is_there(tree):
    assert sorted(set(architecture.PURE) - set(architecture.modules(tree))) == []


def test_every_file_that_may_write_sql_does(tree):
    assert [path for path in habits.RAW_SQL if not habits.sql_in(tree[path])] == []


# --- Budgets ----------------------------------------------------------------------------


def lines(count):
    return "x = 1\n" * count


def body(count):
    return "    x = 1\n" * (count - 1)


@pytest.mark.parametrize(
    "path, fits, extra, fault",
    [
        ("sla/engine.py", lines(400), lines(1), "sla/engine.py: 401 lines, 400 allowed"),
        ("portal/settings.py", lines(300), lines(1), "portal/settings.py: 301 lines, 300 allowed"),
        (
            "templates/base.html",
            "<p>\n" * 120,
            "<p>",
            "templates/base.html: 121 lines, 120 allowed",
        ),
        ("static/js/theme.js", "x()\n" * 80, "x()", "static/js/theme.js: 81 lines, 80 allowed"),
        (
            "sla/engine.py",
            "def f():\n" + body(40),
            "    y = 1",
            "sla/engine.py:1 f: 41 lines, 40 allowed",
        ),
        (
            "sla/engine.py",
            "async def f():\n" + body(40),
            "    y = 1",
            "sla/engine.py:1 f: 41 lines, 40 allowed",
        ),
        (
            "sla/engine.py",
            "class C:\n" + body(200),
            "    y = 1",
            "sla/engine.py:1 C: 201 lines, 200 allowed",
        ),
    ],
)
def test_one_line_over_the_budget_is_seen(path, fits, extra, fault):
    assert budgets.too_big({path: fits}) == []
    assert budgets.too_big({path: fits + extra}) == [fault]


def test_a_seventh_parameter_is_seen():
    fits = "class C:\n    def f(self, a, b, /, c, d, *, e, f, **g): ..."
    over = "def f(a, b, /, c, d, *e, f, g, h): ..."

    assert budgets.too_big({"sla/engine.py": fits}) == []
    assert budgets.too_big({"sla/engine.py": over}) == [
        "sla/engine.py:1 f: 7 parameters, 6 allowed"
    ]


def test_migrations_have_no_budget():
    assert budgets.too_big({"sla/migrations/0001_initial.py": lines(401)}) == []


# --- Habits -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source, fault",
    [
        ("from django.dispatch import receiver", "django.dispatch.receiver"),
        ("from django.db.models.signals import post_save", "django.db.models.signals.post_save"),
        ("ticket_opened = Signal()", "Signal"),
        ("@receiver(opened)\ndef f(): ...", "receiver"),
        ("models.signals.post_save.connect(f)", "models.signals.post_save.connect"),
        ("user_logged_in.connect(f)", "user_logged_in.connect"),
    ],
)
def test_a_signal_is_seen(source, fault):
    assert habits.signals({"tickets/apps.py": source}) == [f"tickets/apps.py:1 {fault}"]


def test_connecting_to_a_server_is_no_signal():
    assert habits.signals({"portal/dev/postgres.py": "psycopg.connect('')"}) == []


@pytest.mark.parametrize(
    "source, fault",
    [
        ("at = timezone.now()", "timezone.now"),
        ("Field(default=timezone.now)", "timezone.now"),
        ("at = datetime.datetime.now(UTC)", "datetime.now"),
        ("at = date.today()", "date.today"),
        ("from django.utils.timezone import now", "django.utils.timezone.now"),
        ("rows.update(at=functions.Now())", "Now"),
        ("SQL = 'UPDATE t SET at = NOW()'", "NOW()"),
        ("SQL = f'SELECT clock_timestamp() {more}'", "clock_timestamp()"),
    ],
)
@pytest.mark.parametrize("path", ["tickets/queue.py", "sla/sweep.py", "portal/views.py"])
def test_a_clock_of_ones_own_is_seen(path, source, fault):
    assert habits.own_clocks({path: source}) == [f"{path}:1 {fault}"]


def test_the_one_clock_may_ask_and_prose_may_name_it():
    assert (
        habits.own_clocks(
            {
                "tickets/clock.py": "cursor.execute('SELECT clock_timestamp()')",
                "accounts/models.py": "Field(default=timezone.now)",
                "tickets/mail/models.py": "models.DateTimeField(db_default=Now())",
                "sla/tasks.py": '"""Sweep as of now()."""\nsweep(clock.now())',
            }
        )
        == []
    )


@pytest.mark.parametrize(
    "source",
    [
        "ticket.status = Status.OPEN",
        "ticket.status: str = 'open'",
        "old, ticket.status = ticket.status, 'open'",
        "setattr(ticket, 'status', 'open')",
        "Ticket.objects.filter(pk=1).update(status='open')",
    ],
)
@pytest.mark.parametrize("path", ["tickets/views.py", "tickets/models.py", "sla/clocks.py"])
def test_a_status_by_hand_is_seen(path, source):
    assert habits.statuses_by_hand({path: source}) == [f"{path}:1 status"]
    assert habits.statuses_by_hand(dict.fromkeys(habits.VERBS, source)) == []


def test_reading_a_status_is_free():
    assert habits.statuses_by_hand({"tickets/views.py": "if ticket.status == 'open': ..."}) == []


@pytest.mark.parametrize(
    "source, fault",
    [
        ("cursor.execute('SELECT 1')", "execute"),
        ("connection.cursor().executemany('', [])", "executemany"),
        ("Ticket.objects.raw('SELECT 1')", "raw"),
        ("Ticket.objects.extra(where=['1'])", "extra"),
        ("RawSQL('1', [])", "RawSQL"),
    ],
)
def test_raw_sql_is_seen(source, fault):
    assert habits.raw_sql({"tickets/queue.py": source}) == [f"tickets/queue.py:1 {fault}"]


@pytest.mark.parametrize(
    "path, source, fault",
    [
        ("tickets/forms.py", "from django.utils.safestring import mark_safe", "mark_safe"),
        ("tickets/forms.py", "safestring.mark_safe(text)", "mark_safe"),
        ("tickets/forms.py", "from django.utils.safestring import SafeString", "SafeString"),
        ("templates/base.html", "{{ body|safe }}", "|safe"),
        ("templates/base.html", "{{ bodies | safeseq }}", "| safeseq"),
        ("templates/base.html", "{% autoescape off %}", "{% autoescape off"),
    ],
)
def test_text_declared_safe_is_seen(path, source, fault):
    assert habits.unsafe_markup({path: source}) == [f"{path}:1 {fault}"]


@pytest.mark.parametrize(
    "source, fault",
    [
        ("<style>p {}</style>", "<style"),
        ('<p style="color: red">', "style="),
        ("<script>go()</script>", "<script"),
        ('<a href="/" onclick="go()">', '<a href="/" onclick='),
        ('<a href="javascript:go()">', "javascript:"),
    ],
)
def test_inline_code_is_seen(source, fault):
    assert habits.inline_code({"templates/base.html": source}) == [f"templates/base.html:1 {fault}"]


def test_scripts_of_files_and_styles_of_mails_pass():
    assert (
        habits.inline_code(
            {
                "templates/base.html": "<script src=\"{% static 'js/theme.js' %}\" defer></script>",
                "templates/mail/base.html": '<p style="color: #111">',
            }
        )
        == []
    )
