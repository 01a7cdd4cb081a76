"""The list of public notices."""

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.desk.tables import (
    Column,
    DateColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    StatusColumn,
    Table,
)
from bureau.places.models import Division, ManagingArea
from grants.choices import NoticeState
from grants.models import PublicNotice


def area_of(row: PublicNotice) -> Division | ManagingArea | None:
    """Return the managing area that runs the village, or its county."""
    town = row.village.parent
    return row.village.managing_area or (town.parent if town else None)


class EndColumn(DateColumn):
    """The last day; once it has passed a posted notice says “over” in words."""

    def html(self, row: Any) -> str:
        text = super().html(row)
        if row.state != NoticeState.PUBLISHED or not row.is_over(clock.today()):
            return text
        return format_html('{} <span class="badge-status" data-status="due">{}</span>', text, OVER)


OVER = _("period over")


class NoticeTable(Table):
    """Public notices with their period and sum; rows come through ``with_row_data``."""

    name = LinkColumn(_("Public notice"), value=str)
    village = Column(_("Village"), "village")
    area = Column(_("Area"), value=area_of)
    state = StatusColumn(_("State"), "state")
    households = NumberColumn(_("Households"), "households", places=0)
    total = MoneyColumn(_("Sum"), "total")
    held = NumberColumn(_("Held by objections"), "held", places=0, chosen=False)
    published = DateColumn(_("Posted on"), "published_on")
    ends = EndColumn(_("Last day"), "ends_on")
    programme_year = Column(
        _("Programme year"), value=lambda row: str(row.programme_year), chosen=False
    )
    default_sort = "-pk"
