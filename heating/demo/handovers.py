"""The handovers of the demo city, told step by step through the services by the demo's people."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from bureau.core import clock
from bureau.people.models import User
from heating.choices import ConsentBasis, CostParty, HandoverPaper, ManagementMode
from heating.models import Handover, Substation
from heating.rules.handover import PATH
from heating.rules.votes import Count
from heating.services.handover import (
    Defect,
    agree_plan,
    archive_handover,
    connect_station,
    issue_notice,
    record_consent,
    record_survey,
    sign_agreement,
)
from heating.services.handover_acceptance import accept_handover
from heating.services.handover_detours import cancel_handover, send_back, suspend_handover
from heating.services.handover_file import file_paper
from heating.services.handover_opening import register_handover

DONGCHANGFU, YANGGU, DONGE, GAOTANG = "371502000000", "371521000000", "371524000000", "371526000000"
COMPANY = "聊城热电"
PACE = timedelta(days=4)
LATE, FRESH = timedelta(days=75), timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Story:
    """How far a handover has come, how it turned aside, and how long ago that was."""

    county: str
    reached: str
    ending: str = ""
    ago: timedelta = FRESH


STORIES = (
    Story(DONGCHANGFU, "noticed", ago=LATE),
    Story(DONGCHANGFU, "signed"),
    Story(DONGCHANGFU, "consented"),
    Story(YANGGU, "registered"),
    Story(YANGGU, "accepted"),
    Story(YANGGU, "surveyed", ending="send_back"),
    Story(DONGE, "surveyed"),
    Story(DONGE, "planned", ending="suspend"),
    Story(DONGE, "connected"),
    Story(GAOTANG, "planned", ago=LATE),
    Story(GAOTANG, "archived"),
    Story(GAOTANG, "noticed", ending="cancel"),
)


@dataclass(slots=True)
class Teller:
    """Plays one handover through its steps, each by the person who does it."""

    people: dict[str, User]
    station: Substation
    serial: int
    handover: Handover | None = None

    def register(self) -> None:
        """The clerk opens the handover."""
        self.handover = register_handover(self.station, actor=self.people["clerk"])

    def issue_notice(self) -> None:
        """The clerk serves the notice on whoever runs the station."""
        today = clock.today()
        issue_notice(
            self.handover,
            actor=self.people["clerk"],
            document_number=f"聊城管字〔{today.year}〕{self.serial}号",
            demand="请按《山东省供热条例》将换热站移交供热企业统一管理、并网运行。",
            due_date=today + timedelta(days=30),
            paper=scan(HandoverPaper.NOTICE),
        )

    def record_survey(self) -> None:
        """The inspector writes down what is there."""
        record_survey(
            self.handover,
            actor=self.people["inspector"],
            surveyed_on=clock.today(),
            equipment="板式换热器 2 台，循环泵 3 台，补水泵 2 台，控制柜 1 面。",
            debts="无拖欠水电费。",
            meters="热量表 1 块，水表 1 块，电表 1 块，均在检定期内。",
            defects=(Defect("二次侧过滤器堵塞，需更换"), Defect("灭火器过期 2 具")),
        )

    def agree_plan(self) -> None:
        """The clerk writes down who pays which share."""
        agree_plan(
            self.handover,
            actor=self.people["clerk"],
            total=Decimal("86500.00"),
            shares=(
                (CostParty.HEATING_COMPANY, Decimal("50.00")),
                (CostParty.MANAGER, Decimal("30.00")),
                (CostParty.FINANCE, Decimal("20.00")),
            ),
        )

    def record_consent(self) -> None:
        """The clerk records the owners' vote by heads and by area."""
        record_consent(
            self.handover,
            actor=self.people["clerk"],
            basis=ConsentBasis.ASSEMBLY,
            consented_on=clock.today(),
            heads=Count(480, 352, 301),
            area=Count(Decimal(45600), Decimal(33300), Decimal(28500)),
            paper=scan(HandoverPaper.CONSENT),
        )

    def sign(self) -> None:
        """The section chief signs for the bureau."""
        sign_agreement(
            self.handover,
            actor=self.people["chief"],
            signed_on=clock.today(),
            signatory_manager="苗家和",
            signatory_company="岳温良",
            signatory_bureau="郭建功",
            paper=scan(HandoverPaper.AGREEMENT),
        )

    def accept(self) -> None:
        """The company's officer accepts, then a clerk."""
        for kind in (HandoverPaper.PRESSURE_TEST, HandoverPaper.DRAWINGS, HandoverPaper.KEYS_LIST):
            file_paper(self.handover, scan(kind), actor=self.people["clerk"], kind=kind)
        accept_handover(
            self.handover,
            actor=self.people["company"],
            pressure_tested_on=clock.today(),
            keys_received=True,
            drawings_received=True,
            defects_listed=True,
            paper=scan(HandoverPaper.ACCEPTANCE),
        )
        self.handover.refresh_from_db()
        accept_handover(self.handover, actor=self.people["clerk2"])

    def connect(self) -> None:
        """The section chief connects the station from today on."""
        connect_station(self.handover, actor=self.people["chief"], effective_date=clock.today())

    def archive(self) -> None:
        """The clerk files everything away."""
        archive_handover(self.handover, actor=self.people["clerk"])

    def send_back(self) -> None:
        """The section chief is not content with the survey."""
        send_back(
            self.handover, actor=self.people["chief"], note="电表底数与现场不符，请重新核对后登记。"
        )

    def suspend(self) -> None:
        """The section chief puts the handover aside."""
        suspend_handover(
            self.handover,
            actor=self.people["chief"],
            note="业主大会换届，暂缓表决。",
            review_date=clock.today() + timedelta(days=20),
        )

    def cancel(self) -> None:
        """The section chief gives the handover up."""
        cancel_handover(
            self.handover, actor=self.people["chief"], note="该站列入拆迁范围，不再移交。"
        )

    def steps(self, story: Story) -> Iterator[Callable[[], None]]:
        """Return what happens in the story, in order."""
        verbs = (
            self.register,
            self.issue_notice,
            self.record_survey,
            self.agree_plan,
            self.record_consent,
            self.sign,
            self.accept,
            self.connect,
            self.archive,
        )
        yield from verbs[: PATH.index(story.reached) + 1]
        if story.ending:
            yield getattr(self, story.ending)


