"""Words of lists: outcomes of a bulk change, verbs of the audit, refusals."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BulkOutcome(TextChoices):
    """What became of one row of a bulk change."""

    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("as it was")
    REFUSED = "refused", _("refused")
    GONE = "gone", _("no longer there")


class ListVerb(TextChoices):
    """What the services of lists write into the audit."""

    SAVE_VIEW = "save_view", _("saved a view")
    CHANGE_VIEW = "change_view", _("changed a view")
    ARCHIVE_VIEW = "archive_view", _("deleted a view")
    ORDER_BULK = "order_bulk", _("ordered a bulk change")
    FINISH_BULK = "finish_bulk", _("finished a bulk change")
    EXPORT = "export", _("export a list")


class SearchVerb(TextChoices):
    """What searches write into the audit."""

    SEARCH_EXACT = "search_exact", _("searched by an identifier")


class ListRefusal(TextChoices):
    """Why something about lists, saved views and bulk changes was refused."""

    VIEW_NAME_TAKEN = (
        "view_name_taken",
        _("You already have a view named “%(name)s” on this list. Choose another name."),
    )
    VIEW_NOT_YOURS = (
        "view_not_yours",
        _("The view “%(name)s” belongs to %(owner)s. Save a copy of your own."),
    )
    VIEW_MAY_NOT_SHARE = (
        "view_may_not_share",
        _("Your postings do not allow sharing views. Ask the section chief to share it."),
    )
    VIEW_MAY_NOT_SET_DEFAULT = (
        "view_may_not_set_default",
        _("Your postings do not allow setting the view of a role. Ask the section chief."),
    )
    NO_ROWS = ("no_rows", _("No row is chosen. Tick rows of the list first."))
    TOO_MANY_ROWS = (
        "too_many_rows",
        _("%(count)s rows are more than the %(limit)s that one step may change. Narrow the list."),
    )
    ROWS_MOVED = (
        "rows_moved",
        _(
            "Nothing was written: the list now holds %(count)s rows, other ones than the "
            "%(before)s you looked at. Look again and confirm."
        ),
    )
    FILTERS_UNCLEAR = (
        "filters_unclear",
        _("Nothing was exported: %(sentences)s Correct the filters and order it anew."),
    )
    NO_SUCH_BULK = ("no_such_bulk", _("This list has no such bulk change any more."))
    ARGUMENTS_GONE = (
        "arguments_gone",
        _("What you filled in can no longer be used: %(sentences)s Order the change anew."),
    )
    ROW_GONE = (
        "row_gone",
        _("It is no longer within what you may see. Nothing was changed."),
    )


class DraftRefusal(TextChoices):
    """Why a draft was not kept."""

    DRAFT_TOO_LONG = (
        "draft_too_long",
        _("This is more text than a draft can keep. Save the form, then go on."),
    )


class AnswerRefusal(TextChoices):
    """Why a request under an Idempotency-Key was not carried out."""

    OTHER_REQUEST = (
        "idempotency_conflict",
        _("This Idempotency-Key was used for another request. Use a new key."),
    )
    UNDER_WAY = (
        "conflict",
        _("The same request is still under way. Ask again in a moment for its answer."),
    )
