"""The village register: every slip is found in its cell, every other row becomes a claim."""

from datetime import date

import pytest

from bureau.core import clock, identifiers, personal
from bureau.exchange.models import ImportIssue
from bureau.people.models import Posting, User
from bureau.places.models import Division
from bureau.records.models import AuditEntry
from grants.models import BankAccount, Claim, DuplicateCase, Dwelling, Household, Person
from tests.bureau.sheets import texts, xls
from tests.grants import registers
from tests.grants.registers import FIRST_ROW, GAOTANG, bring_in, counts, found, household, register

pytestmark = pytest.mark.django_db

WRONG_SIGN = registers.id_number(17000)[:-1]
WRONG_SIGN += "1" if registers.id_number(17000)[-1] != "1" else "2"
SLIPS = [
    # (cells, heading, code) in the order of the sheet; no code: the row is taken
    ({}, "", ""),
    ({"id_number": "３７１５０２１９８５０３１２００１４"}, "", ""),
    ({"id_number": " 371503 202106304560 "}, "", ""),
    ({"id_number": "37152219640221195x"}, "", ""),
    ({"id_number": "371502491231001"}, "", ""),
    ({"id_number": "371502500101777"}, "", ""),
    ({"name": "阿不都·热合曼"}, "", ""),
    ({"name": "王𠮷𣘺"}, "", ""),
    ({"completed_on": "2018年5月16日"}, "", ""),
    ({"completed_on": "2018.5.6"}, "", ""),
    ({"completed_on": 43236}, "", ""),
    ({"phone": "", "card": "", "bank": "", "device_serial": "", "gas": ""}, "", ""),
    ({"phone": 13800000001, "account": 3799900001}, "", ""),
    ({"phone": "+86 138-0000-0001"}, "", ""),
    ({"technology": "煤改气", "device": "燃气壁挂炉", "gas": "G72426227"}, "", ""),
    ({"technology": "空气能", "device": ""}, "", ""),
    ({"id_number": WRONG_SIGN}, "身份证号", "id_checksum"),
    ({"id_number": 371502198503120014}, "身份证号", "id_is_number"),
    ({"id_number": "3.71502E+17"}, "身份证号", "id_is_number"),
    ({"id_number": "3715021985031200"}, "身份证号", "id_length"),
    ({"id_number": "37150220990312001X"}, "身份证号", "id_checksum"),
    ({"id_number": ""}, "身份证号", "missing_value"),
    ({"phone": "12345"}, "联系电话", "bad_phone"),
    ({"phone": "0635-8888001"}, "联系电话", "bad_phone"),
    ({"card": 6.22319000000001e18}, "一卡通账号", "card_is_number"),
    ({"card": "62231"}, "一卡通账号", "card_length"),
    ({"name": ""}, "户主姓名", "missing_name"),
    ({"name": '=HYPERLINK("http://127.0.0.1/","x")'}, "户主姓名", "formula_text"),
    ({"account": ""}, "电力户号", "missing_account"),
    ({"account": "无"}, "电力户号", "missing_account"),
    ({"account": "三七一"}, "电力户号", "bad_identifier"),
    ({"completed_on": "2018.13.40"}, "竣工日期", "bad_date"),
    ({"completed_on": date(2031, 1, 1)}, "竣工日期", "future_date"),
    ({"completed_on": ""}, "竣工日期", "missing_value"),
    ({"county": "在平县"}, "县（市、区）", "alias_or_wrong_county"),
    ({"county": "高唐县"}, "县（市、区）", "alias_or_wrong_county"),
    ({"county": "历城区", "town": "无此镇"}, "县（市、区）", "unknown_county"),
    ({"town": "无此镇"}, "乡镇（街道）", "unknown_town"),
    ({"community": "不存在村委会"}, "村（社区）", "unknown_village"),
    ({"technology": "煤改地热", "device": "地源热泵"}, "改造方式", "no_rate"),
    ({"technology": "煤改生物质", "device": "生物质炉"}, "改造方式", "no_rate"),
    ({"completed_on": date(2016, 6, 1)}, "改造方式", "no_rate"),
    ({"technology": "不知道"}, "改造方式", "unknown_choice"),
]  # fmt: skip
DOUBTS = [
    (
        {"card": registers.card(5)[:-1] + ("1" if registers.card(5)[-1] != "1" else "2")},
        "一卡通账号",
        "warn_luhn",
    ),
    ({"id_number": "372501197202290132"}, "身份证号", "warn_region"),
    ({"device": ""}, "设备类型", "warn_device"),
    ({"device": "某某牌"}, "设备类型", "warn_device"),
    ({"technology": "气代煤"}, "设备类型", "warn_other_device"),
]


