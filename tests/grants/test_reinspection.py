"""The draw for re-inspection: by a seed alone, whoever repeats it; a drawn claim waits for it."""

import hashlib
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from grants.choices import ClaimRefusal
from grants.models import Claim
from grants.rules import draw as rules
from grants.services.claim_sets import do_many
from grants.services.reinspection import draw_village, record_reinspection
from tests.cast import person
from tests.grants.claim_rows import write_claims
from tests.grants.claim_story import a_claim, a_village

SEED = "2018-05-16 lottery"


@pytest.mark.parametrize(
    ("population", "percent", "drawn"),
    [(1, "10", 1), (10, "10", 1), (11, "10", 2), (25, "10", 3), (7, "100", 7), (3, "0.01", 1)],
)
def test_the_share_is_rounded_up(population, percent, drawn):
    assert rules.size(population, Decimal(percent)) == drawn


def test_the_order_follows_from_the_published_words_alone():
    ids = list(range(100, 150))
    by_hand = sorted(ids, key=lambda pk: hashlib.sha256(f"{SEED}:{pk}".encode()).hexdigest())
    assert rules.draw(SEED, reversed(ids), Decimal(10)) == by_hand[:5]
    assert rules.draw("another", ids, Decimal(10)) != by_hand[:5]


@pytest.mark.django_db
class TestDraw:
    @pytest.fixture
    def waiting(self):
        """Return a village with claims that wait for the county."""
        place, ids = a_village(), write_claims(a_village(), 19)
        do_many("submit", ids, actor=person("village"), about=place)
        do_many("pass_township", ids, actor=person("town"), about=place)
        Claim.objects.filter(pk__in=ids).update(state="county_review", holder="county")
        return place, ids

    def test_it_is_repeated_by_a_command(self, waiting, county):
        place, ids = waiting
        draw = draw_village(place, 2018, actor=county, seed=SEED)
        assert (draw.population, draw.drawn.count()) == (19, 2)
        Claim.objects.filter(pk=ids[0]).update(state="awaiting_notice")
        said = StringIO()
        call_command(
            "draw_reinspection", "--village", place.code, "--year", "2018", "--seed", SEED,
            stdout=said,
        )  # fmt: skip
        printed = [int(line.split()[1]) for line in said.getvalue().splitlines()[1:]]
        assert printed == list(draw.drawn.values_list("claim_id", flat=True))

    def test_a_drawn_claim_waits_until_it_has_passed(self, waiting, county):
        place, ids = waiting
        drawn = draw_village(place, 2018, actor=county, seed=SEED).drawn.all()
        outcome = do_many("pass_county", ids, actor=county, about=place)
        assert set(outcome.refused) == {row.claim_id for row in drawn}
        assert len(outcome.moved) == 17
        first, second = drawn
        with pytest.raises(BusinessError) as caught:
            record_reinspection(second, actor=county, result="failed")
        assert caught.value.code == Refusal.NOTE_REQUIRED
        record_reinspection(second, actor=county, result="failed", note="no device")
        record_reinspection(first, actor=county, result="passed")
        outcome = do_many("pass_county", [one.claim_id for one in drawn], actor=county, about=place)
        assert outcome.moved == [first.claim_id]
        refused = outcome.refused[second.claim_id].code
        assert refused == ClaimRefusal.REINSPECTION_OPEN

    def test_nobody_is_drawn_where_nobody_waits(self, county):
        a_claim()
        with pytest.raises(BusinessError) as caught:
            draw_village(a_village(), 2018, actor=county, seed=SEED)
        assert caught.value.code == ClaimRefusal.NOBODY_TO_DRAW

    def test_only_by_the_county_of_the_village(self, waiting, outsider):
        for actor in (outsider, person("town")):
            with pytest.raises(BusinessError) as caught:
                draw_village(waiting[0], 2018, actor=actor, seed=SEED)
            assert caught.value.code == Refusal.NOT_PERMITTED
