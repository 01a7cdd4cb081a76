"""Household files: opened, corrected, handed on when somebody dies, moves or splits off."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from bureau.core import clock, crypto, personal
from bureau.core.errors import BusinessError
from bureau.core.identifiers import blind
from bureau.people.demo import BEIYUAN_COMMUNITY
from bureau.places.models import Division
from bureau.records.models import AuditEntry
from grants.models import Household, Person
from grants.services import members
from grants.services import personal as numbers
from grants.services.accounts import change_account
from grants.services.households import edit_household, move_in, move_out, record_household, split
from tests.grants.numbers import next_id
from tests.grants.papers import certificate

pytestmark = pytest.mark.django_db

CARD, OTHER_CARD = "4111111111111111", "5500005555555559"


@pytest.fixture
def place(db):
    return Division.objects.get(code=BEIYUAN_COMMUNITY)


@pytest.fixture
def record(place, village):
    def make(**other):
        given = {
            "name": "王建国", "id_number": next_id(), "phone": "13912345678", "card": CARD,
            "bank": "农商银行", "account_number": f"0{next_id()[-8:-1]}",
        }  # fmt: skip
        return record_household(place, actor=village, **given | other)

    return make


def told(household):
    return list(AuditEntry.objects.about(household).order_by("pk"))


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"account_number": "无"}, "account_number", "bad_account"),
        ({"account_number": "0000"}, "account_number", "bad_account"),
        ({"name": "王建国13912345678"}, "name", "name_holds_number"),
    ],
)
def test_what_names_no_dwelling_or_more_than_a_person_is_refused(record, wrong, field, code):
    with pytest.raises(ValidationError) as refused:
        record(**wrong)
    assert [one.code for one in refused.value.error_dict[field]] == [code]
    assert "13912345678" not in str(refused.value)


def test_remarks_keep_the_ends_of_numbers_only(record, village):
    home = record(remarks="子13800000001代办", door_number="3号")
    assert (home.remarks, home.dwelling.door_number) == ("子****0001代办", "3号")
    home = edit_household(home, {"remarks": f"卡{CARD}"}, actor=village)
    assert home.remarks == "卡****1111"


def test_a_file_is_opened_at_once(record, place):
    number = next_id()
    home = record(
        id_number=f" {number.lower()} ", account_number="３７ 00-12", register_number="a1"
    )
    head = home.memberships.get()
    assert (home.name, home.dwelling.village, home.register_number) == ("王建国", place, "A1")
    assert home.dwelling.account_number == "370012"
    assert (head.relation, head.person.name) == ("head", "王建国")
    assert personal.reveal(head.person, "id_number") == number
    assert head.person.id_number_index == blind("id_number", number)
    assert (head.person.id_number_head, head.person.id_number_tail) == (number[:4], number[-4:])
    account = home.accounts.get()
    assert (account.payee, account.holder, account.holder_name) == ("head", head.person, "王建国")
    assert (personal.reveal(account, "card"), account.card_tail) == (CARD, "1111")


def test_every_mistake_is_named_beside_its_field(record, place):
    with pytest.raises(ValidationError) as found:
        record(
            name=" ", id_number="3.7E+17", phone="129", card="123", account_number="",
            payee="supplier", valid_from=date(2099, 1, 1),
        )  # fmt: skip
    codes = {name: [one.code for one in errors] for name, errors in found.value.error_dict.items()}
    assert codes == {
        "name": ["missing_name"],
        "id_number": ["id_is_number"],
        "phone": ["bad_phone"],
        "card": ["card_length"],
        "account_number": ["missing_account"],
        "holder_name": ["missing_holder"],
        "valid_from": ["future_day"],
    }
    assert not Household.objects.exists()
    assert not Person.objects.exists()


def test_a_dwelling_is_known_by_village_and_account(record, place, village):
    record(account_number="0101")
    with pytest.raises(ValidationError) as found:
        record(account_number="01-01")
    assert found.value.error_dict["account_number"][0].code == "dwelling_exists"
    town = place.parent
    with pytest.raises(ValidationError) as found:
        record_household(town, actor=village, name="王", id_number=next_id(), account_number="0102")
    assert found.value.error_dict["village"][0].code == "no_village"


def test_the_first_name_of_a_number_stands(record):
    number = next_id()
    first = record(id_number=number)
    second = record(id_number=number, name="王建園", phone="13800000000")
    person = second.memberships.get().person
    assert person == first.memberships.get().person
    assert (person.name, person.phone_tail) == ("王建国", "5678")
    assert second.name == "王建園"


def test_a_pending_application_gets_its_account(record, village):
    home = record(account_number="", pending_number="SQ-2018-77")
    assert str(home.dwelling) == "SQ201877"
    edit_household(home, {"account_number": "0201"}, actor=village, version=home.version)
    home.refresh_from_db()
    assert str(home.dwelling) == "0201"
    assert home.version == 2
    with pytest.raises(BusinessError) as stale:
        edit_household(home, {"remarks": "x"}, actor=village, version=1)
    assert stale.value.code == "stale"


def test_a_corrected_number_follows_the_person(record, village):
    number, other = next_id(), next_id()
    home = record()
    edit_household(home, {"id_number": number, "name": "王建军"}, actor=village)
    head = Household.objects.get(pk=home.pk).memberships.get().person
    assert (personal.reveal(head, "id_number"), head.name) == (number, "王建军")
    # A number that two dwellings share by mistake belongs to the first; the second gets a new one.
    second = record(id_number=number)
    edit_household(second, {"id_number": other}, actor=village)
    assert personal.reveal(numbers.head_of(home), "id_number") == number
    assert personal.reveal(numbers.head_of(second), "id_number") == other
    assert second.accounts.get().holder == numbers.head_of(second)


def test_the_audit_tells_of_a_number_its_last_four(record, village):
    number, other = next_id(), next_id()
    home = record(id_number=number)
    edit_household(home, {"id_number": other, "phone": "13700001234"}, actor=village)
    entry = told(home)[-1]
    assert entry.verb == "edit_member"
    assert entry.before == {
        "id_number_sealed": {"changed": True, "last_four": number[-4:]},
        "phone_sealed": {"changed": True, "last_four": "5678"},
    }
    assert entry.after == {
        "id_number_sealed": {"changed": True, "last_four": other[-4:]},
        "phone_sealed": {"changed": True, "last_four": "1234"},
    }


def test_a_new_account_ends_the_one_before(record, village):
    home = record(valid_from=date(2018, 1, 1))
    son = members.add_member(
        home, actor=village, name="王小明", relation="child", id_number=next_id()
    )
    day = date(2019, 5, 1)
    change_account(home, actor=village, payee="member", holder=son.person, card=OTHER_CARD, on=day)
    old, new = home.accounts.all()
    assert (old.valid_to, new.valid_from, new.valid_to) == (day, day, None)
    assert (new.holder_name, new.relation, new.card_tail) == ("王小明", "child", "5559")
    count = AuditEntry.objects.count()
    again = change_account(home, actor=village, payee="member", holder=son.person, card=OTHER_CARD)
    assert again == new
    assert AuditEntry.objects.count() == count
    stranger = record().memberships.get().person
    for wrong, field in (
        ({"payee": "member", "holder": stranger}, "holder"),
        ({"payee": "member"}, "holder_name"),
        ({"on": date(2019, 4, 30)}, "on"),
        ({"on": date(2099, 1, 1)}, "on"),
        ({"card": ""}, "card"),
    ):
        with pytest.raises(ValidationError) as found:
            change_account(home, actor=village, **{"card": CARD} | wrong)
        assert field in found.value.error_dict


def test_when_the_head_dies_another_member_is_head_by_proof(record, village):
    home = record(valid_from=date(2018, 1, 1))
    widow = members.add_member(home, actor=village, name="李秀英", relation="spouse")
    day = date(2019, 2, 3)
    with pytest.raises(ValidationError) as missing:
        members.change_head(widow, actor=village, on=day, proof=None)
    assert "proof" in missing.value.error_dict
    with pytest.raises(BusinessError) as stays:
        members.end_membership(home.memberships.heads().get(), actor=village, on=day)
    assert stays.value.code == "head_stays"
    members.change_head(widow, actor=village, on=day, proof=certificate(), died=True)
    home.refresh_from_db()
    old, _spouse, head = home.memberships.all()
    assert (home.name, head.relation, head.person.name) == ("李秀英", "head", "李秀英")
    assert (old.valid_to, old.person.died_on, head.valid_from) == (day, day, day)
    assert not home.accounts.current().exists()  # nothing is paid to the dead
    change_account(home, actor=village, card=OTHER_CARD)
    assert home.accounts.current().get().holder == head.person


def test_members_come_and_go(record, village):
    home, other = record(), record()
    number = next_id()
    son = members.add_member(home, actor=village, name="王小明", relation="child", id_number=number)
    with pytest.raises(BusinessError) as twice:
        members.add_member(home, actor=village, name="王", relation="child", id_number=number)
    assert twice.value.code == "already_member"
    with pytest.raises(ValidationError) as elsewhere:
        members.add_member(other, actor=village, name="王", relation="child", id_number=number)
    assert elsewhere.value.error_dict["id_number"][0].code == "person_elsewhere"
    members.end_membership(son, actor=village, on=clock.today())
    members.add_member(other, actor=village, name="王", relation="child", id_number=number)
    assert other.memberships.current().filter(person=son.person).exists()


def test_one_household_moves_out_and_the_next_moves_in(record, village):
    home = record(valid_from=date(2018, 1, 1))
    given = {"name": "赵新民", "id_number": next_id(), "card": OTHER_CARD}
    with pytest.raises(BusinessError) as lived_in:
        move_in(home.dwelling, actor=village, **given)
    assert lived_in.value.code == "still_lived_in"
    move_out(home, actor=village, on=date(2019, 6, 1))
    with pytest.raises(ValidationError):
        move_in(home.dwelling, actor=village, valid_from=date(2019, 5, 31), **given)
    new = move_in(home.dwelling, actor=village, valid_from=date(2019, 6, 1), **given)
    assert list(home.dwelling.households.present()) == [new]
    assert home.accounts.current().exists()  # what it is still owed goes to its own account
    with pytest.raises(BusinessError) as gone:
        change_account(home, actor=village, card=CARD)
    assert gone.value.code == "moved_out"


def test_a_household_splits(record, village):
    home = record(valid_from=date(2018, 1, 1))
    son, wife = (
        members.add_member(home, actor=village, name=name, relation=relation, id_number=next_id())
        for name, relation in (("王小明", "child"), ("周兰", "other"))
    )
    day = date(2020, 3, 1)
    head = home.memberships.heads().get()
    with pytest.raises(BusinessError):
        split(home, [head, son], actor=village, on=day, head=son, account_number="0900")
    new = split(
        home, [son, wife], actor=village, on=day, head=son, account_number="0901", card=OTHER_CARD
    )
    assert (new.name, new.dwelling.village) == ("王小明", home.dwelling.village)
    assert [one.relation for one in new.memberships.all()] == ["head", "other"]
    assert new.accounts.get().holder == son.person
    assert list(home.memberships.current()) == [head]


def test_a_sealed_number_opens_in_its_own_place_only(record):
    one, other = record(), record()
    first, second = numbers.head_of(one), numbers.head_of(other)
    account = one.accounts.get()
    for row, column, foreign in (
        (second, "id_number_sealed", first.id_number_sealed),
        (first, "phone_sealed", first.id_number_sealed),
        (account, "card_sealed", first.id_number_sealed),
    ):
        setattr(row, column, foreign)
        row.save(update_fields=[column])
        row.refresh_from_db()
        with pytest.raises(crypto.SealBrokenError):
            personal.reveal(row, column.removesuffix("_sealed"))


def test_a_whole_number_needs_a_reason_and_leaves_a_trace(record, county):
    number = next_id()
    home = record(id_number=number)
    with pytest.raises(BusinessError) as silent:
        numbers.reveal(home, "id_number", actor=county, reason=" ")
    assert silent.value.code == "reason_needed"
    assert numbers.reveal(home, "id_number", actor=county, reason="核对身份证") == number
    entry = told(home)[-1]
    assert (entry.verb, entry.actor, entry.note) == ("reveal", county, "核对身份证")
    assert entry.after == {"name": "王建国", "id_number_sealed": f"****{number[-4:]}"}
    assert numbers.reveal(home, "card", actor=county, reason="退汇") == CARD
    assert told(home)[-1].after == {"holder_name": "王建国", "card_sealed": "****1111"}
    bare = record(phone="", card="", bank="")
    for kind in ("phone", "card"):
        with pytest.raises(BusinessError) as none:
            numbers.reveal(bare, kind, actor=county, reason="核对")
        assert none.value.code == "not_held"


def test_a_user_is_recognised_in_a_household(record, village, town, admin):
    from bureau.people.services import record_own_number

    number = next_id()
    home, other = record(id_number=number), record()
    assert not numbers.handles_own_household(village, home)
    record_own_number(village, number, actor=admin)
    assert numbers.handles_own_household(village, home)
    assert not numbers.handles_own_household(village, other)
    assert not numbers.handles_own_household(town, home)
