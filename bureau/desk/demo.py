"""What the portal's own people find in the demo city: a posting that ends soon."""

from datetime import timedelta

from bureau.core import clock
from bureau.people.demo import GAOTANG
from bureau.people.models import Posting, User
from bureau.people.services import grant_posting
from bureau.places.models import Division

STAND_IN = timedelta(days=20)


def seed(people: dict[str, User], _scale: int) -> None:
    """Post the second inspector to a county for a while."""
    gaotang, today = Division.objects.get(code=GAOTANG), clock.today()
    stand_in = {"user": people["inspector2"], "division": gaotang}
    if not Posting.objects.filter(**stand_in).exists():
        grant_posting(
            people["inspector2"],
            "inspector",
            actor=people["security"],
            valid_from=today - STAND_IN,
            valid_until=today + STAND_IN,
            division=gaotang,
        )
