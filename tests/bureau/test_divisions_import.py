"""Divisions by sheet: the yearly list of the statistics bureau, and what it may not do."""

import pytest

from bureau.core.errors import BusinessError
from bureau.exchange.ledger import import_ledger
from bureau.places import shipped
from bureau.places.models import Division, DivisionAlias
from bureau.places.resolve import Gazetteer
from bureau.records.models import AuditEntry

pytestmark = pytest.mark.django_db

HEAD = "code12,name,level,parent12"
SHA = "371502101000"


def sheet(*lines, head=HEAD):
    return "\n".join([head, *lines]).encode()


def bring_in(data, actor, name="divisions.csv", **options):
    options = {"dry_run": False, "accept_passing": False} | options
    return import_ledger("divisions", name, data, actor=actor, **options).report


def codes(issues):
    return [(issue["row"], issue["column"], issue["code"]) for issue in issues]


def test_the_shipped_list_is_all_unchanged(clerk):
    lines = []
    for row in shipped.rows("divisions"):
        code = row["code"]
        above = "370000000000" if code.endswith("00000000") else shipped.parent_code(code)
        lines.append(f"{code},{row['name']},{shipped.level_of(code)},{above}")
    report = bring_in(sheet(*lines), clerk)
    assert (report["rows"], report["unchanged"]) == (2553, 2553)
    assert not report["errors"] + report["warnings"]
    assert not AuditEntry.objects.filter(verb="import_divisions").exists()


def test_new_divisions_come_in_below_their_parents_in_any_order(clerk):
    report = bring_in(
        sheet(
            "371502190001,新生社区居委会,5,371502190000",
            "371502190000,新立街道,4,371502000000",
            f"371502101999,新村村委会,5,{SHA}",
        ),
        clerk,
    )
    assert (report["created"], report["rejected"]) == (3, 0)
    village = Division.objects.get(code="371502190001")
    assert village.parent.code == "371502190000"
    assert village.parent.parent.code == "371502000000"
    assert (
        village.path
        == village.scope_path
        == ("371500000000/371502000000/371502190000/371502190001/")
    )
    assert village.bigrams[:2] == ["新生", "生社"]
    assert village.pinyin.startswith("xin sheng")
    assert Gazetteer().find("东昌府区", "新立街道", "新生社区").pk == village.pk
    entry = AuditEntry.objects.get(verb="import_divisions")
    assert entry.after["count"] == 3


def test_a_new_village_is_run_by_whoever_runs_its_town(clerk):
    bring_in(sheet("371502109990,新立村委会,5,371502109000"), clerk)
    assert Division.objects.get(code="371502109990").managing_area.name == "度假区"


def test_a_changed_name_is_taken_over_and_the_old_one_becomes_an_alias(clerk):
    report = bring_in(sheet(f"{SHA},沙市镇,4,371502000000"), clerk)
    assert report["updated"] == 1
    row = Division.objects.get(code=SHA)
    assert (row.name, row.pinyin, row.version) == ("沙市镇", "sha shi zhen", 2)
    assert DivisionAlias.objects.get(alias="沙镇镇").division == row
    assert bring_in(sheet(f"{SHA},沙市镇,4,371502000000"), clerk)["unchanged"] == 1


def test_office_headings_and_words_for_levels_are_understood(clerk):
    data = sheet("371502101999,新村村委会,村,371502101000", head="代码,名称,级别,上级代码")
    assert bring_in(data, clerk)["created"] == 1


def test_level_and_parent_may_be_left_out(clerk):
    report = bring_in(sheet("371502101999,新村村委会", head="代码,名称"), clerk)
    assert report["created"] == 1
    assert Division.objects.get(code="371502101999").parent.code == SHA


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("371502101999,新村,4,371502101000", "level", "wrong_level"),
        ("371502101000,沙镇镇,5,371502000000", "level", "wrong_level"),
        ("371502101000,沙镇镇,4,371503000000", "parent12", "parent_changed"),
        ("371502777001,新村,5,371502777000", "parent12", "unknown_parent"),
        ("371523101000,旧镇,4,371523000000", "parent12", "unknown_parent"),
        ("371600000000,滨州市,2,370000000000", "code12", "another_city"),
        ("3715,太短,4,371502000000", "code12", "bad_identifier"),
        ("3.715E+11,数字,4,371502000000", "code12", "id_is_number"),
        ("371502101999,,5,371502101000", "name", "missing_name"),
        (",没有代码,5,371502101000", "code12", "missing_value"),
        ("371502101999,新村,七,371502101000", "level", "unknown_choice"),
    ],
)
def test_a_slip_is_named_by_row_and_column_and_nothing_is_written(clerk, line, column, code):
    before = Division.objects.count()
    report = bring_in(sheet("371502000000,东昌府区,3,371500000000", line), clerk)
    assert codes(report["errors"]) == [(3, column, code)]
    assert report["rejected"] == 1
    assert Division.objects.count() == before


def test_the_same_code_twice_is_named(clerk):
    line = "371502101999,新村,5,371502101000"
    report = bring_in(sheet(line, line), clerk)
    assert codes(report["errors"]) == [(3, "code12", "duplicate_row")]


def test_children_of_a_rejected_row_are_rejected_with_it(clerk):
    report = bring_in(
        sheet(
            "371502190000,新立街道,村,371502000000",
            "371502190001,新生社区居委会,5,371502190000",
        ),
        clerk,
        accept_passing=True,
    )
    assert [code for _row, _column, code in codes(report["errors"])] == [
        "wrong_level",
        "unknown_parent",
    ]
    assert not Division.objects.filter(code__startswith="371502190").exists()


def test_a_second_village_of_the_same_name_is_pointed_out(clerk):
    name = Division.objects.filter(parent__code=SHA).first().name
    report = bring_in(sheet(f"371502101999,{name},5,{SHA}"), clerk)
    assert report["created"] == 1
    assert codes(report["warnings"]) == [(2, "name", "same_name")]


def test_a_dry_run_predicts_and_writes_nothing(clerk):
    before = Division.objects.count()
    report = bring_in(sheet(f"371502101999,新村,5,{SHA}"), clerk, dry_run=True)
    assert report["created"] == 1
    assert Division.objects.count() == before


def test_nobody_changes_places_without_the_permission(county):
    with pytest.raises(BusinessError) as refused:
        bring_in(sheet(f"{SHA},沙市镇,4,371502000000"), county)
    assert refused.value.code == "not_permitted"
