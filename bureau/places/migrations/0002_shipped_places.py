from django.db import migrations

from bureau.places import shipped


def load(apps, schema_editor):
    shipped.load(lambda name: apps.get_model("places", name))


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
