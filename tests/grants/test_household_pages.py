"""Household files on the desk and for programs: all a noun must pass, and who sees which number."""

import re
from datetime import date
from itertools import count
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from bureau.people.demo import BEIYUAN_COMMUNITY
from bureau.places.models import Division
from bureau.records.models import AuditEntry
from grants.models import Dwelling, Household
from grants.services import members
from grants.services.households import move_out, record_household
from tests.grants.claim_story import a_claim
from tests.grants.numbers import next_id
from tests.grants.papers import certificate
from tests.suites import RegistrySuite

ACCOUNTS = count(3_700_001)
BEIYUAN = ("371502000000", "371502003000", "371502003010")
CARD, PHONE = "4111111111111111", "13912345678"
API = "/api/v1/households/"


def home():
    return Division.objects.get(code=BEIYUAN_COMMUNITY)


def a_household(**other):
    given = {
        "name": "王建国", "id_number": next_id(), "phone": PHONE, "card": CARD,
        "account_number": str(next(ACCOUNTS)),
    }  # fmt: skip
    return record_household(home(), actor=None, **given | other)


def many(number):
    """Write rows for long lists without the services, which seal and tell of each."""
    rows = []
    for _turn in range(number):
        dwelling = Dwelling.objects.create(village=home(), account_number=str(next(ACCOUNTS)))
        row = Household(dwelling=dwelling)
        row.call("王建国")
        row.save()
        rows.append(row)
    return rows


class TestHouseholdPages(RegistrySuite):
    """Files of a village: its official keeps them, another county's reviewer sees none."""

    names, path = "grants:household", "households"
    model = Household
    holder, reader, outsider = "village", "county", "outsider"

    def make(self, number):
        return [a_household()] if number == 1 else many(number)

    def new(self):
        return {
            "village": BEIYUAN, "name": "李秀英", "id_number": next_id(), "payee": "head",
            "card": CARD, "account_number": str(next(ACCOUNTS)),
        }  # fmt: skip

    def change(self, row):
        return {"remarks": "换了门锁"}

    def posted(self):
        return {
            "village": home().pk, "name": "李秀英", "id_number": next_id(),
            "account_number": str(next(ACCOUNTS)), "card": CARD,
        }  # fmt: skip


@pytest.fixture
def row(db):
    return a_household()


def page(client, row, name, *args):
    return client.get(reverse(f"grants:household_{name}", args=[row.pk, *args]))


def text_of(answer):
    body = b"".join(answer) if answer.streaming else answer.content
    return body.decode("utf-8-sig", "replace")


@pytest.mark.django_db
def test_numbers_are_masked_wherever_they_are_shown(village, signed_in, api):
    number = next_id()
    row = a_household(id_number=number)
    desk, program = signed_in(village), api(village)
    desk.post(reverse("grants:household_edit", args=[row.pk]), {
        "name": "王建国", "id_number": (newer := next_id()), "account_number": "77",
        "phone": "13800001111", "version": row.version,
    })  # fmt: skip
    listing = reverse("grants:household_list")
    answers = [
        desk.get(listing), desk.get(listing, {"format": "csv"}), page(desk, row, "detail"),
        page(desk, row, "members"), page(desk, row, "accounts"), page(desk, row, "history"),
        page(desk, row, "edit"), program.get(API), program.get(f"{API}{row.pk}/"),
        program.get(f"{API}?format=csv"), program.get(f"{API}{row.pk}/history/"),
    ]  # fmt: skip
    shown = [text_of(answer) for answer in answers]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    for plain in (number, newer, PHONE, "13800001111", CARD):
        assert not any(plain in text for text in shown)
    masked = f"3715************{newer[-2:]}"
    for at in (0, 1, 2, 3, 6, 7, 8, 9):
        assert masked in shown[at], at
    for text in (shown[5], shown[10]):  # the history says that it changed, and the last four
        assert newer[-4:] in text
        assert "1111" in text


