"""Words of documents: kinds, issuers' levels, states of a number, verbs and refusals."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DocumentKind(TextChoices):
    """What sort of basis a document is."""

    LAW = "law", _("law")
    REGULATION = "regulation", _("regulation")
    NORMATIVE = "normative", _("normative document")
    STANDARD = "standard", _("standard")
    SCHEME = "scheme", _("scheme")
    POLICY = "policy", _("policy")
    NOTICE = "notice", pgettext_lazy("document", "notice")
    REPLY = "reply", _("reply to a request")
    DRAFT = "draft", _("draft")


class IssuerLevel(IntegerChoices):
    """How high the issuer stands; the lower the number, the higher."""

    NATION = 0, _("nation")
    PROVINCE = 1, _("province")
    CITY = 2, _("city")
    COUNTY = 3, _("county")
    OFFICE = 4, _("the bureau itself")


class SeriesKind(TextChoices):
    """What a series of numbers is for."""

    OFFICIAL = "official", _("official papers")
    ENFORCEMENT = "enforcement", _("enforcement papers")
    TICKET = "ticket", _("tickets")


class PaperKind(TextChoices):
    """What sort of paper a number stands on."""

    LETTER = "letter", _("letter")
    NOTICE = "notice", pgettext_lazy("document", "notice")
    ORDER = "order", pgettext_lazy("document", "order")
    CIRCULAR = "circular", _("circular")
    DECISION = "decision", _("decision")
    REPORT = "report", _("report")
    MINUTES = "minutes", _("minutes")
    OTHER = "other", _("other")


class NumberState(TextChoices):
    """Where a number of the register stands."""

    RESERVED = "reserved", pgettext_lazy("document number", "reserved")
    ISSUED = "issued", pgettext_lazy("document number", "issued")
    VOID = "void", pgettext_lazy("document number", "void")


class NumberOrigin(TextChoices):
    """How a number came into the register."""

    SERIES = "series", _("given by the register")
    TYPED = "typed", _("typed by hand")
    IMPORTED = "imported", _("imported from the paper register")


class DocumentVerb(TextChoices):
    """What people do to documents and numbers, as the audit names it."""

    CREATE_DOCUMENT = "create_document", _("added the document")
    EDIT_DOCUMENT = "edit_document", _("changed the document")
    REPLACE_DOCUMENT = "replace_document", _("replaced the document")
    ARCHIVE_DOCUMENT = "archive_document", _("archived the document")
    ADD_ARTICLE = "add_article", _("added an article")
    REMOVE_ARTICLE = "remove_article", _("removed an article")
    IMPORT_DOCUMENTS = "import_documents", _("imported documents")
    CREATE_SERIES = "create_numberseries", _("added the number series")
    EDIT_SERIES = "edit_numberseries", _("changed the number series")
    ARCHIVE_SERIES = "archive_numberseries", _("archived the number series")
    START_YEAR = "start_numberseries_year", _("set where the year starts")
    RESERVE_NUMBER = "reserve_documentnumber", _("reserved the number")
    TAKE_NUMBER = "take_documentnumber", _("entered the number")
    ISSUE_NUMBER = "issue_documentnumber", _("issued the number")
    VOID_NUMBER = "void_documentnumber", _("voided the number")
    IMPORT_NUMBERS = "import_documentnumbers", _("imported document numbers")


class DocumentRefusal(TextChoices):
    """Why a change of the registers of documents and numbers is refused."""

    NOT_A_NUMBER = (
        "not_a_number",
        _(
            "“%(given)s” is not written like a document number. "
            "Write it like 聊城管字〔2026〕3号: the full year, no zero in front."
        ),
    )
    NUMBER_TAKEN = (
        "number_taken",
        _(
            "%(number)s is taken already: %(where)s. "
            "Take the next number of its series, or check what you typed."
        ),
    )
    NUMBER_VOID = (
        "number_void",
        _("%(number)s was voided (%(reason)s) and is never used again. Take another number."),
    )
    NUMBER_AHEAD = (
        "number_ahead",
        _("%(number)s is of a year that has not come yet. Check the year."),
    )
    NOT_RESERVED = (
        "not_reserved",
        _("%(number)s is “%(state)s”, and only a reserved number can be issued."),
    )
    DOCUMENT_ARCHIVED = (
        "document_archived",
        _("“%(document)s” is archived and stays as it is. Add its new edition instead."),
    )
    SERIES_ARCHIVED = (
        "series_archived",
        _("The series “%(series)s” was archived. Choose another one."),
    )
    PATTERN_INCOMPLETE = (
        "pattern_incomplete",
        _("A pattern needs {year} and {n} once each, like 聊城管字〔{year}〕{n}号."),
    )
    PATTERN_IN_USE = (
        "pattern_in_use",
        _(
            "Numbers of “%(series)s” stand on papers already, so its pattern stays. "
            "Archive the series and add a new one."
        ),
    )
    PATTERN_TAKEN = (
        "pattern_taken",
        _("The series “%(series)s” already makes such numbers. Two series must differ."),
    )
    START_TOO_LATE = (
        "start_too_late",
        _("%(year)s has numbers already, so its start stays. The next one is %(next)s."),
    )
    REPLACES_ITSELF = (
        "replaces_itself",
        _("%(document)s cannot replace itself, not by way of others either."),
    )
    DOCUMENT_EXISTS = (
        "document_exists",
        _("%(document)s is in the register already, with this title, edition and number."),
    )
    ARTICLE_CITED = (
        "article_cited",
        _("%(article)s is cited on papers already, so it stays. Correct what it says instead."),
    )
    BASIS_NOT_IN_FORCE = (
        "basis_not_in_force",
        _("%(article)s is not in force on %(day)s. Choose an article of the edition that is."),
    )
    ARTICLE_EXISTS = (
        "article_exists",
        _("%(article)s of %(document)s is in the register already."),
    )


class LedgerSlip(TextChoices):
    """Why a row of a ledger of documents or numbers is not taken, or needs a look."""

    KNOWN_NUMBER = (
        "known_number",
        _("%(number)s is in the register already, as “%(subject)s”; what is there stays."),
    )
    DATES_CROSSED = (
        "dates_crossed",
        _("The document ends (%(until)s) before it begins (%(since)s)."),
    )
    FOREIGN_NUMBER = (
        "foreign_number",
        _("%(number)s fits no series of the office, so it is kept as another office's number."),
    )
