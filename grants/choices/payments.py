"""Words of entitlements, payment batches, receipts and recoveries."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EntitlementState(TextChoices):
    """Whether an entitlement may be paid; whether it was, its payment lines tell."""

    OPEN = "open", _("Valid")
    SUSPENDED = "suspended", _("Suspended")
    VOID = "void", _("Void")


class EntitlementVerb(TextChoices):
    """What happens to an entitlement."""

    OPEN = "open_entitlement", _("Open entitlement")
    MISS = "miss_season", _("Record a missed season")
    SUSPEND = "suspend", _("Suspend")
    LIFT = "lift", _("Lift the suspension")
    VOID = "void", _("Make void")


class UseCheckState(TextChoices):
    """How far a village's use check of a season is."""

    DRAFT = "draft", _("Being ticked")
    SUBMITTED = "submitted", _("Submitted")
    CONFIRMED = "confirmed", _("Confirmed")


class EntitlementRefusal(TextChoices):
    """Why an entitlement cannot be made, suspended or lifted."""

    EXISTS = ("exists", _("The dwelling of %(name)s already has this entitlement."))
    NOT_APPROVED = (
        "guard:approved",
        _("The claim of %(name)s is not approved with an amount; nothing can be paid for it yet."),
    )
    NOT_OPEN = ("not_open", _("The entitlement is “%(state)s”."))
    IN_BATCH = (
        "in_batch",
        _("The entitlement stands in batch %(batch)s. Take it out there first."),
    )
    ALREADY_PAID = ("already_paid", _("It was paid already; only a recovery takes it back."))
    REASON_NEEDED = ("guard:reason", _("Write a reason."))
    SAME_PERSON = ("four_eyes", _("%(person)s suspended it; somebody else must lift it."))


class BatchState(TextChoices):
    """Where a payment batch stands."""

    DRAFT = "draft", _("Draft")
    LOCKED = "locked", _("Locked")
    BUSINESS_APPROVED = "business_approved", _("Approved by the business side")
    APPROVED = "approved", _("Approved by finance")
    EXPORTED = "exported", _("Sent to the bank")
    RECONCILING = "reconciling", _("Being reconciled")
    CLOSED = "closed", _("Batch closed")
    ABORTED = "aborted", _("Aborted")


class BatchVerb(TextChoices):
    """What moves a payment batch."""

    CREATE = "create", _("Create batch")
    LOCK = "lock", _("Lock")
    UNLOCK = "unlock", _("Unlock")
    APPROVE_BUSINESS = "approve_business", _("Approve (business)")
    APPROVE_FINANCE = "approve_finance", _("Approve (finance)")
    EXPORT = "export", _("Export for the bank")
    IMPORT_RECEIPT = "import_receipt", _("Import receipt")
    CLOSE = "close", _("Close")
    IMPORT_RETURNS = "import_returns", _("Import money that came back")
    ABORT = "abort", _("Abort")


class MoneyEvent(TextChoices):
    """What else happens around a batch and its funds."""

    DOWNLOAD = "download_bank_file", _("Download the file for the bank")
    ALLOT = "allot", _("Allot funds")
    RELEASE = "release_allotment", _("Release an allotment")


class BatchFlaw(TextChoices):
    """Why one line of a batch may not be paid as things stand."""

    ENTITLEMENT = "entitlement", _("the entitlement is suspended or void")
    CLAIM = "claim", _("the claim is not approved any more")
    ACCOUNT = "account", _("no bank account is on file")
    DUPLICATE = "duplicate", _("a duplicate case is open")


class LineState(TextChoices):
    """Where one payment stands."""

    PENDING = "pending", _("Pending")
    SENT = "sent", _("Sent")
    PAID = "paid", _("Paid")
    FAILED = "failed", _("Failed")
    RETURNED = "returned", _("Returned by the bank")
    DROPPED = "dropped", _("Taken out before sending")


class LineVerb(TextChoices):
    """What moves a payment line; always by its batch or a receipt."""

    ADD = "add", _("Add to batch")
    SEND = "send", _("Send to the bank")
    PAY = "pay", _("Paid")
    FAIL = "fail", _("Failed")
    BOUNCE = "bounce", _("Returned by the bank")
    DROP = "drop", _("Take out")


