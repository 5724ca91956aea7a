"""Unsent texts are found by their ticket, and cleared by their age: no query asks for an agent's."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0017_names_that_changed")]

    operations = [migrations.RemoveIndex("turndraft", "unsent_texts_of_agent")]
