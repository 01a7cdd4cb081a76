"""The people of the demo city: one table, from which tests take their cast as well.

All names are made up. The passwords are known to everybody: production refuses to start while
one of these accounts may sign in.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from bureau.people import services
from bureau.people.choices import OrganisationKind
from bureau.people.models import Organisation, Posting, User
from bureau.places.models import Division

PASSWORD = "demo-2026"  # noqa: S105 - printed at every start of the demo
POSTED_SINCE = date(2026, 1, 1)

CITY = "371500000000"
DONGCHANGFU = "371502000000"
GAOTANG = "371526000000"
XINQU_STREET = "371502003000"
BEIYUAN_COMMUNITY = "371502003010"
HEATING_COMPANY = (OrganisationKind.HEATING_COMPANY, "聊城热电")
PROPERTY_COMPANY = (OrganisationKind.PROPERTY_COMPANY, "北苑物业服务有限公司")


@dataclass(frozen=True, slots=True)
class Person:
    """One account: its name, its role, and the place code or organisation it is posted to."""

    display_name: str
    role: str
    ground: str | tuple[OrganisationKind, str]


PEOPLE = {
    "admin": Person("任志远", "system_admin", CITY),
    "security": Person("路安平", "security_admin", CITY),
    "audit": Person("卞明鉴", "audit_admin", CITY),
    "auditor": Person("沈明察", "auditor", CITY),
    "clerk": Person("许文清", "bureau_clerk", CITY),
    "clerk2": Person("付晓琳", "bureau_clerk", CITY),
    "chief": Person("郭建功", "section_chief", CITY),
    "leader": Person("秦守正", "bureau_leader", CITY),
    "legal": Person("方律言", "legal_reviewer", CITY),
    "inspector": Person("马踏实", "inspector", CITY),
    "inspector2": Person("孙巧燕", "inspector", CITY),
    "company": Person("岳温良", "company_officer", HEATING_COMPANY),
    "property": Person("苗家和", "property_contact", PROPERTY_COMPANY),
    "village": Person("李保田", "village_official", BEIYUAN_COMMUNITY),
    "town": Person("侯镇宁", "town_reviewer", XINQU_STREET),
    "town2": Person("田雨禾", "town_reviewer", XINQU_STREET),
    "town_team": Person("石坚", "town_team", XINQU_STREET),
    "town_team2": Person("白验真", "town_team", XINQU_STREET),
    "county": Person("东方晓", "county_reviewer", DONGCHANGFU),
    "county2": Person("昌国兴", "county_reviewer", DONGCHANGFU),
    "finance": Person("钱算盘", "finance_clerk", CITY),
    "outsider": Person("高远", "county_reviewer", GAOTANG),
}


def seed_people(password: str = PASSWORD) -> dict[str, User]:
    """Make or refresh all demo accounts with their postings and return them by user name."""
    hashed = make_password(password)
    return {username: seed_person(username, hashed) for username in PEOPLE}


@transaction.atomic
def seed_person(username: str, hashed_password: str) -> User:
    """Make or refresh one account of the table; it never has to change its password."""
    person = PEOPLE[username]
    user, _created = User.objects.update_or_create(
        username=username,
        defaults={
            "display_name": person.display_name,
            "password": hashed_password,
            "is_active": True,
            "is_demo": True,
            "must_change_password": False,
        },
    )
    ground = _ground(person.ground)
    if not Posting.objects.on().filter(user=user, role__code=person.role, **ground).exists():
        services.grant_posting(user, person.role, actor=None, valid_from=POSTED_SINCE, **ground)
    return user


def _ground(place: str | tuple[OrganisationKind, str]) -> dict[str, Any]:
    if isinstance(place, str):
        return {"division": Division.objects.get(code=place)}
    kind, name = place
    found = Organisation.objects.filter(kind=kind, name=name).first()
    if found is None:
        found = services.organisations.register(actor=None, kind=kind, name=name)
    return {"organisation": found}
