"""The claims of the demo city, each told step by step through the services."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bureau.core import clock
from bureau.people.models import User
from bureau.records.services import attach
from grants.choices import ClaimPaper, ClaimState, HearingPurpose
from grants.demo.offices import Office
from grants.demo.people import NUMBERS, card_of, id_of, name_of, picture
from grants.models import Claim
from grants.services.acceptance import pass_inspection
from grants.services.claim_hearings import (
    announce_intent,
    record_statement,
    reject_claim,
    revoke_claim,
)
from grants.services.claims import (
    file_claim,
    pass_county,
    pass_township,
    return_claim,
    submit_claim,
    withdraw_claim,
)
from grants.services.households import record_household
from grants.services.notices import confirm_notice, create_notice, publish_notice
from grants.services.objections import hold

GAS, POWER = "coal_to_gas", "coal_to_electricity"
S = ClaimState
PACE = timedelta(days=3)
YEARS = (2017, 2018)


@dataclass(frozen=True, slots=True)
class Story:
    """A household's device, when it was completed, and how far its claim has come.

    A ``twin`` wants the money on the card of the household before it.
    """

    technology: str
    heat_pump: str
    completed_on: date
    reached: ClaimState
    twin: bool = False


def _story(device: str, year: int, reached: ClaimState) -> Story:
    technology = GAS if device == "gas" else POWER
    pump = "air_source" if device == "pump" else "none"
    return Story(technology, pump, date(year, 5, 16), reached)


#: In the village of today's accounts: what was paid long ago, and what waits for each of them.
HOME_BEFORE = (
    _story("gas", 2017, S.APPROVED), _story("pump", 2017, S.APPROVED),
    _story("pump", 2018, S.APPROVED), _story("heater", 2018, S.APPROVED),
    _story("gas", 2018, S.APPROVED), _story("gas", 2018, S.REVOKED),
)  # fmt: skip
HOME_NOW = (
    _story("gas", 2018, S.DRAFT), Story(GAS, "none", date(2018, 5, 16), S.DRAFT, twin=True),
    _story("pump", 2018, S.DRAFT), _story("gas", 2018, S.RETURNED),
    _story("gas", 2018, S.TOWNSHIP_REVIEW), _story("pump", 2018, S.TOWNSHIP_REVIEW),
    _story("gas", 2018, S.INSPECTION), _story("heater", 2018, S.INSPECTION),
    _story("gas", 2018, S.COUNTY_REVIEW), _story("pump", 2018, S.COUNTY_REVIEW),
    _story("gas", 2018, S.AWAITING_NOTICE), _story("pump", 2018, S.NOTICE),
    _story("gas", 2018, S.OBJECTION_HOLD), _story("gas", 2018, S.REJECTED),
    _story("gas", 2018, S.WITHDRAWN),
)  # fmt: skip
#: Everywhere else: two years that are paid, and one claim left on the way, another in each area.
ELSEWHERE = (_story("gas", 2017, S.APPROVED), _story("pump", 2018, S.APPROVED))
LEFT = (
    S.DRAFT, S.RETURNED, S.TOWNSHIP_REVIEW, S.INSPECTION, S.AWAITING_NOTICE, S.NOTICE,
    S.OBJECTION_HOLD, S.REJECTED, S.WITHDRAWN, S.REVOKED, S.COUNTY_REVIEW,
)  # fmt: skip
REACHES_COUNTY = (
    S.COUNTY_REVIEW, S.AWAITING_NOTICE, S.NOTICE, S.OBJECTION_HOLD, S.APPROVED, S.REVOKED,
    S.REJECTED,
)  # fmt: skip
ON_NOTICE = (S.NOTICE, S.OBJECTION_HOLD, S.APPROVED, S.REVOKED)


@contextmanager
def on(day: date, hour: int = 9) -> Iterator[None]:
    """Let it be nine in the morning of a day."""
    with clock.telling(datetime.combine(day, time(hour), clock.SHANGHAI)):
        yield


class Teller:
    """Plays the claims of one village, filed on a day, each by the people who do it."""

    def __init__(self, office: Office, who: dict[str, User], begun: date) -> None:
        self.office, self.who, self.day = office, who, begun
        for user in who.values():
            user.forget_postings()

    def tell(self, stories: tuple[Story, ...]) -> list[Claim]:
        """File every claim and bring each as far as its story says."""
        told = [(story, self._step(lambda one=story: self._file(one))) for story in stories]
        claims = [claim for _story, claim in told]
        self.day += PACE
        for story, claim in told:
            self._step(lambda s=story, c=claim: self._review(s, c))
        posted = [claim for story, claim in told if story.reached in ON_NOTICE]
        if posted:
            self._post(posted, [one for one in told if one[0].reached in ON_NOTICE])
        return [Claim.objects.get(pk=claim.pk) for claim in claims]

    def _step(self, act: Callable[[], Claim]) -> Claim:
        with on(self.day):
            return act()

    def _file(self, story: Story) -> Claim:
        number = next(NUMBERS)
        household = record_household(
            self.office.village,
            actor=self.who["village"],
            account_number=f"37{15_000_000 + number}",
            name=name_of(number),
            id_number=id_of(number),
            phone=f"139{63_500_000 + number}",
            card=card_of(number - story.twin),
            bank="农村商业银行",
            door_number=f"{number}号",
        )
        claim = file_claim(
            household,
            actor=self.who["village"],
            technology=story.technology,
            heat_pump=story.heat_pump,
            device_brand="海信" if story.heat_pump == "air_source" else "万和",
            device_serial=f"SN{2_000_000 + number}",
            completed_on=story.completed_on,
        )
        attach(claim, picture(claim.device_serial), actor=self.who["village"],
               kind=ClaimPaper.PHOTO_AFTER)  # fmt: skip
        return claim

    def _review(self, story: Story, claim: Claim) -> Claim:
        reached, who = story.reached, self.who
        if reached == S.DRAFT:
            return claim
        claim = submit_claim(claim, actor=who["village"])
        if reached == S.WITHDRAWN:
            return withdraw_claim(claim, actor=who["village"], note="住户改用集中供热")
        if reached == S.RETURNED:
            return return_claim(claim, actor=who["town"], note="设备编号照片不清楚，请重新拍照")
        if reached == S.TOWNSHIP_REVIEW:
            return claim
        claim = pass_township(claim, actor=who["town"])
        if reached not in REACHES_COUNTY:
            return claim
        return self._inspect(story, claim)

    def _inspect(self, story: Story, claim: Claim) -> Claim:
        who = self.who
        claim = pass_inspection(
            claim,
            actor=who["team"],
            device_serial=claim.device_serial,
            accepted_on=story.completed_on + timedelta(days=30),
            signer_name=claim.name,
            photo=picture("现场"),
        )
        claim = pass_inspection(claim, actor=who["team2"])
        if story.reached == S.COUNTY_REVIEW:
            return claim
        if story.reached == S.REJECTED:
            return self._decide(claim, HearingPurpose.REJECT, reject_claim, "county")
        return pass_county(claim, actor=who["county"])

    def _decide(
        self, claim: Claim, purpose: str, decide: Callable[..., Claim], *signers: str
    ) -> Claim:
        first = self.who[signers[0]]
        announce_intent(claim, purpose, actor=first, reason="现场没有安装设备")
        record_statement(claim, purpose, actor=first, statement="住户称设备已拆走")
        for signer in signers:
            claim = Claim.objects.get(pk=claim.pk)
            claim = decide(claim, actor=self.who[signer], note="不符合补贴条件；可依法申请复议")
        return claim

    def _post(self, claims: list[Claim], told: list[tuple[Story, Claim]]) -> None:
        """Post the notice, hold what is objected to, and confirm where the story goes on."""
        county, over = self.who["county"], timedelta(days=12)
        self.day += PACE
        held = [claim for story, claim in told if story.reached == S.OBJECTION_HOLD]
        ended = any(story.reached in (S.APPROVED, S.REVOKED) for story, _claim in told)
        with on(self.day):
            notice = create_notice(self.office.village, claims, actor=county)
            notice = publish_notice(notice, actor=county, photo=picture("张贴"))
            for claim in held:
                hold(Claim.objects.get(pk=claim.pk), actor=county, note="邻居称房屋无人居住")
        if not ended:
            return
        self.day += over
        with on(self.day):
            notice.refresh_from_db()
            confirm_notice(
                notice, actor=county, end_photo=picture("期满"), statement=picture("无异议")
            )
            for story, claim in told:
                if story.reached == S.REVOKED:
                    self._decide(claim, HearingPurpose.REVOKE, revoke_claim, "county", "county2")


def tell_home(office: Office, year: int) -> None:
    """Tell a year's claims in the village of today's accounts, by those who worked there before."""
    stories = tuple(one for one in HOME_BEFORE if one.completed_on.year == year)
    Teller(office, office.who, date(year, 7, 10)).tell(stories)


def seed_today(office: Office, people: dict[str, User]) -> None:
    """Tell the claims on which today's accounts are at work."""
    parts = {"team": "town_team", "team2": "town_team2"}
    names = ("village", "town", "team", "team2", "county", "county2")
    today = {part: people[parts.get(part, part)] for part in names}
    Teller(office, today, clock.today() - timedelta(days=14)).tell(HOME_NOW)


def seed_elsewhere(offices: list[Office]) -> None:
    """Tell the claims of the other areas: two that are approved, and one left on its way."""
    for turn, office in enumerate(offices):
        for story in ELSEWHERE:
            year = story.completed_on.year
            Teller(office, office.who, date(year, 7, 10)).tell((story,))
        device = _story("gas", 2018, LEFT[turn % len(LEFT)])
        Teller(office, office.who, date(2018, 9, 3)).tell((device,))
