"""What every noun on the desk must pass; a noun's test class inherits it and says what is its own.

    class TestSubstationPages(RegistrySuite):
        names = "heating:substation"
        model = Substation

        def make(self, number):
            return SubstationFactory.create_batch(number)

        def new(self):        # what the form of a new one is sent
            return {"name": "…", …}

        def change(self, row):    # what of it an edit changes
            return {"name": "…"}

Query counts of list pages stand in ``tests/query_counts.json``; a run with RECORD_QUERIES=1
writes them anew.
"""

import csv
import json
import os
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, resolve, reverse

from bureau.desk.models import BulkRun
from bureau.jobs import services as jobs
from bureau.records.models import AuditEntry

COUNTS = Path(__file__).with_name("query_counts.json")
MOST_QUERIES = 8
HOSTILE = ("\x00", "'", '"><script>', "%", "𠀋" * 500, "-1", "9" * 40, "1e9", "\ud7ff", "null")
FRAGMENT = {"HTTP_HX_REQUEST": "true"}


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
class RegistrySuite:
    """List, page, edit, export, scope and query count of one noun."""

    __test__ = False
    names: ClassVar[str]
    model: ClassVar[Any]
    holder: ClassVar[str] = "clerk"
    reader: ClassVar[str] = "county"
    outsider: ClassVar[str] = ""
    searched: ClassVar[str] = ""
    answered_with: ClassVar[Sequence[int]] = (200, 400)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.__test__ = True

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

    # --- list -----------------------------------------------------------------------------
    def test_list_shows_the_rows(self, desk: Client) -> None:
        rows = self.make(3)
        shown = [row.pk for row in desk.get(self.list_url).context["page"].rows]
        assert {row.pk for row in rows} <= set(shown)

    def test_list_asks_as_much_for_many_rows_as_for_one(self, desk: Client) -> None:
        asked = []
        for more in (1, 9, 90):
            self.make(more)
            asked.append(queries_of(desk, f"{self.list_url}?size=100"))
        assert asked[0] == asked[1], asked
        # The count of what does not fit on a page is one query more.
        assert asked[2] <= asked[0] + 1, asked
        assert max(asked) <= MOST_QUERIES, asked
        recorded(f"{self.names}_list", max(asked))

    def test_list_is_a_fragment_for_htmx_only(self, desk: Client) -> None:
        self.make(1)
        whole = desk.get(self.list_url)
        part = desk.get(self.list_url, **FRAGMENT)
        back = desk.get(self.list_url, **FRAGMENT, HTTP_HX_HISTORY_RESTORE_REQUEST="true")
        assert b"<html" in whole.content
        assert b"<html" not in part.content
        assert b"<html" in back.content
        assert "HX-Request" in whole["Vary"]
        assert "HX-Request" in part["Vary"]

    def test_every_sort_pages_through_each_row_once(self, desk: Client) -> None:
        rows = {row.pk for row in self.make(60)}
        table = resolve(self.list_url).func.view_class.table
        for key in [key for key, column in table.columns.items() if column.sort]:
            for sign in ("", "-"):
                seen = [pk for page in self.pages(desk, f"size=25&sort={sign}{key}") for pk in page]
                assert len(seen) == len(set(seen)), (sign, key)
                assert rows <= set(seen), (sign, key)

    def test_last_page_and_back(self, desk: Client) -> None:
        self.make(60)
        every = [pk for page in self.pages(desk, "size=25") for pk in page]
        last = desk.get(f"{self.list_url}?size=25&cursor=last").context["page"]
        assert [row.pk for row in last.rows] == every[-25:]
        before = desk.get(f"{self.list_url}?size=25&cursor={last.previous}").context["page"]
        assert [row.pk for row in before.rows] == every[-50:-25]

    def test_quick_search_finds_by_two_characters(self, desk: Client) -> None:
        row = self.make(3)[0]
        word = self.searched or str(row)[:2]
        found = desk.get(self.list_url, {"q": word}).context["page"].rows
        assert row.pk in [one.pk for one in found]

    def test_hostile_filters_get_a_sentence(self, desk: Client) -> None:
        self.make(1)
        filters = desk.get(self.list_url).context["filters"]
        words = [*filters.filters, "sort", "cursor", "size", "columns", "count", "pk"]
        for name in words:
            for value in HOSTILE:
                assert desk.get(self.list_url, {name: value}).status_code == 200, (name, value)

    def test_export_holds_what_is_filtered(self, desk: Client) -> None:
        self.make(3)
        shown = len(desk.get(self.list_url).context["page"].rows)
        answer = desk.get(self.list_url, {"format": "csv"})
        text = b"".join(answer).decode("utf-8-sig")
        assert answer.status_code == 200
        assert len([line for line in text.splitlines() if line]) == shown + 1
        assert desk.get(self.list_url, {"format": "xlsx"}).status_code == 200
        assert desk.get(self.list_url, {"format": "pdf"}).status_code == 400

    # --- columns, views, bulk -------------------------------------------------------------
    def bulk_values(self) -> dict[str, Any]:
        """Return what the form of a bulk edit is sent; empty where the noun has none."""
        return {}

    def test_columns_are_shown_in_the_order_chosen(self, desk: Client) -> None:
        self.make(1)
        listing = resolve(self.list_url).func.view_class
        first, *others = listing.table.columns
        wanted = [first, *reversed(others)]
        words = {"next": f"{self.list_url}?size=25", "columns": wanted}
        assert desk.post(reverse("desk:list_choice"), words).status_code == 302
        shown = desk.get(self.list_url, {"view": "all"}).context["table"].shown
        assert [column.key for column in shown] == wanted
        exported = b"".join(desk.get(self.list_url, {"format": "csv"})).decode("utf-8-sig")
        headings = next(csv.reader(exported.splitlines()))
        assert headings == [str(listing.table.columns[key].label) for key in wanted]
        named = desk.get(self.list_url, {"columns": [first]}).context["table"].shown
        assert [column.key for column in named] == [first]
        assert desk.post(reverse("desk:list_choice"), words | {"reset": "1"}).status_code == 302
        again = desk.get(self.list_url, {"view": "all"}).context["table"].shown
        assert [one.key for one in again] == [one.key for one in listing.table.chosen_columns()]

    def test_a_saved_view_opens_the_list_so(self, desk: Client) -> None:
        listing = resolve(self.list_url).func.view_class
        if not listing.has_views or "q" not in listing.filterset.base_filters:
            return
        row = self.make(2)[0]
        word = self.searched or str(row)[:2]
        sort = next((key for key, one in listing.table.columns.items() if one.sort), "")
        address = f"{self.list_url}?{urlencode({'q': word, 'sort': sort})}"
        answer = desk.post(reverse("desk:savedview_save"), {"next": address, "name": "我的"})
        opened = desk.get(answer["Location"], follow=True)
        assert opened.context["view"].name == "我的"
        assert not opened.context["view_changed"]
        assert opened.context["request"].GET["q"] == word
        assert opened.context["request"].GET.get("sort", "") == sort
        assert row.pk in [one.pk for one in opened.context["page"].rows]

    def bulk(self, client: Client, query: str, values: dict[str, Any] | None = None) -> Any:
        """Look and confirm as the pages do; return the last answer."""
        address = f"{self.address('bulk', 'change')}?{query}"
        sent = values or self.bulk_values()
        look = client.post(address, sent)
        if not look.context or not look.context.get("looking"):
            return look
        last = {"step": "write", "number": look.context["number"], "mark": look.context["mark"]}
        return client.post(address, sent | last)

    def ordered(self, client: Client, query: str) -> Any:
        """Order a bulk change and return its run, still waiting."""
        answer = self.bulk(client, query)
        assert answer.status_code == 302, answer.content.decode()
        return BulkRun.objects.latest("pk")

    def outcomes(self, run: Any) -> dict[int, str]:
        """Let a worker do the run and return what became of each row."""
        done = jobs.run(run.job_id)
        assert done is not None
        assert done.state == "done", done.reason
        return dict(run.results.values_list("object_id", "outcome"))

    def test_bulk_changes_the_ticked_rows(self, desk: Client) -> None:
        if not self.bulk_values():
            return
        one, two, other = self.make(3)
        assert desk.get(f"{self.address('bulk', 'change')}?pk={one.pk}").status_code == 200
        run = self.ordered(desk, f"pk={one.pk}&pk={two.pk}")
        assert self.outcomes(run) == {one.pk: "changed", two.pk: "changed"}
        for row in (one, two):
            assert self.model.objects.get(pk=row.pk).version == row.version + 1
            assert set(AuditEntry.objects.about(row).first().after) & set(self.bulk_values())
        assert self.model.objects.get(pk=other.pk).version == other.version
        page = desk.get(run.get_absolute_url())
        assert page.status_code == 200
        assert str(one) in page.content.decode()
        again = self.ordered(desk, f"pk={one.pk}")
        assert self.outcomes(again) == {one.pk: "unchanged"}

    def test_bulk_of_all_that_match_sends_the_filter_only(self, desk: Client) -> None:
        if not self.bulk_values():
            return
        rows = self.make(30)
        run = self.ordered(desk, "all=1&size=25")
        assert {row.pk for row in rows} <= set(run.ids)
        assert set(self.outcomes(run).values()) <= {"changed", "unchanged"}

    def test_bulk_writes_nothing_once_the_rows_are_others(self, desk: Client) -> None:
        if not self.bulk_values():
            return
        self.make(2)
        address = f"{self.address('bulk', 'change')}?all=1"
        look = desk.post(address, self.bulk_values())
        last = {"step": "write", "number": look.context["number"], "mark": look.context["mark"]}
        self.make(1)
        answer = desk.post(address, self.bulk_values() | last)
        assert answer.status_code == 409
        assert answer.context["code"] == "rows_moved"
        assert answer.context["number"] == look.context["number"] + 1
        assert not BulkRun.objects.exists()

    def test_bulk_refuses_a_row_that_somebody_changed(self, desk: Client) -> None:
        if not self.bulk_values():
            return
        one, two = self.make(2)
        run = self.ordered(desk, f"pk={one.pk}&pk={two.pk}")
        self.model.objects.filter(pk=two.pk).update(version=two.version + 1)
        assert self.outcomes(run) == {one.pk: "changed", two.pk: "refused"}
        assert run.results.get(object_id=two.pk).code == "stale"
        again = desk.get(self.list_url, {"refused": run.pk}).context["page"].rows
        assert [row.pk for row in again] == [two.pk]

    def test_bulk_leaves_what_lies_outside(
        self, request: pytest.FixtureRequest, desk: Client, signed_in: Any
    ) -> None:
        if not self.bulk_values() or not self.outsider:
            return
        row = self.make(1)[0]
        stranger = signed_in(request.getfixturevalue(self.outsider))
        for query in (f"pk={row.pk}", f"all=1&pk={row.pk}"):
            answer = stranger.post(f"{self.address('bulk', 'change')}?{query}", self.bulk_values())
            chosen = [pk for pk, _version in BulkRun.objects.values_list("ids", "pk")]
            assert row.pk not in chosen
            assert answer.status_code in (200, 403, 409)
            if answer.status_code == 200:
                assert str(row) not in answer.content.decode()

    def test_bulk_needs_the_permission(self, reading: Client) -> None:
        if not self.bulk_values():
            return
        row = self.make(1)[0]
        address = f"{self.address('bulk', 'change')}?pk={row.pk}"
        assert reading.get(address).status_code == 403
        assert reading.post(address, self.bulk_values()).status_code == 403

    # --- scope ----------------------------------------------------------------------------
    def test_outside_the_scope_there_is_nothing(
        self, request: pytest.FixtureRequest, signed_in: Any
    ) -> None:
        if not self.outsider:
            return
        row = self.make(1)[0]
        stranger = signed_in(request.getfixturevalue(self.outsider))
        assert row.pk not in [one.pk for one in stranger.get(self.list_url).context["page"].rows]
        for page in ("detail", "edit", "archive", "note", "file"):
            if address := self.address(page, row.pk):
                ways = ("post",) if page in ("note", "file") else ("get", "post")
                ways = ("get",) if page == "detail" else ways
                for way in ways:
                    assert getattr(stranger, way)(address).status_code == 404, (page, way)
        exported = stranger.get(self.list_url, {"format": "csv", "pk": row.pk})
        assert str(row).encode() not in b"".join(exported)

    def test_nobody_in_particular_is_led_to_the_door(self) -> None:
        answer = Client().get(self.list_url)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login/")

    def test_without_any_posting_there_is_no_list(self, nobody: Any, signed_in: Any) -> None:
        assert signed_in(nobody).get(self.list_url).status_code == 403

    def test_readers_read_and_never_change(self, reading: Client) -> None:
        row = self.make(1)[0]
        assert reading.get(self.list_url).status_code == 200
        for page, args in (("create", ()), ("edit", (row.pk,)), ("archive", (row.pk,))):
            if address := self.address(page, *args):
                assert reading.get(address).status_code == 403, page
                assert reading.post(address, {}).status_code == 403, page

    def test_a_method_that_does_not_exist(self, desk: Client) -> None:
        row = self.make(1)[0]
        for page, args in (("list", ()), ("detail", (row.pk,)), ("edit", (row.pk,))):
            if address := self.address(page, *args):
                assert desk.delete(address).status_code == 405, page

    # --- one object -----------------------------------------------------------------------
    def test_page_shows_the_object(self, desk: Client) -> None:
        row = self.make(1)[0]
        answer = desk.get(row.get_absolute_url())
        assert answer.status_code == 200
        assert str(row) in answer.content.decode()

    def test_new_object(self, desk: Client) -> None:
        if not (values := self.new()):
            return
        address = self.address("create")
        assert desk.get(address).status_code == 200
        assert desk.post(address, {}).status_code == 422
        before = set(self.model.objects.values_list("pk", flat=True))
        answer = desk.post(address, values)
        assert answer.status_code == 302, answer.context["form"].errors
        made = self.model.objects.exclude(pk__in=before).get()
        assert answer["Location"] == made.get_absolute_url()
        assert AuditEntry.objects.about(made).exists()

    def sent(self, desk: Client, row: Any) -> dict[str, Any]:
        """Return what the edit page would send with the changes."""
        values = Fields(desk.get(self.address("edit", row.pk)).content.decode()).values
        return values | self.change(row)

    def test_edit_saves_counts_and_remembers(self, desk: Client) -> None:
        row = self.make(1)[0]
        if not (changes := self.change(row)):
            return
        answer = desk.post(self.address("edit", row.pk), self.sent(desk, row))
        assert answer.status_code == 302, answer.context["form"].errors
        saved = self.model.objects.get(pk=row.pk)
        assert saved.version == row.version + 1
        entry = AuditEntry.objects.about(saved).first()
        assert set(entry.after) & set(changes), entry.after

    def test_stale_edit_is_a_conflict_that_loses_nothing(self, desk: Client) -> None:
        row = self.make(1)[0]
        if not self.change(row):
            return
        mine = self.sent(desk, row)
        type(row).objects.filter(pk=row.pk).update(version=row.version + 1)
        answer = desk.post(self.address("edit", row.pk), mine)
        assert answer.status_code == 409
        assert 'data-code="stale"' in answer.content.decode()
        assert self.model.objects.get(pk=row.pk).version == row.version + 1
        page = answer.content.decode()
        kept = page[: page.index('name="over"')].rpartition("<form")[2].partition(">")[2]
        again = desk.post(
            self.address("edit", row.pk), Fields(f'<form class="form-page">{kept}').values
        )
        assert again.status_code == 302, again.context["form"].errors
        assert self.model.objects.get(pk=row.pk).version == row.version + 2

    def test_archive_after_a_look_and_a_reason(self, desk: Client) -> None:
        row = self.make(1)[0]
        if not (address := self.address("archive", row.pk)):
            return
        assert desk.get(address).status_code == 200
        assert desk.post(address, {}).status_code == 422
        answer = desk.post(address, {"note": "重复登记"})
        assert answer.status_code == 302, answer.content.decode()
        gone = self.model.objects.get(pk=row.pk)
        assert gone.is_archived
        assert row.pk not in [one.pk for one in desk.get(self.list_url).context["page"].rows]
        assert desk.get(row.get_absolute_url()).status_code == 200
        if edit := self.address("edit", row.pk):
            assert desk.get(edit).status_code == 403
