"""Public notices through their services: draw up, post, confirm; objections and corrections."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from bureau.core.errors import BusinessError
from bureau.people.models import Role, User
from bureau.places.models import CalendarYear, Division
from bureau.places.services import publish_year
from bureau.records.models import AuditEntry
from grants.models import Claim, Entitlement, NoticeItem, PublicNotice
from grants.services import objections
from grants.services.claim_verbs import do
from grants.services.notice_claims import approve_claim, publish_claim
from grants.services.notice_papers import file_paper, withdraw_paper
from grants.services.notices import (
    approve_claims,
    cancel_notice,
    confirm_notice,
    create_notice,
    publish_notice,
)
from tests.cast import person
from tests.factories import PostingFactory
from tests.grants.claim_story import a_village, photo
from tests.grants.notice_story import (
    AFTER,
    LAST_DAY,
    POSTED_ON,
    a_notice,
    a_posted_notice,
    claims_in,
    items_of,
    on,
    states_of,
    with_end_papers,
)

pytestmark = pytest.mark.django_db
COUNTY_VILLAGE = "371526001001"


def refused(call, *args, **given):
    with pytest.raises(BusinessError) as refusal, transaction.atomic():
        call(*args, **given)
    return refusal.value.code


# --- create -------------------------------------------------------------------------------
def test_the_sheet_is_frozen_as_printed_and_masked(county):
    claims = claims_in("awaiting_notice", 2, technology="coal_to_electricity",
                       heat_pump="air_source", programme_year=2018)  # fmt: skip
    notice = create_notice(claims[0].village, claims, actor=county)
    assert [(i.position, i.name, i.id_mask, i.amount) for i in items_of(notice)] == [
        (1, claims[0].name, "3715************14", Decimal("6500.00")),
        (2, claims[1].name, "3715************14", Decimal("6500.00")),
    ]
    columns = {field.attname for field in NoticeItem._meta.concrete_fields}
    assert not [name for name in columns if "card" in name or "phone" in name]


def test_a_heat_pump_of_2017_is_printed_with_the_amount_of_its_year(county):
    claims = claims_in(
        "awaiting_notice", 1, technology="coal_to_electricity", heat_pump="air_source",
        programme_year=2017, completed_on=date(2017, 11, 1),
    )  # fmt: skip
    assert items_of(create_notice(claims[0].village, claims, actor=county))[0].amount == 5000


def test_what_does_not_belong_on_the_sheet_is_refused(county):
    claim = claims_in("awaiting_notice")[0]
    other = Division.objects.exclude(pk=claim.village_id).filter(parent=claim.village.parent)[0]
    assert refused(create_notice, claim.village, [], actor=county) == "guard:items"
    assert refused(create_notice, other, [claim], actor=county) == "guard:village"
    early = claims_in("county_review")[0]
    assert refused(create_notice, claim.village, [early], actor=county) == "guard:awaiting"
    geothermal = claims_in("awaiting_notice", technology="coal_to_geothermal")[0]
    assert refused(create_notice, claim.village, [geothermal], actor=county) == "no_rate"
    create_notice(claim.village, [claim], actor=county)
    assert refused(create_notice, claim.village, [claim], actor=county) == "guard:in_notice"


def test_a_notice_under_seven_days_is_refused_by_service_and_database(county):
    claim = claims_in("awaiting_notice")[0]
    with pytest.raises(ValidationError) as error:
        create_notice(claim.village, [claim], actor=county, days=6)
    assert "days" in error.value.message_dict
    notice = a_notice()
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicNotice.objects.filter(pk=notice.pk).update(days=6)


@pytest.mark.parametrize("who", ["village", "town", "outsider", "clerk", "finance", "auditor"])
def test_only_the_county_of_the_village_prepares_a_notice(who):
    claim = claims_in("awaiting_notice")[0]
    assert refused(create_notice, claim.village, [claim], actor=person(who)) == "not_permitted"


# --- publish ------------------------------------------------------------------------------
def test_posting_needs_the_photo_and_moves_every_claim_with_amount_and_rate(county):
    notice = a_notice(3)
    assert refused(publish_notice, notice, actor=county) == "guard:start_photo"
    with on(POSTED_ON):
        posted = publish_notice(notice, actor=county, photo=photo())
    assert (posted.state, posted.published_on, posted.starts_on, posted.ends_on) == (
        "published", POSTED_ON, date(2026, 5, 12), LAST_DAY,
    )  # fmt: skip
    claims = Claim.objects.filter(notice_items__notice=notice)
    assert {(c.state, c.amount, c.rate.amount) for c in claims} == {("notice", 5000, 5000)}
    entry = AuditEntry.objects.filter(verb="publish", after__has_key="ids_hash").get()
    assert entry.after["count"] == 3


def test_who_filed_one_of_the_claims_does_not_post_the_notice(county, county2):
    notice = a_notice(2)
    Claim.objects.filter(pk=items_of(notice)[1].claim_id).update(filed_by=county)
    assert refused(publish_notice, notice, actor=county, photo=photo()) == "four_eyes"
    assert states_of(notice) == ["awaiting_notice"] * 2
    assert publish_notice(notice, actor=county2, photo=photo()).state == "published"


def test_a_sheet_that_no_longer_says_what_the_claims_say_is_not_posted(county):
    notice = a_notice()
    claim = items_of(notice)[0].claim
    claim.call("王改名")
    claim.save()
    assert refused(publish_notice, notice, actor=county, photo=photo()) == "guard:as_printed"
    assert refused(cancel_notice, notice, actor=county) == "guard:reason"
    cancel_notice(notice, actor=county, note="misspelt")
    again = create_notice(claim.village, [claim], actor=county)
    assert items_of(again)[0].name == "王改名"


def test_one_verb_of_a_claim_posts_its_whole_notice(county):
    notice = a_notice(2)
    claim = items_of(notice)[0].claim
    assert publish_claim(claim, actor=county, photo=photo()).state == "notice"
    assert states_of(notice) == ["notice", "notice"]
    stray = claims_in("awaiting_notice")[0]
    assert refused(publish_claim, stray, actor=county) == "guard:notice"
    assert refused(publish_claim, stray, actor=person("town")) == "not_permitted"


# --- the clock ----------------------------------------------------------------------------
def test_a_notice_waits_for_its_calendar_and_is_filled_when_it_is_published(
    county, clerk, django_capture_on_commit_callbacks
):
    CalendarYear.objects.filter(year=2027).delete()
    with on(date(2026, 12, 28)):
        notice = publish_notice(a_notice(1), actor=county, photo=photo())
    assert (notice.ends_on, notice.pending_year) == (None, 2027)
    with_end_papers(notice)
    with on(date(2027, 2, 1)):
        current = PublicNotice.objects.get(pk=notice.pk)
        assert refused(confirm_notice, current, actor=county) == "guard:calendar"
        with django_capture_on_commit_callbacks(execute=True):
            publish_year(2027, holidays=[(date(2027, 1, 1), "元旦")], make_up_days=[], actor=clerk)
        current = PublicNotice.objects.get(pk=notice.pk)
        assert (current.ends_on, current.pending_year) == (date(2027, 1, 4), None)
        assert confirm_notice(current, actor=county).state == "closed"


# --- confirm ------------------------------------------------------------------------------
def test_confirming_approves_and_opens_the_construction_entitlements(county):
    notice = a_posted_notice(3)
    with on(LAST_DAY):
        assert refused(confirm_notice, notice, actor=county) == "guard:notice_over"
    with on(AFTER):
        assert refused(confirm_notice, notice, actor=county) == "guard:end_photo"
        half = {"actor": county, "end_photo": photo()}
        assert refused(confirm_notice, notice, **half) == "guard:no_objection"
        done = confirm_notice(notice, actor=county, end_photo=photo(), statement=photo())
    assert (done.state, states_of(notice)) == ("closed", ["approved"] * 3)
    built = Entitlement.objects.filter(claim__notice_items__notice=notice)
    assert {(one.kind, one.amount, one.state) for one in built} == {("build", 5000, "open")}
    assert built.count() == 3


def test_an_objection_holds_one_household_and_the_others_go_on(county):
    notice = with_end_papers(a_posted_notice(3))
    disputed = items_of(notice)[1]
    with on(LAST_DAY):
        objections.record_objection(disputed, actor=county, text="no stove was removed")
    assert states_of(notice) == ["notice", "objection_hold", "notice"]
    with on(AFTER):
        left = confirm_notice(notice, actor=county)
        assert (left.state, states_of(notice)) == (
            "published", ["approved", "objection_hold", "approved"],
        )  # fmt: skip
        assert refused(confirm_notice, left, actor=county) == "guard:ripe"
        claim = Claim.objects.get(pk=disputed.claim_id)
        assert refused(objections.release, claim, actor=county) == "guard:objection_open"
        one = disputed.objections.get()
        decide = {"actor": county, "upheld": False, "decision": "the photo shows it"}
        assert refused(objections.decide_objection, one, **decide) == "guard:decision_paper"
        file_paper(notice, photo(), actor=county, kind="objection_decision")
        objections.decide_objection(one, **decide)
        assert refused(objections.decide_objection, one, **decide) == "guard:objection_open"
        objections.release(claim, actor=county)
        last = confirm_notice(PublicNotice.objects.get(pk=notice.pk), actor=county)
    assert (last.state, states_of(notice)[1]) == ("closed", "approved")


def test_an_upheld_objection_is_not_released(county):
    notice = a_posted_notice(1)
    item = items_of(notice)[0]
    one = objections.record_objection(item, actor=county, text="not his house")
    objections.decide_objection(
        one, actor=county, upheld=True, decision="he is right", paper=photo()
    )
    claim = Claim.objects.get(pk=item.claim_id)
    assert refused(objections.release, claim, actor=county) == "guard:upheld"


def test_a_decision_paper_serves_one_objection_only(county):
    notice = a_posted_notice(2)
    first, second = (
        objections.record_objection(item, actor=county, text="why?") for item in items_of(notice)
    )
    paper = file_paper(notice, photo(), actor=county, kind="objection_decision")
    decide = {"actor": county, "upheld": False, "decision": "so"}
    assert objections.decide_objection(first, **decide).paper == paper
    assert refused(objections.decide_objection, second, **decide) == "guard:decision_paper"
    assert refused(withdraw_paper, paper, actor=county, note="oops") == "guard:paper_used"


def test_a_corrected_item_has_its_own_period(county):
    notice = with_end_papers(a_posted_notice(2))
    item = items_of(notice)[0]
    with on(date(2026, 5, 15)):
        said = {"actor": county, "note": "counted wrongly"}
        assert refused(objections.correct_item, item.claim, **said) == "guard:correction"
        with pytest.raises(ValidationError) as error, transaction.atomic():
            objections.correct_item(item.claim, amount=Decimal("6500.01"), **said)
        assert "amount" in error.value.message_dict
        claim = objections.correct_item(item.claim, name="王 小二", amount=Decimal("4800"), **said)
    item.refresh_from_db()
    assert (item.name, item.amount, item.starts_on, item.ends_on) == (
        "王小二", 4800, date(2026, 5, 16), date(2026, 5, 22),
    )  # fmt: skip
    assert (claim.state, claim.name, claim.amount) == ("notice", "王小二", 4800)
    with on(AFTER):
        assert refused(approve_claim, claim, actor=county) == "guard:notice_over"
        confirm_notice(notice, actor=county)
        assert states_of(notice) == ["notice", "approved"]
    with on(date(2026, 5, 23)):
        approve_claims([claim], actor=county)
    assert PublicNotice.objects.get(pk=notice.pk).state == "closed"
    assert Entitlement.objects.get(claim=claim).amount == 4800


def test_a_correction_answers_the_objection(county):
    notice = a_posted_notice(1)
    item = items_of(notice)[0]
    one = objections.record_objection(item, actor=county, text="the amount is too high")
    claim = Claim.objects.get(pk=item.claim_id)
    objections.correct_item(claim, actor=county, amount=Decimal("4000"), note="it was")
    one.refresh_from_db()
    assert (one.state, one.decision, states_of(notice)) == ("upheld", "it was", ["notice"])


def test_a_claim_is_held_with_the_words_of_its_objection_or_not_at_all(county):
    claim = items_of(a_posted_notice(1))[0].claim
    assert refused(objections.hold, claim, actor=county) == "guard:objection"
    assert objections.hold(claim, actor=county, note="a neighbour called").state == "objection_hold"
    assert claim.notice_items.get().objections.get().text == "a neighbour called"


@pytest.mark.parametrize(
    ("day", "code"), [("2026-05-10", "early_day"), ("2026-05-13", "future_day")]
)
def test_an_objection_comes_between_posting_and_today(county, day, code):
    item = items_of(a_posted_notice(1))[0]
    with on(date(2026, 5, 12)), pytest.raises(ValidationError) as error:
        objections.record_objection(
            item, actor=county, text="?", received_on=date.fromisoformat(day)
        )
    assert error.value.error_dict["received_on"][0].code == code


def test_who_filed_a_claim_decides_no_objection_to_it(county, county2):
    notice = a_posted_notice(1)
    item = items_of(notice)[0]
    one = objections.record_objection(item, actor=county2, text="why?")
    Claim.objects.filter(pk=item.claim_id).update(filed_by=county)
    decide = {"upheld": False, "decision": "so"}
    assert refused(objections.decide_objection, one, actor=county, **decide) == "four_eyes"
    claim = Claim.objects.get(pk=item.claim_id)
    objections.decide_objection(one, actor=county2, paper=photo(), **decide)
    assert refused(objections.release, claim, actor=county) == "four_eyes"


def test_a_reviewer_leaves_what_they_filed_to_a_colleague(county, county2):
    notice = with_end_papers(a_posted_notice(2))
    mine = items_of(notice)[0].claim
    Claim.objects.filter(pk=mine.pk).update(filed_by=county)
    with on(AFTER):
        assert refused(approve_claims, [mine.pk], actor=county) == "four_eyes"
        left = confirm_notice(notice, actor=county)
        assert (left.state, states_of(notice)) == ("published", ["notice", "approved"])
        assert confirm_notice(left, actor=county2).state == "closed"


def test_a_withdrawn_claim_leaves_the_sheet_and_the_last_one_closes_it(county):
    notice = a_posted_notice(2)
    first, second = items_of(notice)
    do("withdraw", first.claim, actor=person("village"), note="moved away")
    assert [item.withdrawn_at is None for item in items_of(notice)] == [False, True]
    assert PublicNotice.objects.get(pk=notice.pk).state == "published"
    told = AuditEntry.objects.get(verb="take_off_item")
    assert (told.object_id, told.note) == (notice.pk, "moved away")
    do("withdraw", second.claim, actor=person("village"), note="moved away")
    assert PublicNotice.objects.get(pk=notice.pk).state == "closed"


def test_a_returned_claim_leaves_the_draft_that_printed_it(county):
    notice = a_notice(1)
    do("return", items_of(notice)[0].claim, actor=county, note="the photo is blurred")
    assert refused(publish_notice, notice, actor=county, photo=photo()) == "guard:items"


def test_approving_a_claim_that_never_hung_is_refused(county):
    claim = claims_in("notice")[0]
    assert refused(approve_claims, [claim], actor=county) == "guard:notice"
    early = claims_in("county_review")[0]
    assert refused(approve_claims, [early], actor=county) == "not_allowed_from_state"


def test_somebody_was_first(county):
    notice = a_notice(1)
    stale = PublicNotice.objects.get(pk=notice.pk)
    publish_notice(notice, actor=county, photo=photo())
    assert refused(publish_notice, stale, actor=county, photo=photo()) == "conflict"


def test_thousands_are_confirmed_in_few_questions(county, django_assert_max_num_queries):
    notice = with_end_papers(a_posted_notice(40))
    with on(AFTER), django_assert_max_num_queries(60):
        confirm_notice(notice, actor=county)


# --- the matrix ---------------------------------------------------------------------------
STATES = ("draft", "published", "closed", "cancelled")
CALLS = {"publish": publish_notice, "confirm": confirm_notice, "cancel": cancel_notice}
ALLOWED = {("draft", "publish"), ("draft", "cancel"), ("published", "confirm")}


def _in_state(state: str) -> PublicNotice:
    if state in ("draft", "cancelled"):
        notice = a_notice(1)
        file_paper(notice, photo(), actor=person("village"), kind="start_photo")
        if state == "cancelled":
            cancel_notice(PublicNotice.objects.get(pk=notice.pk), actor=person("county"), note="x")
    else:
        notice = with_end_papers(a_posted_notice(1))
        if state == "closed":
            with on(AFTER):
                confirm_notice(notice, actor=person("county2"))
    return PublicNotice.objects.get(pk=notice.pk)


@pytest.mark.parametrize("verb", CALLS)
@pytest.mark.parametrize("state", STATES)
def test_a_verb_leads_only_from_where_the_table_says_and_for_whom(state, verb):
    notice = _in_state(state)
    people: list[User] = [
        person(name)
        for name in ("village", "town", "town_team", "clerk", "chief", "finance", "auditor",
                     "outsider")
    ]  # fmt: skip
    with on(AFTER):
        for who in people:
            code = refused(CALLS[verb], notice, actor=who, note="so")
            wanted = "not_permitted" if (state, verb) in ALLOWED else "not_allowed_from_state"
            assert code == wanted, who
        if (state, verb) in ALLOWED:
            assert CALLS[verb](notice, actor=person("county"), note="so").state != state
        else:
            code = refused(CALLS[verb], notice, actor=person("county"), note="so")
            assert code == "not_allowed_from_state"


MOVES = {("draft", "published"), ("published", "closed"), ("draft", "cancelled")}


@pytest.mark.parametrize("target", STATES)
@pytest.mark.parametrize("source", STATES)
def test_the_database_moves_a_notice_only_as_the_table_says(source, target):
    notice = _in_state(source)
    sql = "UPDATE grants_publicnotice SET state = %s WHERE id = %s"
    with connection.cursor() as cursor:
        if source == target or (source, target) in MOVES:
            cursor.execute(sql, [target, notice.pk])
        else:
            with pytest.raises(IntegrityError), transaction.atomic():
                cursor.execute(sql, [target, notice.pk])


def test_a_claim_stands_on_one_sheet_only():
    item = items_of(a_notice(1))[0]
    other = a_notice(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeItem.objects.create(
            notice=other, claim=item.claim, position=9, name="x", technology="coal_to_gas", amount=1
        )


def test_a_managing_area_and_its_county_do_not_see_each_other(county):
    run = Division.objects.exclude(managing_area=None).filter(
        level=5, scope_path__startswith="371500000000/371502000000/"
    )[0]
    claims = claims_in("awaiting_notice", 1, a_village(run.code))
    assert refused(create_notice, run, claims, actor=county) == "not_permitted"
    role = Role.objects.get(code="county_reviewer")
    own = PostingFactory(role=role, division=None, managing_area=run.managing_area).user
    notice = create_notice(run, claims, actor=own)
    assert list(PublicNotice.objects.visible_to(own)) == [notice]
    assert not PublicNotice.objects.visible_to(county).exists()
