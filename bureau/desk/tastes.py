"""How the reader likes a list: columns, page size and saved views, read in one query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.http import QueryDict

from bureau.core.prepared import Prepared
from bureau.desk.filters import known
from bureau.desk.models import ListChoice, SavedView
from bureau.people.models import User

#: Words of a list's address that are no filters.
PAGE_WORDS = frozenset(
    {
        "cursor",
        "count",
        "format",
        "part",
        "view",
        "open",
        "size",
        "sort",
        "columns",
        "pk",
        "all",
        "refused",
    }
)
EVERYTHING = "all"
MOST_VIEWS = 100


def filters_of(words: QueryDict, names: Iterable[str] | None = None) -> str:
    """Return the filters of an address in a fixed order, empty ones and page words left out.

    With ``names`` only words of these filters are kept.
    """
    kept = QueryDict(mutable=True)
    for word in sorted(words):
        values = [value for value in words.getlist(word) if value]
        if word not in PAGE_WORDS and values and (names is None or known(word, names)):
            kept.setlist(word, values)
    return kept.urlencode()


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A saved view as the list's menu shows it."""

    pk: int
    name: str
    query: str
    columns: list[str]
    sort: str
    is_shared: bool
    owner: int
    owner_name: str
    role: int | None
    is_mine: bool
    version: int

    @property
    def steady_key(self) -> tuple[int, str, bool]:
        """What the menu of views shows of it."""
        return self.pk, self.name, self.is_mine

    @property
    def address(self) -> str:
        """The query string that opens it."""
        return f"?open={self.pk}"

    @property
    def words(self) -> QueryDict:
        """Everything it says, as the words of an address."""
        words = QueryDict(self.query, mutable=True)
        if self.sort:
            words["sort"] = self.sort
        if self.columns:
            words.setlist("columns", self.columns)
        words["view"] = str(self.pk)
        return words

    def gone(self, names: Iterable[str], columns: Iterable[str]) -> list[str]:
        """Return its filters and columns that the list has no more."""
        names, columns = list(names), set(columns)
        lost = [word for word in QueryDict(self.query) if not known(word, names)]
        return lost + [key for key in self.columns if key not in columns]

    def differs(self, words: QueryDict, names: Iterable[str]) -> bool:
        """Whether the address in hand says something else than the view."""
        mine = self.words
        return (
            filters_of(words, names) != filters_of(mine, names)
            or words.get("sort", "") != self.sort
            or words.getlist("columns") != self.columns
        )


@dataclass(frozen=True, slots=True)
class Taste:
    """One reader's way with one list."""

    columns: Sequence[str] = ()
    size: int | None = None
    opens_with: int | None = None
    opens_with_all: bool = False
    views: Sequence[ViewLine] = ()
    roles: Sequence[int] = ()

    def find(self, pk: str | int | None) -> ViewLine | None:
        """Return the view of that number, if the reader may see it."""
        return next((view for view in self.views if str(view.pk) == str(pk)), None)

    @property
    def role_view(self) -> ViewLine | None:
        """The view that one of the reader's roles opens the list with."""
        by_role = {view.role: view for view in self.views if view.role}
        return next((by_role[role] for role in self.roles if role in by_role), None)

    @property
    def opening(self) -> ViewLine | None:
        """The view with which the list opens: the reader's own choice, else the role's."""
        if self.opens_with_all:
            return None
        return self.find(self.opens_with) or self.role_view


NOBODYS = Taste()


def of(user: Any, list_key: str) -> Taste:
    """Read how ``user`` likes the list, with every view it may open."""
    roles = [one.role_id for one in user.holdings]
    found = _TASTE.rows(user=user.pk, list_key=list_key)
    if not found:
        return NOBODYS
    [(choices, views)] = found
    return Taste(
        **(choices[0] if choices else {}),
        views=tuple(ViewLine(**view, is_mine=view["owner"] == user.pk) for view in views),
        roles=roles,
    )


def _taste(user: int, list_key: str) -> QuerySet:
    mine = User.objects.filter(pk=user).order_by()
    choices, views = ArraySubquery(_choice(list_key)), ArraySubquery(_views(list_key))
    return mine.annotate(choices=choices, views=views).values_list("choices", "views")


_TASTE = Prepared(_taste)


def _choice(list_key: str) -> Any:
    return ListChoice.objects.filter(user=OuterRef("pk"), list_key=list_key).values(
        line=JSONObject(
            columns="columns",
            size="size",
            opens_with="opens_with_id",
            opens_with_all="opens_with_all",
        )
    )


def _views(list_key: str) -> Any:
    return (
        SavedView.objects.current()
        .filter(Q(owner=OuterRef("pk")) | Q(is_shared=True), list_key=list_key)
        .order_by("name", "pk")
        .values(
            line=JSONObject(
                pk="pk",
                name="name",
                query="query",
                columns="columns",
                sort="sort",
                is_shared="is_shared",
                owner="owner_id",
                owner_name="owner__display_name",
                role="default_for_role_id",
                version="version",
            )
        )[:MOST_VIEWS]
    )
