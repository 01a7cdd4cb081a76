from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GrantsConfig(AppConfig):
    """Clean-heating retrofit subsidies; stands on heating."""

    name = "grants"
    label = "grants"
    verbose_name = _("clean-heating subsidies")

    def ready(self) -> None:
        """Make histories readable; let the calendar fill last days."""
        from django.db.models.signals import post_save  # noqa: PLC0415

        from grants import histories  # noqa: PLC0415 - apps are loaded only now
        from grants.services import notice_clock  # noqa: PLC0415

        histories.make_readable()
        post_save.connect(
            notice_clock.when_published,
            sender="places.CalendarYear",
            dispatch_uid="grants.notice_clock",
        )
