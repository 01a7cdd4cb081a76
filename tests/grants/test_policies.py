"""Policies: a draft grows, publishing shows what changes, and what is published stays."""

from datetime import date
from decimal import Decimal
from itertools import count

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, ProgrammingError, transaction
from django.urls import reverse

from bureau.core.errors import BusinessError
from bureau.documents.models import Document
from bureau.people.demo import BEIYUAN_COMMUNITY
from bureau.places.models import Division, ManagingArea
from bureau.places.services import merge_divisions
from grants.models import Policy, Rate, Target, VillageProject
from grants.reports.rates import preview
from grants.rules.rates import CITY, AreaKey, Wanted
from grants.services.policies import policies, publish_policy, record_rate, remove_rate
from grants.services.rate_book import RateBook
from grants.services.targets import projects, record_milestone, record_village, targets
from tests.factories import OrganisationFactory
from tests.suites import RegistrySuite

pytestmark = pytest.mark.django_db

NUMBERS = count(1)
BEIYUAN = ("371502000000", "371502003000", BEIYUAN_COMMUNITY)
GAS = {"kind": "build", "technology": "coal_to_gas", "heat_pump": "any"}


def scheme():
    return Document.objects.get(title="2018年清洁取暖方案")


@pytest.fixture
def draft():
    return policies.register(actor=None, name="2020年方案", document=scheme())


def worth(year, area=CITY):
    return RateBook.load().build(Wanted("coal_to_gas", "none", year, area)).amount


def test_a_new_policy_ends_the_rate_before_it(draft):
    record_rate(draft, actor=None, **GAS, programme_year_from=2020, amount=Decimal(4000))
    assert worth(2020) == 5000
    publish_policy(draft, actor=None)
    assert (worth(2019), worth(2020)) == (5000, 4000)


def test_a_countys_own_rate_wins_and_others_keep_the_citys(draft):
    county = Division.objects.get(code="371526000000")
    zone = ManagingArea.objects.get(name="高新区")
    record_rate(
        draft, actor=None, **GAS, programme_year_from=2018, amount=Decimal(6000), division=county
    )
    publish_policy(draft, actor=None)
    assert worth(2018, AreaKey(division_id=county.pk)) == 6000
    assert worth(2018, AreaKey(managing_area_id=zone.pk)) == 5000


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (GAS | {"programme_year_to": 2019}, "programme_year_to"),
        (GAS | {"seasons": 3}, "seasons"),
        (GAS | {"kind": "operate"}, "seasons"),
        (GAS | {"kind": "operate", "seasons": 3, "year_index": 1, "season": 2021}, "season"),
        (GAS | {"heat_pump": "air_source"}, "heat_pump"),
        (GAS | {"year_index": 1}, "year_index"),
        (
            GAS | {"share_province": Decimal(20), "share_city": Decimal(30),
                   "share_county": Decimal("49.99")},
            "share_county",
        ),
    ],
)  # fmt: skip
def test_a_rate_that_contradicts_itself_is_refused_by_field(draft, given, field):
    with pytest.raises(ValidationError) as refusal:
        record_rate(draft, actor=None, programme_year_from=2020, amount=Decimal(1), **given)
    assert field in refusal.value.message_dict
    assert not draft.rates.exists()


def test_two_rates_of_one_draft_may_not_overlap(draft):
    record_rate(draft, actor=None, **GAS, programme_year_from=2020, amount=Decimal(1))
    with pytest.raises(BusinessError) as refusal:
        record_rate(draft, actor=None, **GAS, programme_year_from=2022, amount=Decimal(2))
    assert refusal.value.code == "guard:rate_overlaps"


def test_the_database_refuses_overlapping_published_rates(draft):
    Rate.objects.create(policy=draft, **GAS, programme_year_from=2020, amount=1)
    with pytest.raises(IntegrityError, match="rate_no_overlap"), transaction.atomic():
        draft.rates.update(published=True)


def test_what_is_published_is_changed_by_nobody():
    rate = Rate.objects.filter(published=True).first()
    tries = (
        lambda: Rate.objects.filter(pk=rate.pk).update(amount=1),
        lambda: Rate.objects.filter(pk=rate.pk).delete(),
    )
    for attempt in tries:
        with (
            pytest.raises((IntegrityError, InternalError, ProgrammingError)),
            transaction.atomic(),
        ):
            attempt()
    with pytest.raises(BusinessError) as refusal:
        remove_rate(rate, actor=None)
    assert refusal.value.code == "policy_published"


def test_publishing_needs_rates_and_a_document(draft):
    with pytest.raises(BusinessError) as refusal:
        publish_policy(draft, actor=None)
    assert refusal.value.code == "guard:rates"
    bare = policies.register(actor=None, name="无文件方案")
    record_rate(bare, actor=None, **GAS, programme_year_from=2020, amount=Decimal(1))
    with pytest.raises(BusinessError) as refusal:
        publish_policy(bare, actor=None)
    assert refusal.value.code == "guard:document"