class BatchRefusal(TextChoices):
    """Why a batch cannot be moved."""

    EMPTY = ("guard:lines", _("Nothing in %(area)s waits to be paid."))
    NOT_ELIGIBLE = (
        "guard:eligible",
        _("%(count)s line(s) may not be paid any more (first: %(name)s, %(reason)s)."),
    )
    HASH_DIFFERS = (
        "guard:hash",
        _("The batch is not what was locked. Abort it and begin anew; tell the auditor."),
    )
    MAKER = ("four_eyes", _("%(person)s has already acted on this batch. Ask a colleague."))
    LINES_SENT = (
        "guard:lines_sent",
        _("%(count)s line(s) still wait for the bank's answer."),
    )
    BUSY = ("conflict", _("Somebody else works on these payments now. Try again in a moment."))
    OWN_HOUSEHOLD = (
        "own_household",
        _("A payment to your own household stands in this batch. Ask a colleague to act on it."),
    )
    AREA_NEEDED = ("area", _("Choose a county or a managing area."))


class ReceiptSlip(TextChoices):
    """Why a bank's receipt is refused; the whole file, with every reason."""

    UNKNOWN_REFERENCE = (
        "unknown_reference",
        _("Row %(row)s, “%(column)s”: this batch has no line %(value)s."),
    )
    OTHER_BATCH = (
        "other_batch",
        _("Row %(row)s, “%(column)s”: %(value)s belongs to batch %(batch)s, not to this one."),
    )
    DOUBLE_REFERENCE = (
        "double_reference",
        _("Row %(row)s, “%(column)s”: %(value)s stands twice in the file."),
    )
    AMOUNT_DIFFERS = (
        "amount_differs",
        _("Row %(row)s, “%(column)s”: %(value)s yuan, but %(expected)s were sent for "
          "%(reference)s."),
    )  # fmt: skip
    EMPTY_CELL = ("empty_cell", _("Row %(row)s, “%(column)s”: nothing is written here."))
    BAD_AMOUNT = (
        "bad_amount",
        _("Row %(row)s, “%(column)s”: “%(value)s” is no amount in yuan; write it like 5000.00."),
    )
    CARD_DIFFERS = (
        "card_differs",
        _("Row %(row)s, “%(column)s”: another card than the one sent for %(reference)s."),
    )
    BAD_CARD = (
        "bad_card",
        _("Row %(row)s, “%(column)s”: the spreadsheet turned the card into a number and its "
          "last digits are lost. Ask the bank for the file with the column as text."),
    )  # fmt: skip
    BAD_RESULT = (
        "bad_result",
        _("Row %(row)s, “%(column)s”: “%(value)s” is no final result such as 成功, 失败 or 退汇. "
          "Leave out what the bank has not decided yet."),
    )  # fmt: skip
    BAD_DAY = (
        "bad_day",
        _("Row %(row)s, “%(column)s”: “%(value)s” is no day up to today, like 2026-11-20."),
    )
    NOT_SENT = (
        "not_sent",
        _("Row %(row)s, “%(column)s”: %(reference)s was answered before, it is “%(state)s”."),
    )
    NO_TRAILER = (
        "no_trailer",
        _("The file has no closing line with count and total, such as “合计, 3, 15000.00”."),
    )
    BAD_TRAILER = (
        "bad_trailer",
        _("Row %(row)s: the closing line must give the number of rows and their sum and nothing "
          "else, such as “合计, 3, 15000.00”; it reads “%(value)s”."),
    )  # fmt: skip
    BELOW_TRAILER = (
        "below_trailer",
        _("Row %(row)s stands below the closing line of row %(closing)s. Hand in each part as a "
          "file of its own, with one closing line at its end."),
    )  # fmt: skip
    TRAILER_COUNT = (
        "trailer_count",
        _("Row %(row)s: the closing line says %(value)s rows; there are %(found)s."),
    )
    TRAILER_TOTAL = (
        "trailer_total",
        _("Row %(row)s: the closing line says %(value)s yuan; the rows add up to %(found)s."),
    )
    EMPTY = ("empty_receipt", _("The file answers no line."))
    UNREADABLE = (
        "unreadable",
        _("The file is no table with the columns of a receipt: 付款编号, 金额, 卡号后四位, 结果."),
    )
    MISSING_COLUMNS = ("missing_columns", _("The table has no column for %(columns)s."))
    SEVERAL_AMOUNTS = (
        "several_amounts",
        _("The columns %(columns)s all name an amount. Keep the one with what was paid."),
    )
    SEVERAL_SHEETS = (
        "several_sheets",
        _("The sheets %(sheets)s all hold answers. Hand in each as a file of its own."),
    )
    MORE = ("more", _("… and %(count)s more reasons."))
    REFUSED = ("receipt_refused", _("The receipt was refused; nothing was changed: %(reasons)s"))


