"""The scope of what belongs to one of the eleven areas that review, pay and report."""

from typing import Self

from django.db.models import Q

from bureau.core.querysets import COUNTY_LEVEL, EVERYTHING, NOTHING, Area, BaseQuerySet
from bureau.places.models import Division


class OfAreaQuerySet(BaseQuerySet):
    """Rows of a county or a managing area; towns and villages do not see them."""

    def within(self, area: Area) -> Q:
        """Return the condition for rows of the county or managing area of one posting."""
        if area.is_city:
            return EVERYTHING
        if area.managing_area_id is not None:
            return Q(managing_area_id=area.managing_area_id)
        if area.level == COUNTY_LEVEL:
            return Q(division__scope_path=area.division_path)
        return NOTHING

    def of_village(self, village: Division) -> Self:
        """Return the rows of the area that runs ``village``."""
        if village.managing_area_id is not None:
            return self.filter(managing_area_id=village.managing_area_id)
        county = "/".join(village.scope_path.split("/")[:2]) + "/"
        return self.filter(division__scope_path=county)