def test_the_look_before_publishing_names_the_rates_that_end(draft):
    record_rate(draft, actor=None, **GAS, programme_year_from=2020, amount=Decimal(4000))
    found = preview(draft)
    assert [(one.amount, last) for one, last in found.ended] == [(Decimal(5000), 2019)]
    assert found.claims == 0


def test_milestones_never_fall():
    target = Target.objects.filter(year=2018).first()
    record_milestone(target, actor=None, month=date(2018, 5, 10), households=100)
    record_milestone(target, actor=None, month=date(2018, 6, 1), households=200)
    with pytest.raises(BusinessError) as refusal:
        record_milestone(target, actor=None, month=date(2018, 7, 1), households=150)
    assert refusal.value.code == "milestone_falls"
    assert [one.month for one in target.milestones.all()] == [date(2018, 5, 31), date(2018, 6, 30)]


def home():
    return Division.objects.get(code=BEIYUAN_COMMUNITY)


class TestPolicyPages(RegistrySuite):
    """Policies are read by every office and kept by the city's desk."""

    names = "grants:policy"
    model = Policy
    path = "policies"

    def make(self, number):
        return [
            policies.register(actor=None, name=f"第{next(NUMBERS)}号方案", document=scheme())
            for _turn in range(number)
        ]

    def new(self):
        return {"name": "新方案", "document": scheme().pk}

    def change(self, row):
        return {"remarks": "待议"}


class TestProjectPages(RegistrySuite):
    """Village projects lie in a village: another county's reviewer sees none."""

    names = "grants:villageproject"
    model = VillageProject
    path = "village-projects"
    outsider = "outsider"
    reader = "inspector"

    def make(self, number):
        given = {"village": home(), "programme_year": 2018, "technology": "coal_to_gas"}
        return [
            projects.register(
                actor=None, name=f"{next(NUMBERS)}标段", contractor=OrganisationFactory(), **given
            )
            for _turn in range(number)
        ]

    def new(self):
        return {
            "name": "新标段", "village": BEIYUAN, "programme_year": 2018,
            "technology": "coal_to_gas", "contractor": OrganisationFactory().pk, "unified": True,
            "retention": "0.00",
        }  # fmt: skip

    def posted(self):
        return self.new() | {"village": home().pk}

    def change(self, row):
        return {"device_model": "L1PB26"}

    def test_a_village_is_named_once(self):
        row = self.make(1)[0]
        with pytest.raises(BusinessError) as refusal:
            record_village(row, actor=None, village=home())
        assert refusal.value.code == "village_twice"

    def test_nothing_new_is_built_where_a_village_was(self, api, clerk):
        """A project goes on naming the village that was merged after it began."""
        row, village = self.make(1)[0], home()
        old, heir = village.parent.children.exclude(pk=village.pk).order_by("code")[:2]
        for one in (old, village):
            merge_divisions(one, heir, date(2026, 1, 1), actor=clerk)
        old.refresh_from_db()
        with pytest.raises(BusinessError) as refusal:
            record_village(row, actor=None, village=old)
        assert refusal.value.code == "merged_already"
        desk = api(clerk)
        new = self.posted() | {"village": old.pk}
        answers = [
            desk.post(self.listed, new),
            desk.patch(self.of(row), {"village": old.pk, "version": 1}),
        ]
        for answer in answers:
            assert (answer.status_code, answer.json()["code"]) == (409, "merged_already")
        kept = desk.patch(self.of(row), {"device_model": "L1PB26", "version": 1})
        assert (kept.status_code, kept.json()["village"]) == (200, village.pk)


def test_a_target_stands_once_for_its_edition():
    target = Target.objects.filter(year=2018, kind="city_plan").first()
    given = {"year": 2018, "kind": "city_plan", "division": target.division}
    with pytest.raises(ValidationError) as refusal:
        targets.register(
            actor=None, managing_area=target.managing_area, households=1, edition=1, **given
        )
    assert "edition" in refusal.value.message_dict


def test_the_page_tells_cut_off_and_shares_of_a_rate(draft, signed_in, clerk):
    shares = {"share_province": 20, "share_city": 30, "share_county": Decimal("50.00")}
    record_rate(
        draft, actor=None, **GAS | {"kind": "operate"}, programme_year_from=2020, seasons=3,
        amount=Decimal(900), cut_off_month=11, cut_off_day=14, **shares,
    )  # fmt: skip
    page = signed_in(clerk).get(reverse("grants:policy_rates", args=[draft.pk])).content.decode()
    for told in ("11月14日", "20 / 30 / 50"):
        assert told in page
