from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from bureau.desk.choices import ListVerb, SearchVerb
from bureau.records import facts, verbs


class DeskConfig(AppConfig):
    """On screen: the registry kit that turns a noun into pages."""

    name = "bureau.desk"
    label = "desk"
    verbose_name = _("On screen")

    def ready(self) -> None:
        """Let every app announce its menu entries, panels and waiting work; name our verbs."""
        verbs.register(ListVerb)
        verbs.register(SearchVerb)
        facts.register(
            {
                "list": _("List"),
                "change": _("What is done"),
                "found": _("Found"),
                "index": _("Blind index"),
            }
        )
        autodiscover_modules("nav", "panels", "office", "search", "search_sources", "expiry")
