"""What the subsidies tell of the demo city: claims of 2017 and 2018 in every state."""

from bureau.people.models import User
from grants.demo.claims import seed_claims
from grants.demo.money import seed_money
from grants.demo.offices import ready_villages
from grants.models import Claim


def seed(people: dict[str, User], _scale: int) -> None:
    """Tell the claims of all eleven areas, and what was paid for them, once."""
    if Claim.objects.exists():
        return
    offices = ready_villages(people)
    home = seed_claims(people, offices)
    seed_money(people, offices, home)
