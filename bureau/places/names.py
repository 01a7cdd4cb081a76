"""How offices write the names of places: pure text, no database.

A name is a base with a kind: 顺河村村委会, 顺河村民委员会 and 顺河村 share the base 顺河 and the
kind village; 顺河 alone has no kind. Two writings may be the same place when their bases
agree and their kinds do not contradict. 王庄村 and 王庄社区 are two different places.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

VILLAGE, COMMUNITY, EITHER = "village", "community", ""

# Longest first: the first ending that fits is taken off.
COMMUNITY_ENDINGS = (
    ("社区村民委员会", EITHER),
    ("社区居民委员会", COMMUNITY),
    ("社区村委会", EITHER),
    ("社区居委会", COMMUNITY),
    ("村村民委员会", VILLAGE),
    ("村民委员会", VILLAGE),
    ("居民委员会", COMMUNITY),
    ("村村委会", VILLAGE),
    ("村委会", VILLAGE),
    ("居委会", COMMUNITY),
    ("社区", COMMUNITY),
    ("村", VILLAGE),
)
TOWN_ENDINGS = (
    ("街道办事处", "street"),
    ("街道办", "street"),
    ("办事处", "street"),
    ("街道", "street"),
    ("镇", "town"),
    ("乡", "township"),
)
COUNTY_ENDINGS = (("区", "district"), ("县", "county"), ("市", "city"))
SHORTEST_BASE = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a written name: what it is called and what it claims to be."""

    base: str
    kind: str

    def may_be(self, other: "Reading") -> bool:
        """Whether both writings may mean the same place."""
        agree = EITHER in (self.kind, other.kind) or self.kind == other.kind
        return self.base == other.base and agree


def plain(text: object) -> str:
    """Return a cell's text as names are compared: NFKC, without any white space."""
    return "" if text is None else _plain(str(text))


@lru_cache(maxsize=32_768)
def _plain(text: str) -> str:
    """A register says the same few names in every row."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def community(name: str) -> Reading:
    """Return the reading of a village's or community's name."""
    return _read(name, COMMUNITY_ENDINGS, shortest=1)


def town(name: str) -> Reading:
    """Return the reading of a town's, township's or sub-district's name."""
    return _read(name, TOWN_ENDINGS, shortest=SHORTEST_BASE)


def county(name: str) -> Reading:
    """Return the reading of a county's name; 聊城市 or 山东省 in front is taken off."""
    for prefix in ("山东省", "聊城市"):
        name = name.removeprefix(prefix) or name
    return _read(name, COUNTY_ENDINGS, shortest=SHORTEST_BASE)


def _read(name: str, endings: tuple[tuple[str, str], ...], shortest: int) -> Reading:
    for ending, kind in endings:
        base = name.removesuffix(ending)
        if base != name and len(base) >= shortest:
            return Reading(base, kind)
    return Reading(name, EITHER)
