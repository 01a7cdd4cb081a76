"""The documents that the portal's own rules rest on; a migration loads them into empty tables.

Only what public pages state: titles, numbers and days that no source at hand names stay empty
and are said to be missing in the remarks, so that a clerk completes them.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from bureau.core import bigrams
from bureau.core.pinyin import sort_key

FOLDER = Path(__file__).parent / "data"

GetModel = Callable[[str], Any]


def load(get_model: GetModel) -> None:
    """Write documents, their articles and the office's series; filled tables stay as they are.

    ``get_model("Document")`` gives the model class, historical in a migration.
    """
    if not get_model("Document").objects.exists():
        _load_documents(get_model)
    if not get_model("NumberSeries").objects.exists():
        _load_series(get_model)


def rows(name: str) -> Iterator[dict[str, str]]:
    """Return the lines of one shipped table by column name."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _load_documents(get_model: GetModel) -> None:
    Document = get_model("Document")  # noqa: N806
    Article = get_model("Article")  # noqa: N806
    made = Document.objects.bulk_create(
        Document(
            **{name: row[name] for name in ("kind", "title", "short_title", "edition", "number")},
            level=int(row["level"]),
            issued_on=_day(row["issued_on"]),
            **({"issued_key": _day(row["issued_on"])} if row["issued_on"] else {}),
            in_force_from=_day(row["in_force_from"]),
            source=row["source"],
            remarks=row["remarks"],
            pinyin=sort_key(row["title"]),
            bigrams=bigrams.of(*filter(None, (row["title"], row["number"]))),
        )
        for row in rows("documents")
    )
    ids = {(one.title, one.edition): one.pk for one in made}
    Article.objects.bulk_create(
        Article(
            document_id=ids[row["title"], row["edition"]],
            number=int(row["number"]),
            summary=row["summary"],
        )
        for row in rows("articles")
    )


def _load_series(get_model: GetModel) -> None:
    NumberSeries = get_model("NumberSeries")  # noqa: N806
    NumberSeries.objects.bulk_create(
        NumberSeries(
            **row,
            pinyin=sort_key(row["name"]),
            bigrams=bigrams.of(row["name"], row["pattern"], row["code"]),
        )
        for row in rows("series")
    )
