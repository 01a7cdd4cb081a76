"""The verbs of a handover through their services: what moves, what is kept, what is refused."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.people.choices import OrganisationKind
from bureau.people.models import Delegation, User
from bureau.people.services import grant_posting
from bureau.records.models import Attachment, AuditEntry
from heating.choices import HandoverRefusal as No
from heating.models import Handover
from heating.rules.votes import Count
from heating.services import handover as path
from heating.services.handover_acceptance import accept_handover
from heating.services.handover_detours import (
    cancel_handover,
    resume_handover,
    send_back,
    suspend_handover,
)
from heating.services.handover_file import add_defect, close_defect, correct_acceptance, file_paper
from heating.services.handover_opening import register_handover
from heating.services.management import change_management
from tests.factories import OrganisationFactory
from tests.heating.handover_story import Story, a_station, paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(db):
    return Story.of_the_cast()


@pytest.fixture
def station(db):
    return a_station()


def refused(call, *args, **kwargs):
    with pytest.raises(BusinessError) as caught:
        call(*args, **kwargs)
    assert "%(" not in caught.value.sentence
    return caught.value.code


def test_from_registered_to_archived(story, station):
    handover = story.tell(station)
    history = list(station.management_periods.order_by("valid_from"))
    assert [(p.mode, p.valid_from, p.valid_to) for p in history] == [
        ("third_party_run", date(2020, 1, 1), clock.today()),
        ("company_run", clock.today(), None),
    ]
    assert handover.holder == "nobody"
    assert handover.is_archived
    verbs = [e.verb for e in AuditEntry.objects.about(handover).order_by("id")]
    assert [v for v in verbs if "handover" not in v and v != "attach"] == [
        "register",
        "issue_notice",
        "record_survey",
        "agree_plan",
        "record_consent",
        "sign",
        "accept",
        "connect",
        "archive",
    ]


def test_every_move_says_before_and_after_and_under_which_posting(story, station):
    handover = story.tell(station, until="noticed")
    entry = AuditEntry.objects.about(handover)[0]
    assert (entry.before["state"], entry.after["state"]) == ("registered", "noticed")
    assert entry.posting.user == story.clerk


# --- register ----------------------------------------------------------------------------
def test_a_station_has_one_open_handover(story, station):
    story.tell(station, until="registered")
    assert refused(register_handover, station, actor=story.clerk) == No.OPEN_HANDOVER


def test_after_a_cancelled_one_the_next_may_begin(story, station):
    story.tell(station, until="cancelled")
    again = register_handover(station, actor=story.clerk)
    assert again.number.endswith("-0002")


def test_a_company_run_station_is_not_handed_over(story):
    station = a_station(mode="company_run", manager=None)
    assert refused(register_handover, station, actor=story.clerk) == No.STATION_NOT_ELIGIBLE


def test_a_station_in_custody_is(story):
    station = a_station(mode="custody", manager=OrganisationFactory())
    handover = register_handover(station, actor=story.clerk)
    assert handover.mode_at_register == "custody"


def test_who_runs_it_themselves_is_handed_over_without_a_manager(story):
    station = a_station(manager=None, owner_run=True)
    assert register_handover(station, actor=story.clerk).manager_at_register is None


# --- notice, survey, plan ----------------------------------------------------------------
def test_the_notice_number_is_put_right(story, station):
    handover = story.tell(station, until="registered")
    handover = story.notice(handover, document_number="聊城管字[2026]12号")
    assert handover.notice_number == "聊城管字〔2026〕12号"


@pytest.mark.parametrize("missing", ["equipment", "debts", "meters", "defects"])
def test_an_incomplete_survey(story, station, missing):
    handover = story.tell(station, until="noticed")
    nothing = [] if missing == "defects" else "  "
    assert refused(story.survey, handover, **{missing: nothing}) == No.SURVEY_INCOMPLETE


def test_defects_and_no_defects_at_once_make_no_sense(story, station):
    handover = story.tell(station, until="noticed")
    assert refused(story.survey, handover, no_defects=True) == No.SURVEY_INCOMPLETE


def test_cost_shares_of_99_99_per_cent(story, station):
    handover = story.tell(station, until="surveyed")
    shares = [("owners", Decimal("33.33")), ("manager", Decimal("66.66"))]
    with pytest.raises(BusinessError) as caught:
        story.plan(handover, shares=shares)
    assert caught.value.code == No.COST_SHARES
    assert "99.99" in caught.value.sentence
    handover.refresh_from_db()
    assert (handover.state, handover.shares.count()) == ("surveyed", 0)


def test_amounts_add_up(story, station):
    handover = story.tell(station, until="surveyed")
    thirds = [("owners", "33.33"), ("manager", "33.33"), ("heating_company", "33.34")]
    shares = [(party, Decimal(percent)) for party, percent in thirds]
    handover = story.plan(handover, total=Decimal("100.01"), shares=shares)
    assert sum(share.amount for share in handover.shares.all()) == Decimal("100.01")


def test_no_defect_means_a_zero_plan(story, station):
    handover = story.tell(station, until="noticed")
    handover = story.survey(handover, defects=[], no_defects=True)
    assert refused(story.plan, handover, total=Decimal(1)) == No.ZERO_PLAN
    handover = story.plan(handover, total=Decimal(0), shares=[])
    assert (handover.state, handover.plan_total) == ("planned", 0)


# --- consent, agreement ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("heads", "code"),
    [
        (Count(300, 199, 199), No.QUORUM),
        (Count(300, 200, 100), No.MAJORITY),
        (Count(300, 200, 201), No.COUNTS),
        (Count(), No.COUNTS),
    ],
)
def test_consent_without_quorum_or_majority(story, station, heads, code):
    handover = story.tell(station, until="planned")
    assert refused(story.consent, handover, heads=heads) == code
    assert not Attachment.objects.of(handover).exists()


def test_consent_needs_its_paper(story, station):
    handover = story.tell(station, until="planned")
    assert refused(story.consent, handover, paper=None) == No.PAPERS_MISSING
    file_paper(handover, paper(), actor=story.clerk, kind="consent")
    assert story.consent(handover, paper=None).state == "consented"


def test_the_owner_unit_may_write_a_letter(story, station):
    handover = story.tell(station, until="planned")
    handover = story.consent(handover, basis="owner_unit_letter", heads=Count(), area=Count())
    assert (handover.state, handover.heads_total) == ("consented", None)


def test_the_agreement_needs_three_signatories_date_and_paper(story, station):
    handover = story.tell(station, until="consented")
    assert refused(story.sign, handover, signatory_company=" ") == No.SIGNATORIES
    assert refused(story.sign, handover, signatory_company="\u200b") == No.SIGNATORIES
    tomorrow = clock.today() + timedelta(days=1)
    assert refused(story.sign, handover, signed_on=tomorrow) == No.SIGNING_DATE
    assert refused(story.sign, handover, paper=None) == No.PAPERS_MISSING


# --- acceptance --------------------------------------------------------------------------
def test_two_people_accept_in_order(story, station, clerk2):
    handover = story.mend(story.tell(station, until="signed"))
    assert handover.holder == "company"
    assert refused(accept_handover, handover, actor=story.clerk) == No.SIGNATURE_ORDER
    handover = story.accept_for_company(handover)
    assert (handover.state, handover.holder) == ("signed", "clerk")
    assert refused(accept_handover, handover, actor=story.company) == Refusal.FOUR_EYES
    handover = accept_handover(handover, actor=clerk2)
    assert handover.state == "accepted"
    signers = [s.user for s in handover.signatures.order_by("pk")]
    assert signers == [story.company, clerk2]
    assert handover.open_defects == ["2 paint"]


@pytest.mark.parametrize("lack", ["pressure_tested_on", "keys_received", "drawings_received"])
def test_acceptance_lacks_something(story, station, lack):
    handover = story.mend(story.tell(station, until="signed"))
    assert refused(story.accept_for_company, handover, **{lack: None}) == No.ACCEPTANCE_RECORD


def test_open_defects_block_or_must_be_listed(story, station):
    handover = story.tell(station, until="signed")
    assert refused(story.accept_for_company, handover) == No.BLOCKING_DEFECTS
    handover = story.mend(handover)
    unlisted = refused(story.accept_for_company, handover, defects_listed=False)
    assert unlisted == No.DEFECTS_NOT_LISTED


def both_parts(user, other):
    """Give ``user`` also the posting that ``other`` holds."""
    posting = other.postings.get()
    ground = {
        "division": posting.division,
        "managing_area": posting.managing_area,
        "organisation": posting.organisation,
    }
    ground = {name: value for name, value in ground.items() if value}
    grant_posting(user, posting.role.code, actor=None, valid_from=clock.today(), **ground)
    return User.objects.get(pk=user.pk)


def test_one_person_with_both_postings_is_still_one(story, station):
    both = both_parts(story.company, story.clerk)
    handover = story.mend(story.tell(station, until="signed"))
    handover = accept_handover(
        handover,
        actor=both,
        pressure_tested_on=clock.today(),
        keys_received=True,
        drawings_received=True,
        defects_listed=True,
    )
    assert refused(accept_handover, handover, actor=both) == Refusal.FOUR_EYES


def test_a_deputy_counts_as_the_principal(story, station):
    handover = story.mend(story.tell(station, until="signed"))
    handover = story.accept_for_company(handover)
    Delegation.objects.create(principal=story.clerk, deputy=story.company, valid_from=clock.today())
    clerk = User.objects.get(pk=story.clerk.pk)
    assert refused(accept_handover, handover, actor=clerk) == Refusal.FOUR_EYES


def test_the_officer_of_another_company_does_not_sign(story, station):
    other = User.objects.create_user("other", display_name="别家")
    grant_posting(
        other,
        "company_officer",
        actor=None,
        valid_from=clock.today(),
        organisation=OrganisationFactory(kind=OrganisationKind.HEATING_COMPANY),
    )
    handover = story.mend(story.tell(station, until="signed"))
    assert refused(accept_handover, handover, actor=other) == Refusal.NOT_PERMITTED


def test_a_company_that_only_runs_the_station_in_custody_does_not_sign(story):
    other = OrganisationFactory()
    station = a_station(mode="custody", manager=other)
    officer = User.objects.create_user("custodian", display_name="托管")
    grant_posting(
        officer, "company_officer", actor=None, valid_from=clock.today(), organisation=other
    )
    handover = story.mend(story.tell(station, until="signed"))
    assert Handover.objects.visible_to(officer).filter(pk=handover.pk).exists()
    assert refused(accept_handover, handover, actor=officer) == No.OTHER_COMPANY


def test_the_clerk_signs_what_the_company_wrote(story, station):
    handover = story.accept_for_company(story.mend(story.tell(station, until="signed")))
    differs = refused(accept_handover, handover, actor=story.clerk, keys_received=False)
    assert differs == No.RECORD_DIFFERS
    assert accept_handover(handover, actor=story.clerk, keys_received=True).state == "accepted"


@pytest.mark.parametrize("edit", ["defect", "close", "record"])
def test_an_edit_drops_the_signatures(story, station, edit):
    handover = story.accept_for_company(story.mend(story.tell(station, until="signed")))
    if edit == "defect":
        add_defect(handover, actor=story.inspector, description="door")
    elif edit == "close":
        close_defect(handover.defects.get(description="paint"), actor=story.clerk)
    else:
        correct_acceptance(
            handover,
            actor=story.clerk,
            pressure_tested_on=clock.today() - timedelta(days=1),
            keys_received=True,
            drawings_received=True,
            defects_listed=True,
        )
    handover = Handover.objects.get(pk=handover.pk)
    assert handover.holder == "company"
    assert refused(accept_handover, handover, actor=story.clerk) == No.SIGNATURE_ORDER
    assert story.accept_for_company(handover).holder == "clerk"


def test_a_clerk_cannot_sign_a_record_that_changed_under_his_eyes(story, station):
    seen = story.accept_for_company(story.mend(story.tell(station, until="signed")))
    add_defect(seen, actor=story.inspector, description="door")
    assert refused(accept_handover, seen, actor=story.clerk) == Refusal.CONFLICT


# --- back, aside, on ---------------------------------------------------------------------
def test_send_back_voids_the_signatures_and_needs_a_reason(story, station):
    handover = story.tell(station, until="accepted")
    assert refused(send_back, handover, actor=story.chief, note=" ") == Refusal.NOTE_REQUIRED
    handover = send_back(handover, actor=story.chief, note="test again")
    assert (handover.state, handover.holder, handover.reason) == (
        "returned",
        "inspector",
        "test again",
    )
    handover = story.survey(handover)
    assert handover.survey_round == 2
    assert handover.defects.count() == 4
    for act in (story.plan, story.consent, story.sign):
        handover = act(handover)
    handover = story.mend(handover)
    assert refused(accept_handover, handover, actor=story.clerk) == No.SIGNATURE_ORDER


def test_suspend_and_resume_restore_state_holder_and_clock(story, station):
    handover = story.accept_for_company(story.mend(story.tell(station, until="signed")))
    due = handover.step_due_on
    today = clock.today()
    past = refused(suspend_handover, handover, actor=story.chief, note="x", review_date=today)
    assert past == No.REVIEW_DATE
    handover = story.suspended(handover)
    assert (handover.state_before, handover.holder) == ("signed", "chief")
    assert handover.step_due_on == handover.review_on
    handover = resume_handover(handover, actor=story.chief)
    assert (handover.state, handover.state_before, handover.holder) == ("signed", "", "clerk")
    assert handover.step_due_on == due


def test_a_connected_one_can_be_suspended_but_not_cancelled(story, station):
    handover = story.tell(station, until="connected")
    code = refused(cancel_handover, handover, actor=story.chief, note="no")
    assert code == Refusal.NOT_ALLOWED_FROM_STATE
    assert story.resumed(story.suspended(handover)).state == "connected"


# --- connect, archive --------------------------------------------------------------------
def test_inside_the_season_only_with_the_permission(story, station, settings):
    handover = story.tell(station, until="accepted")
    day = date(clock.today().year + 1, 1, 10)
    role = story.chief.postings.get().role
    role.permissions.remove(role.permissions.get(codename="connect_in_season_handover"))
    chief = User.objects.get(pk=story.chief.pk)
    assert refused(path.connect_station, handover, actor=chief, effective_date=day) == No.IN_SEASON
    off_season = date(clock.today().year + 1, 4, 1)
    handover = path.connect_station(handover, actor=chief, effective_date=off_season)
    assert handover.connected_on == off_season


@pytest.mark.parametrize("days", [-1, 400])
def test_effective_date_out_of_reach(story, station, days):
    handover = story.tell(station, until="accepted")
    day = clock.today() + timedelta(days=days)
    assert refused(story.connect, handover, effective_date=day) == No.EFFECTIVE_DATE


def test_management_that_moved_in_the_meantime(story, station):
    handover = story.tell(station, until="accepted")
    yesterday = clock.today() - timedelta(days=1)
    change_management(station, mode="company_run", on=yesterday, actor=story.clerk)
    assert refused(story.connect, handover) == No.MANAGEMENT_MOVED


def test_filing_away_needs_every_paper(story, station):
    handover = story.tell(station, until="connected")
    with pytest.raises(BusinessError) as caught:
        path.archive_handover(handover, actor=story.clerk)
    assert caught.value.code == No.PAPERS_MISSING
    assert story.archive(handover).state == "archived"
    closed = refused(file_paper, handover, paper(), actor=story.clerk, kind="other")
    assert closed == No.NOT_EDITABLE


def test_a_hostile_paper_writes_nothing(story, station):
    handover = story.tell(station, until="planned")
    page = paper("consent.pdf")
    page.file.write(b"<html><script>")
    page.file.seek(0)
    refused(story.consent, handover, paper=page)
    handover.refresh_from_db()
    assert (handover.state, Attachment.objects.of(handover).count()) == ("planned", 0)
