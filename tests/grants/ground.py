"""What of the subsidies stands on a ground, and what belongs to all grounds."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bureau.core import clock
from bureau.documents.models import Document
from bureau.places.models import Division
from bureau.records.models import Attachment
from bureau.records.services import attach
from grants.models import (
    AcceptanceSheet,
    Claim,
    DuplicateCase,
    NoticeItem,
    Objection,
    PublicNotice,
    Reinspection,
    ReinspectionDraw,
    Target,
    UseCheck,
    UseCheckLine,
)
from grants.services.members import add_member
from grants.services.policies import policies, record_rate
from grants.services.targets import projects, record_check, record_milestone, record_village
from tests.cast import person
from tests.factories import OrganisationFactory
from tests.grants.claim_story import a_claim, a_household, a_village, photo
from tests.grants.paid_ground import payments_on_ground


def settle_grants(mark: str, community: Division) -> dict[str, Any]:
    """Put one of everything of the subsidies into a village; its words carry the ground's mark."""
    clerk = person("clerk")
    project = projects.register(
        actor=clerk, name=f"{mark}标段", village=community, programme_year=2018,
        technology="coal_to_gas", contractor=OrganisationFactory(),
    )  # fmt: skip
    neighbour = Division.objects.filter(parent=community.parent).exclude(pk=community.pk).first()
    day = {"checked_on": date(2018, 6, 1), "checked_by": f"{mark}质检", "passed": True, "note": ""}
    household = a_household(a_village(community.code), name=f"{mark}户")
    claim = a_claim(household, actor=clerk, device_brand=f"{mark}牌", device_serial=f"{mark}号")
    shared = {"gas_account": f"{mark[:3]}气"}
    a_claim(a_household(household.dwelling.village, **shared), actor=clerk)
    a_claim(a_household(household.dwelling.village, **shared), actor=clerk)
    draw = ReinspectionDraw.objects.create(
        village=community, programme_year=2018, seed=f"{mark}种子", population=1,
        drawn_at=clock.now(), drawn_by=clerk, claim_ids=[claim.pk],
    )  # fmt: skip
    return {
        "village": community,
        "claimvillage": community,
        "household": household,
        "dwelling": household.dwelling,
        "member": add_member(household, actor=clerk, name=f"{mark}子", relation="child"),
        "claim": claim,
        "draw": draw,
        "drawn": Reinspection.objects.create(draw=draw, claim=claim, position=1),
        "sheet": AcceptanceSheet.objects.create(
            village=community,
            accepted_on=date(2018, 6, 1),
            engineer=f"{mark}监理",
            recorded_by=clerk,
        ),
        "duplicate": DuplicateCase.objects.get(key=shared["gas_account"]),
        "claimpaper": Attachment.objects.of(claim).first(),
        **payments_on_ground(mark, community),
        **_notice_of(mark, claim),
        "usecheck": _use_check_of(mark, claim),
        "project": project,
        "projectvillage": record_village(project, actor=clerk, village=neighbour),
        "check": record_check(project, actor=clerk, **day),
    }


def _notice_of(mark: str, claim: Claim) -> dict[str, Any]:
    """Return a running notice with an objection; its public address ends with the mark."""
    clerk, today = person("clerk"), clock.today()
    notice = PublicNotice.objects.create(
        village=claim.village, number=f"{mark}公示", programme_year=2018, created_by=clerk,
        token=mark, published_on=today, starts_on=today, ends_on=today + timedelta(days=7),
    )  # fmt: skip
    PublicNotice.objects.filter(pk=notice.pk).update(state="published")
    item = NoticeItem.objects.create(
        notice=notice, claim=claim, position=1, name=f"{mark}榜上户",
        technology="coal_to_gas", amount=5000,
    )  # fmt: skip
    objection = Objection.objects.create(
        item=item, received_on=today, text=f"{mark}异议", recorded_by=clerk
    )
    filed = attach(notice, photo(f"{mark}.png"), actor=clerk, kind="end_photo")
    return {"notice": notice, "item": item, "objection": objection, "noticepaper": filed}


def _use_check_of(mark: str, claim: Claim) -> UseCheck:
    check = UseCheck.objects.create(village=claim.village, season=2018)
    UseCheckLine.objects.create(check_of=check, claim=claim, used=False, reason=f"{mark}未用")
    return check


def grants_of_all() -> dict[str, Any]:
    """Return what is the same for everybody: a draft policy with a rate, a target."""
    clerk = person("clerk")
    policy = policies.register(
        actor=clerk, name="某方案", document=Document.objects.get(title="2018年清洁取暖方案")
    )
    rate = record_rate(
        policy, actor=clerk, kind="build", technology="coal_to_gas", heat_pump="any",
        programme_year_from=2031, amount=Decimal(1),
    )  # fmt: skip
    target = Target.objects.filter(year=2018).first()
    month = {"month": date(2018, 6, 30), "households": 1}
    return {
        "policy": policy,
        "rate": rate,
        "target": target,
        "milestone": record_milestone(target, actor=clerk, **month),
    }
