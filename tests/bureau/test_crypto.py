"""Sealed values open only where they belong; blind indexes find without telling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.core.crypto import SealBrokenError, blind_index, seal, unseal

PLACE = "grants_household.id_number.7"


@given(st.binary(max_size=200), st.text(max_size=60))
def test_what_is_sealed_opens_in_its_own_place(plain, place):
    assert unseal(seal(plain, place), place) == plain


def test_the_same_text_never_looks_the_same():
    first, second = seal(b"371502198503120014", PLACE), seal(b"371502198503120014", PLACE)
    assert first != second
    assert b"371502" not in first


def test_a_seal_moved_to_another_row_does_not_open():
    with pytest.raises(SealBrokenError):
        unseal(seal(b"371502198503120014", PLACE), "grants_household.id_number.8")


def test_every_changed_byte_breaks_the_seal():
    blob = seal(b"371502198503120014", PLACE)
    for at in range(len(blob)):
        changed = bytearray(blob)
        changed[at] ^= 1
        with pytest.raises(SealBrokenError):
            unseal(bytes(changed), PLACE)


@pytest.mark.parametrize("blob", [b"", b"\x01", b"\x01\x01", b"plain text", b"\x01\xff" + b"1" * 9])
def test_what_was_never_sealed_is_refused(blob):
    with pytest.raises(SealBrokenError):
        unseal(blob, PLACE)


def test_old_values_stay_readable_after_a_new_key(settings):
    old = seal(b"6222020000000000000", PLACE)
    settings.ENCRYPTION_KEYS = {2: b"k" * 32} | settings.ENCRYPTION_KEYS
    new = seal(b"6222020000000000000", PLACE)
    assert unseal(old, PLACE) == unseal(new, PLACE)
    assert old[1] == 1
    assert new[1] == 2


def test_a_missing_key_is_said_plainly(settings):
    old = seal(b"1", PLACE)
    settings.ENCRYPTION_KEYS = {2: b"k" * 32}
    with pytest.raises(SealBrokenError):
        unseal(old, PLACE)


def test_a_blind_index_depends_on_text_purpose_and_key(settings):
    found = blind_index("371502198503120014", "id_number")
    assert len(found) == 64
    assert found == blind_index("371502198503120014", "id_number")
    assert found != blind_index("371502198503120014", "card")
    settings.BLIND_INDEX_KEY = b"another key of thirty-two bytes!"
    assert found != blind_index("371502198503120014", "id_number")
