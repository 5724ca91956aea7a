"""Planted imports: which arrows between modules the walls see, and which they let pass."""

import pytest

from portal.tests import architecture

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


@pytest.mark.parametrize(
    "path, source, arrow",
    [
        ("tickets/queue.py", "from sla.clocks import on_event", "tickets -> sla.clocks"),
        ("tickets/queue.py", "import sla.clocks as clocks", "tickets -> sla.clocks"),
        ("tickets/queue.py", "from sla import clocks", "tickets -> sla.clocks"),
        ("tickets/queue.py", "from sla import *", "tickets -> sla"),
        ("tickets/queue.py", "def f():\n    import sla.clocks", "tickets -> sla.clocks"),
        (
            "tickets/queue.py",
            "if TYPE_CHECKING:\n    from sla.models import Clock",
            "tickets -> sla.models",
        ),
        ("tickets/queue.py", "from .mail.models import Notice", "tickets -> tickets.mail.models"),
        ("tickets/queue.py", "from tickets import mail", "tickets -> tickets.mail"),
        (
            "tickets/catalog/forms.py",
            "from ..models import Ticket",
            "tickets.catalog -> tickets.models",
        ),
        (
            "tickets/catalog/forms.py",
            "from tickets.models import Ticket",
            "tickets.catalog -> tickets.models",
        ),
        (
            "accounts/services.py",
            "from tickets.catalog.models import Brand",
            "accounts -> tickets.catalog.models",
        ),
        (
            "tickets/mail/relay.py",
            "from tickets import knowledge",
            "tickets.mail -> tickets.knowledge",
        ),
        (
            "tickets/knowledge/search.py",
            "import tickets.mail.models",
            "tickets.knowledge -> tickets.mail.models",
        ),
        ("tickets/mail/relay.py", "import sla.clocks", "tickets.mail -> sla.clocks"),
        ("sla/views.py", "from portal import urls", "sla -> portal.urls"),
        ("tickets/models.py", "models.ForeignKey('sla.Clock')", "tickets -> sla.models"),
        ("tickets/models.py", "models.ForeignKey(to='sla.clock')", "tickets -> sla.models"),
        (
            "tickets/models.py",
            "models.ManyToManyField('accounts.User', through='mail.Notice')",
            "tickets -> tickets.mail.models",
        ),
        ("tickets/queue.py", "apps.get_model('sla', 'Clock')", "tickets -> sla.models"),
        ("tickets/queue.py", "apps.get_model('sla.clock')", "tickets -> sla.models"),
        (
            "tickets/queue.py",
            "apps.get_model(app_label='sla', model_name='x')",
            "tickets -> sla.models",
        ),
        ("tickets/queue.py", "import_string('sla.clocks.on_event')", "tickets -> sla.clocks"),
        (
            "tickets/queue.py",
            "HANDLERS = ['tickets.mail.models.Notice']",
            "tickets -> tickets.mail.models",
        ),
        (
            "tickets/migrations/0001_initial.py",
            "dependencies = [('sla', '0001_initial')]",
            "tickets -> sla.migrations",
        ),
        (
            "tickets/migrations/0001_initial.py",
            "models.ForeignKey(to='sla.clock')",
            "tickets -> sla.models",
        ),
        ("tickets/tests/test_queue.py", "from sla.clocks import on_event", "tickets -> sla.clocks"),
        (
            "tickets/tests/test_queue.py",
            "from portal.urls import urlpatterns",
            "tickets -> portal.urls",
        ),
        ("tickets/queue.py", "from portal.testing import make_ticket", "tickets -> portal.testing"),
    ],
)
def test_an_arrow_to_the_left_is_seen(path, source, arrow):
    line = source.count("\n") + 1

    assert architecture.left_arrows(OTHERS | {path: source}) == [f"{path}:{line} {arrow}"]


@pytest.mark.parametrize(
    "path, source",
    [
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
    ],
)
def test_an_arrow_to_the_right_passes(path, source):
    assert architecture.left_arrows(OTHERS | {path: source}) == []


