"""The same things on four grounds, and people who may do everything on one of them.

Every word that somebody wrote on a ground carries that ground's own mark, so an answer that
shows the mark of another ground has let something out.
"""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.urls import reverse

from bureau.desk.models import BulkRun
from bureau.desk.services.lists import save_view
from bureau.documents.models import Article, NumberSeries
from bureau.documents.services import reserve_number
from bureau.exchange.exports import seal_file
from bureau.exchange.models import ExportRun, ImportRun
from bureau.jobs.models import Job
from bureau.people import demo
from bureau.people.choices import OrganisationKind
from bureau.people.models import (
    ApiToken,
    Delegation,
    Organisation,
    Posting,
    Role,
    SignIn,
    User,
    UserSession,
)
from bureau.places.models import (
    CalendarDay,
    CalendarYear,
    Division,
    DivisionAlias,
    ManagingArea,
    ManagingAreaTown,
)
from bureau.records.models import AuditEntry
from bureau.records.services import add_note, attach
from heating.models import Estate
from heating.services.estates import record_building, record_household_count, register_estate
from heating.services.handover_file import file_paper
from heating.services.sources import sources
from heating.services.stations import record_equipment, record_zone
from tests.access import Line
from tests.addresses import API
from tests.askers import SINCE, Askers, bring_back, undone
from tests.cast import person
from tests.factories import OrganisationFactory, UserFactory
from tests.grants.ground import grants_of_all, settle_grants
from tests.heating.handover_story import Story, a_station, community_in, paper

HOME, NEXT_DOOR, FOREIGN, MANAGED = "home", "next_door", "foreign", "managed"
#: Ground → its mark and the town in which its things stand; the last one's is run by an area.
GROUNDS = {
    HOME: ("金丝雀甲", demo.BEIYUAN_COMMUNITY),
    NEXT_DOOR: ("百灵鸟乙", "371502001"),
    FOREIGN: ("画眉鸟丙", "371526001001"),
    MANAGED: ("啄木鸟丁", "371502004"),
}
MARKS = {name: mark for name, (mark, _code) in GROUNDS.items()}


@dataclass
class Ground:
    """What stands on one ground; ``things`` are objects by the words of the tables."""

    name: str
    mark: str
    community: Division
    things: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, word: str) -> Any:
        return self.things[word]


def settle(name: str) -> Ground:
    """Put one of everything on a ground through the services."""
    mark, code = GROUNDS[name]
    clerk = person("clerk")
    found = Ground(name, mark, _community(code))
    estate = register_estate(
        actor=clerk, community=found.community, name=f"{mark}小区", developer=f"{mark}置业",
        connected_area=Decimal(20_000), heated_area=Decimal(15_000),
    )  # fmt: skip
    building = record_building(estate, name=f"{mark}楼", units=2, floors=6, actor=clerk)
    record_household_count(estate, as_of=SINCE, connected=100, direct=60, actor=clerk)
    units = {} if name == HOME else _units_of(mark)
    station = a_station(
        f"{mark}站", found.community.code, main_estate=estate, remarks=f"{mark}备注", **units
    )
    found.things = {
        "estate": estate,
        "building": building,
        "station": station,
        "equipment": record_equipment(
            station, kind="pump", quantity=2, specification=f"{mark}泵", actor=clerk
        ),
        "zone": record_zone(station, level="low", note=f"{mark}区", actor=clerk),
        "photo": attach(station, paper(f"{mark}.pdf"), actor=clerk, kind="photo"),
        **_handover(mark, station),
    }
    found.things |= settle_grants(mark, found.community)
    found.things["note"] = add_note(estate, f"{mark}便条", actor=clerk)
    return found


def _local_entry() -> AuditEntry:
    """Return what the audit keeps of something that a local office did."""
    local = person("county")
    note = add_note(local, "本岗便条", actor=local)
    return AuditEntry.objects.about(note.subject).first()


def _community(code: str) -> Division:
    return (
        Division.objects.filter(code=code, level=5).first()
        or Division.objects.filter(code__startswith=code, level=5).order_by("code").first()
        or community_in(code)
    )


