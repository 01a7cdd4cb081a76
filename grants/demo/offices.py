"""The eleven areas of the demo city, a village in each, and who worked there in earlier years.

These people cannot sign in: their accounts have no password. They did the work of 2017 to 2025
and hold no posting any more in the village where today's accounts work.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password

from bureau.core.querysets import COUNTY_LEVEL, VILLAGE_LEVEL
from bureau.people.demo import BEIYUAN_COMMUNITY, CITY
from bureau.people.models import User
from bureau.people.services import grant_posting
from bureau.places.models import Division, ManagingArea
from bureau.places.services import mark_supply_ready

SINCE, UNTIL = date(2017, 1, 1), date(2025, 12, 31)
VILLAGE, TOWN, AREA, WHOLE = "village", "town", "area", "city"
EARLIER = {
    "village": ("former_village", "孟旧村", "village_official", VILLAGE),
    "town": ("former_town", "汤旧镇", "town_reviewer", TOWN),
    "team": ("former_team", "滕验收", "town_team", TOWN),
    "team2": ("former_team2", "骆同验", "town_team", TOWN),
    "county": ("former_county", "管旧县", "county_reviewer", AREA),
    "county2": ("former_county2", "谷复核", "county_reviewer", AREA),
    "clerk": ("former_clerk", "文旧科", "bureau_clerk", WHOLE),
    "chief": ("former_chief", "章旧科", "section_chief", WHOLE),
    "finance": ("former_finance", "金旧账", "finance_clerk", WHOLE),
}


@dataclass(frozen=True, slots=True)
class Office:
    """One area: its village, and who did what there before today's accounts were posted."""

    area: Division | ManagingArea
    village: Division
    who: dict[str, User]

    @property
    def is_home(self) -> bool:
        """Whether today's accounts work here."""
        return self.village.code == BEIYUAN_COMMUNITY


def ready_villages(people: dict[str, User]) -> list[Office]:
    """Post the earlier people everywhere; in the demo city gas and power reach every village."""
    mark_supply_ready(Division.objects.current().of_level(VILLAGE_LEVEL), actor=people["clerk"])
    who = {part: _person(*EARLIER[part][:2]) for part in EARLIER}
    offices = [Office(area, _village(area), who) for area in _areas()]
    for part, user in who.items():
        role, ground = EARLIER[part][2:]
        for place in _grounds(ground, offices):
            grant_posting(user, role, actor=None, valid_from=SINCE, valid_until=UNTIL, **place)
    return offices


def _areas() -> list[Division | ManagingArea]:
    counties = Division.objects.current().of_level(COUNTY_LEVEL).order_by("code")
    return [*counties, *ManagingArea.objects.active().order_by("code")]


def _village(area: Division | ManagingArea) -> Division:
    villages = Division.objects.current().of_level(VILLAGE_LEVEL).order_by("code")
    if isinstance(area, ManagingArea):
        found = villages.filter(managing_area=area)
    else:
        found = villages.filter(scope_path__startswith=area.scope_path, managing_area=None)
    return found.filter(code=BEIYUAN_COMMUNITY).first() or found[0]


def _person(username: str, display_name: str) -> User:
    made, _new = User.objects.update_or_create(
        username=username,
        defaults={
            "display_name": display_name,
            "password": make_password(None),
            "is_demo": True,
            "must_change_password": False,
        },
    )
    return made


def _grounds(ground: str, offices: list[Office]) -> Iterator[dict[str, Any]]:
    if ground == WHOLE:
        yield {"division": Division.objects.get(code=CITY)}
    for office in offices if ground != WHOLE else ():
        if ground == AREA:
            managing = isinstance(office.area, ManagingArea)
            yield {"managing_area" if managing else "division": office.area}
        else:
            yield {"division": office.village.parent if ground == TOWN else office.village}
