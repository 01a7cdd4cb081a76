"""Heating's lines in the menu."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.desk import nav, work
from bureau.desk.nav import Entry
from heating.choices import HandoverVerb
from heating.models import Handover

nav.register(
    Entry(
        _("Heat substations"),
        "heating:substation_list",
        "building-factory",
        "heating.view_substation",
        "heating",
        10,
    ),
    Entry(_("Estates"), "heating:estate_list", "buildings", "heating.view_estate", "heating", 20),
    Entry(
        _("Heat sources"), "heating:source_list", "flame", "heating.view_heatsource", "heating", 30
    ),
    Entry(
        _("Direct supply"),
        "heating:direct_supply",
        "chart-bar",
        "heating.view_householdcount",
        "heating",
        60,
    ),
    Entry(
        _("Handovers"),
        "heating:handover_list",
        "arrows-exchange",
        "heating.view_handover",
        "heating",
        40,
    ),
    Entry(
        _("Handover funnel"),
        "heating:handover_funnel",
        "filter",
        "heating.view_handover",
        "heating",
        50,
    ),
)


@work.register
def handover_steps(user: Any) -> Iterator[work.WorkItem]:
    """Yield the handover steps that wait for ``user``, the most pressing first."""
    waiting = Handover.objects.waiting_for(user).with_row_data().order_by("due_key", "pk")
    for handover in waiting[: work.SHOWN]:
        step = handover.step
        yield work.WorkItem(
            title=f"{handover.number} {handover.station.name}",
            url=f"{handover.get_absolute_url()}#step",
            action=HandoverVerb(step.verb).label if step else "",
            due=handover.step_due_on,
            kind=_("Handover"),
            detail=str(handover.station.community.parent or ""),
            status=handover.state,
            status_label=handover.get_state_display(),
        )
