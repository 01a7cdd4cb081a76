"""Public notices as tests need them: claims that wait, a notice posted, its days gone by."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

from bureau.core import clock
from bureau.places.models import Division
from grants.models import Claim, NoticeItem, PublicNotice
from grants.rules.claims import PATH
from grants.services.notice_papers import file_paper
from grants.services.notices import create_notice, publish_notice
from tests.cast import person
from tests.grants.claim_story import NUMBERS, a_household, a_village, photo

POSTED_ON = date(2026, 5, 11)
LAST_DAY = date(2026, 5, 18)
"""Seven natural days after a Monday without a holiday near."""
AFTER = date(2026, 5, 19)


@contextmanager
def on(day: date) -> Iterator[None]:
    """Let it be noon of a day."""
    with clock.telling(datetime.combine(day, time(12), tzinfo=clock.SHANGHAI)):
        yield


def claims_in(state: str, number: int = 1, village: Division | None = None, **more: Any) -> list:
    """Return claims that were filed by the village's official and have come to a state.

    The states on the way are those of the table, so the database lets them pass.
    """
    place = village or a_village()
    filer = more.pop("filed_by", None) or person("village")
    made = []
    for _turn in range(number):
        household = a_household(place, name=more.get("name", f"王{next(NUMBERS)}"))
        head = household.memberships.get().person
        head.id_number_head, head.id_number_tail = "3715", "0014"
        head.save()
        given = {
            "technology": "coal_to_gas",
            "completed_on": date(2018, 5, 16),
            "programme_year": 2018,
        } | {key: value for key, value in more.items() if key != "name"}
        claim = Claim(
            dwelling=household.dwelling, household=household, village=place, filed_by=filer, **given
        )
        claim.call(household.name)
        claim.save()
        made.append(claim.pk)
    for step in PATH[1 : PATH.index(state) + 1]:
        Claim.objects.filter(pk__in=made).update(state=step)
    return list(Claim.objects.filter(pk__in=made).order_by("pk"))


def a_notice(number: int = 2, village: Division | None = None, **more: Any) -> PublicNotice:
    """Return a notice that is being prepared."""
    claims = claims_in("awaiting_notice", number, village, **more)
    return create_notice(claims[0].village, claims, actor=person("county"))


def a_posted_notice(number: int = 2, **more: Any) -> PublicNotice:
    """Return a notice that was posted on POSTED_ON."""
    with on(POSTED_ON):
        notice = a_notice(number, **more)
        return publish_notice(notice, actor=person("county"), photo=photo("start.png"))


def with_end_papers(notice: PublicNotice) -> PublicNotice:
    """Put the end photo and the statement into the file of a notice."""
    for kind in ("end_photo", "no_objection"):
        file_paper(notice, photo(f"{kind}.png"), actor=person("village"), kind=kind)
    return PublicNotice.objects.get(pk=notice.pk)


def items_of(notice: PublicNotice) -> list[NoticeItem]:
    """Return the items of a notice in the order of the sheet."""
    return list(NoticeItem.objects.of_notice(notice).select_related("claim"))


def states_of(notice: PublicNotice) -> list[str]:
    """Return the states of the claims on a notice in the order of the sheet."""
    return [item.claim.state for item in items_of(notice)]
