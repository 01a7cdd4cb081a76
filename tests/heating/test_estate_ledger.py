"""The ledger of estates."""

from datetime import date
from decimal import Decimal

import pytest

from bureau.exchange.ledger import import_ledger
from heating.models import Estate
from tests.bureau.sheets import xlsx
from tests.heating.factories import EstateFactory

pytestmark = pytest.mark.django_db

HEAD = ("小区名称", "县（市、区）", "乡镇（街道）", "社区", "建成年份", "保温情况", "室内采暖系统",
        "开发单位", "保修期至", "首个采暖季", "入住率", "供热面积（万㎡）", "实供面积（万㎡）",
        "供热户数", "直供户数", "备注")  # fmt: skip
GOOD = ("水岸小区", "东昌府区", "新区街道", "北苑社区居委会", 2008, "节能65%", "地暖", "水城置业",
        "2030-11-15", 2009, 85.5, 3.2, 2.5, 300, 250, "")  # fmt: skip


def bring_in(actor, *rows, head=HEAD):
    data = xlsx([["小区台账"], head, *rows])
    options = {"dry_run": False, "accept_passing": True}
    return import_ledger("estates", "estates.xlsx", data, actor=actor, **options).report


def row(**changes):
    return [changes.get(heading, value) for heading, value in zip(HEAD, GOOD, strict=True)]


def test_a_row_fills_the_estate_and_its_count(clerk):
    report = bring_in(clerk, row())
    assert (report["created"], report["errors"]) == (1, [])
    estate = Estate.objects.get()
    assert (estate.connected_area, estate.heated_area) == (32_000, 25_000)
    assert (estate.insulation, estate.indoor_system) == ("saving_65", "floor")
    assert (estate.warranty_until, estate.occupancy) == (date(2030, 11, 15), Decimal("85.50"))
    assert "水岸" in estate.bigrams
    count = estate.household_counts.get()
    assert (count.connected, count.direct, count.source) == (300, 250, "ledger")


def test_the_same_again_is_unchanged_and_a_change_is_an_update(clerk):
    bring_in(clerk, row())
    assert bring_in(clerk, row())["unchanged"] == 1
    report = bring_in(clerk, row(直供户数=280, 开发单位=""))
    assert (report["updated"], report["unchanged"]) == (1, 0)
    estate = Estate.objects.get()
    assert estate.developer == "水城置业"
    assert (estate.version, estate.household_counts.get().direct) == (2, 280)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"直供户数": 301}, "direct_exceeds_households"),
        ({"实供面积（万㎡）": 3.3}, "heated_exceeds_area"),
        ({"建成年份": 2099}, "future_year"),
        ({"首个采暖季": 2099}, "future_year"),
        ({"入住率": 120}, "out_of_range"),
        ({"保温情况": "很好"}, "unknown_choice"),
        ({"小区名称": ""}, "missing_name"),
        ({"社区": "没有社区"}, "unknown_village"),
    ],
)
def test_one_slip_rejects_the_row(clerk, changes, code):
    report = bring_in(clerk, row(**changes))
    assert [issue["code"] for issue in report["errors"]] == [code]
    assert not Estate.objects.exists()


def test_what_the_sheet_does_not_say_is_asked_of_the_registry(clerk):
    EstateFactory(name="水岸小区", connected_area=1000, heated_area=900)
    head, line = (*HEAD[:4], "供热面积"), (*GOOD[:4], 500)
    report = bring_in(clerk, line, head=head)
    assert [issue["code"] for issue in report["errors"]] == ["heated_exceeds_area"]


def test_archived_estates_are_left_alone(clerk):
    EstateFactory(name="水岸小区", archived_at="2026-01-01T00:00:00Z")
    assert [issue["code"] for issue in bring_in(clerk, row())["errors"]] == ["archived"]


def test_a_twin_in_the_file(clerk):
    report = bring_in(clerk, row(), row())
    assert [(issue["row"], issue["code"]) for issue in report["errors"]] == [(4, "duplicate_row")]
