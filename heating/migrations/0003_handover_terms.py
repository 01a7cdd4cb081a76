"""The working days that each step of a handover may take, until the bureau publishes others."""

from datetime import date

from django.db import migrations

FROM = date(2020, 1, 1)
WORKING_DAYS = {
    "registered": 5,
    "noticed": 15,
    "surveyed": 10,
    "planned": 30,
    "consented": 15,
    "signed": 20,
    "accepted": 10,
    "connected": 20,
    "returned": 15,
}


def publish(apps, schema_editor):
    term = apps.get_model("heating", "HandoverStepTerm")
    term.objects.bulk_create(
        term(state=state, working_days=days, valid_from=FROM)
        for state, days in WORKING_DAYS.items()
    )


def withdraw(apps, schema_editor):
    apps.get_model("heating", "HandoverStepTerm").objects.filter(valid_from=FROM).delete()


class Migration(migrations.Migration):
    dependencies = [("heating", "0002_handover")]

    operations = [migrations.RunPython(publish, withdraw, elidable=False)]
