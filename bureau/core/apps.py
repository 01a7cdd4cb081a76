from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Ground without tables: errors, transitions, clock, scope, embedded servers."""

    name = "bureau.core"
    label = "core"
