"""How words become an index, and what its upkeep must know; tickets that are there are indexed by a task."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Word forms are one word ("schedules", "schedule"), and none is left out: IT is a department, and
# Will a name. What is no word (numbers, codes) stays as it is.
CONFIGURATION = """
    CREATE TEXT SEARCH DICTIONARY tickets_stem (TEMPLATE = snowball, LANGUAGE = english);
    CREATE TEXT SEARCH CONFIGURATION tickets_search (COPY = simple);
    ALTER TEXT SEARCH CONFIGURATION tickets_search
        ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part
        WITH tickets_stem;
"""
NO_CONFIGURATION = """
    DROP TEXT SEARCH CONFIGURATION tickets_search;
    DROP TEXT SEARCH DICTIONARY tickets_stem;
"""
# Accents go, and punctuation parts words, so that an address or a number is found by its parts.
# What is indexed of one text is bounded: PostgreSQL refuses a megabyte of words.
FUNCTION = r"""
    CREATE FUNCTION tickets_words(said text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT to_tsvector('tickets_search'::regconfig, left(regexp_replace(regexp_replace(
            normalize(left(said, 200000), NFKD), '[\u0300-\u036f]', '', 'g'
        ), '[!-/:-@\[-`{-~]', ' ', 'g'), 200000))
    $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_cache_table"),
        ("tickets", "0015_calls"),
    ]

    operations = [
        migrations.RunSQL(CONFIGURATION, NO_CONFIGURATION),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION tickets_words(text)"),
        migrations.CreateModel(
            name="StaleEntry",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="stale_entry",
                        serialize=False,
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "search entry to be made anew",
                "verbose_name_plural": "search entries to be made anew",
            },
        ),
        migrations.CreateModel(
            name="SearchedName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.TextField()),
                (
                    "organization",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="searched_name",
                        to="accounts.organization",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="searched_name",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "searched name",
                "verbose_name_plural": "searched names",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("user__isnull", False))
                        ^ models.Q(("organization__isnull", False)),
                        name="name_of_one",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            "INSERT INTO tickets_staleentry (ticket_id) SELECT id FROM tickets_ticket",
            migrations.RunSQL.noop,
        ),
    ]
