from importlib import import_module

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Ground without tables: errors, transitions, clock, scope, embedded servers."""

    name = "bureau.core"
    label = "core"

    def ready(self) -> None:
        """Register what production must not start with."""
        import_module("bureau.core.refusals")