def expected(cases):
    return [
        (row, column, code)
        for row, (_cells, column, code) in enumerate(cases, start=FIRST_ROW)
        if code
    ]


def test_every_slip_is_named_in_its_cell_and_every_doubt_beside_it(clerk):
    data = register(*[household(**cells) for cells, _column, _code in SLIPS + DOUBTS])
    report = bring_in(data, clerk)
    assert found(report["errors"]) == expected(SLIPS)
    doubts = [(row + len(SLIPS), column, code) for row, column, code in expected(DOUBTS)]
    assert found(report["warnings"]) == doubts
    rejected = len(expected(SLIPS))
    assert report["rows"] == len(SLIPS) + len(DOUBTS)
    assert counts(report) == (report["rows"] - rejected, 0, 0, rejected)
    assert all("%(" not in slip["message"] for slip in report["errors"] + report["warnings"])
    told = str(list(ImportIssue.objects.values_list("values", flat=True)))
    for row in SLIPS:
        number = str(row[0].get("id_number") or row[0].get("card") or "")
        assert len(number) < 16 or number not in told


def test_a_row_becomes_a_household_and_the_draft_of_its_claim(clerk):
    row = household(id_number="371503 20210630 4560", device="格力空气源热泵机组", gas="G1")
    bring_in(register(row), clerk)
    claim = Claim.objects.select_related("dwelling", "household").get()
    dwelling, owner = claim.dwelling, claim.household
    assert (dwelling.village.name, dwelling.account_number) == ("北苑社区居委会", row["account"])
    assert (dwelling.gas_account, owner.name, owner.dwelling) == ("G1", row["name"], dwelling)
    assert (claim.state, claim.holder, claim.filed_by) == ("draft", "village", clerk)
    assert (claim.technology, claim.heat_pump) == ("coal_to_electricity", "air_source")
    assert (claim.completed_on, claim.programme_year) == (date(2018, 6, 17), 2018)
    assert (claim.village, claim.name, claim.device_serial, claim.device_model) == (
        dwelling.village, row["name"], row["device_serial"], "格力空气源热泵机组",
    )  # fmt: skip
    assert claim.pinyin.startswith("shi ")
    assert claim.bigrams == owner.bigrams == [row["name"]]
    head = owner.memberships.get(relation="head", valid_to=None).person
    assert personal.reveal(head, "id_number") == "371503202106304560"
    assert personal.reveal(head, "phone") == row["phone"]
    assert (head.id_number_head, head.id_number_tail) == ("3715", "4560")
    account = owner.accounts.get()
    assert personal.reveal(account, "card") == row["card"]
    assert (account.holder, account.holder_name, account.bank, account.payee) == (
        head, row["name"], "农村商业银行", "head",
    )  # fmt: skip
    entry = AuditEntry.objects.about(claim).get()
    assert (entry.verb, entry.actor, entry.after["created"]) == ("import_saved", clerk, 1)


@pytest.mark.parametrize(
    ("technology", "device", "kept"),
    [
        ("电代煤", "空气源热泵", ("coal_to_electricity", "air_source")),
        ("煤改电", "低温空气源热泵热风机", ("coal_to_electricity", "air_source")),
        ("电代煤", "蓄热式电暖器", ("coal_to_electricity", "none")),
        ("电代煤", "地源热泵", ("coal_to_electricity", "none")),
        ("空气源热泵", "", ("coal_to_electricity", "air_source")),
        ("电暖器", "电暖器", ("coal_to_electricity", "none")),
        ("气代煤", "壁挂炉", ("coal_to_gas", "none")),
        (" 煤 改 气 ", "", ("coal_to_gas", "none")),
        ("壁挂炉", "壁挂炉", ("coal_to_gas", "none")),
    ],
)
def test_words_tell_technology_and_heat_pump(clerk, technology, device, kept):
    report = bring_in(register(household(technology=technology, device=device)), clerk)
    assert report["errors"] + report["warnings"] == []
    assert Claim.objects.values_list("technology", "heat_pump").get() == kept


def test_a_dry_run_predicts_and_writes_nothing(clerk):
    data = register(household(), household(phone="1"), household(id_number=""))
    predicted = bring_in(data, clerk, dry_run=True)
    assert not Claim.objects.exists()
    assert not Dwelling.objects.exists()
    assert not bring_in(data, clerk, accept_passing=False)["unchanged"]
    assert not Claim.objects.exists()
    assert bring_in(data, clerk) == predicted


def test_the_same_register_again_changes_nothing(clerk):
    twin = registers.id_number(16000)
    data = register(household(), household(id_number=twin), household(id_number=twin, **GAOTANG))
    assert counts(bring_in(data, clerk)) == (3, 0, 0, 0)
    before = _versions()
    again = bring_in(data, clerk)
    assert counts(again) == (0, 0, 3, 0)
    assert _versions() == before
    assert found(again["warnings"]) == [(FIRST_ROW + 2, "身份证号", "warn_duplicate_person")]


