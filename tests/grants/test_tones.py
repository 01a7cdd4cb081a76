"""The colours of states: what waits, what is under way, what is done, what needs a hand."""

import re
from pathlib import Path

import pytest

from bureau.desk.registers.signins import SignInTable
from bureau.people.models import SignIn
from grants.choices import (
    BatchState,
    ClaimState,
    EntitlementState,
    LineState,
    NoticeState,
    RecoveryState,
    UseCheckState,
)

CSS = Path(__file__).parents[2] / "static" / "css" / "tokens.css"
TONES = {
    ClaimState: "draft neutral, township_review waiting, inspection active, county_review active, "
    "awaiting_notice waiting, notice active, objection_hold special, approved good, "
    "returned bad, rejected bad, withdrawn neutral, revoked special",
    BatchState: "draft neutral, locked waiting, business_approved waiting, approved good, "
    "exported active, reconciling active, closed neutral, aborted neutral",
    LineState: "pending waiting, sent active, paid good, failed bad, returned bad, dropped neutral",
    EntitlementState: "open active, suspended special, void neutral",
    NoticeState: "draft neutral, published active, closed neutral, cancelled neutral",
    RecoveryState: "announced waiting, heard active, decided active, settled good, "
    "cancelled neutral",
    UseCheckState: "draft neutral, submitted waiting, confirmed good",
}


def tones():
    """Return word → tone as the style sheet has it."""
    text = re.sub(r"/\*.*?\*/", "", CSS.read_text(), flags=re.DOTALL)
    rules = re.findall(r"([^{}]+)\{\s*--state: var\(--tone-(\w+)\)", text)
    return {
        word: tone
        for names, tone in rules
        for word in re.findall(r'\[data-status="(\w+)"\]', names)
    }


@pytest.mark.parametrize("states", TONES, ids=lambda states: states.__name__)
def test_every_state_of_the_subsidies_has_its_tone(states):
    wanted = dict(pair.split() for pair in TONES[states].split(", "))
    found = tones()
    assert {state: found.get(state, "neutral") for state in states.values} == wanted


def test_an_account_locked_out_is_red_although_a_locked_batch_waits():
    drawn = SignInTable.kind.html(SignIn(kind="locked"))
    (word,) = re.findall(r'data-status="(\w+)"', drawn)
    assert tones()[word] == "bad"
    assert "锁定" in drawn
