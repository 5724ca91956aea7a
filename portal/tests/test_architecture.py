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


# --- Arrows between apps ----------------------------------------------------------------

OTHERS = {
    "portal/urls.py": "",
    "sla/__init__.py": "",
    "sla/clocks.py": "",
    "sla/models.py": "",
    "tickets/mail/__init__.py": "",
    "tickets/mail/models.py": "",
    "tickets/knowledge/__init__.py": "",
    "tickets/catalog/models.py": "",
    "tickets/models.py": "",
    "portal/testing.py": "",
    "portal/testing_people.py": "",
}


@pytest.mark.parametrize("path, source, arrow", [
    ("tickets/queue.py", "from sla.clocks import on_event", "tickets -> sla.clocks"),
    ("tickets/queue.py", "import sla.clocks as clocks", "tickets -> sla.clocks"),
    ("tickets/queue.py", "from sla import clocks", "tickets -> sla.clocks"),
    ("tickets/queue.py", "from sla import *", "tickets -> sla"),
    ("tickets/queue.py", "def f():\n    import sla.clocks", "tickets -> sla.clocks"),
    ("tickets/queue.py", "if TYPE_CHECKING:\n    from sla.models import Clock",
     "tickets -> sla.models"),
    ("tickets/queue.py", "from .mail.models import Notice", "tickets -> tickets.mail.models"),
    ("tickets/queue.py", "from tickets import mail", "tickets -> tickets.mail"),
    ("tickets/catalog/forms.py", "from ..models import Ticket",
     "tickets.catalog -> tickets.models"),
    ("tickets/catalog/forms.py", "from tickets.models import Ticket",
     "tickets.catalog -> tickets.models"),
    ("accounts/services.py", "from tickets.catalog.models import Brand",
     "accounts -> tickets.catalog.models"),
    ("tickets/mail/relay.py", "from tickets import knowledge",
     "tickets.mail -> tickets.knowledge"),
    ("tickets/knowledge/search.py", "import tickets.mail.models",
     "tickets.knowledge -> tickets.mail.models"),
    ("tickets/mail/relay.py", "import sla.clocks", "tickets.mail -> sla.clocks"),
    ("sla/views.py", "from portal import urls", "sla -> portal.urls"),
    ("tickets/models.py", "models.ForeignKey('sla.Clock')", "tickets -> sla.models"),
    ("tickets/models.py", "models.ForeignKey(to='sla.clock')", "tickets -> sla.models"),
    ("tickets/models.py", "models.ManyToManyField('accounts.User', through='mail.Notice')",
     "tickets -> tickets.mail.models"),
    ("tickets/queue.py", "apps.get_model('sla', 'Clock')", "tickets -> sla.models"),
    ("tickets/queue.py", "apps.get_model('sla.clock')", "tickets -> sla.models"),
    ("tickets/queue.py", "apps.get_model(app_label='sla', model_name='x')",
     "tickets -> sla.models"),
    ("tickets/queue.py", "import_string('sla.clocks.on_event')", "tickets -> sla.clocks"),
    ("tickets/queue.py", "HANDLERS = ['tickets.mail.models.Notice']",
     "tickets -> tickets.mail.models"),
    ("tickets/migrations/0001_initial.py", "dependencies = [('sla', '0001_initial')]",
     "tickets -> sla.migrations"),
    ("tickets/migrations/0001_initial.py", "models.ForeignKey(to='sla.clock')",
     "tickets -> sla.models"),
    ("tickets/tests/test_queue.py", "from sla.clocks import on_event", "tickets -> sla.clocks"),
    ("tickets/tests/test_queue.py", "from portal.urls import urlpatterns",
     "tickets -> portal.urls"),
    ("tickets/queue.py", "from portal.testing import make_ticket", "tickets -> portal.testing"),
])
def test_an_arrow_to_the_left_is_seen(path, source, arrow):
    line = source.count("\n") + 1

    assert architecture.left_arrows(OTHERS | {path: source}) == [f"{path}:{line} {arrow}"]


