"""Whoever is called otherwise is noted as it happens: comparing everybody read all people each minute."""

from django.db import migrations

# What waited to be noticed is made anew.
NOTICED = """
    INSERT INTO tickets_staleentry (ticket_id)
    SELECT t.id FROM tickets_ticket t
    JOIN accounts_user u ON u.id = t.requester_id
    LEFT JOIN accounts_organization o ON o.id = t.organization_id
    LEFT JOIN tickets_searchedname of_user ON of_user.user_id = u.id
    LEFT JOIN tickets_searchedname of_organization ON of_organization.organization_id = o.id
    WHERE of_user.words IS DISTINCT FROM concat_ws(' ', u.name, u.email, u.phone)
        OR of_organization.words IS DISTINCT FROM o.name
    ON CONFLICT DO NOTHING;
    DELETE FROM tickets_searchedname;
"""
# By the database: names are written by forms, by the admin, by commands and in bulk. Whoever is
# renamed while their row is taken waits for that (so the update that changes nothing), or nobody
# would come by again.
NOTES = """
    CREATE FUNCTION tickets_note_name() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_TABLE_NAME = 'accounts_user' THEN
            INSERT INTO tickets_searchedname (user_id) VALUES (NEW.id)
            ON CONFLICT (user_id) DO UPDATE SET user_id = NEW.id;
        ELSE
            INSERT INTO tickets_searchedname (organization_id) VALUES (NEW.id)
            ON CONFLICT (organization_id) DO UPDATE SET organization_id = NEW.id;
        END IF;
        RETURN NULL;
    END
    $$;
    CREATE TRIGGER tickets_note_name AFTER UPDATE ON accounts_user FOR EACH ROW
        WHEN ((OLD.name, OLD.email, OLD.phone) IS DISTINCT FROM (NEW.name, NEW.email, NEW.phone))
        EXECUTE FUNCTION tickets_note_name();
    CREATE TRIGGER tickets_note_name AFTER UPDATE ON accounts_organization FOR EACH ROW
        WHEN (OLD.name IS DISTINCT FROM NEW.name)
        EXECUTE FUNCTION tickets_note_name();
"""
NO_NOTES = """
    DROP TRIGGER tickets_note_name ON accounts_user;
    DROP TRIGGER tickets_note_name ON accounts_organization;
    DROP FUNCTION tickets_note_name();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_customers_as_looked_for"),
        ("tickets", "0016_search"),
    ]

    operations = [
        migrations.RunSQL(NOTICED, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="searchedname", name="words"),
        migrations.RunSQL(NOTES, NO_NOTES),
    ]
