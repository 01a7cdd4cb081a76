from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bureau.jobs.choices import JobVerb
from bureau.records import verbs


class JobsConfig(AppConfig):
    """Later? Rows that say what is to be done; Celery only wakes workers up."""

    name = "bureau.jobs"
    label = "jobs"
    verbose_name = _("background tasks")

    def ready(self):
        verbs.register(JobVerb)
