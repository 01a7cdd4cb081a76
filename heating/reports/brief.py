"""The weekly brief: the figures of the funnel and of direct supply, ready as sentences."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from bureau.desk import formats
from heating.choices import HandoverState
from heating.models import Handover
from heating.reports import registry
from heating.reports.handover import Funnel, funnel_as_of
from heating.reports.weekly import WEEK, Weekly, WeeklyLine, weekly
from heating.rules import handover as rules

BEST = 3
DONE = (HandoverState.CONNECTED.value, HandoverState.ARCHIVED.value)


@dataclass(frozen=True, slots=True)
class Brief:
    """What the brief says of a day; ``change`` is in percentage points over the week."""

    funnel: Funnel
    weekly: Weekly
    change: Decimal | None
    with_supply: bool

    @property
    def done(self) -> int:
        """Handovers whose station is connected or filed away."""
        return sum(bar.count for bar in self.funnel.bars if bar.state in DONE)

    @property
    def open(self) -> int:
        """Handovers on which something is still to be done before the connection."""
        return sum(
            bar.count
            for bar in self.funnel.bars
            if bar.state not in rules.FINAL and bar.state not in DONE
        )


def brief(user: Any, as_of: date) -> Brief:
    """Return the figures of the seven days up to ``as_of`` within the user's scope."""
    week = weekly(user, as_of)
    before = registry.direct_supply(user, as_of - WEEK).total.rate
    now = week.total.supply.rate
    return Brief(
        funnel=funnel_as_of(Handover.objects.visible_to(user), as_of),
        weekly=week,
        change=now - before if now is not None and before is not None else None,
        with_supply=user.has_perm("heating.view_householdcount"),
    )


def sentences(found: Brief) -> list[tuple[str, list[str]]]:
    """Return (heading, sentences) of each part, in the language in force."""
    parts = [(_("Handovers"), _of_handovers(found))]
    if found.with_supply:
        parts.append((_("Direct supply"), _of_supply(found)))
    return parts


def _of_handovers(found: Brief) -> list[str]:
    words = {
        "day": formats.day(found.funnel.as_of),
        "total": found.funnel.total,
        "done": found.done,
        "open": found.open,
        "late": found.funnel.overdue,
        "registered": found.weekly.total.registered,
        "connected": found.weekly.total.connected,
    }
    told = [
        _(
            "By %(day)s %(total)s handovers were registered: %(done)s stations are "
            "connected, %(open)s handovers are under way, %(late)s of all are "
            "overdue."
        )
        % words,
        _(
            "In this week %(registered)s handovers were registered and %(connected)s "
            "stations connected."
        )
        % words,
    ]
    steps = [
        _("%(count)s %(state)s") % {"count": bar.count, "state": bar.label}
        for bar in found.funnel.bars
        if bar.count
    ]
    if steps:
        told.append(_("By step: %(steps)s.") % {"steps": _(", ").join(steps)})
    return told


def _of_supply(found: Brief) -> list[str]:
    supply = found.weekly.total.supply
    if supply.rate is None:
        return [_("No households have been counted yet.")]
    words = {
        "day": formats.day(found.weekly.as_of),
        "estates": formats.number(supply.estates),
        "connected": formats.number(supply.connected),
        "direct": formats.number(supply.direct),
        "rate": supply.rate,
    }
    told = [
        _(
            "By %(day)s %(connected)s households were connected in %(estates)s "
            "estates, %(direct)s of them on direct supply: a rate of %(rate)s %%."
        )
        % words
    ]
    if found.change is not None:
        told.append(_change(found.change))
    ranked = sorted(
        (line for line in found.weekly.lines if line.rank is not None),
        key=lambda line: line.rank or 0,
    )
    if len(ranked) > BEST:
        told.append(
            _("Foremost are %(best)s; last are %(last)s.")
            % {"best": _named(ranked[:BEST]), "last": _named(ranked[-BEST:])}
        )
    return told


def _change(points: Decimal) -> str:
    if points > 0:
        return _("That is %(points)s percentage points more than a week before.") % {
            "points": points
        }
    if points < 0:
        return _("That is %(points)s percentage points less than a week before.") % {
            "points": -points
        }
    return _("That is as much as a week before.")


def _named(lines: list[WeeklyLine]) -> str:
    return _(", ").join(f"{line.supply.name}（{line.supply.rate}%）" for line in lines)
