"""The index by which agents find customers by a part of a name, an address or a number."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models
from django.db.models.functions import Upper

import accounts.querysets


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_cache_table")]

    operations = [
        TrigramExtension(),
        migrations.AddIndex(
            model_name="user",
            index=GinIndex(
                OpClass(Upper("name"), name="gin_trgm_ops"),
                OpClass(Upper("email"), name="gin_trgm_ops"),
                OpClass(accounts.querysets.Digits("phone"), name="gin_trgm_ops"),
                condition=models.Q(("is_active", True), ("is_staff", False)),
                name="customers_as_looked_for",
                fastupdate=False,
            ),
        ),
    ]
