from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bureau.records import facts, verbs
from bureau.records.choices import RecordVerb


class RecordsConfig(AppConfig):
    """What happened? Audit, notes and papers that can hang on any object."""

    name = "bureau.records"
    label = "records"
    verbose_name = _("records")

    def ready(self):
        verbs.register(RecordVerb)
        words = {"count": _("Number of rows"), "total": _("Total (yuan)"), "name": _("Name")}
        facts.register(words)
        paper = self.get_model("Attachment")
        verbs.speak_of(paper, RecordVerb.ATTACH, RecordVerb.WITHDRAW_PAPER)
