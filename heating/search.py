"""What the search of all apps finds in heating: stations, estates, sources, handovers."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.desk.search import Hit, Source, best, by_name, register
from heating.models import Estate, Handover, HeatSource, Substation


def find_stations(user: Any, text: str, limit: int) -> list[Hit]:
    """Find substations by name."""
    rows = Substation.objects.visible_to(user).active().select_related("community__parent__parent")
    return _placed(rows, text, limit)


def find_estates(user: Any, text: str, limit: int) -> list[Hit]:
    """Find estates by name."""
    rows = Estate.objects.visible_to(user).active().select_related("community__parent__parent")
    return _placed(rows, text, limit)


def find_sources(user: Any, text: str, limit: int) -> list[Hit]:
    """Find heat sources by name."""
    rows = best(
        HeatSource.objects.visible_to(user).active(),
        exact=Q(name=text),
        named=by_name(text),
        order="pinyin",
        limit=limit,
    )
    return [
        Hit(row.name, str(row.get_kind_display()), row.get_absolute_url(), row.is_exact)
        for row in rows
    ]


def find_handovers(user: Any, text: str, limit: int) -> list[Hit]:
    """Find handovers by number, by the notice's document number, or by the station's name."""
    named = by_name(text, "station__name", "station__bigrams")
    rows = best(
        Handover.objects.visible_to(user).select_related("station"),
        exact=Q(number=text.upper()) | Q(notice_number=text),
        named=named | Q(number__startswith=text.upper()) | Q(notice_number__startswith=text),
        order="number",
        limit=limit,
    )
    return [
        Hit(
            f"{row.number} {row.station.name}",
            " · ".join(word for word in (row.get_state_display(), row.notice_number) if word),
            row.get_absolute_url(),
            row.is_exact,
        )
        for row in rows
    ]


def _placed(rows: Any, text: str, limit: int) -> list[Hit]:
    found = best(rows, exact=Q(name=text), named=by_name(text), order="pinyin", limit=limit)
    return [Hit(row.name, _where(row.community), row.get_absolute_url(), row.is_exact)
            for row in found]  # fmt: skip


def _where(community: Any) -> str:
    town = community.parent
    names = (town.parent.name if town and town.parent else "", town.name if town else "")
    return " · ".join(name for name in (*names, community.name) if name)


register(
    Source(
        "substations", _("Heat substations"), "building-factory", "heating.view_substation",
        find_stations, "heating:substation_list", 10,
    ),
    Source(
        "estates", _("Estates"), "buildings", "heating.view_estate",
        find_estates, "heating:estate_list", 20,
    ),
    Source(
        "handovers", _("Handovers"), "arrows-exchange", "heating.view_handover",
        find_handovers, "heating:handover_list", 30,
    ),
    Source(
        "sources", _("Heat sources"), "flame", "heating.view_heatsource",
        find_sources, "heating:source_list", 40,
    ),
)  # fmt: skip
