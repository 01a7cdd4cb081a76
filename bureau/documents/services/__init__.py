"""Every write of documents and of the numbers on papers."""

from bureau.documents.services.ledgers import import_documents, import_numbers
from bureau.documents.services.numbers import (
    fill_number,
    issue_number,
    place_number,
    reserve_number,
    take_number,
    void_number,
)
from bureau.documents.services.series import (
    SERIES_FIELDS,
    archive_series,
    create_series,
    edit_series,
    start_year,
)
from bureau.documents.services.texts import (
    DOCUMENT_FIELDS,
    add_article,
    archive_document,
    basis_on,
    check_basis,
    create_document,
    edit_document,
    remove_article,
)

__all__ = [
    "DOCUMENT_FIELDS", "SERIES_FIELDS", "add_article", "archive_document", "archive_series",
    "basis_on", "check_basis", "create_document", "create_series", "edit_document", "edit_series",
    "fill_number", "import_documents", "import_numbers", "issue_number", "place_number",
    "remove_article", "reserve_number", "start_year", "take_number", "void_number",
]  # fmt: skip
