"""Celery, which only wakes workers up: what is to be done stands in rows (REL-1)."""

import os

from celery import Celery
from celery.signals import worker_init

NICENESS = 5

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")

app = Celery("bureau")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def give_way(**_signal: object) -> None:
    """Let who waits for a page go before an import or export; the worker's children inherit it."""
    os.nice(NICENESS)
