"""What an imported ledger of substations is doubted or refused for."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LedgerSlip(TextChoices):
    """What an imported ledger may say wrong, and what the import adds by itself."""

    UNKNOWN_MODE = (
        "unknown_mode",
        _("“%(value)s” is no way to manage a station. Write one of: %(choices)s."),
    )
    MANAGER_MISSING = (
        "manager_missing",
        _(
            "The station is not run by the heating company, but the managing unit is empty. "
            "Fill it in, or write 自管 where the owners run it themselves."
        ),
    )
    MANAGER_IGNORED = (
        "manager_ignored",
        _("The station is company-run, so the managing unit “%(name)s” is not taken over."),
    )
    ORGANISATION_CREATED = (
        "organisation_created",
        _("“%(name)s” is not registered yet and will be added as an organisation."),
    )
    ESTATE_CREATED = (
        "estate_created",
        _("The estate “%(name)s” is not registered here yet and will be added."),
    )
    SOURCE_CREATED = (
        "source_created",
        _("The heat source “%(name)s” is not registered yet and will be added."),
    )
    MANAGEMENT_CHANGED = (
        "management_changed",
        _("The management recorded since %(since)s will end today and the new one begin."),
    )
