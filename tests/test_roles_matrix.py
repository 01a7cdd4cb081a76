"""Every address × every standard role × {own county, other county, none} × every method.

What is expected follows from two texts, the gates of ``tests/access.py`` and the roles of
``tests/duties.py``, and from nothing that the portal itself computes. Roles that hold the very
same are asked as one; a list belongs to no county, so what is on it is for
``tests/test_scope_matrix.py``.
"""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.template.base import Template

from bureau.people.demo import DONGCHANGFU, GAOTANG
from bureau.people.models import Posting, Role, User
from bureau.people.roles import STANDARD_ROLES
from tests.access import LINES, OPEN, OWNER, SEEN, SIGNED_IN, Line
from tests.duties import ROLES
from tests.factories import UserFactory
from tests.grounds import HOME, SINCE, World, division, settled

pytestmark = pytest.mark.django_db

OWN, OTHER = "own county", "other county"
NOWHERE = "none"
GROUNDS = {OWN: DONGCHANGFU, OTHER: GAOTANG}
#: Which permission shows an object; the parts of a whole are shown with it.
SHOWN_BY = {
    "organisation": "people.view_organisation",
    "source": "heating.view_heatsource",
    "estate": "heating.view_estate",
    "claim": "grants.view_claim",
    "claimvillage": "grants.view_claim",
    "sheet": "grants.view_acceptancesheet",
    "draw": "grants.view_reinspectiondraw",
    "drawn": "grants.view_reinspectiondraw",
    "duplicate": "grants.view_duplicatecase",
    "claimpaper": "grants.view_claim",
    "building": "heating.view_building",
    "station": "heating.view_substation",
    "equipment": "heating.view_equipment",
    "zone": "heating.view_zone",
    "handover": "heating.view_handover",
    "defect": "heating.view_handover",
    "paper": "heating.view_handover",
    "filed": "heating.view_handover",
    "photo": "heating.view_substation",
    "note": "heating.view_estate",
    "user": "people.view_user",
    "posting": "people.view_posting",
    "entry": "records.view_auditentry",
    "signin": "people.view_signin",
    "role": "people.view_role",
    "year": "places.view_calendaryear",
    "calendar_day": "places.view_calendarday",
    "document": "documents.view_document",
    "article": "documents.view_document",
    "series": "documents.view_numberseries",
    "division": "places.view_division",
    "alias": "places.view_division",
    "area": "places.view_managingarea",
    "run_town": "places.view_managingarea",
    "notice": "grants.view_publicnotice",
    "item": "grants.view_publicnotice",
    "objection": "grants.view_publicnotice",
    "noticepaper": "grants.view_publicnotice",
    "usecheck": "grants.view_usecheck",
    "policy": "grants.view_policy",
    "rate": "grants.view_policy",
    "target": "grants.view_target",
    "milestone": "grants.view_target",
    "project": "grants.view_villageproject",
    "projectvillage": "grants.view_villageproject",
    "check": "grants.view_villageproject",
    "village": "grants.view_claim",
    "dwelling": "grants.view_dwelling",
    "household": "grants.view_household",
    "member": "grants.view_household",
    "entitlement": "grants.view_entitlement",
    "batch": "grants.view_paymentbatch",
    "line": "grants.view_paymentline",
    "recovery": "grants.view_recovery",
    "fund": "grants.view_fund",
    "allotment": "grants.view_fund",
}
#: The same for everybody who may see such a thing anywhere.
OF_ALL = frozenset(
    ("organisation", "source", "role", "year", "calendar_day", "document", "article", "series")
    + ("area", "run_town", "division", "alias")
    + ("policy", "rate", "target", "milestone")
)
#: Read by everybody who is posted, changed on one's own ground.
PUBLIC = ("division", "alias")
#: The city's own: nobody who is posted to a county changes it; and what they do not see either.
OF_THE_CITY = ("area", "run_town", "number")
UNSEEN = ("number",)
#: Who brings in spreadsheets also needs what at least one kind of them is about.
NEEDED_TOO = {
    "exchange.add_importrun": (
        "heating.add_substation",
        "documents.add_document",
        "grants.add_claim",
        "places.change_calendaryear",
    )
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), settled(HOME) as world:
        yield world


@pytest.fixture(scope="module")
def people(world) -> dict[tuple[str, str], User]:
    """Everybody: a person for each role on each ground, and one without any posting."""
    found = {("", NOWHERE): UserFactory()}
    alike = {held: code for code, held in ROLES.items()}
    for role in Role.objects.filter(code__in=alike.values()):
        for where, place in GROUNDS.items():
            found[role.code, where] = user = UserFactory()
            post = {"user": user, "role": role, "division": division(place)}
            Posting.objects.create(valid_from=SINCE, **post)
    for user in found.values():  # everybody signs in before what is asked is taken back
        world.page(user)
        world.program(user)
    return found


@pytest.fixture(autouse=True)
def only_asked(monkeypatch):
    """Count no call, and draw no page: what stands on them is for others to look at."""
    cache.clear()
    monkeypatch.setattr(Template, "_render", lambda _template, _context: "")


def test_the_roles_hold_what_is_written_here():
    held = {role.code: role.permissions for role in STANDARD_ROLES}
    assert held.keys() == ROLES.keys()
    wider = {code: sorted(held[code] - ROLES[code]) for code in ROLES if held[code] - ROLES[code]}
    lost = {code: sorted(ROLES[code] - held[code]) for code in ROLES if ROLES[code] - held[code]}
    assert (wider, lost) == ({}, {}), "tests/duties.py says otherwise"


def expected(line: Line, method: str, role: str, where: str) -> set[int]:
    """Return the refusal that somebody gets; empty for whom it is not refused."""
    gate, held = line.gates[method], ROLES.get(role, frozenset())
    if gate in (OPEN, SIGNED_IN):
        return set()
    if gate == OWNER:
        return {404}
    if line.subject and not is_shown(line.subject, held, where):
        return {404}
    if gate == SEEN:
        return set()
    reached = line.subject not in OF_THE_CITY and (line.subject not in PUBLIC or where == OWN)
    if not reached or not held.intersection(line.permissions(method)):
        return {403}
    needed = [name for one in line.permissions(method) for name in NEEDED_TOO.get(one, ())]
    return {403} if needed and not held.intersection(needed) else set()


def is_shown(subject: str, held: frozenset[str], where: str) -> bool:
    """Tell whether an object of the own county is shown to somebody."""
    if subject in UNSEEN:
        return False
    return SHOWN_BY[subject] in held and (where == OWN or subject in OF_ALL)


def wrongs(world: World, people: dict, line: Line) -> Iterator[str]:
    """Ask everything and tell each answer that is not the expected one."""
    for (role, where), user in people.items():
        if where == OTHER and not line.subject:
            continue
        for method in line.methods:
            status = world.tried(line, user, method).status_code
            refusal = {status} & {401, 403, 404, 405, 500}
            wanted = expected(line, method, role, where)
            if refusal != wanted:
                yield f"{method} {role or 'nobody'} ({where}): {status}, not {wanted or 'let in'}"


@pytest.mark.parametrize("line", LINES, ids=str)
def test_each_role_everywhere(world, people, line):
    assert list(wrongs(world, people, line)) == []
