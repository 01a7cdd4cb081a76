"""Text in one spelling, whether somebody typed it or a ledger brought it."""

import re
import unicodedata
from functools import lru_cache

UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f"
INVISIBLE = re.compile(f"[{UNSEEN}]")
UNTIDY = re.compile(rf"[\s{UNSEEN}]")
SPACES = re.compile(r"\s+")
HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
SPACE_BESIDE_HAN = re.compile(rf"(?<=[{HAN}]) | (?=[{HAN}])")
PLAIN_DECIMAL = re.compile(r"-?\d{1,30}(\.\d{1,30})?", re.ASCII)
GUARDED = re.compile(r"'[=+\-@\t\r]")


@lru_cache(maxsize=65_536)
def tidy(text: str) -> str:
    """Return text in one spelling: NFKC, nothing invisible, no stray or doubled spaces.

    An apostrophe that a CSV export put before "=" and its like is taken off again.
    """
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    if UNTIDY.search(text):
        text = SPACES.sub(" ", INVISIBLE.sub("", text)).strip()
        text = SPACE_BESIDE_HAN.sub("", text)
    return text[1:] if text[:1] == "'" and GUARDED.match(text) else text
