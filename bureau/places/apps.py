from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bureau.places.choices import PlaceVerb
from bureau.records import facts, verbs


class PlacesConfig(AppConfig):
    """Where things are: the division tree, managing areas and the work calendar."""

    name = "bureau.places"
    label = "places"
    verbose_name = _("places")

    def ready(self) -> None:
        verbs.register(PlaceVerb)
        alias, day = self.get_model("DivisionAlias"), self.get_model("CalendarDay")
        verbs.speak_of(alias, PlaceVerb.ADD_ALIAS, PlaceVerb.REMOVE_ALIAS)
        verbs.speak_of(day, PlaceVerb.ADD_DAY, PlaceVerb.REMOVE_DAY)
        facts.register({"divisions": _("Places that went along"), "days": _("Days")})