def _versions():
    models = (Claim, Dwelling, Household, Person, BankAccount)
    return [list(model.objects.order_by("pk").values_list("pk", "updated_at")) for model in models]


def test_other_offices_headings_and_old_workbooks_are_read(clerk):
    other = ("区县", "乡镇", "行政村", "姓名", "身份证号码", "户号", "改造类型", "完工日期")
    keys = ("county", "town", "community", "name", "id_number", "account", "technology")
    values = [household(technology="气代煤")[key] for key in keys] + ["2018-05-01"]
    assert counts(bring_in(xls([("花名册",), other, values]), clerk)) == (1, 0, 0, 0)


def test_text_of_a_formula_is_no_name(clerk):
    row = household(name="=1+1", completed_on="2018-06-01")
    columns = list(registers.HEADINGS)
    data = texts([list(registers.HEADINGS.values()), [row[key] for key in columns]])
    assert found(bring_in(data, clerk)["errors"]) == [(2, "户主姓名", "formula_text")]


def test_a_village_imports_its_own_rows_only(village, town, clerk):
    neighbour = Division.objects.filter(parent__name="新区街道").exclude(name="北苑社区居委会")
    rows = [household(), household(**GAOTANG), household(community=neighbour[0].name)]
    report = bring_in(register(*rows), village, dry_run=True)
    wrong = (FIRST_ROW + 1, FIRST_ROW + 2)
    assert found(report["errors"]) == [(row, "村（社区）", "out_of_scope") for row in wrong]
    report = bring_in(register(*rows), town, dry_run=True)
    assert found(report["errors"]) == [(FIRST_ROW + 1, "村（社区）", "out_of_scope")]
    assert counts(bring_in(register(*rows), clerk)) == (3, 0, 0, 0)


def test_a_posting_that_moved_cannot_write_where_it_was(village):
    Posting.objects.filter(user=village).update(division=Division.objects.get(code="371526000000"))
    village.forget_postings()
    assert counts(bring_in(register(household()), village)) == (0, 0, 0, 1)


# --- What is on record follows the register, or stays -----------------------------------------
def test_a_changed_row_changes_the_draft_and_a_blank_cell_nothing(clerk, town):
    row = household(gas="G7", remarks="旧", technology="电代煤", device="电暖器")
    bring_in(register(row), clerk)
    blank = {"gas": "", "remarks": "", "phone": "", "card": "", "bank": "", "device": "",
             "device_serial": ""}  # fmt: skip
    assert counts(bring_in(register(row | blank), clerk)) == (0, 0, 1, 0)
    new_card = registers.card(15000)
    other = blank | {
        "name": "试改名", "phone": "13900000009", "card": new_card, "completed_on": "2018-07-01",
        "device": "空气源热泵", "remarks": "新",
    }  # fmt: skip
    assert counts(bring_in(register(row | other), town)) == (0, 1, 0, 0)
    claim = Claim.objects.get()
    assert (claim.name, claim.completed_on, claim.remarks, claim.version) == (
        "试改名", date(2018, 7, 1), "新", 2,
    )  # fmt: skip
    assert (claim.heat_pump, claim.device_serial) == ("air_source", row["device_serial"])
    assert (claim.dwelling.gas_account, claim.filed_by) == ("G7", clerk)
    assert claim.signatures.values_list("verb", "user").get() == ("correct", town.pk)
    assert "改名" in claim.bigrams
    assert claim.household.name == "试改名"
    head = Person.objects.get()
    assert (head.name, personal.reveal(head, "phone")) == ("试改名", "13900000009")
    ended, current = claim.household.accounts.order_by("pk")
    assert (ended.valid_to, current.valid_from) == (clock.today(), clock.today())
    assert (personal.reveal(ended, "card"), personal.reveal(current, "card")) == (
        row["card"], new_card,
    )  # fmt: skip
    assert (current.bank, current.holder_name) == ("农村商业银行", "试改名")
    assert counts(bring_in(register(row | other), town)) == (0, 0, 1, 0)


def test_another_number_of_the_same_name_was_mistyped_and_another_name_is_a_new_head(clerk):
    row = household()
    bring_in(register(row), clerk)
    right = row | {"id_number": registers.id_number(15001)}
    assert counts(bring_in(register(right), clerk)) == (0, 1, 0, 0)
    owner = Household.objects.get()
    assert personal.reveal(owner.memberships.get().person, "id_number") == right["id_number"]
    son = row | {"id_number": registers.id_number(15002), "name": "试儿子"}
    assert counts(bring_in(register(son), clerk)) == (0, 1, 0, 0)
    father, heir = owner.memberships.order_by("pk")
    assert (father.valid_to, heir.valid_to) == (clock.today(), None)
    assert personal.reveal(heir.person, "id_number") == son["id_number"]
    assert owner.accounts.get().holder == heir.person
    # The mistyped number names nobody any more: its owner is no duplicate.
    assert bring_in(register(household(id_number=row["id_number"])), clerk)["warnings"] == []


