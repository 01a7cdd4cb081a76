"""Numbers on official papers, as the office's register writes them."""

import re
import unicodedata

_BRACKETS = str.maketrans({"[": "〔", "]": "〕", "(": "〔", ")": "〕", "【": "〔", "】": "〕"})
_NUMBER = re.compile(r"^([一-鿿]{2,16})〔((?:19|20)\d\d)〕([1-9]\d{0,5})号$")


def squeeze(text: str) -> str:
    """Return a typed number without spaces, in plain digits and six-angle brackets."""
    return "".join(unicodedata.normalize("NFKC", text).split()).translate(_BRACKETS)


def normalise_document_number(text: str) -> str | None:
    """Return a document number as printed, e.g. 聊城管字〔2026〕3号, or None when it is none.

    Full year in six-angle brackets, no leading zero (GB/T 9704); other brackets, full-width
    digits and spaces are put right, everything else is refused rather than guessed.
    """
    squeezed = squeeze(text)
    return squeezed if _NUMBER.match(squeezed) else None


def document_year(number: str) -> int:
    """Return the year inside a normalised document number."""
    found = _NUMBER.match(number)
    if found is None:
        raise ValueError("not a normalised document number")
    return int(found[2])
