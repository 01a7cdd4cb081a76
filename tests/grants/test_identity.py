"""How identity numbers, cards and phones are read: by the examples of the office's papers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.rules import identity
from tests.grants.numbers import id_of

TODAY = date(2026, 3, 1)
MADE_UP = ["371502198503120014", "371503202106304560", "371581199912311233", "372501197202290132"]


def fault(text):
    return identity.read_id(text, TODAY).fault


@pytest.mark.parametrize("number", MADE_UP)
def test_the_made_up_numbers_are_sound(number):
    assert identity.read_id(number, TODAY).plain == number
    assert fault(number) is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("３７１５０２１９８５０３１２００１４", "371502198503120014"),
        (" 371502 19850312 0014 ", "371502198503120014"),
        ("371502-19850312-0014", "371502198503120014"),
        ("11010519491231002x", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２ｘ", "11010519491231002X"),
        ("371502850312001", "371502198503120014"),
    ],
)
def test_numbers_are_kept_in_one_spelling(typed, kept):
    read = identity.read_id(typed, TODAY)
    assert (read.plain, read.fault) == (kept, None)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("3.71502198503120E+17", "id_is_number"),
        ("3.7E+17", "id_is_number"),
        ("３．７１５Ｅ＋１７", "id_is_number"),
        ("37150219850312001", "id_length"),
        ("3715021985031200145", "id_length"),
        ("371502198503120013", "id_checksum"),
        ("37150219850312001A", "id_checksum"),
        ("٣71502198503120014", "id_checksum"),
        (id_of("37150219850230001"), "id_birth"),
        (id_of("37150220260302001"), "id_birth"),
        (id_of("37150218990101001"), "id_birth"),
        ("371502850230001", "id_birth"),
    ],
)
def test_what_is_no_number_is_told_apart(typed, code):
    assert fault(typed) == code


def test_the_day_itself_is_a_birthday():
    assert fault(id_of("37150220260301001")) is None


def test_another_region_is_only_a_doubt():
    assert identity.read_id("11010519491231002X", TODAY).doubt == "warn_region"
    assert identity.read_id(MADE_UP[0], TODAY).doubt is None


@given(
    born=st.dates(date(1900, 1, 1), TODAY),
    region=st.integers(110000, 659999),
    order=st.integers(0, 999),
    place=st.integers(0, 16),
    other=st.integers(1, 9),
)
def test_a_right_number_passes_and_one_wrong_digit_fails(born, region, order, place, other):
    right = id_of(f"{region}{born:%Y%m%d}{order:03}")
    assert fault(right) is None
    digit = (int(right[place]) + other) % 10
    assert fault(f"{right[:place]}{digit}{right[place + 1 :]}") is not None


@pytest.mark.parametrize(
    ("typed", "kept", "fault", "doubt"),
    [
        ("6222 0216 0200 0000 003", "6222021602000000003", None, "warn_luhn"),
        ("4111111111111111", "4111111111111111", None, None),
        ("４１１１ １１１１ １１１１ １１１１", "4111111111111111", None, None),
        ("411111111111", "411111111111", None, "warn_luhn"),
        ("41111111111", "41111111111", "card_length", None),
        ("41111111111111111111", "41111111111111111111", "card_length", None),
        ("6.22202E+18", "6.22202E+18", "card_is_number", None),
        ("6222O21602OOOOOOOO3", "6222O21602OOOOOOOO3", "card_signs", None),
    ],
)
def test_cards(typed, kept, fault, doubt):
    read = identity.read_card(typed)
    assert (read.plain, read.fault, read.doubt) == (kept, fault, doubt)


@pytest.mark.parametrize(
    ("typed", "kept", "fault"),
    [
        ("13912345678", "13912345678", None),
        ("+86 139-1234-5678", "13912345678", None),
        ("008613912345678", "13912345678", None),
        ("8613912345678", "13912345678", None),
        ("86139123456", "86139123456", "bad_phone"),
        ("１３９１２３４５６７８", "13912345678", None),
        ("12912345678", "12912345678", "bad_phone"),
        ("1391234567", "1391234567", "bad_phone"),
        ("139123456789", "139123456789", "bad_phone"),
        ("0635-8123456", "06358123456", "bad_phone"),
    ],
)
def test_phones(typed, kept, fault):
    read = identity.read_phone(typed)
    assert (read.plain, read.fault) == (kept, fault)


def test_numbers_are_shown_by_their_ends():
    assert identity.mask_id("3715", "0014") == "3715************14"
    assert identity.mask_tail("5678") == "****5678"
    assert identity.mask_id("", "") == identity.mask_tail("") == ""


def test_free_text_keeps_the_ends_of_numbers_only():
    text = "子13912345678，证37150219850312001x；卡6222021602000000003，户号3716368886，SN2000040"
    kept = "子****5678，证****001x；卡****0003，户号3716368886，SN2000040"
    assert identity.veiled(text) == kept


@pytest.mark.parametrize("typed", ["371502198503120013", "37150219850312001", "12912345678"])
def test_a_message_quotes_two_characters_of_a_wrong_number(typed):
    assert identity.quoted(typed) == "*" * (len(typed) - 2) + typed[-2:]
    assert identity.quoted("1234567") == "*******"
