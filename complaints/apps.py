from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    """Complaints and inspection visits; stands on grants."""

    name = "complaints"
    verbose_name = _("complaints and visits")