@pytest.fixture
def moved_on(clerk):
    """Return a row whose claim is with the town already."""
    row = household()
    bring_in(register(row), clerk)
    Claim.objects.update(state="township_review", holder="town")
    return row


def test_a_claim_further_on_is_left_alone(clerk, moved_on):
    assert counts(bring_in(register(moved_on), clerk)) == (0, 0, 1, 0)
    report = bring_in(register(moved_on | {"remarks": "改"}), clerk)
    assert found(report["errors"]) == [(FIRST_ROW, "电力户号", "claim_moved_on")]
    Claim.objects.update(state="returned", holder="village")
    assert counts(bring_in(register(moved_on | {"remarks": "改"}), clerk)) == (0, 1, 0, 0)
    assert Claim.objects.get().remarks == "改"


def test_a_dwelling_has_one_live_claim_in_all_years(clerk, moved_on):
    next_year = moved_on | {"completed_on": date(2019, 5, 1)}
    report = bring_in(register(next_year), clerk)
    assert found(report["errors"]) == [(FIRST_ROW, "电力户号", "live_claim")]
    Claim.objects.update(state="withdrawn", holder="nobody")
    assert counts(bring_in(register(moved_on), clerk)) == (0, 0, 1, 0)
    assert counts(bring_in(register(next_year), clerk)) == (1, 0, 0, 0)
    assert Claim.objects.values("dwelling", "household").distinct().count() == 1
    both = household()
    report = bring_in(register(both, both | {"completed_on": date(2019, 5, 1)}, both), clerk)
    assert found(report["errors"]) == [
        (FIRST_ROW + 1, "电力户号", "live_claim"),
        (FIRST_ROW + 2, "电力户号", "duplicate_row"),
    ]


# --- The same person in two dwellings -------------------------------------------------------
def test_the_first_row_with_a_number_stands(clerk, village):
    twin = registers.id_number(15003)
    first = household(id_number=twin, name="试先", **GAOTANG)
    later = household(id_number=f" {twin.lower()}", name="试后", phone="13900000010")
    report = bring_in(register(first, later), clerk)
    assert found(report["warnings"]) == [(FIRST_ROW + 1, "身份证号", "warn_duplicate_person")]
    assert "4" in report["warnings"][0]["message"]
    person = Person.objects.get()
    assert (person.name, personal.reveal(person, "phone")) == ("试先", first["phone"])
    assert list(person.memberships.order_by("pk").values_list("household__name", flat=True)) == [
        "试先", "试后",
    ]  # fmt: skip
    assert list(Claim.objects.order_by("pk").values_list("name", "state")) == [
        ("试先", "draft"), ("试后", "draft"),
    ]  # fmt: skip
    assert _cases() == [("person", "open", [(1, "试先"), (2, "试后")])]
    third = household(id_number=twin, name="试三")
    report = bring_in(register(third), village)
    assert found(report["warnings"]) == [(FIRST_ROW, "身份证号", "warn_duplicate_person")]
    assert first["account"] not in report["warnings"][0]["message"]
    assert Person.objects.get().name == "试先"
    again = bring_in(register(third | {"phone": "13900000011", "name": "试三三"}), village)
    assert counts(again) == (0, 1, 0, 0)
    assert Person.objects.values_list("name", "phone_tail").get() == ("试先", first["phone"][-4:])
    assert _cases()[1:] == [("person", "open", [(1, "试先"), (2, "试三三")])]


def _cases():
    cases = DuplicateCase.objects.order_by("pk")
    return [
        (case.ground, case.state, list(case.sides.values_list("position", "claim__name")))
        for case in cases
    ]


def test_a_rejected_row_is_not_the_first_one(clerk):
    twin = registers.id_number(15004)
    report = bring_in(
        register(household(id_number=twin, phone="1"), household(id_number=twin)), clerk
    )
    assert (counts(report), report["warnings"]) == ((1, 0, 0, 1), [])


def test_nobody_brings_in_their_own_household(village):
    mine = registers.id_number(15005)
    User.objects.filter(pk=village.pk).update(id_number_index=identifiers.blind("id_number", mine))
    report = bring_in(register(household(id_number=mine), household()), village)
    assert found(report["errors"]) == [(FIRST_ROW, "身份证号", "own_household")]
    assert report["created"] == 1
