"""Use checks: opened with everybody ticked, unticked with a reason, confirmed by another person."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import translation

from bureau.core.errors import BusinessError
from bureau.desk import work
from bureau.exchange.ledger import import_ledger
from bureau.places.models import Division
from grants.models import Claim, Dwelling, Entitlement, UseCheck
from grants.rules import use_checks as rules
from grants.services.entitlements import open_operating
from grants.services.households import edit_household
from grants.services.use_checks import (
    Tick,
    confirm_check,
    open_check,
    return_check,
    submit_check,
    tick_lines,
)
from tests.bureau.sheets import xlsx
from tests.cast import person
from tests.grants import registers
from tests.grants.claim_story import a_village
from tests.grants.notice_story import a_posted_notice, claims_in, on

pytestmark = pytest.mark.django_db
IN_SEASON = date(2027, 1, 20)
BASE = "/api/v1/use-checks/"


def approved(number=3, **more):
    given = {"completed_on": date(2026, 6, 1), "programme_year": 2026} | more
    return claims_in("approved", number, **given)


def a_check(number=3, season=2026):
    claims = approved(number)
    with on(date(season + 1, 1, 20)):
        check = open_check(claims[0].village, season, actor=person("village"))
    return check, claims


def refused(call, *args, **given):
    with pytest.raises(BusinessError) as refusal, transaction.atomic():
        call(*args, **given)
    return refusal.value.code


def again(check):
    return UseCheck.objects.get(pk=check.pk)


# --- rules --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("today", "begun", "latest"),
    [(date(2026, 11, 14), False, 2025), (date(2026, 11, 15), True, 2026)],
)
def test_a_season_is_checked_from_its_first_day_on(today, begun, latest):
    assert (rules.season_begun(2026, today) is None) is begun
    assert rules.last_begun(today) == latest


@pytest.mark.parametrize(
    ("reading", "minimum", "under"),
    [("99.99", "100", True), ("100", "100", False), (None, "100", False), ("5", None, False)],
)
def test_a_meter_under_the_minimum_says_that_the_device_stood_still(reading, minimum, under):
    figures = [Decimal(one) if one else None for one in (reading, minimum)]
    assert rules.is_under(*figures) is under


# --- services -----------------------------------------------------------------------------
def test_three_seasons_one_by_one_and_never_a_fourth(village, county):
    claims = approved(1)
    made = []
    for season in (2026, 2027, 2028):
        with on(date(season + 1, 1, 20)):
            check = open_check(claims[0].village, season, actor=village)
            confirm_check(submit_check(check, actor=village), actor=county)
        made.append(season)
    paid = Entitlement.objects.filter(claim=claims[0]).order_by("season")
    assert [(one.kind, one.season, one.index, one.amount) for one in paid] == [
        ("operate", season, index, Decimal("1000.00")) for index, season in enumerate(made, start=1)
    ]
    with on(date(2030, 1, 20)):
        assert refused(open_check, claims[0].village, 2029, actor=village) == "guard:households"


def test_who_is_unticked_has_a_void_season_that_stays_consumed(village, county):
    check, claims = a_check(3)
    assert set(check.lines.values_list("used", flat=True)) == {True}
    with pytest.raises(ValidationError), transaction.atomic():
        tick_lines(check, {claims[1].pk: Tick(False, " ")}, actor=village)
    check = tick_lines(check, {claims[1].pk: Tick(False, "nobody lived there")}, actor=village)
    confirm_check(submit_check(check, actor=village), actor=county)
    rows = Entitlement.objects.filter(season=2026).order_by("claim_id")
    assert [(row.state, row.reason) for row in rows] == [
        ("open", ""), ("void", "nobody lived there"), ("open", ""),
    ]  # fmt: skip
    with on(date(2028, 1, 20)):
        second = open_check(claims[1].village, 2027, actor=village)
        confirm_check(submit_check(second, actor=village), actor=county)
    assert Entitlement.objects.get(claim=claims[1], season=2027).index == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Entitlement.objects.create(
            claim=claims[1], dwelling=claims[1].dwelling, village=claims[1].village,
            kind="operate", season=2026, index=1, amount=1, rate=rows[0].rate,
        )  # fmt: skip


def test_demolition_and_central_heating_stop_from_their_season_on(village, county):
    claims = approved(2)
    Dwelling.objects.filter(pk=claims[0].dwelling_id).update(demolished_on=date(2026, 9, 1))
    with on(IN_SEASON):
        check = open_check(claims[0].village, 2026, actor=village)
    stopped = check.lines.get(claim=claims[0])
    assert (stopped.used, stopped.stopped) == (False, True)
    tick = {claims[0].pk: Tick(True)}
    assert refused(tick_lines, check, tick, actor=village) == "guard:stopped"
    confirm_check(submit_check(check, actor=village), actor=county)
    assert list(Entitlement.objects.values_list("claim_id", flat=True)) == [claims[1].pk]
    Division.objects.filter(pk=claims[0].village_id).update(central_heating_on=date(2027, 10, 1))
    place = Division.objects.get(pk=claims[0].village_id)
    with on(date(2028, 1, 20)):
        later = open_check(place, 2027, actor=village)
        confirm_check(submit_check(later, actor=village), actor=county)
    assert not Entitlement.objects.filter(season=2027).exists()


def test_the_village_on_the_demolition_list_stops_from_that_season_and_says_so(village, client):
    claims = approved(1)
    place = claims[0].village
    Division.objects.filter(pk=place.pk).update(demolition_year=2027)
    place.refresh_from_db()
    with on(date(2028, 1, 20)), translation.override("zh-hans"):
        assert not open_check(place, 2026, actor=village).lines.get().stopped
        client.force_login(village)
        page = client.get(reverse("grants:usecheck_create")).content.decode()
        assert 'data-stopped="2027"' in page
        assert "因该村列入2027年拆迁名单" in page.replace(place.name, "该村")
        line = open_check(place, 2027, actor=village).lines.get()
        assert (line.used, line.stopped) == (False, True)
        assert line.reason == f"未列入拨付，因{place.name}列入2027年拆迁名单。"
        assert open_operating([claims[0].pk], season=2027, actor=None) == 0


def test_a_dwelling_is_marked_as_demolished_in_its_file(village):
    household = approved(1)[0].household
    with on(IN_SEASON):
        with pytest.raises(ValidationError) as refusal:
            edit_household(household, {"demolished_on": date(2027, 1, 21)}, actor=village)
        assert "demolished_on" in refusal.value.message_dict
        edit_household(household, {"demolished_on": date(2026, 10, 1)}, actor=village)
        line = open_check(household.dwelling.village, 2026, actor=village).lines.get()
    assert line.stopped
    assert "2026-10-01" in line.reason


def test_only_approved_households_of_the_season_are_listed(village):
    one = approved(1)[0]
    claims_in("notice", 1)
    late = approved(1, accepted_on=date(2027, 1, 1))[0]
    with on(IN_SEASON):
        check = open_check(one.village, 2026, actor=village)
        assert [line.claim_id for line in check.lines.all()] == [one.pk]
        assert refused(open_check, one.village, 2026, actor=village) == "exists"
        assert refused(open_check, one.village, 2027, actor=village) == "guard:season"
    with on(date(2028, 1, 20)):
        check = open_check(one.village, 2027, actor=village)
    assert set(check.lines.values_list("claim_id", flat=True)) == {one.pk, late.pk}


def test_another_person_confirms(village, county):
    check, _claims = a_check(1)
    sent = submit_check(check, actor=village)
    UseCheck.objects.filter(pk=check.pk).update(submitted_by=county)
    assert refused(confirm_check, again(check), actor=county) == "four_eyes"
    done = confirm_check(again(sent), actor=person("county2"))
    assert done.state == "confirmed"
    with pytest.raises(IntegrityError), transaction.atomic():
        UseCheck.objects.filter(pk=check.pk).update(confirmed_by=county)


def test_nobody_ticks_or_confirms_the_own_household(village, county):
    check, claims = a_check(2)
    head = claims[0].household.memberships.get().person
    for who in (village, county):
        who.id_number_index = head.id_number_index
        who.save(update_fields=["id_number_index"])
    own = {claims[0].pk: Tick(False, "away")}
    assert refused(tick_lines, check, own, actor=village) == "own_household"
    sent = submit_check(check, actor=village)
    assert refused(confirm_check, sent, actor=county) == "own_household"


def test_a_returned_list_is_ticked_again(village, county):
    check, claims = a_check(1)
    sent = submit_check(check, actor=village)
    assert refused(return_check, sent, actor=county, note="") == "guard:reason"
    back = return_check(sent, actor=county, note="who heated with coal?")
    assert (back.state, back.reason) == ("draft", "who heated with coal?")
    tick_lines(back, {claims[0].pk: Tick(False, "coal")}, actor=village)
    assert refused(submit_check, back, actor=village) == "conflict"


CALLS = {
    "tick": lambda check, **who: tick_lines(check, {}, **who),
    "submit": submit_check,
    "return": lambda check, **who: return_check(check, note="x", **who),
    "confirm": confirm_check,
}
ALLOWED = {
    ("draft", "tick"): "village", ("draft", "submit"): "village",
    ("submitted", "return"): "county", ("submitted", "confirm"): "county",
}  # fmt: skip


@pytest.mark.parametrize("verb", CALLS)
@pytest.mark.parametrize("state", ["draft", "submitted", "confirmed"])
def test_a_verb_leads_only_from_where_the_table_says_and_for_whom(state, verb):
    check, _claims = a_check(1)
    if state != "draft":
        check = submit_check(check, actor=person("village"))
    if state == "confirmed":
        check = confirm_check(check, actor=person("county2"))
    for who in ("clerk", "chief", "finance", "auditor", "outsider", "town_team"):
        wanted = "not_permitted" if (state, verb) in ALLOWED else "not_allowed_from_state"
        assert refused(CALLS[verb], again(check), actor=person(who)) == wanted, who
    if (state, verb) in ALLOWED:
        assert CALLS[verb](again(check), actor=person(ALLOWED[state, verb]))
    else:
        for who in ("village", "county"):
            code = refused(CALLS[verb], again(check), actor=person(who))
            assert code == "not_allowed_from_state"


@pytest.mark.parametrize("target", ["submitted", "confirmed"])
def test_the_database_moves_a_list_only_as_the_table_says(target):
    check, _claims = a_check(1)
    with connection.cursor() as cursor:
        sql = "UPDATE grants_usecheck SET state = %s WHERE id = %s"
        if target == "submitted":
            cursor.execute(sql, [target, check.pk])
        else:
            with pytest.raises(IntegrityError), transaction.atomic():
                cursor.execute(sql, [target, check.pk])


# --- pages --------------------------------------------------------------------------------
def test_the_village_opens_ticks_and_submits_on_one_page(signed_in, village, county):
    claims = approved(3)
    with on(IN_SEASON):
        desk = signed_in(village)
        door = reverse("grants:usecheck_create")
        assert desk.get(door).text.count(">2026-2027<") == 1
        opened = desk.post(door, {"village": claims[0].village_id, "season": 2026})
    check, desk = UseCheck.objects.get(), signed_in(village)
    assert opened["Location"] == check.get_absolute_url()
    page = desk.get(check.get_absolute_url()).text
    assert page.count('name="used"') == 3
    tick = reverse("grants:usecheck_tick", args=[check.pk])
    used = [str(claims[0].pk), str(claims[2].pk)]
    bare = desk.post(tick, {"version": 1, "used": used})
    assert bare.status_code == 422
    assert claims[1].name in bare.text
    sent = {
        "version": 1, "used": used, "minimum": "100", f"reason-{claims[1].pk}": "away",
        f"reading-{claims[2].pk}": "12.5",
    }  # fmt: skip
    assert desk.post(tick, sent).status_code == 302
    lines = list(check.lines.order_by("claim_id"))
    assert [(line.used, line.reading) for line in lines] == [
        (True, None), (False, None), (False, Decimal("12.50")),
    ]  # fmt: skip
    assert "100" in lines[2].reason
    assert desk.post(tick, sent).status_code == 409
    verb = reverse("grants:usecheck_verb", args=[check.pk, "submit"])
    assert desk.post(verb, {"version": 2}).status_code == 302
    assert [item.url for item in work.items(county) if "use-checks" in item.url] == [
        check.get_absolute_url()
    ]
    confirm = reverse("grants:usecheck_verb", args=[check.pk, "confirm"])
    assert desk.post(confirm, {"version": 3}).status_code == 403
    assert signed_in(county).post(confirm, {"version": 3}).status_code == 302
    assert Entitlement.objects.filter(season=2026, state="open").count() == 1


def test_five_hundred_households_fit_one_form(signed_in, village):
    check, claims = a_check(1)
    claim = claims[0]
    fields = {f"reason-{number}": "" for number in range(600)}
    fields |= {f"reading-{number}": "" for number in range(600)}
    sent = fields | {"version": 1, "used": [str(n) for n in range(600)] + [str(claim.pk)]}
    tick = reverse("grants:usecheck_tick", args=[check.pk])
    assert signed_in(village).post(tick, sent).status_code == 302


def test_an_outsider_finds_no_list(signed_in, outsider, api):
    check, _claims = a_check(1)
    desk = signed_in(outsider)
    assert desk.get(check.get_absolute_url()).status_code == 404
    for page, more in (("tick", []), ("verb", ["confirm"])):
        where = reverse(f"grants:usecheck_{page}", args=[check.pk, *more])
        assert desk.post(where).status_code == 404
    assert api(outsider).get(f"{BASE}{check.pk}/").status_code == 404
    assert api(outsider).get(BASE).json()["results"] == []


def test_the_lists_cost_the_same_at_any_length(signed_in, county, django_assert_max_num_queries):
    desk = signed_in(county)
    check, _claims = a_check(1)
    a_posted_notice(1)
    lists = [reverse(f"grants:{noun}_list") for noun in ("usecheck", "publicnotice")]
    for season in (2027, 2028, 2029):
        UseCheck.objects.create(village=check.village, season=season)
        a_posted_notice(2)
    for where in lists:
        desk.get(where)
        with django_assert_max_num_queries(8):
            assert len(desk.get(where).context["table"].rows) == 4


# --- the API ------------------------------------------------------------------------------
def test_programs_open_tick_submit_and_confirm(api, village, county):
    claims = approved(2)
    program, reviewer = api(village), api(county)
    with on(IN_SEASON):
        made = program.post(BASE, {"village": claims[0].village_id, "season": 2026})
    assert made.status_code == 201, made.content
    shown, pk = made.json(), made.json()["id"]
    assert (shown["season_name"], shown["households"], shown["unticked"]) == ("2026-2027", 2, 0)
    lines = [{"claim": claims[0].pk, "used": False}]
    bare = program.post(f"{BASE}{pk}/tick/", {"lines": lines})
    assert (bare.status_code, list(bare.json()["fields"])) == (422, ["reason"])
    lines[0]["reason"] = "away"
    ticked = program.post(f"{BASE}{pk}/tick/", {"lines": lines, "version": 1})
    assert [one["used"] for one in ticked.json()["lines"]] == [False, True]
    strange = program.post(f"{BASE}{pk}/tick/", {"lines": [{"claim": 1, "used": True}]})
    assert (strange.status_code, strange.json()["code"]) == (409, "not_on_list")
    assert program.post(f"{BASE}{pk}/submit/", {}).json()["state"] == "submitted"
    assert program.post(f"{BASE}{pk}/confirm/", {}).status_code == 403
    assert reviewer.post(f"{BASE}{pk}/return/", {"note": "look again"}).status_code == 200
    program.post(f"{BASE}{pk}/submit/", {})
    assert reviewer.post(f"{BASE}{pk}/confirm/", {}).json()["state"] == "confirmed"
    assert Claim.objects.filter(entitlements__season=2026).count() == 2


def test_a_village_elsewhere_is_none(api, village):
    other = a_village("371526001001")
    answer = api(village).post(BASE, {"village": other.pk, "season": 2026})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["village"])


# --- the workbook ---------------------------------------------------------------------------
HEADINGS = ("county", "town", "community", "account", "season", "used", "reason", "reading")
TITLES = (
    "县（市、区）", "乡镇（街道）", "村（社区）", "电力户号", "采暖季", "是否使用", "未使用原因",
    "用量",
)  # fmt: skip


def workbook(*rows):
    lines = [[(registers.BEIYUAN | row).get(key, "") for key in HEADINGS] for row in rows]
    return xlsx([["用热核查表"], TITLES, *lines])


def bring_in(actor, *rows):
    options = {"dry_run": False, "accept_passing": True}
    return import_ledger("use-checks", "核查.xlsx", workbook(*rows), actor=actor, **options).report


def said_of(check):
    lines = check.lines.order_by("claim_id")
    return [(line.used, line.reason, line.reading) for line in lines]


def test_a_workbook_ticks_unticks_and_proposes_by_the_meter(village):
    check, claims = a_check(4)
    UseCheck.objects.filter(pk=check.pk).update(minimum=100)
    a, b, c, d = (claim.dwelling.account_number for claim in claims)
    rows = (
        {"account": a, "used": "是", "reading": 99},
        {"account": b, "used": "否", "reason": "外出务工"},
        {"account": c, "season": "2026-2027", "reading": 99.5},
        {"account": d, "season": "2026—27年度", "reading": 100},
    )
    report = bring_in(village, *rows)
    assert (report["updated"], report["unchanged"], report["errors"]) == (4, 0, [])
    assert said_of(check) == [
        (True, "", Decimal(99)),
        (False, "外出务工", None),
        (False, "用量99.50低于最低用量100.00。", Decimal("99.50")),
        (True, "", Decimal(100)),
    ]
    again_report = bring_in(village, *rows)
    assert (again_report["updated"], again_report["unchanged"]) == (0, 4)


def test_the_slips_of_a_workbook_are_told_by_row_and_column(village, county):
    check, claims = a_check(3)
    a, b, c = (claim.dwelling.account_number for claim in claims)
    Dwelling.objects.filter(pk=claims[2].dwelling_id).update(demolished_on=date(2026, 1, 1))
    check.lines.filter(claim=claims[2]).update(stopped=True, used=False, reason="拆除")
    report = bring_in(
        village,
        {"account": a, "used": "否"},
        {"account": b},
        {"account": "9999999999", "used": "是"},
        {"account": c, "used": "是"},
        {"account": a, "season": "2026-2028", "used": "是"},
        registers.GAOTANG | {"account": a, "used": "是"},
    )
    slips = [(one["row"], one["column"], one["code"]) for one in report["errors"]]
    assert slips == [
        (3, "未使用原因", "reason_needed"),
        (4, "是否使用", "nothing_said"),
        (5, "电力户号", "no_line"),
        (6, "电力户号", "guard:stopped"),
        (7, "电力户号", "duplicate_row"),
        (7, "采暖季", "bad_season"),
        (8, "村（社区）", "out_of_scope"),
    ]
    submit_check(again(check), actor=village)
    late = bring_in(village, {"account": a, "used": "是"})
    assert [one["code"] for one in late["errors"]] == ["no_line"]
