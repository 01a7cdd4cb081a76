"""Words of places: levels, kinds of days, verbs and refusals."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from bureau.core.querysets import CITY_LEVEL, COUNTY_LEVEL, TOWN_LEVEL, VILLAGE_LEVEL


class Level(IntegerChoices):
    """Level of a division in the statistical tree; the city is 2."""

    CITY = CITY_LEVEL, _("city")
    COUNTY = COUNTY_LEVEL, _("county")
    TOWN = TOWN_LEVEL, _("town")
    VILLAGE = VILLAGE_LEVEL, _("village or community")


class DayKind(TextChoices):
    """Days on which the weekday alone does not say whether offices work."""

    HOLIDAY = "holiday", _("holiday")
    MAKE_UP = "make_up", _("make-up working day")


class PlaceVerb(TextChoices):
    """What people do to places, as the audit names it."""

    CREATE_DIVISION = "create_division", _("created the division")
    EDIT_DIVISION = "edit_division", _("changed the division")
    MERGE_DIVISIONS = "merge_divisions", _("merged the division")
    ADD_ALIAS = "add_alias", _("added an alias")
    REMOVE_ALIAS = "remove_alias", _("withdrew an alias")
    EDIT_AREA = "edit_managingarea", _("changed the managing area")
    TAKE_OVER_TOWN = "take_over_town", _("took the town over")
    HAND_BACK_TOWN = "hand_back_town", _("handed the town back")
    PUBLISH_YEAR = "publish_year", _("published the working days")
    OPEN_YEAR = "open_year", _("began the calendar year")
    UNPUBLISH_YEAR = "unpublish_year", _("withdrew the working days")
    ADD_DAY = "add_day", _("added a day to the calendar")
    REMOVE_DAY = "remove_day", _("took a day out of the calendar")
    IMPORT_DIVISIONS = "import_divisions", _("imported divisions")
    SUPPLY_READY = "supply_ready", _("Gas and power ready")


class UnknownPlaceCode(TextChoices):
    """Why a written place is not taken; ``near`` lists what it may have meant, or a dash."""

    UNKNOWN_COUNTY = (
        "unknown_county",
        _("“%(value)s” is no county or managing area of the city. Similar: %(near)s."),
    )
    UNKNOWN_TOWN = (
        "unknown_town",
        _("“%(value)s” is no town of %(within)s. Similar: %(near)s."),
    )
    UNKNOWN_VILLAGE = (
        "unknown_village",
        _("“%(value)s” is no village or community of %(within)s. Similar: %(near)s."),
    )
    ALIAS_OR_WRONG_COUNTY = (
        "alias_or_wrong_county",
        _(
            "“%(value)s” is an old or mistaken name, or the wrong county. "
            "Probably meant: %(near)s. Correct the cell if that is right."
        ),
    )
    AMBIGUOUS_PLACE = (
        "ambiguous_place",
        _("“%(value)s” may mean several places of %(within)s: %(near)s. Write the full name."),
    )


class PlaceRefusal(TextChoices):
    """Why a change of the tree, the areas or the calendar is refused."""

    MERGE_INTO_ITSELF = (
        "merge_into_itself",
        _("%(source)s cannot be merged into itself or into a place below it."),
    )
    ONLY_VILLAGES = (
        "only_villages",
        _(
            "%(division)s is no village or community, and only those carry heating and power. "
            "Change the villages below it."
        ),
    )
    LEVELS_DIFFER = (
        "levels_differ",
        _("%(source)s and %(into)s are not of the same level, so they cannot be merged."),
    )
    ALREADY_ENDED = ("already_ended", _("%(division)s ended on %(day)s already."))
    MERGED_ALREADY = (
        "merged_already",
        _("%(division)s was merged into %(into)s on %(day)s already. Go on from %(into)s."),
    )
    ACROSS_COUNTIES = (
        "across_counties",
        _(
            "%(source)s and %(into)s lie in different counties. A merge stays within one county; "
            "a place that changes its county gets a new code: add it there first."
        ),
    )
    BEFORE_IT_BEGAN = (
        "before_it_began",
        _("%(division)s exists only since %(day)s. Choose a later day."),
    )
    WRONG_PARENT = (
        "wrong_parent",
        _("Nothing lies below %(parent)s: it is a village or community. Choose its town."),
    )
    CODE_TAKEN = ("code_taken", _("The code %(number)s already belongs to %(division)s."))
    ALIAS_IS_A_NAME = (
        "alias_is_a_name",
        _("“%(alias)s” is the present name of a place, so it cannot be an alias."),
    )
    ONLY_TOWNS = ("only_towns", _("A managing area runs towns only, and %(division)s is none."))
    DAY_IN_THE_FUTURE = (
        "day_in_the_future",
        _("%(day)s has not come yet. Record the change on the day or afterwards."),
    )
    YEAR_EXISTS = ("year_exists", _("The calendar of %(year)s is there already. Open its page."))
    YEAR_IS_EMPTY = (
        "year_is_empty",
        _("%(year)s has no holiday yet. Import the official list, or add its days first."),
    )
    DAY_OUTSIDE_YEAR = ("day_outside_year", _("%(day)s does not lie in %(year)s."))
    AREA_RUNS_IT = ("area_runs_it", _("%(area)s already runs %(division)s on that day."))
    NOBODY_RUNS_IT = ("nobody_runs_it", _("No managing area runs %(division)s."))


class DivisionSlip(TextChoices):
    """Why a row of a divisions sheet is not taken, or needs a look."""

    WRONG_LEVEL = (
        "wrong_level",
        _("%(number)s has the level “%(given)s”, but it lies at the level “%(expected)s”."),
    )
    UNKNOWN_PARENT = (
        "unknown_parent",
        _("There is no division %(parent)s for %(number)s to lie under. Add it above this row."),
    )
    PARENT_CHANGED = (
        "parent_changed",
        _("%(number)s lies under %(parent)s. To move it, create it anew and merge the old one."),
    )
    ANOTHER_CITY = ("another_city", _("%(number)s does not belong to this city."))
    SAME_NAME = (
        "same_name",
        _("“%(name)s” already lies under %(parent)s with the code %(number)s. Merge one of them."),
    )


class CalendarSlip(TextChoices):
    """Why a row of the holiday list is not taken."""

    MAKE_UP_ON_WEEKDAY = (
        "make_up_on_weekday",
        _("%(day)s is no Saturday or Sunday, so it cannot be a make-up working day."),
    )