@pytest.mark.django_db
def test_a_whole_number_is_shown_once_for_a_reason(county, town_team, village, signed_in, api):
    number = next_id()
    row = a_household(id_number=number)
    head = row.memberships.get().person
    address = reverse("grants:household_reveal", args=[row.pk])
    wanted = {"number": f"id_number-{head.pk}"}
    desk = signed_in(county)
    assert desk.get(address).status_code == 405
    assert desk.post(address, wanted).status_code == 422
    answer = desk.post(address, wanted | {"note": "核对身份证"})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert number in answer.content.decode()
    assert number not in page(desk, row, "detail").content.decode()
    entry = AuditEntry.objects.about(row).first()
    assert (entry.verb, entry.actor, entry.note) == ("reveal", county, "核对身份证")
    assert number not in f"{entry.before}{entry.after}"
    card = desk.post(address, {"number": "card", "note": "退汇"})
    assert CARD in card.content.decode()
    reading = signed_in(town_team)
    assert reading.post(address, wanted | {"note": "看看"}).status_code == 403
    program = api(county)
    told = program.post(f"{API}{row.pk}/reveal/", {"kind": "phone", "note": "核对"})
    assert (told.json(), told["Cache-Control"]) == ({"kind": "phone", "value": PHONE}, "no-store")
    assert program.post(f"{API}{row.pk}/reveal/", {"kind": "phone"}).status_code == 422
    assert program.get(f"{API}{row.pk}/reveal/").status_code == 405
    assert (
        api(town_team).post(f"{API}{row.pk}/reveal/", {"kind": "phone", "note": "看"}).status_code
        == 403
    )
    stranger = a_household().memberships.get().person
    elsewhere = {"kind": "phone", "person": stranger.pk, "note": "看"}
    assert program.post(f"{API}{row.pk}/reveal/", elsewhere).status_code == 404


@pytest.mark.django_db
def test_whoever_works_elsewhere_finds_nothing(row, outsider, signed_in, api):
    member = row.memberships.get()
    desk, program = signed_in(outsider), api(outsider)
    for name in ("detail", "history", "members", "accounts", "papers", "residents", "edit"):
        assert page(desk, row, name).status_code == 404, name
    for name, args in (
        ("reveal", ()), ("move_out", ()), ("add_member", ()), ("change_head", ()), ("split", ()),
        ("change_account", ()), ("end_membership", (member.pk,)), ("note", ()), ("file", ()),
    ):  # fmt: skip
        address = reverse(f"grants:household_{name}", args=[row.pk, *args])
        assert desk.post(address, {}).status_code == 404, name
    move_in = reverse("grants:household_move_in", args=[row.dwelling_id])
    assert desk.get(move_in).status_code == 404
    listing = reverse("grants:household_list")
    assert "王建国" not in text_of(desk.get(listing, {"format": "csv"}))
    assert f"{API}{row.pk}/" not in text_of(program.get(API))
    for verb in ("reveal", "add-member", "end-membership", "change-account", "move-out"):
        assert program.post(f"{API}{row.pk}/{verb}/", {}).status_code == 404, verb
    assert program.get(f"/api/v1/dwellings/{row.dwelling_id}/").status_code == 404
    assert program.get(f"/api/v1/villages/{home().pk}/").status_code == 404


@pytest.mark.django_db
def test_a_file_opens_on_ones_own_ground_only(village, town, signed_in, api):
    elsewhere = Division.objects.filter(level=5).exclude(parent=home().parent).first()
    given = {"name": "王", "id_number": next_id(), "account_number": str(next(ACCOUNTS))}
    answer = api(village).post(API, given | {"village": elsewhere.pk})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["village"])
    place = [elsewhere.parent.parent.code, elsewhere.parent.code, elsewhere.code]
    desk = signed_in(village)
    form = desk.post(
        reverse("grants:household_create"), given | {"village": place, "payee": "head"}
    )
    assert form.context["form"].has_error("village")
    assert not Household.objects.exists()
    wrong = {"id_number": "371502198503120013", "phone": "129", "card": "12"}
    told = api(town).post(API, given | wrong | {"village": home().pk})
    assert set(told.json()["fields"]) == {"id_number", "phone", "card"}
    for plain in wrong.values():
        assert plain not in told.content.decode() or len(plain) < 4


