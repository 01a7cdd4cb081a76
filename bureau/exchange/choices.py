"""Words of the way in and out: states, refusals of files, slips in cells."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RunState(TextChoices):
    """Where an import stands."""

    UPLOADED = "uploaded", _("Waiting to be checked")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    UNUSABLE = "unusable", _("Unusable")
    APPLYING = "applying", _("Being saved")
    DONE = "done", _("Saved")
    FAILED = "failed", _("Failed")
    DISCARDED = "discarded", _("Discarded")


class RunVerb(TextChoices):
    """What moves an import."""

    UPLOAD = "upload", _("upload")
    BEGIN = "begin", _("begin to check")
    PASS = "pass", _("finish the check")
    REFUSE = "refuse", _("refuse the file")
    CONFIRM = "confirm", _("save")
    SEND_BACK = "send_back", _("send back to be confirmed again")
    FINISH = "finish", _("finish saving")
    FAIL = "fail", _("fail")
    DISCARD = "discard", _("discard")


class ImportVerb(TextChoices):
    """What the audit says of an import."""

    IMPORT_UPLOADED = "import_uploaded", _("uploaded a spreadsheet")
    IMPORT_SAVED = "import_saved", _("saved rows of a spreadsheet")
    IMPORT_DISCARDED = "import_discarded", _("discarded a spreadsheet")
    IMPORT_PURGED = "import_purged", _("deleted a spreadsheet at the end of its keeping time")


class ExportVerb(TextChoices):
    """What the audit says of a large export."""

    EXPORT_ORDERED = "export_ordered", _("ordered an export")
    EXPORT_WRITTEN = "export_written", _("wrote an export")
    EXPORT_PURGED = "export_purged", _("deleted an export at the end of its keeping time")


class RowAction(TextChoices):
    """What saving does with a row."""

    CREATED = "created", _("new")
    UPDATED = "updated", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    REJECTED = "rejected", _("rejected")


class Severity(TextChoices):
    """Whether a slip keeps its row out."""

    ERROR = "error", _("error")
    WARNING = "warning", _("warning")


class FileRefusal(TextChoices):
    """Why a whole file cannot be used."""

    EMPTY_FILE = "empty_file", _("The file is empty. Choose the workbook again.")
    FILE_TOO_LARGE = (
        "file_too_large",
        _("The file is larger than %(limit)s MB. Split it into several workbooks."),
    )
    TOO_MANY_MEMBERS = (
        "too_many_members",
        _("The workbook has more than %(limit)s parts. Copy the table into a new workbook."),
    )
    UNPACKED_TOO_LARGE = (
        "unpacked_too_large",
        _("The workbook unpacks to more than %(limit)s MB. Copy the table into a new workbook."),
    )
    TOO_MANY_ROWS = (
        "too_many_rows",
        _("The sheet reaches below row %(limit)s. Delete what is under the table, or split it."),
    )
    TOO_MANY_COLUMNS = (
        "too_many_columns",
        _("The sheet reaches beyond column %(limit)s. Delete the cells to the right of the table."),
    )
    HAS_MACROS = (
        "has_macros",
        _("The workbook contains macros. Save it as a workbook without macros (.xlsx)."),
    )
    HAS_EXTERNAL_LINKS = (
        "has_external_links",
        _("The workbook is linked to other files. Paste the linked cells as values and save it."),
    )
    HAS_ENTITIES = (
        "has_entities",
        _("The workbook contains markup that office programs never write. It was not opened."),
    )
    PASSWORD_PROTECTED = (
        "password_protected",
        _("The workbook is protected by a password. Remove the password and upload it again."),
    )
    BINARY_WORKBOOK = (
        "binary_workbook",
        _("Binary workbooks (.xlsb) cannot be read. Save it as .xlsx."),
    )
    IS_WEB_PAGE = (
        "is_web_page",
        _("This is a web page with the name of a workbook. Open it and save it as .xlsx."),
    )
    NOT_A_WORKBOOK = (
        "not_a_workbook",
        _("This is not a spreadsheet. Use .xlsx, .xls, .et or .csv."),
    )
    DAMAGED_FILE = (
        "damaged_file",
        _("The file is damaged or incomplete. Open it, save it again and upload the new copy."),
    )
    UNKNOWN_ENCODING = (
        "unknown_encoding",
        _("The characters of the text file cannot be read. Save it as UTF-8 or as .xlsx."),
    )
    READER_FAILED = (
        "reader_failed",
        _("The workbook could not be read within the limits of memory and time. Simplify it."),
    )
    CANNOT_BE_MARKED = (
        "cannot_be_marked",
        _("The workbook cannot be marked. Use the list of errors on this page."),
    )
    NO_TABLE = (
        "no_table",
        _("No sheet has a heading row with the columns of “%(kind)s”. Use the template."),
    )
    MISSING_COLUMN = (
        "missing_column",
        _("The heading row %(row)s lacks the column “%(column)s”. Add it or correct the match."),
    )
    NO_ROWS = "no_rows", _("There is no row under the headings in row %(row)s.")
    UNKNOWN_KIND = "unknown_kind", _("There is no import of the kind “%(kind)s”.")
    UNKNOWN_USER = "unknown_user", _("There is no active user “%(username)s”.")
    NOT_PERMITTED = "not_permitted", _("Your postings do not allow importing “%(kind)s”.")
    FILE_NOT_FOUND = "file_not_found", _("The file “%(name)s” does not exist or cannot be read.")
    FILE_GONE = "file_gone", _("The uploaded file has been deleted. Upload it again.")
    INTERNAL_ERROR = (
        "internal_error",
        _("The portal failed while reading this file; nothing was written. Report it: %(error)s"),
    )


class RunRefusal(TextChoices):
    """Why an import cannot be confirmed or discarded."""

    HAS_REJECTED_ROWS = (
        "has_rejected_rows",
        _("%(count)s rows are rejected. Correct them, or choose to save the rows that pass."),
    )
    CHANGED_SINCE_CHECK = (
        "changed_since_check",
        _("The registry has changed since the check and %(count)s rows are rejected now."),
    )
    NOTHING_TO_SAVE = "nothing_to_save", _("No row passes the check, so there is nothing to save.")
    OVERTAKEN = (
        "overtaken",
        _("Somebody else changed the same objects while the rows were being saved. Try again."),
    )


class ExportRefusal(TextChoices):
    """Why nothing is exported."""

    UNKNOWN_FORMAT = "unknown_format", _("“%(format)s” is no format of an export. Use csv or xlsx.")


class IssueCode(TextChoices):
    """Slips in a cell or a row; importers add their own words beside these."""

    MISSING_VALUE = "missing_value", _("“%(column)s” is empty. Fill it in.")
    MISSING_NAME = "missing_name", _("“%(column)s” is empty. Fill it in.")
    FORMULA_TEXT = (
        "formula_text",
        _("The cell holds the text of a formula: %(value)s. Type the value itself."),
    )
    CELL_ERROR = "cell_error", _("The cell shows the error %(value)s. Type the value itself.")
    TOO_LONG = "too_long", _("The text has %(length)s characters; at most %(limit)s are possible.")
    BAD_NUMBER = "bad_number", _("“%(value)s” is not a number.")
    NUMBER_IS_DATE = (
        "number_is_date",
        _("The spreadsheet program turned the number into the date %(value)s. Type it again."),
    )
    NOT_WHOLE_NUMBER = "not_whole_number", _("“%(value)s” is not a whole number.")
    NEGATIVE_NUMBER = "negative_number", _("%(value)s is negative.")
    OUT_OF_RANGE = "out_of_range", _("%(value)s lies outside %(low)s to %(high)s.")
    BAD_YEAR = "bad_year", _("“%(value)s” is not a year. Write four digits, such as 2015.")
    FUTURE_YEAR = "future_year", _("The year %(value)s lies in the future.")
    BAD_DATE = "bad_date", _("“%(value)s” is not a date. Write it as 2018-05-16.")
    FUTURE_DATE = "future_date", _("The date %(value)s lies in the future.")
    UNKNOWN_CHOICE = "unknown_choice", _("“%(value)s” is none of: %(choices)s.")
    ID_IS_NUMBER = (
        "id_is_number",
        _("The spreadsheet program turned the number into %(value)s and lost digits. Use text."),
    )
    BAD_IDENTIFIER = "bad_identifier", _("“%(value)s” does not have the form of a %(column)s.")
    DUPLICATE_ROW = "duplicate_row", _("The same “%(name)s” stands in row %(row)s already.")
    SWAPPED_COORDINATES = (
        "swapped_coordinates",
        _("Longitude %(longitude)s and latitude %(latitude)s are swapped."),
    )
    OUTSIDE_CITY = (
        "outside_city",
        _("The position %(longitude)s, %(latitude)s lies outside the city."),
    )
    INCOMPLETE_COORDINATES = (
        "incomplete_coordinates",
        _("Longitude and latitude belong together; one of them is empty."),
    )
    OUT_OF_SCOPE = (
        "out_of_scope",
        _("“%(name)s” lies outside the area of your postings."),
    )
    DUPLICATE_COLUMN = (
        "duplicate_column",
        _("Two columns can be read as “%(column)s”; the first one was used."),
    )
    SHEET_NOT_READ = (
        "sheet_not_read",
        _(
            "The sheet “%(name)s” has these columns too (about %(rows)s rows) and was not read. "
            "Save it as a workbook of its own and import that as well."
        ),
    )