def _export(owner: User) -> ExportRun:
    run = ExportRun.objects.create(actor=owner, source="heating:estate_list", name="账.csv", size=1)
    run.path = seal_file(run.pk, io.BytesIO(b"x"))
    run.save()
    return run


def _units_of(mark: str) -> dict[str, Organisation]:
    kind = OrganisationKind.PROPERTY_COMPANY
    return {
        "heating_company": OrganisationFactory(name=f"{mark[-1]}热力公司"),
        "manager": OrganisationFactory(kind=kind, name=f"{mark[-1]}物业公司"),
    }


def _handover(mark: str, station: Any) -> dict[str, Any]:
    noticed = {"document_number": f"{mark}字〔2026〕1号", "demand": f"{mark}要求"}
    surveyed = {"equipment": f"{mark}清单", "debts": f"{mark}欠费", "meters": f"{mark}表"}
    handover = Story.of_the_cast().tell(station, "signed", noticed=noticed, surveyed=surveyed)
    clerk = person("clerk")
    add_note(handover, f"{mark}移交便条", actor=clerk)
    filed = file_paper(handover, paper(f"{mark}.pdf"), actor=clerk, kind="other")
    return {
        "handover": handover,
        "defect": handover.defects.filter(blocking=True).first(),
        "paper": filed,
        "filed": filed,
    }


