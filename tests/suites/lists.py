"""The list of a noun: rows, order, filters, columns, views, export, query count."""

import csv
from urllib.parse import urlencode

from django.test import Client
from django.urls import resolve, reverse

from tests.suites.ground import Suite, queries_of, recorded

MOST_QUERIES = 8
HOSTILE = ("\x00", "'", '"><script>', "%", "𠀋" * 500, "-1", "9" * 40, "1e9", "\ud7ff", "null")
FRAGMENT = {"HTTP_HX_REQUEST": "true"}


class ListTests(Suite):
    """What the list shows, in every order and however it is asked."""

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