def seed_handovers(people: dict[str, User], stations: list[Substation]) -> None:
    """Tell every story, the earliest first, on a station that the demo's company supplies."""
    free = _stations_to_hand_over(stations)
    begun = sorted(STORIES, key=_length, reverse=True)
    for serial, story in enumerate(begun, start=1):
        _tell(Teller(people, next(free[story.county]), serial), story)


def _length(story: Story) -> timedelta:
    """Return how long ago the story began."""
    later_steps = PATH.index(story.reached) + bool(story.ending)
    return story.ago + PACE * later_steps


def _tell(teller: Teller, story: Story) -> None:
    moment = clock.now() - _length(story)
    for step in teller.steps(story):
        with clock.telling(moment):
            step()
        teller.handover.refresh_from_db()
        moment += PACE


def _stations_to_hand_over(stations: list[Substation]) -> dict[str, Iterator[Substation]]:
    found: dict[str, list[Substation]] = {}
    for station in stations:
        period = station.management_periods.on(clock.today()).first()
        if period.mode != ManagementMode.COMPANY_RUN and station.heating_company.name == COMPANY:
            found.setdefault(station.community.codes[1], []).append(station)
    return {county: iter(those) for county, those in found.items()}


def scan(kind: HandoverPaper) -> SimpleUploadedFile:
    """Return a made-up scan of a paper: a blank A4 page with a frame and ruled lines."""
    page = Image.new("L", (620, 877), 255)
    pen = ImageDraw.Draw(page)
    pen.rectangle((40, 40, 580, 837), outline=0, width=2)
    for height in range(160, 800, 40):
        pen.line((70, height, 550, height), fill=180)
    data = io.BytesIO()
    page.save(data, "PNG")
    return SimpleUploadedFile(f"{kind.value}.png", data.getvalue(), "image/png")