@pytest.mark.django_db
def test_a_program_keeps_members_and_account(row, village, api):
    program = api(village)
    of = f"{API}{row.pk}"
    son = next_id()
    added = program.post(
        f"{of}/add-member/", {"name": "王小明", "relation": "child", "id_number": son}
    ).json()
    assert [one["name"] for one in added["members"]] == ["王建国", "王小明"]
    member = added["members"][1]
    paid = program.post(f"{of}/change-account/", {
        "payee": "member", "holder": member["person"], "card": "5500005555555559",
    }).json()  # fmt: skip
    assert [one["card"] for one in paid["accounts"]] == ["****1111", "****5559"]
    assert paid["accounts"][1]["holder_name"] == "王小明"
    strange = a_household().memberships.get()
    for sent in ({"membership": strange.pk, "on": "2020-01-01"}, {"on": "2020-01-01"}):
        assert program.post(f"{of}/end-membership/", sent).status_code == 422
    today = {"membership": member["id"], "on": "2026-01-01"}
    ended = program.post(f"{of}/end-membership/", today).json()
    assert ended["members"][1]["valid_to"] == "2026-01-01"
    gone = program.post(f"{of}/move-out/", {"on": "2026-01-02"}).json()
    assert gone["valid_to"] == "2026-01-02"
    refused = program.post(f"{of}/add-member/", {"name": "王", "relation": "child"})
    assert (refused.status_code, refused.json()["code"]) == (409, "moved_out")


@pytest.mark.django_db
def test_a_life_of_a_household_on_its_page(village, signed_in):
    row = a_household(valid_from=date(2018, 1, 1))
    desk = signed_in(village)

    def post(name, values, *args):
        return desk.post(reverse(f"grants:household_{name}", args=[row.pk, *args]), values)

    why = {"note": "村里证明"}
    for name, relation in (("李秀英", "spouse"), ("王小明", "child"), ("王小红", "child")):
        given = {"name": name, "relation": relation, "id_number": next_id()}
        assert post("add_member", given).status_code == 302
    wife, son, daughter = row.memberships.exclude(relation="head")
    end = why | {"on": "2019-01-01"}
    assert post("end_membership", end, daughter.pk).status_code == 302
    given = why | {"member": wife.pk, "on": "2019-02-03", "died": "on"}
    assert post("change_head", given).status_code == 422
    assert post("change_head", given | {"proof": certificate()}).status_code == 302
    assert "李秀英" in page(desk, row, "detail").content.decode()
    given = why | {"payee": "head", "card": "5500005555555559", "on": "2019-02-04"}
    assert post("change_account", given).status_code == 302
    given = why | {
        "members": [son.pk], "head": son.pk, "account_number": str(next(ACCOUNTS)),
        "on": "2020-01-01",
    }  # fmt: skip
    assert post("split", given).status_code == 302
    assert Household.objects.get(name="王小明").dwelling.village == home()
    assert 'data-kind="proof" data-there="yes"' in page(desk, row, "papers").content.decode()
    assert post("move_out", why | {"on": "2021-01-01"}).status_code == 302
    moved = page(desk, row, "detail").content.decode()
    move_in = reverse("grants:household_move_in", args=[row.dwelling_id])
    assert move_in in moved
    given = {"name": "赵新民", "id_number": next_id(), "payee": "head", "valid_from": "2021-02-01"}
    assert desk.post(move_in, given).status_code == 302
    residents = page(desk, row, "residents").content.decode()
    assert re.findall(r'data-household="\d+">\s*<[^>]+>([^<]+)<', residents) == ["赵新民", "李秀英"]


@pytest.mark.django_db
def test_lists_narrow_to_what_is_missing(village, signed_in):
    full = a_household(name="全备")
    bare = a_household(name="缺卡", card="", account_number="", pending_number="SQ-1")
    gone = a_household(name="迁走")
    move_out(gone, actor=village, on=date(2020, 1, 1))
    desk, listing = signed_in(village), reverse("grants:household_list")

    def found(**query):
        return {row.name for row in desk.get(listing, query).context["page"].rows}

    assert found() == {"全备", "缺卡"}
    assert found(card="no") == found(account="no") == {"缺卡"}
    assert found(card="yes") == found(account="yes") == {"全备"}
    assert found(living="moved") == {"迁走"}
    assert found(q=full.dwelling.account_number) == {"全备"}
    assert found(q=next_id()) == set()
    assert bare.dwelling.pending_number == "SQ1"


@pytest.mark.django_db
def test_people_are_found_by_name_account_and_whole_number(county, outsider, town_team, signed_in):
    number = "371502198503120014"
    row = a_household(name="欧阳建国", id_number=number)
    address = row.get_absolute_url()
    desk, strange = signed_in(county), signed_in(outsider)
    for text in ("欧阳", row.dwelling.account_number):
        words = {"q": text}
        assert address in desk.get(reverse("desk:search"), words).content.decode()
        assert address not in strange.get(reverse("desk:search"), words).content.decode()
    for typed in (number, "371502850312001", CARD, "139 1234 5678"):
        sent = {"q": typed}
        answer = desk.post(reverse("desk:search_exact"), sent)
        assert address in answer.content.decode(), typed
        assert address not in strange.post(reverse("desk:search_exact"), sent).content.decode()
    entry = AuditEntry.objects.filter(actor=county, verb="search_exact").latest("pk")
    assert PHONE not in f"{entry.after}"
    assert signed_in(town_team).post(reverse("desk:search_exact"), {"q": number}).status_code == 403
    assert desk.get(f"{reverse('desk:search')}?{urlencode({'q': number})}").status_code == 400


