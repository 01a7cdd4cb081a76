"""What entries keep besides the fields of a noun: sums, counts, who did it; apps register words."""

from collections.abc import Mapping

from django.utils.functional import Promise

_words: dict[str, Promise] = {}


def register(words: Mapping[str, Promise]) -> None:
    """Make the words of an app's facts known: name of the fact → what it is called."""
    for name, word in words.items():
        _words.setdefault(name, word)


def label(name: str) -> str:
    """Return what a fact is called in the reader's language; nothing if nobody registered it."""
    return str(_words.get(name, ""))
