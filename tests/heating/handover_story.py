"""A handover played through its services as far as a test needs it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.core import clock
from bureau.documents.models import DocumentNumber
from bureau.people.choices import OrganisationKind
from bureau.people.models import Organisation, User
from bureau.places.models import Division
from heating.models import Handover, Substation
from heating.rules.handover import REQUIRED_PAPERS
from heating.rules.votes import Count
from heating.services import handover as path
from heating.services.handover_acceptance import accept_handover
from heating.services.handover_detours import (
    cancel_handover,
    resume_handover,
    send_back,
    suspend_handover,
)
from heating.services.handover_file import close_defect, file_paper
from heating.services.handover_opening import register_handover
from heating.services.stations import register_station
from tests.cast import person

COMMUNITY = "371502003010"
IN_GAOTANG = "371526001001"
NUMBER = "聊城管字〔2026〕3号"


def a_free_number():
    """Return NUMBER, or one that no earlier notice of this test bears."""
    taken = DocumentNumber.objects.filter(text__startswith="聊城管字〔2026〕").count()
    return NUMBER if not taken else f"聊城管字〔2026〕{taken + 3}号"


def paper(name: str = "paper.pdf") -> SimpleUploadedFile:
    """Return a small PDF as a browser would send it."""
    body = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    return SimpleUploadedFile(name, body, content_type="application/pdf")


def a_company() -> Organisation:
    """Return the heating company of the cast's officer."""
    return person("company").organisation


def a_manager(name: str = "北苑物业服务有限公司") -> Organisation:
    """Return the property company that runs the station, the one of the cast's contact."""
    found, _made = Organisation.objects.get_or_create(
        kind=OrganisationKind.PROPERTY_COMPANY, name=name
    )
    return found


def a_station(name: str = "1号换热站", code: str = COMMUNITY, **more: Any) -> Substation:
    """Return a station run by a property company since 2020."""
    given = {
        "community": community_in(code),
        "name": name,
        "heating_company": a_company(),
        "mode": "third_party_run",
        "manager": a_manager(),
        "managed_since": date(2020, 1, 1),
        "connected_area": Decimal(50000),
        "households": 400,
    } | more
    return register_station(actor=None, **given)


def community_in(code: str) -> Division:
    """Return the community of this code, or the county's first one."""
    found = Division.objects.filter(code=code, level=5).first()
    return found or Division.objects.filter(code__startswith=code[:6], level=5).first()


@dataclass
class Story:
    """Who plays: the people of the cast by their part."""

    clerk: User
    inspector: User
    chief: User
    company: User

    @classmethod
    def of_the_cast(cls) -> "Story":
        """Return the usual four."""
        return cls(*(person(name) for name in ("clerk", "inspector", "chief", "company")))

    def tell(self, station: Substation, until: str = "archived", **how: Any) -> Handover:
        """Take the station's handover to the state ``until``."""
        handover = register_handover(station, actor=self.clerk)
        for state, act in (
            ("noticed", self.notice),
            ("surveyed", self.survey),
            ("planned", self.plan),
            ("consented", self.consent),
            ("signed", self.sign),
            ("accepted", self.accept),
            ("connected", self.connect),
            ("archived", self.archive),
        ):
            if handover.state == DETOURS.get(until, until):
                break
            handover = act(handover, **how.get(state, {}))
        if until in DETOURS:
            handover = getattr(self, until)(handover)
        assert handover.state == until
        return handover

    def notice(self, handover, **how):
        given = {
            "document_number": a_free_number(),
            "demand": "hand the station over",
            "due_date": clock.today() + timedelta(days=30),
        }
        return path.issue_notice(handover, actor=self.clerk, **(given | how))

    def survey(self, handover, **how):
        given = {
            "surveyed_on": clock.today(),
            "equipment": "2 exchangers, 3 pumps",
            "debts": "none",
            "meters": "heat meter, 2 water meters",
            "defects": [path.Defect("leak", blocking=True), path.Defect("paint")],
        }
        return path.record_survey(handover, actor=self.inspector, **(given | how))

    def plan(self, handover, **how):
        given = {
            "total": Decimal("10000.00"),
            "shares": [("owners", Decimal("33.33")), ("manager", Decimal("66.67"))],
        }
        return path.agree_plan(handover, actor=self.clerk, **(given | how))

    def consent(self, handover, **how):
        given = {
            "basis": "assembly",
            "consented_on": clock.today(),
            "heads": Count(300, 200, 101),
            "area": Count(Decimal("30000.00"), Decimal("20000.00"), Decimal("10000.01")),
            "paper": paper(),
        }
        return path.record_consent(handover, actor=self.clerk, **(given | how))

    def sign(self, handover, **how):
        given = {
            "signed_on": clock.today(),
            "signatory_manager": "苗家和",
            "signatory_company": "岳温良",
            "signatory_bureau": "郭建功",
            "paper": paper(),
        }
        return path.sign_agreement(handover, actor=self.chief, **(given | how))

    def mend(self, handover):
        """Close every blocking defect."""
        for defect in handover.defects.filter(blocking=True, closed_on=None):
            close_defect(defect, actor=self.clerk, note="mended")
        return Handover.objects.get(pk=handover.pk)

    def accept_for_company(self, handover, **how):
        given = {
            "pressure_tested_on": clock.today(),
            "keys_received": True,
            "drawings_received": True,
            "defects_listed": True,
        }
        return accept_handover(handover, actor=self.company, **(given | how))

    def accept(self, handover, **how):
        handover = self.accept_for_company(self.mend(handover), **how)
        return accept_handover(handover, actor=self.clerk)

    def connect(self, handover, **how):
        given = {"effective_date": clock.today()}
        return path.connect_station(handover, actor=self.chief, **(given | how))

    def archive(self, handover):
        for kind in REQUIRED_PAPERS:
            file_paper(handover, paper(), actor=self.clerk, kind=kind)
        return path.archive_handover(handover, actor=self.clerk)

    def returned(self, handover):
        return send_back(handover, actor=self.chief, note="measure again")

    def suspended(self, handover):
        review = clock.today() + timedelta(days=60)
        return suspend_handover(handover, actor=self.chief, note="court case", review_date=review)

    def resumed(self, handover):
        return resume_handover(handover, actor=self.chief)

    def cancelled(self, handover):
        return cancel_handover(handover, actor=self.chief, note="demolished")


DETOURS = {"returned": "planned", "suspended": "noticed", "cancelled": "surveyed"}
