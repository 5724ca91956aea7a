from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_logo")]

    operations = [
        migrations.AddField(
            model_name="question",
            name="default",
            field=models.CharField(
                blank=True,
                help_text="A fixed answer, or requester.name, .email, .phone or .organization.",
                max_length=200,
                verbose_name="stands there at first",
            ),
        ),
    ]