class RecoveryState(TextChoices):
    """Where a recovery stands."""

    ANNOUNCED = "announced", _("Announced")
    HEARD = "heard", _("Statement heard")
    DECIDED = "decided", _("Decided, to be repaid")
    SETTLED = "settled", _("Repaid")
    CANCELLED = "cancelled", _("Dropped")


class RecoveryVerb(TextChoices):
    """What moves a recovery."""

    ANNOUNCE = "announce", _("Announce recovery")
    HEAR = "hear", _("Record the statement")
    DECIDE = "decide", _("Decide with remedies")
    RECORD_CASH = "record_cash", _("Record repayment")
    OFFSET = "offset", _("Set off against a payment")
    SETTLE = "settle", _("Settle")
    CANCEL = "cancel", _("Drop")


class SettlementKind(TextChoices):
    """How money came back."""

    CASH = "cash", _("Cash or transfer")
    OFFSET = "offset", _("Set off against a payment")


class RecoveryRefusal(TextChoices):
    """Why a recovery cannot be made or moved."""

    TOO_MUCH = (
        "guard:amount",
        _("At most %(limit)s yuan can be recovered: paid, less what is recovered or demanded."),
    )
    OVERPAID = ("guard:remainder", _("Only %(limit)s yuan are still open."))
    KEPT_BACK = (
        "guard:kept_back",
        _("%(amount)s yuan are kept back from %(reference)s already; only %(limit)s are open."),
    )
    STATEMENT_NEEDED = ("guard:heard", _("Record the household's statement, or that it made none."))
    REMEDIES_NEEDED = ("guard:remedies", _("Name the remedies that the decision tells."))
    OTHER_DWELLING = ("guard:line", _("The payment belongs to another dwelling."))
    LINE_NOT_OPEN = (
        "guard:line_open",
        _("Payment %(reference)s stands in no draft batch; only such a one can be reduced."),
    )
    NAMED_ALREADY = (
        "guard:named",
        _("The rest is to be kept back from %(reference)s already."),
    )
    NOT_PAID = ("guard:paid", _("The entitlement was not paid; nothing can be recovered."))
    FUTURE = ("guard:day", _("The day lies in the future."))
    EARLY = ("guard:day_early", _("The day lies before %(first)s, when it was paid."))


class FundRefusal(TextChoices):
    """Why money cannot be recorded or allotted."""

    OLD = ("day_old", _("The day lies before 2000. Look at the year once more."))

    OVERDRAWN = ("guard:balance", _("Only %(limit)s yuan of “%(name)s” are free."))
    OTHER_AREA = ("guard:area", _("“%(name)s” belongs to another area."))
    BATCH_COVERED = (
        "guard:batch",
        _("Only %(limit)s yuan of batch %(batch)s are not covered yet."),
    )
    BATCH_OPEN = ("guard:locked", _("Batch %(batch)s is not locked; its total may still change."))
    IN_USE = ("guard:allotted", _("%(amount)s yuan of “%(name)s” are allotted to batches."))
    SPENT = (
        "guard:spent",
        _("Batch %(batch)s has gone to the bank; its money stays allotted until it is closed."),
    )
    ALL_PAID = ("guard:all_paid", _("Batch %(batch)s has paid out all of it; nothing is left."))
