"""Heating's lines in the menu."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.desk import nav, work
from bureau.desk.nav import Entry
from heating.choices import HandoverVerb
from heating.models import Handover
from heating.rules.handover import PERMISSIONS

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
        label = HandoverVerb(step.verb).label if step else ""
        yield _item(handover, f"{handover.get_absolute_url()}#step", label, _("Handover"))


@work.register
def late_handovers(user: Any) -> Iterator[work.WorkItem]:
    """Yield the late handovers in view of people who take no step themselves but answer for it."""
    if any(user.has_perm(permission) for permission in PERMISSIONS):
        return
    late = Handover.objects.visible_to(user).overdue(clock.today()).with_row_data()
    for handover in late.order_by("due_key", "pk")[: work.SHOWN]:
        label, kind = _("See who holds it"), _("Late handover in your area")
        yield _item(handover, handover.get_absolute_url(), label, kind)


def _item(handover: Handover, url: str, action: Any, kind: Any) -> work.WorkItem:
    return work.WorkItem(
        title=f"{handover.number} {handover.station.name}",
        url=url,
        action=action,
        due=handover.step_due_on,
        kind=kind,
        detail=str(handover.station.community.parent or ""),
        status=handover.state,
        status_label=handover.get_state_display(),
    )