@pytest.mark.parametrize("path, source", [
    ("sla/clocks.py", "from tickets.mail.models import Notice"),
    ("tickets/mail/relay.py", "from tickets.models import Ticket"),
    ("tickets/mail/relay.py", "from . import models"),
    ("tickets/queue.py", "import tickets.catalog.models"),
    ("tickets/models.py", "models.ForeignKey('catalog.Brand')"),
    ("tickets/migrations/0001_initial.py", "dependencies = [('catalog', '0001_initial')]"),
    ("tickets/migrations/0001_initial.py", "choices = [('portal', 'Portal')]"),
    ("portal/settings.py", "TICKET_EVENT_HANDLERS = ['sla.clocks.on_event']"),
    ("accounts/roles.py", "RIGHTS = ['tickets.view_ticket', 'sla.view_breach']"),
    ("tickets/tests/test_queue.py", "from portal.testing import make_ticket"),
    ("tickets/queue.py", "import tickets_of_others, slate.clocks"),
])
def test_an_arrow_to_the_right_passes(path, source):
    assert architecture.left_arrows(OTHERS | {path: source}) == []


# --- Arrows inside an app ---------------------------------------------------------------

INSIDE = dict.fromkeys([
    "tickets/querysets.py", "tickets/models.py", "tickets/permissions.py", "tickets/events.py",
    "tickets/services.py", "tickets/forms.py", "tickets/views.py", "tickets/admin.py",
    "tickets/tasks.py", "tickets/states.py", "tickets/mail/models.py", "tickets/mail/forms.py",
], "")


@pytest.mark.parametrize("low, high", [
    ("states", "models"),
    ("querysets", "models"),
    ("models", "services"),
    ("models", "forms"),
    ("models", "views"),
    ("models", "admin"),
    ("permissions", "services"),
    ("events", "services"),
    ("services", "forms"),
    ("services", "views"),
    ("services", "admin"),
    ("services", "tasks"),
    ("forms", "views"),
])
def test_an_arrow_to_a_higher_layer_is_seen(low, high):
    planted = {f"tickets/{low}.py": f"def f():\n    from tickets import {high}"}

    assert architecture.upward_arrows(INSIDE | planted) == [
        f"tickets/{low}.py:2 tickets.{low} -> tickets.{high}"]


def test_an_arrow_to_a_higher_layer_is_seen_through_other_modules():
    planted = {
        "tickets/services.py": "from tickets import uploads",
        "tickets/uploads.py": "from tickets import files",
        "tickets/files.py": "from tickets.forms import FileForm",
    }

    assert architecture.upward_arrows(INSIDE | planted) == [
        "tickets/services.py:1 tickets.services -> tickets.forms"]


def test_an_arrow_to_a_higher_layer_is_seen_across_apps():
    planted = {"tickets/mail/models.py": "from tickets.services import reply"}

    assert architecture.upward_arrows(INSIDE | planted) == [
        "tickets/mail/models.py:1 tickets.mail.models -> tickets.services"]


def test_models_of_other_apps_are_open_to_every_layer():
    planted = {"tickets/mail/querysets.py": "from tickets.models import Ticket"}

    assert architecture.upward_arrows(INSIDE | planted) == []


def test_tests_and_migrations_belong_to_no_layer():
    planted = {
        "tickets/tests/models.py": "from tickets import services",
        "tickets/migrations/0002_more.py": "from tickets import services",
    }

    assert architecture.upward_arrows(INSIDE | planted) == []