class World(Askers):
    """The grounds, what belongs to all of them, and the people."""

    def __init__(self, *names: str) -> None:
        self.grounds = {name: settle(name) for name in names}
        self.stranger = OrganisationFactory()
        assert self.shared
        super().__init__()

    def __getitem__(self, name: str) -> Ground:
        return self.grounds[name]

    @cached_property
    def shared(self) -> dict[str, Any]:
        """Things without a place, and two that belong to the clerk alone."""
        clerk = person("clerk")
        run = ImportRun.objects.create(kind="substations", actor=clerk, name="账.xlsx", size=1)
        return {
            "organisation": self[HOME]["station"].heating_company,
            "division": self[HOME].community,
            "source": sources.register(actor=clerk, name="甲热源"),
            **self._of_the_ground(),
            "run": run,
            "job": Job.objects.create(kind="nothing", created_by=clerk),
            "export": _export(clerk),
            "savedview": save_view(actor=clerk, list_key="heating:estate_list", name="甲视图"),
            "bulkrun": BulkRun.objects.create(
                list_key="heating:estate_list",
                object_type=ContentType.objects.get_for_model(Estate),
                verb="archive",
                actor=clerk,
            ),
            "token": ApiToken.objects.create(user=clerk, name="账", digest="0" * 64),
            **self._of_people(clerk),
            **grants_of_all(),
        }

    def _of_people(self, clerk: User) -> dict[str, Any]:
        """Return somebody posted at home, a role of the house, and what is the clerk's own."""
        official = UserFactory()
        role = Role.objects.get(code="village_official")
        return {
            "user": official,
            "role": Role.objects.create(code="own_role", name="自拟岗"),
            "posting": Posting.objects.create(
                user=official, role=role, division=self[HOME].community, valid_from=SINCE
            ),
            "entry": _local_entry(),
            "signin": SignIn.objects.create(user=official, kind="success"),
            "delegation": Delegation.objects.create(
                principal=clerk, deputy=UserFactory(), valid_from=date(2031, 1, 1)
            ),
            "session": UserSession.objects.create(user=clerk, key="0" * 32),
        }

    def _of_the_ground(self) -> dict[str, Any]:
        """Return what is the same for everybody: a name, an area with a town, a year with a day."""
        home = self[HOME].community
        run = ManagingAreaTown.objects.filter(valid_to__isnull=True).select_related("area")[0]
        year = CalendarYear.objects.create(year=2098)
        day = CalendarDay.objects.create(date=date(2098, 1, 1), year=year, kind="holiday")
        return {
            "alias": DivisionAlias.objects.create(alias="古地名", division=home),
            "area": run.area,
            "run_town": run,
            "year": year,
            "calendar_day": day,
            "document": Article.objects.select_related("document")[0].document,
            "article": Article.objects.select_related("document")[0],
            "series": NumberSeries.objects.get(code="official"),
            "number": reserve_number(
                NumberSeries.objects.get(code="official"), actor=person("clerk"), purpose="函"
            ),
        }

    def thing(self, ground: str, word: str) -> Any:
        """Return what a word of the tables stands for on a ground."""
        return self.shared[word] if word in self.shared else self[ground][word]

    def arguments(self, ground: str, word: str) -> dict[str, Any]:
        """Return the arguments of an address about a thing."""
        thing = self.thing(ground, word)
        if word == "alias":
            return {"pk": thing.division_id, "alias_pk": thing.pk}
        if word == "run_town":
            return {"pk": thing.area_id, "town_pk": thing.division_id}
        if word == "defect":
            return {"pk": thing.handover_id, "defect_pk": thing.pk}
        if word == "drawn":
            return {"pk": thing.draw_id, "row_pk": thing.pk}
        if word == "member":
            return {"pk": thing.household_id, "member_pk": thing.pk}
        if word in ("filed", "claimpaper", "noticepaper"):
            return {"pk": thing.object_id, "paper_pk": thing.pk}
        if word == "item":
            return {"pk": thing.notice_id, "item_pk": thing.pk}
        if word == "objection":
            item = thing.item
            return {"pk": item.notice_id, "item_pk": item.pk, "objection_pk": thing.pk}
        return {"pk": thing.pk}

    def url(self, line: Line, ground: str = HOME) -> str:
        """Return the address of a line for the thing of a ground."""
        given = self.arguments(ground, line.subject) if line.subject else {}
        if line.is_api:
            return f"{API}{line.name}".replace("{id}", str(given.get("pk")))
        return reverse(line.name, args=[*given.values(), *line.words])

    def ask(
        self, line: Line, user: User | None, method: str, ground: str = HOME, **more: Any
    ) -> Any:
        """Return the answer to a request that sends an empty form or an empty object."""
        client = self.program(user) if line.is_api else self.page(user)
        return client.generic(method, self.url(line, ground), **_nothing(line, method), **more)

    def tried(
        self, line: Line, user: User | None, method: str, ground: str = HOME, **more: Any
    ) -> Any:
        """Return the answer to a request of which afterwards nothing is left."""
        client = self.program(user) if line.is_api else self.page(user)
        cookies = dict(client.cookies)
        if method == "GET":
            answer = self.ask(line, user, method, ground, **more)
        else:
            with undone():
                answer = self.ask(line, user, method, ground, **more)
        bring_back(client, cookies)  # whoever signs out here is in again for the next line
        return answer


#: The ends of addresses that take nothing but a form with a file.
MULTIPART = ("/papers/", "/files/", "/import-receipt/", "/import-returns/", "{id}/change-head/")


def _nothing(line: Line, method: str) -> dict[str, Any]:
    if method in ("GET", "OPTIONS"):
        return {}
    if line.name.endswith(MULTIPART) or line.name == "import-runs/":
        return {"data": "--x--\r\n", "content_type": "multipart/form-data; boundary=x"}
    if line.is_api:
        return {"data": "{}", "content_type": "application/json"}
    return {"content_type": "application/x-www-form-urlencoded"}


@contextmanager
def settled(*names: str) -> Iterator[World]:
    """Return the grounds for a whole module of tests; afterwards they never were."""
    with transaction.atomic():
        yield World(*names)
        transaction.set_rollback(True)


def division(code: str) -> Division:
    """Return a division by its code."""
    return Division.objects.get(code=code)


def managing_area() -> ManagingArea:
    """Return the area that runs the last ground's town."""
    return _community(GROUNDS[MANAGED][1]).managing_area


def text_of(response: Any) -> str:
    """Return everything an answer says: its headers, its body, the sheets of its workbook."""
    body = b"".join(response) if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    head = " ".join(f"{name}: {value}" for name, value in response.items())
    return head + body.decode("utf-8", "replace")
