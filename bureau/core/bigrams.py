"""Finding names by two Chinese characters without a text-search dictionary."""

import unicodedata


def normalise(text: str) -> str:
    """Return ``text`` as it is compared: NFKC (full width becomes plain), lower case, no spaces.

    A space taken out can let an accent join its letter, so it is done until nothing changes.
    """
    plain = _once(text)
    while not plain.isascii() and (again := _once(plain)) != plain:
        plain = again
    return plain


def _once(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def of(*texts: str) -> list[str]:
    """Return every two neighbouring characters of each text once, in order of appearance.

    Pairs never span two texts. A text of a single character yields that character, so that a
    query of one character never becomes the empty list, which every row would contain. Fill a
    noun's ``bigrams`` with the pairs of its names; search with ``bigrams__contains=of(query)``
    for two characters or more, and with ``istartswith`` for one.
    """
    pairs: dict[str, None] = {}
    for text in texts:
        plain = normalise(text)
        if len(plain) == 1:
            pairs[plain] = None
        pairs.update((plain[at : at + 2], None) for at in range(len(plain) - 1))
    return list(pairs)
