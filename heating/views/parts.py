"""What the pages of the registry share."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.desk.views import Action


def sheet_action(name: str, pk: int) -> Action:
    """Return the button to an object's printed sheet."""
    return Action("sheet", _("Print"), reverse(name, args=[pk]), method="get", icon="printer")
