"""Words of policies, rates and targets."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SubsidyKind(TextChoices):
    """What a subsidy is paid for."""

    BUILD = "build", _("Construction subsidy")
    OPERATE = "operate", _("Operating subsidy")


class Technology(TextChoices):
    """What takes the place of the coal stove."""

    COAL_TO_GAS = "coal_to_gas", _("Coal-to-gas")
    COAL_TO_ELECTRICITY = "coal_to_electricity", _("Coal-to-electricity")
    COAL_TO_GEOTHERMAL = "coal_to_geothermal", _("Coal-to-geothermal")


class HeatPump(TextChoices):
    """Whether an electric device is an air-source heat pump; gas has none."""

    AIR_SOURCE = "air_source", _("Air-source heat pump")
    NONE = "none", _("No heat pump")


class RateHeatPump(TextChoices):
    """For which devices a rate holds."""

    ANY = "any", _("With or without heat pump")
    AIR_SOURCE = "air_source", _("Air-source heat pump")
    NONE = "none", _("No heat pump")


class PolicyState(TextChoices):
    """How far a policy is."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class GovernmentLevel(TextChoices):
    """Who bears a share of a subsidy; in the order in which equal remainders are given."""

    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")


class TargetKind(TextChoices):
    """Who set a target, and how binding it is."""

    PROVINCIAL_TASK = "provincial_task", _("Provincial task")
    CITY_PLAN = "city_plan", _("City plan")
    CITY_GOAL = "city_goal", _("City goal")
    STRETCH = "stretch", _("Stretch goal")


class QuoteRefusal(TextChoices):
    """Why the calculator names no amount."""

    NO_RATE = (
        "no_rate",
        _(
            "No published rate covers %(technology)s in programme year %(year)s (%(kind)s). "
            "Check technology and year, or ask the bureau to publish a rate."
        ),
    )
    AMBIGUOUS_RATE = (
        "ambiguous_rate",
        _(
            "Several published rates of the same level cover %(technology)s in programme year "
            "%(year)s (%(kind)s). The bureau must end one of them first."
        ),
    )
    INVALID = "invalid", _("The request is not complete or not valid. Correct the named fields.")
    ACCEPTED_EARLY = (
        "accepted_early",
        _(
            "Accepted on %(day)s, before programme year %(year)s began. Enter the day of "
            "acceptance, or the earlier programme year."
        ),
    )


class PolicyRefusal(TextChoices):
    """Why something on a policy is not possible."""

    PUBLISHED = (
        "policy_published",
        _("“%(name)s” is published and cannot be changed. Publish a new policy instead."),
    )
    NO_RATES = ("guard:rates", _("“%(name)s” has no rates yet. Add at least one first."))
    NO_DOCUMENT = (
        "guard:document",
        _("“%(name)s” names no document that it rests on. Choose one first."),
    )
    RATES_CHANGED = (
        "guard:seen",
        _("The rates of “%(name)s” have changed since you looked. See once more what they change."),
    )
    RATE_OVERLAPS = (
        "guard:rate_overlaps",
        _("The rate “%(rate)s” overlaps “%(other)s”. Change its years, technology or area."),
    )
    BUILD_HAS_NO_SEASON = (
        "build_has_no_season",
        _("A construction rate does not depend on a season or a year of operation."),
    )
    YEARS_REVERSED = "years_reversed", _("The last programme year lies before the first one.")
    SEASONS_NEEDED = (
        "seasons_needed",
        _("An operating rate needs the number of seasons; a construction rate has none."),
    )
    INDEX_AND_SEASON = (
        "index_and_season",
        _("A rate depends on the year of operation or on the season, never on both."),
    )
    SHARES_NOT_WHOLE = (
        "shares_not_whole",
        _("The shares of province, city and county add up to %(sum)s %%, not to 100 %%."),
    )
    HEAT_PUMP_NEEDS_POWER = (
        "heat_pump_needs_power",
        _("Only coal-to-electricity tells heat pumps apart. Choose “with or without”."),
    )


class PolicyVerb(TextChoices):
    """What is done with a policy, a target and a village project."""

    RECORD_RATE = "record_rate", _("Record rate")
    REMOVE_RATE = "remove_rate", _("Remove rate")
    PUBLISH_POLICY = "publish_policy", _("Publish policy")
    RECORD_MILESTONE = "record_milestone", _("Record milestone")
    REMOVE_MILESTONE = "remove_milestone", _("Remove milestone")
    RECORD_VILLAGE = "record_village", _("Add village to project")
    REMOVE_VILLAGE = "remove_village", _("Take village off project")
    RECORD_CHECK = "record_check", _("Record quality check")
    REMOVE_CHECK = "remove_check", _("Remove quality check")
    RECOMPUTE = "recompute_entitlements", _("Compute unpaid subsidies anew")


class KeptWhy(TextChoices):
    """Why an amount stays as it is although a policy published late names another."""

    LOCKED = (
        "locked",
        _("They stand in a locked batch or are paid; a difference is a top-up or a recovery."),
    )
    ON_NOTICE = (
        "on_notice",
        _("Their notice still runs; what is posted changes only by a correction in the notice."),
    )
    BY_HAND = (
        "by_hand",
        _("Their amount was corrected in the public notice by hand."),
    )
    KEPT_BACK = "kept_back", _("A recovery was kept back from them already.")


class TargetRefusal(TextChoices):
    """Why a target or a village project cannot be kept."""

    EXISTS = (
        "target_exists",
        _("There is already such a target of %(year)s; give this one another edition number."),
    )
    MONTH_OUTSIDE = (
        "month_outside",
        _("%(month)s lies outside %(year)s and the year after. Choose another month."),
    )
    MILESTONE_FALLS = (
        "milestone_falls",
        _("Milestones never fall: %(other)s already asks for %(households)s households."),
    )
    AREA_NEEDED = ("area_needed", _("Choose the city, a county or a managing area."))
    FINISHED_EARLY = ("finished_early", _("The work cannot end before it began."))
    VILLAGE_TWICE = ("village_twice", _("%(village)s belongs to this project already."))
