"""What other pages show of handovers."""

from typing import Any

from django.urls import reverse

from bureau.core.errors import BusinessError
from bureau.desk.views.base import NO_PERMISSION, Action
from heating.choices import HandoverVerb
from heating.models import Substation
from heating.rules.handover import MAY_REGISTER
from heating.services.handover_opening import against_registering


def register_action(user: Any, station: Substation) -> Action:
    """Return the button that begins a handover of the station, or says why none can begin."""
    reason: Any = ""
    if not user.can(MAY_REGISTER, station):
        reason = NO_PERMISSION
    elif refused := against_registering(station):
        reason = BusinessError(refused.code, **refused.values).sentence
    return Action(
        HandoverVerb.REGISTER.value,
        HandoverVerb.REGISTER.label,
        f"{reverse('heating:handover_create')}?station={station.pk}",
        enabled=not reason,
        reason=reason,
        method="get",
        kind="primary",
        icon="arrows-exchange",
    )
