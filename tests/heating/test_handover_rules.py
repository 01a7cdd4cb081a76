"""The handover's arithmetic: guards, quorum, shares, numbers; no database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.core.numbering import document_year, normalise_document_number
from bureau.core.shares import split
from bureau.core.transitions import find
from heating.choices import HandoverRefusal as No
from heating.choices import HandoverState as State
from heating.rules import handover as rules
from heating.rules import handover_guards as guards
from heating.rules.votes import Count

TODAY = date(2026, 11, 22)


def code(refused):
    return refused.code if refused else None


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("聊城管字〔2026〕3号", "聊城管字〔2026〕3号"),
        ("聊城管字[2026]3号", "聊城管字〔2026〕3号"),
        ("聊城管字(2026)3号", "聊城管字〔2026〕3号"),
        ("聊城管字（2026）3号", "聊城管字〔2026〕3号"),
        ("聊城管字【２０２６】 ３ 号", "聊城管字〔2026〕3号"),
        ("聊城管字〔2026〕03号", None),
        ("聊城管字〔26〕3号", None),
        ("聊城管字2026-3", None),
        ("", None),
    ],
)
def test_document_number_is_put_right_or_refused(typed, printed):
    assert normalise_document_number(typed) == printed


def test_document_year():
    assert document_year("聊城管字〔2026〕3号") == 2026


def test_split_by_largest_remainder():
    percents = [Decimal(20), Decimal(30), Decimal(50)]
    assert split(Decimal("333.33"), percents) == [
        Decimal("66.67"),
        Decimal("100.00"),
        Decimal("166.66"),
    ]


@given(
    fen=st.integers(0, 10**11),
    cuts=st.lists(st.integers(1, 9999), min_size=0, max_size=6, unique=True),
)
def test_split_adds_up_and_stays_within_a_fen(fen, cuts):
    edges = [0, *sorted(cuts), 10000]
    pairs = zip(edges, edges[1:], strict=False)
    percents = [Decimal(right - left) / 100 for left, right in pairs]
    total = Decimal(fen) / 100
    parts = split(total, percents)
    assert sum(parts) == total
    for part, percent in zip(parts, percents, strict=True):
        assert abs(part - total * percent / 100) < Decimal("0.01")


@pytest.mark.parametrize("percents", [["99.99"], ["50", "50.01"], ["120", "-20"]])
def test_split_refuses_shares_that_are_not_whole(percents):
    with pytest.raises(ValueError, match="share"):
        split(Decimal(1), [Decimal(p) for p in percents])


def shares(*pairs):
    return tuple(guards.Share(party, Decimal(percent)) for party, percent in pairs)


@pytest.mark.parametrize(
    ("total", "given_shares", "defects", "expected"),
    [
        ("1000.00", shares(("owners", "60"), ("manager", "40")), 2, None),
        ("1000.00", shares(("owners", "59.99"), ("manager", "40")), 2, No.COST_SHARES),
        ("1000.00", shares(("owners", "60.01"), ("manager", "40")), 2, No.COST_SHARES),
        ("1000.00", (), 2, No.COST_SHARES),
        ("0", (), 0, None),
        ("0.01", (), 0, No.ZERO_PLAN),
        ("0", shares(("owners", "99.99")), 0, No.COST_SHARES),
        ("-1", shares(("owners", "100")), 1, No.PLAN_TOTAL),
        ("1.001", shares(("owners", "100")), 1, No.PLAN_TOTAL),
        ("1", shares(("owners", "50"), ("owners", "50")), 1, No.SHARE_VALUE),
        ("1", shares(("owners", "100.005"), ("manager", "-0.005")), 1, No.SHARE_VALUE),
    ],
)
def test_plan(total, given_shares, defects, expected):
    facts = guards.PlanFacts(Decimal(total), given_shares, defects)
    assert code(guards.plan(facts)) == expected


def test_plan_refusal_states_the_sum():
    facts = guards.PlanFacts(Decimal(10), shares(("owners", "59.99"), ("manager", "40")), 1)
    refused = guards.plan(facts)
    assert refused.values == {"sum": "99.99"}


def vote(heads, area, *, basis="assembly", paper=True):
    return guards.ConsentFacts(
        basis=basis,
        heads=Count(*[None if n is None else Decimal(n) for n in heads]),
        area=Count(*[None if n is None else Decimal(n) for n in area]),
        consented_on=TODAY,
        has_paper=paper,
    )


FINE = ("300", "200", "101")


@pytest.mark.parametrize(
    ("heads", "area", "expected"),
    [
        (FINE, FINE, None),  # exactly two thirds take part, just over half agree
        (("300", "199", "199"), FINE, No.QUORUM),
        (FINE, ("300.00", "199.99", "199.99"), No.QUORUM),
        (("300", "200", "100"), FINE, No.MAJORITY),  # exactly half is not more than half
        (FINE, ("300.00", "200.00", "100.00"), No.MAJORITY),
        (FINE, ("300.00", "200.00", "100.01"), None),
        (("300", "301", "200"), FINE, No.COUNTS),
        (("300", "200", "201"), FINE, No.COUNTS),
        (("0", "0", "0"), FINE, No.COUNTS),
        (("300", "200", "-1"), FINE, No.COUNTS),
        ((None, "200", "101"), FINE, No.COUNTS),
        (FINE, (None, None, None), No.COUNTS),
    ],
)
@pytest.mark.parametrize("basis", ["assembly", "street_poll"])
def test_vote_needs_quorum_and_majority_by_heads_and_area(heads, area, expected, basis):
    facts = vote(heads, area, basis=basis)
    assert code(guards.consent(facts, TODAY, "heads", "area")) == expected


@pytest.mark.parametrize("basis", ["owner_unit_letter", "abolition_order"])
def test_letter_or_order_stands_instead_of_a_vote_but_needs_its_paper(basis):
    nothing = (None, None, None)
    facts = vote(nothing, nothing, basis=basis)
    assert guards.consent(facts, TODAY, "h", "a") is None
    facts = vote(nothing, nothing, basis=basis, paper=False)
    assert code(guards.consent(facts, TODAY, "h", "a")) == No.PAPERS_MISSING


def test_a_day_before_any_central_heating_is_a_slip_of_typing():
    nothing, long_ago = (None, None, None), date(1, 1, 1)
    facts = replace(vote(nothing, nothing, basis="owner_unit_letter"), consented_on=long_ago)
    assert code(guards.consent(facts, TODAY, "h", "a")) == No.DAY_TOO_OLD
    assert code(guards.not_after_today(long_ago, TODAY)) == No.DAY_TOO_OLD
    record = guards.AcceptanceFacts(missing=(), tested_on=long_ago)
    assert code(guards.acceptance(record)) == No.DAY_TOO_OLD


def test_a_share_just_below_two_thirds_is_never_shown_as_reached():
    count = Count(Decimal(1_000_000), Decimal(666_666), Decimal(666_666))
    assert not count.has_quorum
    assert count.turnout == Decimal("66.66")


@pytest.mark.parametrize(
    ("station", "expected"),
    [
        ({}, None),
        ({"eligible": False}, No.STATION_NOT_ELIGIBLE),
        ({"open_number": "2026-0001"}, No.OPEN_HANDOVER),
        ({"archived": True}, No.STATION_ARCHIVED),
    ],
)
def test_register(station, expected):
    facts = guards.StationFacts(
        **{
            "station": "1号站",
            "management": "third_party_run",
            "management_label": "third-party-run",
            "eligible": True,
            "archived": False,
            "open_number": "",
        }
        | station
    )
    assert code(guards.register(facts)) == expected


@pytest.mark.parametrize(
    ("number", "demand", "due", "expected"),
    [
        ("聊城管字〔2026〕3号", "hand over", date(2026, 11, 23), None),
        ("聊城管字〔2026〕3号", "hand over", TODAY, No.DUE_DATE),
        ("聊城管字〔2026〕3号", "hand over", None, No.DUE_DATE),
        ("聊城管字〔2026〕3号", "hand over", date(2027, 11, 23), None),
        ("聊城管字〔2026〕3号", "hand over", date(2027, 11, 24), No.DUE_DATE),
        ("聊城管字〔2026〕3号", "  ", date(2026, 12, 1), No.DEMAND),
        ("3号", "hand over", date(2026, 12, 1), No.DOCUMENT_NUMBER),
        ("聊城管字〔2027〕3号", "hand over", date(2026, 12, 1), No.DOCUMENT_NUMBER),
    ],
)
def test_notice(number, demand, due, expected):
    assert code(guards.notice(guards.NoticeFacts(number, demand, due), TODAY)) == expected


@pytest.mark.parametrize(
    ("review_on", "expected"),
    [
        (date(2026, 11, 23), None),
        (date(2027, 11, 23), None),
        (TODAY, No.REVIEW_DATE),
        (date(2027, 11, 24), No.REVIEW_DATE),
        (date(9999, 12, 31), No.REVIEW_DATE),
        (None, No.REVIEW_DATE),
    ],
)
def test_a_suspension_is_looked_at_again_within_a_year(review_on, expected):
    assert code(guards.review(review_on, TODAY)) == expected


BLOCKING = guards.DefectFacts(1, "leak", blocking=True)
MINOR = guards.DefectFacts(2, "paint", blocking=False)


@pytest.mark.parametrize(
    ("missing", "defects", "listed", "expected"),
    [
        ((), (), False, None),
        (("keys",), (), False, No.ACCEPTANCE_RECORD),
        ((), (BLOCKING, MINOR), True, No.BLOCKING_DEFECTS),
        ((), (MINOR,), False, No.DEFECTS_NOT_LISTED),
        ((), (MINOR,), True, None),
    ],
)
def test_acceptance(missing, defects, listed, expected):
    assert code(guards.acceptance(guards.AcceptanceFacts(missing, defects, listed))) == expected


@pytest.mark.parametrize(
    ("day", "may", "expected"),
    [
        (date(2026, 11, 14), False, None),
        (date(2026, 11, 15), False, No.IN_SEASON),
        (date(2027, 3, 15), False, No.IN_SEASON),
        (date(2027, 3, 16), False, None),
        (date(2026, 12, 1), True, None),
        (date(2026, 10, 1), False, No.EFFECTIVE_DATE),
        (date(2028, 4, 1), False, No.EFFECTIVE_DATE),
        (None, True, No.EFFECTIVE_DATE),
    ],
)
def test_connection(day, may, expected):
    facts = guards.ConnectionFacts(day, not_before=date(2026, 11, 1), may_in_season=may)
    assert code(guards.connection(facts, TODAY)) == expected


def test_papers_name_only_what_lacks():
    assert guards.papers(("notice", "consent"), ("consent", "notice", "other")) is None
    refused = guards.papers(("notice", "consent"), ("consent",))
    assert refused.code == No.PAPERS_MISSING


def test_the_table_reads_as_agreed():
    assert find(rules.WORKFLOW, "accept").signatures == (
        rules.MAY_ACCEPT_FOR_COMPANY,
        rules.MAY_ACCEPT_FOR_BUREAU,
    )
    assert find(rules.WORKFLOW, "record_survey").sources == ("noticed", "returned")
    assert find(rules.WORKFLOW, "resume").target is None
    assert "suspended" not in find(rules.WORKFLOW, "suspend").sources
    assert "connected" not in find(rules.WORKFLOW, "cancel").sources
    assert {s for line in rules.WORKFLOW for s in line.sources} < set(State.values)


def test_every_open_state_waits_for_somebody_and_a_final_one_for_nobody():
    for state in State.values:
        nobody = rules.holder_of(state) == "nobody"
        assert nobody == (state in rules.FINAL)
    assert rules.holder_of("signed", 0) == "company"
    assert rules.holder_of("signed", 1) == "clerk"


def test_steps_follow_the_table():
    for step in rules.STEPS:
        line = find(rules.WORKFLOW, step.verb)
        assert step.state in line.sources
        assert step.permission in line.signatures