# --- Arrows inside an app ---------------------------------------------------------------

INSIDE = dict.fromkeys(
    [
        "tickets/querysets.py",
        "tickets/models.py",
        "tickets/permissions.py",
        "tickets/events.py",
        "tickets/services.py",
        "tickets/forms.py",
        "tickets/views.py",
        "tickets/admin.py",
        "tickets/tasks.py",
        "tickets/states.py",
        "tickets/mail/models.py",
        "tickets/mail/forms.py",
    ],
    "",
)


@pytest.mark.parametrize(
    "low, high",
    [
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
    ],
)
def test_an_arrow_to_a_higher_layer_is_seen(low, high):
    planted = {f"tickets/{low}.py": f"def f():\n    from tickets import {high}"}

    assert architecture.upward_arrows(INSIDE | planted) == [
        f"tickets/{low}.py:2 tickets.{low} -> tickets.{high}"
    ]


def test_an_arrow_to_a_higher_layer_is_seen_through_other_modules():
    planted = {
        "tickets/services.py": "from tickets import uploads",
        "tickets/uploads.py": "from tickets import files",
        "tickets/files.py": "from tickets.forms import FileForm",
    }

    assert architecture.upward_arrows(INSIDE | planted) == [
        "tickets/services.py:1 tickets.services -> tickets.forms"
    ]


def test_an_arrow_to_a_higher_layer_is_seen_across_apps():
    planted = {"tickets/mail/models.py": "from tickets.services import reply"}

    assert architecture.upward_arrows(INSIDE | planted) == [
        "tickets/mail/models.py:1 tickets.mail.models -> tickets.services"
    ]


def test_models_of_other_apps_are_open_to_every_layer():
    planted = {"tickets/mail/querysets.py": "from tickets.models import Ticket"}

    assert architecture.upward_arrows(INSIDE | planted) == []


def test_what_settings_name_is_no_arrow_of_who_reads_settings():
    command = {"portal/management/commands/run.py": "from portal.celery import app"}
    celery = {"portal/celery.py": "settings = 'portal.settings'"}
    names_it = {"portal/settings.py": "ROOT_URLCONF = 'portal.urls'"}
    imports_it = {"portal/settings.py": "from portal import urls"}

    assert architecture.upward_arrows(OTHERS | command | celery | names_it) == []
    assert architecture.upward_arrows(OTHERS | command | celery | imports_it) == [
        "portal/management/commands/run.py:1 portal.management.commands.run -> portal.urls"
    ]


def test_tests_and_migrations_belong_to_no_layer():
    planted = {
        "tickets/tests/models.py": "from tickets import services",
        "tickets/migrations/0002_more.py": "from tickets import services",
    }

    assert architecture.upward_arrows(INSIDE | planted) == []


@pytest.mark.parametrize(
    "path, source, arrow",
    [
        ("sla/engine.py", "from django.conf import settings", "sla.engine -> django.conf.settings"),
        (
            "sla/engine.py",
            "def f():\n    import django.utils.timezone",
            "sla.engine -> django.utils.timezone",
        ),
        ("sla/engine.py", "from sla.models import Clock", "sla.engine -> sla.models"),
        ("sla/log.py", "from tickets import models", "sla.log -> tickets.models"),
        (
            "tickets/states.py",
            "from django.db import connection",
            "tickets.states -> django.db.connection",
        ),
        (
            "tickets/catalog/conditions.py",
            "from django.utils.translation import gettext",
            "tickets.catalog.conditions -> django.utils.translation.gettext",
        ),
    ],
)
def test_thinking_that_needs_django_is_seen(path, source, arrow):
    line = source.count("\n") + 1

    assert architecture.impure_thinking(OTHERS | {path: source}) == [f"{path}:{line} {arrow}"]


def test_states_may_name_and_translate_themselves():
    source = "from django.db import models\nfrom django.utils.translation import gettext_lazy as _"

    assert architecture.impure_thinking({"tickets/states.py": source}) == []
