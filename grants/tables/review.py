"""The lists of acceptance sheets and of draws for re-inspection."""

from django.utils.translation import gettext_lazy as _

from bureau.desk.tables import Column, DateColumn, LinkColumn, NumberColumn, Table


class SheetTable(Table):
    """Acceptance sheets, the newest first."""

    village = LinkColumn(_("Village"), "village", to=lambda row: row.get_absolute_url())
    town = Column(_("Town"), "village.parent")
    day = DateColumn(_("Accepted on"), "accepted_on", sort="accepted_on")
    engineer = Column(_("Supervising engineer"), "engineer")
    recorded_by = Column(_("Recorded by"), "recorded_by")
    default_sort = "-day"


class DrawTable(Table):
    """Draws for re-inspection, the newest first."""

    village = LinkColumn(_("Village"), "village", to=lambda row: row.get_absolute_url())
    town = Column(_("Town"), "village.parent")
    year = Column(
        _("Programme year"), value=lambda row: str(row.programme_year), needs=("programme_year",)
    )
    population = NumberColumn(_("Households drawn from"), "population")
    percent = Column(_("Share drawn (%)"), "percent")
    seed = Column(_("Seed"), "seed")
    drawn = DateColumn(_("Drawn on"), "drawn_at", sort="drawn_at")
    default_sort = "-drawn"
