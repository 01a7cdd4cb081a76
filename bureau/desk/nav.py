"""The menu: every app's ``nav.py`` registers its entries; only permitted ones are drawn."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.core.addresses import address


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the menu."""

    key: str
    label: Any
    order: int = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu: shown to whoever holds ``permission`` (empty: everybody)."""

    label: Any
    url_name: str
    icon: str = "folder"
    permission: str = ""
    section: str = ""
    order: int = 50

    @property
    def url(self) -> str:
        """Where the line leads; empty while the app has no such page."""
        return address(self.url_name)


@dataclass(frozen=True, slots=True)
class Menu:
    """The lines that one reader may open."""

    entries: tuple[Entry, ...]

    @property
    def steady_key(self) -> tuple[str, ...]:
        """What the menu shows: readers who may open the same see the same."""
        return tuple(entry.url_name for entry in self.entries)

    @property
    def sections(self) -> list[tuple[Section, list[Entry]]]:
        """The sections with their lines."""
        groups: dict[str, list[Entry]] = {}
        for entry in self.entries:
            groups.setdefault(entry.section, []).append(entry)
        heads = sorted(_sections.values(), key=lambda one: one.order)
        return [(head, groups[head.key]) for head in heads if head.key in groups]

    def current(self, path: str) -> str:
        """Return the address of the line in hand, the longest that covers ``path``."""
        covering = (entry.url for entry in self.entries if _covers(entry.url, path))
        return max(covering, key=len, default="")


_sections: dict[str, Section] = {}
_entries: dict[str, Entry] = {}


def section(key: str, label: Any, order: int = 50) -> None:
    """Add a heading; the same key again replaces it."""
    _sections[key] = Section(key, label, order)


def register(*entries: Entry) -> None:
    """Add lines to the menu."""
    for entry in entries:
        _entries[entry.url_name] = entry


def menu(user: Any) -> Menu:
    """Return the lines that ``user`` may open, asked anew in every request."""
    if not user.is_authenticated:
        return Menu(())
    permitted = (
        entry
        for entry in sorted(_entries.values(), key=lambda one: one.order)
        if entry.url and (not entry.permission or user.has_perm(entry.permission))
    )
    return Menu(tuple(permitted))


def _covers(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


section("", "", 0)
section("heating", _("District heating"), 20)
section("ground", _("Ground"), 60)
section("papers", _("Papers"), 70)
section("exchange", _("In and out"), 80)
section("office", _("Office"), 90)
register(
    Entry(_("My work"), "desk:home", "checklist", order=1),
    Entry(_("Watched"), "desk:watching", "eye", order=2),
    Entry(
        _("Organisations"),
        "desk:organisation_list",
        "building",
        "people.view_organisation",
        "ground",
        10,
    ),
    Entry(_("Places"), "desk:division_list", "map-pin", "places.view_division", "ground", 20),
    Entry(
        _("Managing areas"),
        "desk:managingarea_list",
        "map-2",
        "places.view_managingarea",
        "ground",
        25,
    ),
    Entry(
        _("Work calendar"),
        "desk:calendaryear_list",
        "calendar",
        "places.view_calendaryear",
        "ground",
        30,
    ),
    Entry(
        _("Documents"), "desk:document_list", "file-text", "documents.view_document", "papers", 10
    ),
    Entry(
        _("Document numbers"),
        "desk:documentnumber_list",
        "file-check",
        "documents.view_documentnumber",
        "papers",
        20,
    ),
    Entry(
        _("Number series"),
        "desk:numberseries_list",
        "list-check",
        "documents.view_numberseries",
        "papers",
        30,
    ),
    Entry(
        _("Imports"),
        "exchange:import_list",
        "table-import",
        "exchange.view_importrun",
        "exchange",
        10,
    ),
    Entry(_("Tasks"), "jobs:job_list", "list-check", "", "exchange", 90),
    Entry(_("Bulk changes"), "desk:bulkrun_list", "adjustments-horizontal", "", "exchange", 95),
    Entry(_("Users"), "desk:user_list", "users", "people.view_user", "office", 10),
    Entry(_("Roles"), "desk:role_list", "shield", "people.view_role", "office", 12),
    Entry(_("Postings"), "desk:posting_list", "id-badge-2", "people.view_posting", "office", 14),
    Entry(_("Delegations"), "desk:delegation_list", "user-share", "", "office", 16),
    Entry(_("Sign-in log"), "desk:signin_list", "login", "people.view_signin", "office", 18),
    Entry(
        _("Audit log"), "desk:auditentry_list", "history", "records.view_auditentry", "office", 20
    ),
)
