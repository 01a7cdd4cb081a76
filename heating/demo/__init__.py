"""What heating tells of the demo city: a registry in all areas, and handovers in every state."""

from bureau.people.models import User
from heating.demo.handovers import seed_handovers
from heating.demo.registry import seed_registry
from heating.models import Substation


def seed(people: dict[str, User], scale: int) -> None:
    """Make the registry (``scale`` stations a community) and tell the handovers, once."""
    if Substation.objects.exists():
        return
    stations = seed_registry(people["clerk"], scale)
    seed_handovers(people, stations)
