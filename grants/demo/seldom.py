"""What happens seldom, so that each page of the demo city has something to show."""

from datetime import date
from decimal import Decimal

from bureau.people.choices import OrganisationKind
from bureau.people.models import User
from bureau.people.services import organisations
from grants.demo.offices import Office
from grants.models import Target
from grants.services.reinspection import draw_village
from grants.services.targets import projects, record_check, record_milestone

YEAR = 2018
BY_JUNE = Decimal("0.6")


def seed_seldom(people: dict[str, User], home: Office) -> None:
    """Tell a village's project, the milestones of a year, and a draw for re-inspection."""
    _project(people["clerk"], home)
    for target in Target.objects.filter(year=YEAR, households__gt=0):
        share = int(target.households * BY_JUNE)
        record_milestone(target, actor=people["chief"], month=date(YEAR, 6, 1), households=share)
    draw_village(
        home.village, YEAR, actor=people["county"], seed="2018年第217期 07 12 19 24 28 33 05",
        percent=Decimal(50),
    )  # fmt: skip


def _project(clerk: User, home: Office) -> None:
    contractor = organisations.register(
        actor=None, kind=OrganisationKind.SUPPLIER, name="聊城暖居新能源工程有限公司"
    )
    made = projects.register(
        actor=clerk,
        name=f"{home.village.name}气代煤",
        village=home.village,
        programme_year=YEAR,
        contractor=contractor,
        contract_number="2018-QDM-017",
        technology="coal_to_gas",
        device_model="万和 L1PB26",
        started_on=date(YEAR, 4, 2),
        finished_on=date(YEAR, 5, 30),
        retention=Decimal("86400.00"),
        retention_due_on=date(YEAR + 1, 11, 15),
    )
    record_check(
        made, actor=clerk, checked_on=date(YEAR, 6, 8), checked_by="市质监站 吕工", passed=True,
        note="抽查12户，管道气密与烟道均合格",
    )  # fmt: skip