@pytest.mark.parametrize("path, source, arrow", [
    ("sla/engine.py", "from django.conf import settings", "sla.engine -> django.conf.settings"),
    ("sla/engine.py", "def f():\n    import django.utils.timezone",
     "sla.engine -> django.utils.timezone"),
    ("sla/engine.py", "from sla.models import Clock", "sla.engine -> sla.models"),
    ("sla/log.py", "from tickets import models", "sla.log -> tickets.models"),
    ("tickets/states.py", "from django.db import connection",
     "tickets.states -> django.db.connection"),
    ("tickets/catalog/conditions.py", "from django.utils.translation import gettext",
     "tickets.catalog.conditions -> django.utils.translation.gettext"),
])
def test_thinking_that_needs_django_is_seen(path, source, arrow):
    line = source.count("\n") + 1

    assert architecture.impure_thinking(OTHERS | {path: source}) == [f"{path}:{line} {arrow}"]


def test_states_may_name_and_translate_themselves():
    source = "from django.db import models\nfrom django.utils.translation import gettext_lazy as _"

    assert architecture.impure_thinking({"tickets/states.py": source}) == []


# --- Budgets ----------------------------------------------------------------------------


def lines(count):
    return "x = 1\n" * count


def body(count):
    return "    x = 1\n" * (count - 1)


@pytest.mark.parametrize("path, fits, extra, fault", [
    ("sla/engine.py", lines(400), lines(1), "sla/engine.py: 401 lines, 400 allowed"),
    ("portal/settings.py", lines(300), lines(1), "portal/settings.py: 301 lines, 300 allowed"),
    ("templates/base.html", "<p>\n" * 120, "<p>", "templates/base.html: 121 lines, 120 allowed"),
    ("static/js/theme.js", "x()\n" * 80, "x()", "static/js/theme.js: 81 lines, 80 allowed"),
    ("sla/engine.py", "def f():\n" + body(40), "    y = 1",
     "sla/engine.py:1 f: 41 lines, 40 allowed"),
    ("sla/engine.py", "async def f():\n" + body(40), "    y = 1",
     "sla/engine.py:1 f: 41 lines, 40 allowed"),
    ("sla/engine.py", "class C:\n" + body(200), "    y = 1",
     "sla/engine.py:1 C: 201 lines, 200 allowed"),
])
def test_one_line_over_the_budget_is_seen(path, fits, extra, fault):
    assert budgets.too_big({path: fits}) == []
    assert budgets.too_big({path: fits + extra}) == [fault]


def test_a_seventh_parameter_is_seen():
    fits = "class C:\n    def f(self, a, b, /, c, d, *, e, f, **g): ..."
    over = "def f(a, b, /, c, d, *e, f, g, h): ..."

    assert budgets.too_big({"sla/engine.py": fits}) == []
    assert budgets.too_big({"sla/engine.py": over}) == [
        "sla/engine.py:1 f: 7 parameters, 6 allowed"]


def test_migrations_have_no_budget():
    assert budgets.too_big({"sla/migrations/0001_initial.py": lines(401)}) == []


# --- Habits -----------------------------------------------------------------------------


@pytest.mark.parametrize("source, fault", [
    ("from django.dispatch import receiver", "django.dispatch.receiver"),
    ("from django.db.models.signals import post_save", "django.db.models.signals.post_save"),
    ("ticket_opened = Signal()", "Signal"),
    ("@receiver(opened)\ndef f(): ...", "receiver"),
    ("models.signals.post_save.connect(f)", "models.signals.post_save.connect"),
    ("user_logged_in.connect(f)", "user_logged_in.connect"),
])
def test_a_signal_is_seen(source, fault):
    assert habits.signals({"tickets/apps.py": source}) == [f"tickets/apps.py:1 {fault}"]


def test_connecting_to_a_server_is_no_signal():
    assert habits.signals({"portal/dev/postgres.py": "psycopg.connect('')"}) == []


