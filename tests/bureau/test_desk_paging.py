"""Keyset pages: every row once, in both directions, also where many rows share a value."""

import pytest

from bureau.desk import paging
from bureau.desk.paging import CursorError, Ordering, count, paginate
from bureau.people.models import Organisation
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db

ORDERINGS = [Ordering("pinyin"), Ordering("pinyin", True), Ordering("pk"), Ordering("pk", True)]


@pytest.fixture
def rows():
    """23 organisations, of which eight share each of three sort keys."""
    made = OrganisationFactory.create_batch(23)
    for at, one in enumerate(made):
        one.pinyin = "abc"[at // 8]
        one.save(update_fields=["pinyin"])
    return Organisation.objects.filter(pk__in=[one.pk for one in made])


def keys(found):
    return [row.pk for row in found]


@pytest.mark.parametrize("ordering", ORDERINGS, ids=str)
def test_forwards_each_row_comes_once_in_order(rows, ordering):
    seen, cursor = [], ""
    while True:
        page = paginate(rows, ordering, cursor, 5)
        seen += keys(page.rows)
        if not page.next:
            break
        cursor = page.next
    assert seen == keys(rows.order_by(*ordering.order_by()))


@pytest.mark.parametrize("ordering", ORDERINGS, ids=str)
def test_backwards_from_the_last_page(rows, ordering):
    whole = keys(rows.order_by(*ordering.order_by()))
    page = paginate(rows, ordering, paging.LAST, 5)
    seen = keys(page.rows)
    assert not page.next
    while page.previous:
        page = paginate(rows, ordering, page.previous, 5)
        fresh = [pk for pk in keys(page.rows) if pk not in seen]
        seen = fresh + seen
    assert seen == whole


@pytest.mark.parametrize("walked", [0, 3, 12, 100])
@pytest.mark.parametrize("words", [{"bigrams__contains": ["新苑"]}, {"name__istartswith": "新"}])
@pytest.mark.parametrize("ordering", ORDERINGS[:2], ids=str)
def test_what_characters_find_comes_in_order_however_far_it_lies(
    rows, ordering, words, walked, monkeypatch
):
    monkeypatch.setattr(paging, "WALKED", walked)
    far = [one.pk for one in rows.order_by("pinyin", "pk")[7:20]]
    for pk in far:
        rows.filter(pk=pk).update(name=f"新苑{pk}", bigrams=["新苑"])
    test_forwards_each_row_comes_once_in_order(rows.filter(**words), ordering)
    test_backwards_from_the_last_page(rows.filter(**words), ordering)


def test_a_short_first_page_is_shown_whole(rows):
    ordering = Ordering("pinyin")
    second = paginate(rows, ordering, paginate(rows, ordering, "", 5).next, 5)
    first = paginate(rows, ordering, second.previous, 5)
    assert keys(first.rows) == keys(rows.order_by("pinyin", "pk"))[:5]
    assert not first.previous


def test_a_row_deleted_meanwhile_loses_nobody(rows):
    ordering = Ordering("pinyin")
    page = paginate(rows, ordering, "", 5)
    page.rows[-1].delete()
    following = paginate(rows, ordering, page.next, 5)
    left = keys(rows.order_by("pinyin", "pk"))
    assert keys(following.rows) == left[4:9]


@pytest.mark.parametrize("cursor", ["x", "W10", "null", "%", "é", "W" * 4000, "eyJhIjoxfQ", "\x00"])
def test_a_cursor_from_elsewhere_is_refused(rows, cursor):
    with pytest.raises(CursorError):
        paginate(rows, Ordering("pinyin"), cursor, 5)


def test_the_condition_is_one_an_index_serves(rows):
    condition = str(rows.filter(Ordering("pinyin").beyond("b", 7)).query)
    assert '"pinyin" >= b AND (' in condition


def test_counts_are_exact_to_a_thousand(rows, monkeypatch):
    assert str(count(rows)) == "23"
    monkeypatch.setattr(paging, "COUNTED_EXACTLY", 20)
    assert str(count(rows)) == "20+"
    assert str(count(rows, exact=True)) == "23"


@pytest.mark.parametrize(("wanted", "size"), [("25", 25), ("100", 100), ("7", 50), ("", 50)])
def test_only_offered_sizes(wanted, size):
    assert paging.page_size(wanted) == size
