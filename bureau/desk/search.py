"""Search over all apps: each app's ``search.py`` registers what can be found in it.

An app says per kind how to find it by name or number::

    search.register(
        search.Source("estates", _("Estates"), "buildings", "heating.view_estate",
                      find=find_estates, list_name="heating:estate_list"))

    def find_estates(user, text, limit):
        rows = search.best(Estate.objects.visible_to(user).select_related("community"),
                           exact=Q(name=text), named=search.by_name(text), order="pinyin",
                           limit=limit)
        return [search.Hit(row.name, str(row.community), row.get_absolute_url(), row.is_exact)
                for row in rows]

and per kind of identifier (identity number, bank card, phone) how to find it exactly::

    search.register_exact("phone", find_phone)     # find_phone(user, identifier) -> list[Hit]

Identifiers come only by POST and are logged by their blind index.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import BooleanField, Q, QuerySet, Value
from django.db.models.functions import Replace
from django.urls import NoReverseMatch, reverse

from bureau.core import bigrams, identifiers
from bureau.core.identifiers import Identifier
from bureau.core.numbering import normalise_document_number
from bureau.desk.choices import SearchVerb
from bureau.records.services import record

SHORTEST, LONGEST = 2, 60
SHOWN = 5
COUNTED = 20
PERMISSION = "people.search_identifier"


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its name, where it lies, its page; ``matched``: the whole name or number."""

    title: str
    subtitle: str
    url: str
    matched: bool = False


Find = Callable[[Any, str, int], list[Hit]]
FindExact = Callable[[Any, Identifier], list[Hit]]


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of thing that can be found; ``permission`` empty: by everybody.

    ``find(user, text, limit)`` asks at most one query; ``list_name`` is the list that takes
    the text as ``q``.
    """

    key: str
    label: Any
    icon: str
    permission: str
    find: Find
    list_name: str = ""
    order: int = 50


@dataclass(frozen=True, slots=True)
class Found:
    """What one source found; ``more`` says that there is more than ``count``."""

    source: Source
    hits: Sequence[Hit]
    count: int
    more: bool
    all_url: str

    @property
    def is_exact(self) -> bool:
        """Whether a whole name or number was hit."""
        return any(hit.matched for hit in self.hits)


_sources: dict[str, Source] = {}
_exact: dict[str, list[FindExact]] = {}


def register(*sources: Source) -> None:
    """Add sources; the same key again replaces the source."""
    for source in sources:
        _sources[source.key] = source


def register_exact(kind: str, find: FindExact) -> None:
    """Add a way to find things by an identifier of ``kind`` (id_number, phone, card)."""
    if find not in _exact.setdefault(kind, []):
        _exact[kind].append(find)


def sources_of(user: Any) -> Iterator[Source]:
    """Yield the sources in which ``user`` may find something, in their order."""
    for source in sorted(_sources.values(), key=lambda one: (one.order, one.key)):
        if not source.permission or user.has_perm(source.permission):
            yield source


def find(user: Any, text: str, shown: int = SHOWN, counted: int = COUNTED) -> list[Found]:
    """Return what ``user`` may see of ``text`` by kind, whole names and numbers first.

    Fewer than two characters find nothing, and so does an identifier, which has its own way.
    A document number is looked for as it is printed, whatever brackets were typed.
    """
    text = text.strip()[:LONGEST]
    text = normalise_document_number(text) or text
    plain = bigrams.normalise(text)
    if len(plain) < SHORTEST or "\0" in text or identifiers.read(text):
        return []
    found = [_ask(source, user, text, shown, counted) for source in sources_of(user)]
    return sorted((one for one in found if one.hits), key=lambda one: not one.is_exact)


def _ask(source: Source, user: Any, text: str, shown: int, counted: int) -> Found:
    hits = sorted(source.find(user, text, counted + 1), key=lambda hit: not hit.matched)
    return Found(
        source,
        hits[:shown],
        min(len(hits), counted),
        len(hits) > counted,
        _all_url(source, text),
    )


def _all_url(source: Source, text: str) -> str:
    if not source.list_name:
        return ""
    try:
        return f"{reverse(source.list_name)}?{urlencode({'q': text})}"
    except NoReverseMatch:
        return ""


@transaction.atomic
def find_exactly(user: Any, identifier: Identifier) -> list[Hit]:
    """Return what carries exactly this number within the user's scope, and record the question.

    The record names the kind and the blind index of each reading, never the number.
    """
    hits: dict[str, Hit] = {}
    for reading in identifier.readings:
        for ask in _exact.get(reading.kind, ()):
            for hit in ask(user, reading):
                hits.setdefault(f"{hit.url} {hit.title}", replace(hit, matched=True))
    facts = {
        "kind": identifier.kind,
        "index": {reading.kind: reading.index for reading in identifier.readings},
        "found": len(hits),
    }
    record(SearchVerb.SEARCH_EXACT, user, actor=user, after=facts)
    return list(hits.values())


# --- What sources are made of --------------------------------------------------------------
def by_name(text: str, names: str = "name", pairs: str = "bigrams") -> Q:
    """Return the condition for a name with these neighbouring characters."""
    plain = bigrams.normalise(text)
    if len(plain) == 1:
        return Q(**{f"{names}__istartswith": plain})
    return Q(**{f"{pairs}__contains": bigrams.of(plain)})


def best(rows: QuerySet, *, exact: Q, named: Q, order: str, limit: int) -> list[Any]:
    """Return rows hit exactly, then those named alike by ``order``; one query for both.

    Each row has ``is_exact``; the two halves are read apart, so that neither is sorted whole.
    """
    whole = rows.filter(exact).annotate(is_exact=Value(True, BooleanField()))
    alike = rows.filter(named).annotate(is_exact=Value(False, BooleanField()))
    halves = whole.order_by(order, "pk")[:limit].union(
        alike.order_by(order, "pk")[:limit], all=True
    )
    found: dict[int, Any] = {}
    for row in sorted(halves, key=lambda one: not one.is_exact):
        found.setdefault(row.pk, row)
    return list(found.values())[:limit]


def with_phone(rows: QuerySet, column: str, phone: str) -> QuerySet:
    """Return the rows whose phone, kept in plain, is this one however dashes break it."""
    return rows.annotate(bare_phone=Replace(column, Value("-"))).filter(bare_phone=phone)


def page_of(name: str, pk: int) -> str:
    """Return the address of an object's page, or nothing where there is no such page."""
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""
