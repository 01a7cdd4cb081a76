from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    """In and out: spreadsheets read through the gate, checked, saved, and written."""

    name = "bureau.exchange"
    label = "exchange"
    verbose_name = _("Import and export")

    def ready(self):
        from bureau.exchange.choices import ExportVerb, ImportVerb  # noqa: PLC0415
        from bureau.records import facts, verbs  # noqa: PLC0415

        verbs.register(ImportVerb)
        verbs.register(ExportVerb)
        facts.register(
            {
                "kind": _("Kind"),
                "format": _("Format"),
                "size": _("Size (bytes)"),
                "sha256": _("Fingerprint"),
            }
        )
