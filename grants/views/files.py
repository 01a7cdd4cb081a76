"""The buttons by which a page of figures leaves the portal: on paper and as files."""

from django.utils.translation import gettext as _

from bureau.desk import printing
from bureau.desk.views import Action
from bureau.exchange import exporting


def sheet_and_files(address: str) -> list[Action]:
    """Return the buttons of the printed sheet and of each kind of file of a page."""
    joint = "&" if "?" in address else "?"
    here = f"{address}{joint}format="
    sheet = Action("sheet", _("Print"), f"{here}{printing.FORMAT}", method="get", icon="printer")
    files = (
        Action(kind, kind, f"{here}{kind}", method="get", icon="download")
        for kind in exporting.FORMATS
    )
    return [sheet, *files]