@pytest.mark.parametrize("source, fault", [
    ("at = timezone.now()", "timezone.now"),
    ("Field(default=timezone.now)", "timezone.now"),
    ("at = datetime.datetime.now(UTC)", "datetime.now"),
    ("at = date.today()", "date.today"),
    ("from django.utils.timezone import now", "django.utils.timezone.now"),
    ("rows.update(at=functions.Now())", "Now"),
    ("SQL = 'UPDATE t SET at = NOW()'", "NOW()"),
    ("SQL = f'SELECT clock_timestamp() {more}'", "clock_timestamp()"),
])
@pytest.mark.parametrize("path", ["tickets/queue.py", "sla/sweep.py", "portal/views.py"])
def test_a_clock_of_ones_own_is_seen(path, source, fault):
    assert habits.own_clocks({path: source}) == [f"{path}:1 {fault}"]


def test_the_one_clock_may_ask_and_prose_may_name_it():
    assert habits.own_clocks({
        "tickets/clock.py": "cursor.execute('SELECT clock_timestamp()')",
        "accounts/models.py": "Field(default=timezone.now)",
        "tickets/mail/models.py": "models.DateTimeField(db_default=Now())",
        "sla/tasks.py": '"""Sweep as of now()."""\nsweep(clock.now())',
    }) == []


@pytest.mark.parametrize("source", [
    "ticket.status = Status.OPEN",
    "ticket.status: str = 'open'",
    "old, ticket.status = ticket.status, 'open'",
    "setattr(ticket, 'status', 'open')",
    "Ticket.objects.filter(pk=1).update(status='open')",
])
@pytest.mark.parametrize("path", ["tickets/views.py", "tickets/models.py", "sla/clocks.py"])
def test_a_status_by_hand_is_seen(path, source):
    assert habits.statuses_by_hand({path: source}) == [f"{path}:1 status"]
    assert habits.statuses_by_hand({habits.VERBS: source}) == []


def test_reading_a_status_is_free():
    assert habits.statuses_by_hand({"tickets/views.py": "if ticket.status == 'open': ..."}) == []


@pytest.mark.parametrize("source, fault", [
    ("cursor.execute('SELECT 1')", "execute"),
    ("connection.cursor().executemany('', [])", "executemany"),
    ("Ticket.objects.raw('SELECT 1')", "raw"),
    ("Ticket.objects.extra(where=['1'])", "extra"),
    ("RawSQL('1', [])", "RawSQL"),
])
def test_raw_sql_is_seen(source, fault):
    assert habits.raw_sql({"tickets/queue.py": source}) == [f"tickets/queue.py:1 {fault}"]


@pytest.mark.parametrize("path, source, fault", [
    ("tickets/forms.py", "from django.utils.safestring import mark_safe", "mark_safe"),
    ("tickets/forms.py", "safestring.mark_safe(text)", "mark_safe"),
    ("tickets/forms.py", "from django.utils.safestring import SafeString", "SafeString"),
    ("templates/base.html", "{{ body|safe }}", "|safe"),
    ("templates/base.html", "{{ bodies | safeseq }}", "| safeseq"),
    ("templates/base.html", "{% autoescape off %}", "{% autoescape off"),
])
def test_text_declared_safe_is_seen(path, source, fault):
    assert habits.unsafe_markup({path: source}) == [f"{path}:1 {fault}"]


@pytest.mark.parametrize("source, fault", [
    ("<style>p {}</style>", "<style"),
    ('<p style="color: red">', "style="),
    ("<script>go()</script>", "<script"),
    ('<a href="/" onclick="go()">', '<a href="/" onclick='),
    ('<a href="javascript:go()">', "javascript:"),
])
def test_inline_code_is_seen(source, fault):
    assert habits.inline_code({"templates/base.html": source}) == [f"templates/base.html:1 {fault}"]


def test_scripts_of_files_and_styles_of_mails_pass():
    assert habits.inline_code({
        "templates/base.html": "<script src=\"{% static 'js/theme.js' %}\" defer></script>",
        "templates/mail/base.html": '<p style="color: #111">',
    }) == []
