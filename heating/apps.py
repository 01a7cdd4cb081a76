from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HeatingConfig(AppConfig):
    """Heat sources, estates, substations and their handover."""

    name = "heating"
    label = "heating"
    verbose_name = _("Heating")

    def ready(self) -> None:
        """Make the audit's verbs readable, and let the calendar fill the handovers' due dates."""
        from django.db.models.signals import post_save  # noqa: PLC0415

        from bureau.records import facts, kinds, verbs  # noqa: PLC0415 - apps are loaded only now
        from heating import choices, models  # noqa: PLC0415
        from heating.services import handover_clock  # noqa: PLC0415

        verbs.register(choices.RegistryVerb)
        verbs.register(choices.HandoverVerb, noun="heating.handover")
        verbs.register(choices.HandoverEvent)
        kinds.register(choices.HandoverPaper)
        facts.register({"signatures": _("Signatures")})
        done = choices.RegistryVerb
        verbs.speak_of(models.Building, done.RECORD_BUILDING, done.REMOVE_BUILDING)
        verbs.speak_of(models.HouseholdCount, done.RECORD_COUNT)
        verbs.speak_of(models.ManagementPeriod, done.CHANGE_MANAGEMENT)
        verbs.speak_of(models.Equipment, done.RECORD_EQUIPMENT, done.REMOVE_EQUIPMENT)
        verbs.speak_of(models.Zone, done.RECORD_ZONE, done.REMOVE_ZONE)
        post_save.connect(
            handover_clock.when_published,
            sender="places.CalendarYear",
            dispatch_uid="heating.handover_clock",
        )
