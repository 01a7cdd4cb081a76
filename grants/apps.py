from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GrantsConfig(AppConfig):
    """Clean-heating retrofit subsidies; stands on heating."""

    name = "grants"
    verbose_name = _("clean-heating subsidies")