@pytest.mark.django_db
def test_claims_are_found_by_name_and_by_village_with_account(county, outsider, signed_in):
    number = "371502198503120014"
    row = a_household(name="欧阳建国", id_number=number, account_number="3712345678")
    claim = a_claim(row)
    desk, strange = signed_in(county), signed_in(outsider)
    page = claim.get_absolute_url()
    village = claim.village.name
    for text in ("欧阳", "3712345", f"{village} 37123456", f"{village[:2]}3712345678"):
        words = {"q": text}
        found = desk.get(reverse("desk:search"), words).content.decode()
        assert page in found.partition('data-kind="claims"')[2], text
        assert page not in strange.get(reverse("desk:search"), words).content.decode()
        listed = desk.get(reverse("grants:claim_list"), words).context["page"].rows
        assert [one.pk for one in listed] == [claim.pk], text
    assert page not in desk.get(reverse("desk:search"), {"q": f"{village} 38"}).content.decode()
    answer = desk.post(reverse("desk:search_exact"), {"q": number})
    assert row.get_absolute_url() in answer.content.decode()  # and from the file to its claims
    panel = desk.get(reverse("grants:household_claims", args=[row.pk]))
    assert page in panel.content.decode()


@pytest.mark.django_db
def test_villages_tell_what_they_are_ready_for_and_hold(row, village, api):
    place = home()
    program = api(village)
    told = program.get("/api/v1/villages/").json()["results"]
    assert [one["id"] for one in told] == [place.pk]
    assert (told[0]["dwellings"], told[0]["claims"]) == (1, {})
    assert told[0]["gas_ready"] is place.gas_ready
    dwelling = program.get("/api/v1/dwellings/").json()["results"][0]
    assert dwelling["account_number"] == row.dwelling.account_number
    assert dwelling["village_name"] == place.name


@pytest.mark.django_db
def test_a_member_of_another_household_is_not_touched(row, village, signed_in):
    other = a_household()
    son = members.add_member(other, actor=village, name="外人", relation="child")
    address = reverse("grants:household_end_membership", args=[row.pk, son.pk])
    answer = signed_in(village).post(address, {"on": "2020-01-01", "note": "x"})
    assert answer.status_code == 404
    given = {"member": son.pk, "on": "2020-01-01", "note": "x", "proof": certificate()}
    head = signed_in(village).post(reverse("grants:household_change_head", args=[row.pk]), given)
    assert head.status_code == 422


@pytest.mark.django_db
def test_a_program_changes_the_head_and_splits_a_household(row, village, county, api):
    wife, son = (
        members.add_member(row, actor=village, name=name, relation="child", id_number=next_id())
        for name in ("李秀英", "王小明")
    )
    program, base = api(village), f"{API}{row.pk}/"
    given = {"membership": wife.pk, "on": "2020-03-01", "died": "true", "note": "户主去世"}
    bare = program.post(f"{base}change-head/", given, format="multipart")
    assert (bare.status_code, list(bare.json()["fields"])) == (422, ["proof"])
    sent = given | {"proof": certificate()}
    told = program.post(f"{base}change-head/", sent, format="multipart").json()
    assert (told["name"], told["id"]) == ("李秀英", row.pk)
    again = program.post(
        f"{base}change-head/", given | {"proof": certificate()}, format="multipart"
    )
    assert (again.status_code, again.json()["code"]) == (409, "not_a_member")
    leave = {"memberships": [son.pk], "head": son.pk, "on": "2020-04-01"}
    nowhere = program.post(f"{base}split/", leave)
    assert (nowhere.status_code, list(nowhere.json()["fields"])) == (422, ["account_number"])
    new = program.post(f"{base}split/", leave | {"account_number": "3799"}).json()
    assert (new["name"], new["account_number"]) == ("王小明", "3799")
    assert new["id"] != row.pk
    gone = program.post(f"{base}split/", leave | {"account_number": "3798"})
    assert gone.status_code == 409
    assert api(county).post(f"{base}split/", leave).status_code == 403
