from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bureau.places.choices import PlaceVerb
from bureau.records import verbs


class PlacesConfig(AppConfig):
    """Where things are: the division tree, managing areas and the work calendar."""

    name = "bureau.places"
    label = "places"
    verbose_name = _("places")

    def ready(self) -> None:
        verbs.register(PlaceVerb)
