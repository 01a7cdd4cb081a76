"""Every change of the tree, of who runs what, and of the working days."""

from bureau.places.services.aliases import add_alias, remove_alias
from bureau.places.services.areas import edit_area, hand_back_town, take_over_town
from bureau.places.services.calendar import (
    add_day,
    import_calendar,
    open_year,
    publish_year,
    remove_day,
    set_published,
)
from bureau.places.services.ledgers import StagedDivisions, import_divisions
from bureau.places.services.locks import still_there
from bureau.places.services.tree import (
    EDITABLE,
    VILLAGE_FIELDS,
    create_division,
    edit_division,
    mark_supply_ready,
    merge_divisions,
)
from bureau.places.workdays import calendar

__all__ = [
    "EDITABLE", "VILLAGE_FIELDS", "StagedDivisions", "add_alias", "add_day", "calendar",
    "create_division", "edit_area", "edit_division", "hand_back_town", "import_calendar",
    "import_divisions", "mark_supply_ready", "merge_divisions", "open_year", "publish_year",
    "remove_alias", "remove_day", "set_published", "still_there", "take_over_town",
]  # fmt: skip
