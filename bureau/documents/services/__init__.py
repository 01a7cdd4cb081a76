"""Every write of documents and of the numbers on papers."""

from bureau.documents.services.numbers import (
    fill_number,
    issue_number,
    reserve_number,
    take_number,
    void_number,
)
from bureau.documents.services.series import (
    archive_series,
    create_series,
    edit_series,
    series_of,
    start_year,
)
from bureau.documents.services.texts import (
    add_article,
    archive_document,
    basis_on,
    create_document,
    edit_document,
    remove_article,
)

__all__ = [
    "add_article", "archive_document", "archive_series", "basis_on", "create_document",
    "create_series", "edit_document", "edit_series", "fill_number", "issue_number",
    "remove_article", "reserve_number", "series_of", "start_year", "take_number", "void_number",
]  # fmt: skip
