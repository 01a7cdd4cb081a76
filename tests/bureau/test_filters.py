"""Filters that nobody asked for cost nothing and change nothing."""

import pytest
from django.http import QueryDict

from heating.filters.registry import EstateFilter
from heating.models import Estate
from tests.addresses import every_address
from tests.cast import person

pytestmark = pytest.mark.django_db


def listings():
    """Return every filter set of pages and of the API with the noun of its list."""
    found = {}
    for address in every_address():
        kind = getattr(address.view, "cls", None) or getattr(address.view, "view_class", None)
        filterset = getattr(kind, "filterset_class", None) or getattr(kind, "filterset", None)
        if filterset is not None:
            found[filterset] = kind.queryset.model
    return sorted(found.items(), key=lambda pair: (pair[0].__module__, pair[0].__name__))


LISTINGS = listings()


def filters_of(kind, model, words="", who="chief"):
    """Return a filter set of these words of an address."""
    return kind(QueryDict(words), model._default_manager.all(), user=person(who))


@pytest.mark.parametrize(("kind", "model"), LISTINGS, ids=str)
def test_a_filter_that_was_not_asked_changes_nothing(kind, model):
    filters = filters_of(kind, model)
    assert not filters.form.fields
    whole = filters.whole_form
    assert whole.is_valid()
    for name, one in filters.filters.items():
        narrowed = one.filter(filters.queryset, whole.cleaned_data[name])
        is_the_same = str(narrowed.query) == str(filters.queryset.query)
        assert is_the_same != getattr(one, "acts_unasked", False), name
    by_whole_form = filters.queryset
    for name, one in filters.filters.items():
        by_whole_form = one.filter(by_whole_form, whole.cleaned_data[name])
    assert str(filters.qs.query) == str(by_whole_form.query)


def test_only_what_the_address_fills_is_asked(django_assert_num_queries):
    filters = filters_of(EstateFilter, Estate, "year_min=1990&year_max=&area=&q=&sort=-area")
    with django_assert_num_queries(0):
        assert list(filters.form.fields) == ["year"]
        assert filters.narrows
        assert not filters.sentences
        assert filters.kept == [("year_min", "1990")]
        assert [chip.name for chip in filters.chips] == ["year"]
        str(filters.qs.query)


def test_two_readers_never_share_what_they_may_choose():
    for kind, model in LISTINGS:
        mine, others = filters_of(kind, model), filters_of(kind, model, who="property")
        for name in mine.filters.keys() & others.filters.keys():
            assert mine.filters[name].extra is not others.filters[name].extra
            assert mine.filters[name].parent is mine
            assert others.filters[name].parent is others
            ours, theirs = mine.drawn(name).field, others.drawn(name).field
            assert ours is not theirs
