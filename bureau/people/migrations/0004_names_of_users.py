from django.db import migrations

from bureau.core import bigrams, pinyin


def fill(apps, _editor):
    """Give the accounts that are there already what their names are found and sorted by."""
    accounts = apps.get_model("people.User").objects
    for user in accounts.only("pk", "username", "display_name").iterator():
        accounts.filter(pk=user.pk).update(
            pinyin=pinyin.sort_key(user.display_name or user.username),
            bigrams=bigrams.of(user.display_name, user.username),
        )


class Migration(migrations.Migration):
    dependencies = [("people", "0003_users_sessions_sign_ins")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
