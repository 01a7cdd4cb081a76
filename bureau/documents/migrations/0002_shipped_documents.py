from django.db import migrations

from bureau.documents import shipped


def load(apps, schema_editor):
    shipped.load(lambda name: apps.get_model("documents", name))


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_registers")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
