"""Words of the audit, of notes and of papers."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RecordVerb(TextChoices):
    """What the records app itself writes into the audit."""

    CREATE = "create", _("create")
    CHANGE = "change", _("change")
    ARCHIVE = "archive", _("archive")
    RESTORE = "restore", _("take back from the archive")
    ATTACH = "attach", _("attach a paper")
    WITHDRAW_PAPER = "withdraw_paper", _("withdraw a paper")
    NOTE = "note", _("write a note")
    WITHDRAW_NOTE = "withdraw_note", _("withdraw a note")


class Source(TextChoices):
    """The door through which a change came."""

    WEB = "web", _("page")
    API = "api", _("API")
    JOB = "job", _("background task")
    COMMAND = "command", _("command line")


class RecordRefusal(TextChoices):
    """Why a paper or a note was not taken (SEC-2)."""

    FILE_EMPTY = "file_empty", _("“%(name)s” is empty. Choose the file again.")
    FILE_TOO_LARGE = (
        "file_too_large",
        _("“%(name)s” is larger than %(limit)s MB. Send a smaller picture or split the paper."),
    )
    FILE_KIND = (
        "file_kind",
        _(
            "“%(name)s” is not a file that can be kept here. "
            "Send a JPEG, PNG or WebP picture, a PDF, or a Word, Excel, WPS or OFD paper."
        ),
    )
    FILE_NOT_PICTURE = (
        "file_not_picture",
        _("“%(name)s” is not a picture. Send a JPEG, PNG or WebP picture."),
    )
    FILE_DISGUISED = (
        "file_disguised",
        _("“%(name)s” is not what its ending says. Save it again in the program it came from."),
    )
    FILE_DAMAGED = (
        "file_damaged",
        _("“%(name)s” is damaged and cannot be opened. Take or save it again."),
    )
    FILE_MACROS = (
        "file_macros",
        _("“%(name)s” contains macros. Save it without macros and send it again."),
    )
    PICTURE_TOO_LARGE = (
        "picture_too_large",
        _("“%(name)s” has more than %(limit)s million pixels. Send a smaller picture."),
    )
    NOTE_EMPTY = "note_empty", _("The note is empty. Write something first.")
    WATCH_FULL = (
        "watch_full",
        _("You watch %(limit)s objects already. Stop watching one of them first."),
    )
    ALREADY_WITHDRAWN = "already_withdrawn", _("This was already withdrawn.")


class AuditFault(TextChoices):
    """What the proof of the sealed audit can find."""

    SEAL_MISSING = "seal_missing", _("Seal %(number)s is missing from the chain.")
    SEAL_CHANGED = "seal_changed", _("Seal %(number)s itself was changed.")
    CHAIN_BROKEN = "chain_broken", _("Seal %(number)s does not continue the seal before it.")
    ENTRIES_MISSING = (
        "entries_missing",
        _("Seal %(number)s covers %(count)s entries, but these are gone: %(ids)s."),
    )
    ENTRIES_CHANGED = (
        "entries_changed",
        _("An entry under seal %(number)s (entries %(first)s to %(last)s) was changed."),
    )
    TAIL_CUT = (
        "tail_cut",
        _(
            "The exported head is seal %(number)s, but the chain here ends earlier: "
            "its tail was cut."
        ),
    )
    HEAD_DIFFERS = (
        "head_differs",
        _("Seal %(number)s is not the one in the exported head: the chain was written anew."),
    )
