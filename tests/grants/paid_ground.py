"""What of payments stands on a ground: a paid entitlement, its batch, a recovery, a fund."""

from datetime import date
from decimal import Decimal
from typing import Any

from bureau.desk.area_field import places_of
from bureau.places.models import Division
from grants.services.bank_files import export_batch
from grants.services.batches import approve_business, approve_finance, create_batch, lock_batch
from grants.services.funds import allot, funds
from grants.services.recoveries import announce_recovery
from tests.cast import person
from tests.factories import PostingFactory, UserFactory
from tests.grants.paid_story import a_claim, a_household, answer, build_of


def payments_on_ground(mark: str, community: Division) -> dict[str, Any]:
    """Pay one household of a village; words of people carry the ground's mark."""
    area = community.managing_area or community.parent.parent
    clerk, chief, finance = (person(name) for name in ("clerk", "chief", "finance"))
    (row,) = build_of([a_claim(a_household(community, f"{mark}领户"))])
    batch = lock_batch(create_batch(area, actor=clerk, kind="build", fiscal_year=2018), actor=clerk)
    fund = funds.register(
        actor=finance, document=f"{mark}文", level="county", fiscal_year=2018,
        received_on=date(2018, 5, 1), amount=Decimal(90_000), **places_of(area),
    )  # fmt: skip
    allotment = allot(fund, batch=batch, amount=Decimal(1000), actor=finance)
    batch = approve_finance(approve_business(batch, actor=chief), actor=finance)
    batch = answer(export_batch(batch, actor=finance), actor=finance)
    recovery = announce_recovery(
        row, actor=_reviewer(area), amount=Decimal(100), reason=f"{mark}追缴"
    )
    return {
        "entitlement": row,
        "batch": batch,
        "line": batch.lines.get(),
        "fund": fund,
        "allotment": allotment,
        "recovery": recovery,
    }


def _reviewer(area: Any) -> Any:
    """Return a reviewer of the city: recoveries are announced wherever the ground lies."""
    user = UserFactory()
    PostingFactory(user=user, role_code="county_reviewer")
    return user
