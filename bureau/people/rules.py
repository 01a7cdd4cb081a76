"""Who stands above whom, which role fits which ground, and what one person may not hold at once.

Pure arithmetic on words: no row is read here.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bureau.people.choices import AdminPost, GroundKind

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters of one-time passwords: none that are mistaken for one another on paper."""

LEVELS = {
    2: GroundKind.CITY,
    3: GroundKind.COUNTY,
    4: GroundKind.TOWN,
    5: GroundKind.VILLAGE,
}
OFFICE = frozenset({GroundKind.CITY, GroundKind.COUNTY, GroundKind.MANAGING_AREA})

#: On which kind of ground a delivered role makes sense; a role that is not named fits anywhere.
FITS: dict[str, frozenset[GroundKind]] = {
    "bureau_clerk": OFFICE,
    "section_chief": OFFICE,
    "bureau_leader": OFFICE,
    "legal_reviewer": OFFICE,
    "finance_clerk": OFFICE,
    "auditor": OFFICE,
    "inspector": OFFICE | {GroundKind.TOWN},
    "county_reviewer": frozenset({GroundKind.COUNTY, GroundKind.MANAGING_AREA}),
    "town_reviewer": frozenset({GroundKind.TOWN}),
    "town_team": frozenset({GroundKind.TOWN}),
    "village_official": frozenset({GroundKind.VILLAGE}),
    "company_officer": frozenset({GroundKind.HEATING_COMPANY}),
    "property_contact": frozenset({GroundKind.PROPERTY_COMPANY}),
    "system_admin": frozenset({GroundKind.CITY}),
    "security_admin": frozenset({GroundKind.CITY}),
    "audit_admin": frozenset({GroundKind.CITY}),
}

#: The three administrations of a graded information system (MLPS: 三员); each has its own people.
POSTS = {
    "system_admin": AdminPost.SYSTEM,
    "security_admin": AdminPost.SECURITY,
    "audit_admin": AdminPost.AUDIT,
}
RESERVED: dict[AdminPost, frozenset[str]] = {
    AdminPost.SYSTEM: frozenset({"people.add_user", "people.change_user", "people.close_user"}),
    AdminPost.SECURITY: frozenset(
        {
            "people.add_posting",
            "people.change_posting",
            "people.add_delegation",
            "people.change_delegation",
            "people.change_apitoken",
            "people.add_role",
            "people.change_role",
            "people.archive_role",
        }
    ),
    AdminPost.AUDIT: frozenset(),
}
AUDIT_READS = frozenset({"records.view_auditentry", "records.view_auditseal", "people.view_signin"})
#: Apps whose permissions an administrator may hold; business apps are all others.
FOUNDATION = frozenset(
    {"core", "records", "places", "people", "documents", "jobs", "reminders", "exchange", "desk"}
)


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a posting holds: a division by its scope path, a managing area, or an organisation.

    ``run_by`` is the managing area that runs the division instead of its county.
    """

    kind: GroundKind
    path: str = ""
    run_by: int | None = None
    area: int | None = None


def fits(base: str, kind: GroundKind) -> bool:
    """Whether a role that is, or varies, the standard role ``base`` makes sense on a ground."""
    return kind in FITS.get(base, frozenset(GroundKind))


def strictly_covers(above: Ground, below: Ground) -> bool:
    """Whether ``above`` is a superior office of ``below``: over it, and not on the same ground."""
    if above.kind == GroundKind.CITY:
        return below.kind != GroundKind.CITY
    if above.kind == GroundKind.MANAGING_AREA:
        return below.run_by is not None and below.run_by == above.area
    if above.kind not in (GroundKind.COUNTY, GroundKind.TOWN):
        return False
    inside = bool(below.path) and below.path != above.path and below.path.startswith(above.path)
    return inside and (above.kind != GroundKind.COUNTY or below.run_by is None)


def is_superior(grounds: Collection[Ground], held: Collection[Ground]) -> bool:
    """Whether one of ``grounds`` strictly covers everything that somebody holds.

    Somebody who holds nothing has no superior office but the system administrator.
    """
    return bool(held) and any(all(strictly_covers(one, each) for each in held) for one in grounds)


def post_of(base: str) -> AdminPost | None:
    """Return the separate post that a role, by its standard role, belongs to; None for business."""
    return POSTS.get(base)


def clash(posts: Iterable[AdminPost | None]) -> bool:
    """Whether one person would hold two separate posts, or a separate post beside business."""
    found = set(posts)
    return len(found) > 1 and any(post is not None for post in found)


def strange_to(post: AdminPost | None, permissions: Iterable[str]) -> list[str]:
    """Return those permissions that a role of ``post`` may not hold, sorted."""
    return sorted(name for name in permissions if _is_strange(post, name))


def _is_strange(post: AdminPost | None, permission: str) -> bool:
    owner = next((one for one, names in RESERVED.items() if permission in names), None)
    if owner is not None:
        return owner != post
    if post is None:
        return False
    if permission in AUDIT_READS:
        return post != AdminPost.AUDIT
    return permission.partition(".")[0] not in FOUNDATION


def browser_in_words(agent: str) -> str:
    """Return "Chrome 131 · Windows" of what a browser says of itself; empty if it says nothing."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    mark = next((mark for mark, _name in _BROWSERS if mark in agent), "")
    version = _leading_digits(agent.partition(mark)[2]) if mark else ""
    named = f"{browser} {version}".strip()
    return " · ".join(word for word in (named, system) if word) or agent.split("/")[0][:30]


_BROWSERS = (
    ("MicroMessenger/", "WeChat"),
    ("DingTalk/", "DingTalk"),
    ("QQBrowser/", "QQ Browser"),
    ("QIHU 360", "360 Browser"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("HeadlessChrome/", "Chrome"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("UOS", "UOS"),
    ("Kylin", "Kylin"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def _leading_digits(text: str) -> str:
    end = next((at for at, letter in enumerate(text) if not letter.isdigit()), len(text))
    return text[:end]
