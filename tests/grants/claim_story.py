"""Households and claims as tests need them, played through the services as far as wanted."""

from datetime import date
from io import BytesIO
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bureau.core.identifiers import blind
from bureau.people.demo import BEIYUAN_COMMUNITY
from bureau.people.models import User
from bureau.places.models import Division
from grants.models import Claim, Dwelling, Household, Membership, Person
from grants.services import claim_verbs
from grants.services.acceptance import pass_inspection
from grants.services.claim_hearings import announce_intent, record_statement
from grants.services.claim_papers import file_paper
from grants.services.claims import file_claim
from tests.cast import person

NUMBERS = count(1)
DONE_ON = date(2018, 5, 16)


def photo(name: str = "device.png") -> SimpleUploadedFile:
    """Return a small picture as a phone would send it."""
    body = BytesIO()
    Image.new("RGB", (4, 4), "white").save(body, "PNG")
    return SimpleUploadedFile(name, body.getvalue(), content_type="image/png")


def a_village(code: str = BEIYUAN_COMMUNITY) -> Division:
    """Return a village with gas and power ready."""
    Division.objects.filter(code=code).update(gas_ready=True, power_ready=True)
    return Division.objects.get(code=code)


def a_household(village: Division | None = None, **more: Any) -> Household:
    """Return the household of a new dwelling; its head has an identity number of its own."""
    number = next(NUMBERS)
    dwelling = Dwelling.objects.create(
        village=village or a_village(),
        account_number=more.get("account_number", f"37{number:08d}"),
        gas_account=more.get("gas_account", ""),
    )
    household = Household(dwelling=dwelling, register_number=more.get("register_number", ""))
    household.call(more.get("name", f"张{number}"))
    household.save()
    head = more.get("head") or a_person(household.name, number)
    Membership.objects.create(household=household, person=head, relation="head")
    return household


def a_person(name: str, number: int) -> Person:
    """Return somebody whose identity number is known by its index alone."""
    made = Person(id_number_index=blind("id_number", f"index-{number}"), id_number_tail="0014")
    made.call(name)
    made.save()
    return made


def a_claim(household: Household | None = None, **more: Any) -> Claim:
    """Return a draft of the village official with everything that a submission needs."""
    actor = more.pop("actor", None) or person("village")
    given = {
        "technology": "coal_to_electricity",
        "heat_pump": "air_source",
        "device_serial": f"SN{next(NUMBERS):05d}",
        "completed_on": DONE_ON,
    } | more
    claim = file_claim(household or a_household(), actor=actor, **given)
    file_paper(claim, photo(), actor=actor, kind="photo_after")
    return claim


class Story:
    """Who plays: the people of the cast by their part."""

    def __init__(self) -> None:
        names = ("village", "town", "town_team", "town_team2", "county", "county2")
        self.people: dict[str, User] = {name: person(name) for name in names}

    def do(self, verb: str, claim: Claim, who: str, **given: Any) -> Claim:
        """Let one of the cast carry out a verb."""
        return claim_verbs.do(verb, claim, actor=self.people[who], **given)

    def tell(self, until: str, claim: Claim | None = None) -> Claim:
        """Take a claim to the state ``until`` of the review."""
        claim = claim or a_claim()
        for state, act in (
            ("township_review", self.submit),
            ("inspection", self.pass_township),
            ("county_review", self.pass_inspection),
            ("awaiting_notice", self.pass_county),
        ):
            if claim.state == DETOURS.get(until, until):
                break
            claim = act(claim)
            assert claim.state == state
        if until in DETOURS:
            claim = getattr(self, until)(claim)
        assert claim.state == until
        return claim

    def submit(self, claim: Claim) -> Claim:
        return self.do("submit", claim, "village")

    def pass_township(self, claim: Claim) -> Claim:
        return self.do("pass_township", claim, "town")

    def pass_inspection(self, claim: Claim) -> Claim:
        first = pass_inspection(
            claim, actor=self.people["town_team"], device_serial=claim.device_serial
        )
        return pass_inspection(first, actor=self.people["town_team2"])

    def pass_county(self, claim: Claim) -> Claim:
        return self.do("pass_county", claim, "county")

    def returned(self, claim: Claim) -> Claim:
        return self.do("return", claim, "town", note="the photo is blurred")

    def withdrawn(self, claim: Claim) -> Claim:
        return self.do("withdraw", claim, "village", note="moved away")

    def rejected(self, claim: Claim) -> Claim:
        self.hear(claim, "reject")
        return self.do("reject", claim, "county", note="not eligible; sue within six months")

    def hear(self, claim: Claim, purpose: str) -> None:
        """Announce an intent and record that the household made no statement."""
        county = self.people["county"]
        announce_intent(claim, purpose, actor=county, reason="the device is not there")
        record_statement(claim, purpose, actor=county, waived=True)


DETOURS = {"returned": "township_review", "withdrawn": "draft", "rejected": "county_review"}
