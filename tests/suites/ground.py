"""What a noun's test class says about itself, and what its tests lean on."""

import json
import os
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

COUNTS = Path(__file__).parent.with_name("query_counts.json")


class Fields(HTMLParser):
    """Reads what a browser would send for the form that fills a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._form = self._select = self._area = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._form = "form-page" in (given.get("class") or "") and "yes" or ""
        if not self._form:
            return
        name = given.get("name") or ""
        if tag == "input" and name and self._is_sent(given):
            self._add(name, given.get("value") or "")
        elif tag == "textarea":
            self._area = name
            self._add(name, "")
        elif tag == "select":
            self._select = "" if "disabled" in given else name
        elif tag == "option" and self._select and "selected" in given:
            self._add(self._select, given.get("value") or "")

    @staticmethod
    def _is_sent(given: dict[str, str | None]) -> bool:
        ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
        return ticked and given.get("type") != "file" and "disabled" not in given

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] = [data.removeprefix("\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def _add(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value)


def queries_of(client: Client, address: str) -> int:
    """Return how many queries a page asks, once everything that is read once has been read."""
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def recorded(name: str, number: int) -> None:
    """Compare a query count with the file; RECORD_QUERIES=1 writes the file."""
    known = json.loads(COUNTS.read_text()) if COUNTS.exists() else {}
    if os.environ.get("RECORD_QUERIES") == "1":
        COUNTS.write_text(json.dumps(known | {name: number}, indent=2, sort_keys=True) + "\n")
        return
    assert known.get(name) == number, f"{name} asks {number} queries; {COUNTS.name} says otherwise"


@pytest.mark.django_db
class Suite:
    """What a noun's test class says about its noun, and who looks at it."""

    __test__ = False
    names: ClassVar[str]
    model: ClassVar[Any]
    holder: ClassVar[str] = "clerk"
    reader: ClassVar[str] = "county"
    outsider: ClassVar[str] = ""
    searched: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.__test__ = hasattr(cls, "names")

    def make(self, number: int) -> list[Any]:
        """Make rows that the holder and the reader see and the outsider does not."""
        raise NotImplementedError

    def new(self) -> dict[str, Any]:
        """Return what the form of a new one is sent; empty where there is no such page."""
        return {}

    def change(self, row: Any) -> dict[str, Any]:
        """Return the fields that an edit changes, in the words of the form."""
        return {}

    # --- what the tests lean on -----------------------------------------------------------
    @pytest.fixture
    def desk(self, request: pytest.FixtureRequest, signed_in: Any) -> Client:
        return signed_in(request.getfixturevalue(self.holder))

    @pytest.fixture
    def reading(self, request: pytest.FixtureRequest, signed_in: Any) -> Client:
        if not self.reader:
            pytest.fail("the noun names no reader; override the test that needs one")
        return signed_in(request.getfixturevalue(self.reader))

    def address(self, page: str, *args: Any) -> str:
        try:
            return reverse(f"{self.names}_{page}", args=args)
        except NoReverseMatch:
            return ""

    @property
    def list_url(self) -> str:
        return self.address("list")

    def pages(self, client: Client, query: str) -> Iterator[list[int]]:
        address = f"{self.list_url}?{query}"
        while address:
            answer = client.get(address)
            page = answer.context["page"]
            yield [row.pk for row in page.rows]
            address = f"{self.list_url}?{query}&cursor={page.next}" if page.next else ""
