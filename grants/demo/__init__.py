"""What the subsidies tell of the demo city: claims of 2017 and 2018 in every state."""

from bureau.people.models import User
from grants.demo.claims import YEARS, seed_elsewhere, seed_today, tell_home
from grants.demo.money import Payer, pay_builds, seed_money
from grants.demo.offices import ready_villages
from grants.demo.seldom import seed_seldom
from grants.models import Claim
from grants.services.progress import refresh_progress


def seed(people: dict[str, User], _scale: int) -> None:
    """Tell the claims of all eleven areas, and what was paid for them, once."""
    if Claim.objects.exists():
        return
    offices = ready_villages(people)
    home = next(office for office in offices if office.is_home)
    for year in YEARS:
        tell_home(home, year)
        pay_builds(Payer.of(home), year)
    seed_elsewhere([office for office in offices if office is not home])
    seed_today(home, people)
    seed_money(people, offices, home)
    seed_seldom(people, home)
    refresh_progress()
