"""Pairs of characters and sort keys: what makes Chinese names findable and sortable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.core import bigrams
from bureau.core.pinyin import KEY_LENGTH, sort_key


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("顺河换热站", ["顺河", "河换", "换热", "热站"]),
        ("Ａ１ 号站", ["a1", "1号", "号站"]),
        ("北北北", ["北北"]),
        ("站", ["站"]),
        ("", []),
        (" \u3000 ", []),
    ],
)
def test_pairs_are_neighbours_of_the_normalised_text(text, pairs):
    assert bigrams.of(text) == pairs


def test_pairs_never_span_two_texts():
    assert bigrams.of("顺河", "小区") == ["顺河", "小区"]


@given(st.text(max_size=40), st.integers(0, 40), st.integers(2, 10))
def test_every_part_of_a_name_is_found_by_its_pairs(name, start, length):
    part = bigrams.normalise(name)[start : start + length]
    if len(part) >= 2:
        assert set(bigrams.of(part)) <= set(bigrams.of(name))


def test_names_sort_as_a_chinese_dictionary_does():
    counties = ["临清市", "东昌府区", "冠县", "茌平区", "莘县", "高唐县", "阳谷县", "东阿县"]
    assert sorted(counties, key=sort_key) == [
        "茌平区", "东昌府区", "东阿县", "高唐县", "冠县", "临清市", "莘县", "阳谷县",
    ]  # fmt: skip


def test_numbers_in_names_sort_by_value_and_width_does_not_matter():
    stations = ["10号站", "9号站", "２号站"]
    assert sorted(stations, key=sort_key) == ["２号站", "9号站", "10号站"]
    assert sort_key("２号站") == sort_key("2号站")


def test_a_key_fits_its_column():
    assert len(sort_key("装" * 400)) <= KEY_LENGTH
