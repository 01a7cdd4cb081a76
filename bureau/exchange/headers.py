"""Finding the heading row under titles, and telling data from totals and signatures."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import islice

from bureau.exchange.readers import Cell

SEARCHED_ROWS = 20
LEAST_MATCHES = 2

ORDINAL = re.compile(r"^\(?\d{1,2}(?!\d)[.、)]?|[/、,]")
NOISE = re.compile(r"[\s\u200b-\u200f\ufeff*★:]+")
BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
UNIT_FACTORS = {
    "万m2": 10_000,
    "万平方米": 10_000,
    "万平米": 10_000,
    "万户": 10_000,
    "万元": 10_000,
    "公顷": 10_000,
}
UNITS = frozenset(UNIT_FACTORS) | frozenset(
    ("m2", "平方米", "平米", "户", "台", "具", "个", "套", "座", "栋", "人", "元", "米", "km")
    + ("公里", "年", "年份", "kw", "mw", "千瓦", "兆瓦", "℃", "°c", "度", "%", "单位")
    + ("必填", "选填", "可选", "下拉选择", "文本", "数字")
    + ("年/月/日", "年-月-日", "年.月.日", "年月日", "yyyy-mm-dd", "yyyy/mm/dd", "yyyymmdd")
)
TOTAL = re.compile(
    r".{0,12}(合计|小计|总计|共计|累计|总数)(:|为|共)?([\d,.]+万?[户人台套元个]?)?(\(.*\))?[。;]?"
)
GROUP_ENDING = re.compile(r"(基本)?(信息|情况|资料|内容)$")
SIGNATURE = re.compile(
    r"(填表|填报|制表|编制|审核|审批|复核|核对|经办|报送|上报)(人|单位|日期|时间|$|[:(])"
    r"|(负责人|主管|分管|领导|联系|单位|日期|时间|说明|备注|附注|注)[^:]{0,12}:"
    r"|.{0,12}(盖章|公章|签字|签章|签名)|以下空白|第\d+页|共\d+页"
    r"|\d{4}年\d{1,2}月(\d{1,2}日)?$|(说明|备注|附注|注)$"
)


@lru_cache(maxsize=4096)
def plain(heading: str) -> str:
    """Return a heading without width, case, spaces, stars and colons."""
    return NOISE.sub("", unicodedata.normalize("NFKC", heading)).lower()


@lru_cache(maxsize=4096)
def spellings(heading: str) -> tuple[str, str, str]:
    """Return what a heading may be matched by: whole, without its unit, and the bare words.

    The bare words are without any bracket, without a number in front, without strokes between.
    """
    whole = plain(heading)
    unitless = BRACKETS.sub(lambda m: "" if m.group(1) in UNITS else m.group(0), whole)
    return whole, unitless, ORDINAL.sub("", BRACKETS.sub("", whole))


def factor_of(heading: str) -> Decimal:
    """Return what the unit in a heading's brackets multiplies by: 10,000 for 万㎡, else 1."""
    for inside in BRACKETS.findall(plain(heading)):
        if inside in UNIT_FACTORS:
            return Decimal(UNIT_FACTORS[inside])
    return Decimal(1)


@dataclass(slots=True)
class Match:
    """How the columns of an import lie in one sheet.

    ``row`` is the sheet's own number of the heading row (first row = 1), ``data_from`` the first
    row under it; ``places`` maps column keys to positions, ``headings`` positions to headings.
    """

    row: int
    data_from: int
    headings: dict[int, str]
    places: dict[str, int]
    factors: dict[str, Decimal] = field(default_factory=dict)
    doubled: list[tuple[str, int]] = field(default_factory=list)
    unread: list[tuple[str, int]] = field(default_factory=list)
    """Other sheets that have the columns too: name and number of rows under their headings."""

    def heading(self, key: str) -> str:
        """Return the heading of a column as it stands in the sheet, or nothing."""
        return self.headings.get(self.places.get(key, -1), "")

    def replace_places(self, places: Mapping[str, int]) -> None:
        """Take a person's own match of columns instead of the one found."""
        self.places = {key: int(place) for key, place in places.items()}
        self.factors = {
            key: factor_of(self.headings.get(place, "")) for key, place in self.places.items()
        }
        self.doubled = []


Vocabulary = Mapping[str, Sequence[str]]


def find(
    head: Sequence[Sequence[Cell]], vocabulary: Vocabulary, row: int | None = None
) -> Match | None:
    """Return the best heading row among the first 20, or None where fewer than two words fit.

    A heading may stand in two rows (a group above, its parts below). ``vocabulary`` maps column
    keys to the headings by which they are known, the standard one first; ``row`` is the heading
    row where a person has named it.
    """
    known = _index(vocabulary)
    best: Match | None = None
    for number, cells in enumerate(head[:SEARCHED_ROWS], start=1):
        if row is not None and number != row:
            continue
        match = _match(number, _texts(cells), known)
        below = head[number] if number < len(head) else ()
        stacked = _match(number, _texts(cells) | _unknown_over(below, cells, known), known)
        if len(stacked.places) > len(match.places) > 0:
            match = stacked
            match.data_from += 1
        if best is None or len(match.places) > len(best.places):
            best = match
    if best is None or (row is None and len(best.places) < min(LEAST_MATCHES, len(vocabulary))):
        return None
    _skip_notes(best, head)
    return best


def _index(vocabulary: Vocabulary) -> list[dict[str, str]]:
    """Return, strictest first, spelling → column key; an earlier column keeps its spelling."""
    levels: list[dict[str, str]] = [{}, {}, {}]
    for key, headings in vocabulary.items():
        for heading in headings:
            for level, word in enumerate(spellings(heading)):
                levels[level].setdefault(word, key)
    return levels


def _texts(cells: Sequence[Cell]) -> dict[int, str]:
    return {
        place: " ".join(cell.split())
        for place, cell in enumerate(cells)
        if isinstance(cell, str) and cell.strip()
    }


def _unknown_over(
    below: Sequence[Cell], above: Sequence[Cell], known: list[dict[str, str]]
) -> dict[int, str]:
    """Return the headings of the lower row that say more than the cell above them.

    A part that says nothing by itself is read with its group: 改造情况 over 方式 is 改造方式.
    """
    over = _texts(above)
    found = {}
    for place, text in _texts(below).items():
        said = _key_of(over.get(place, ""), known)
        group = next((over[left] for left in range(place, -1, -1) if left in over), "")
        for heading in (text, *_joined(group, text)):
            if _key_of(heading, known) not in ("", said):
                found[place] = heading
                break
    return found


def _joined(group: str, part: str) -> tuple[str, ...]:
    stem = GROUP_ENDING.sub("", plain(group))
    return (f"{stem}{part}", f"{part}{stem}") if stem else ()


def _key_of(text: str, known: list[dict[str, str]]) -> str:
    for word, index in zip(spellings(text), known, strict=True):
        if word and word in index:
            return index[word]
    return ""


def _match(number: int, texts: dict[int, str], known: list[dict[str, str]]) -> Match:
    match = Match(number, number + 1, texts, {})
    for level, index in enumerate(known):
        for place, text in texts.items():
            if place in match.places.values():
                continue
            word = spellings(text)[level]
            key = index.get(word) if word else None
            if key is None:
                continue
            if key in match.places:
                if (key, place) not in match.doubled:
                    match.doubled.append((key, place))
                continue
            match.places[key] = place
            match.factors[key] = factor_of(text)
    return match


def _skip_notes(match: Match, head: Sequence[Sequence[Cell]]) -> None:
    """Step over a row of units or of column numbers right under the headings."""
    while match.data_from <= len(head):
        cells = head[match.data_from - 1]
        filled = {place: cell for place, cell in enumerate(cells) if cell not in ("", None)}
        if not filled or not (_take_units(match, filled) or _is_numbering(filled)):
            return
        match.data_from += 1


def _take_units(match: Match, filled: Mapping[int, Cell]) -> bool:
    texts = {place: str(cell) for place, cell in filled.items() if _is_text(cell)}
    units = {place: plain(text).strip("()") for place, text in texts.items()}
    if len(units) < len(filled) or not all(unit in UNITS for unit in units.values()):
        return False
    for key, place in match.places.items():
        if units.get(place) in UNIT_FACTORS:
            match.factors[key] = Decimal(UNIT_FACTORS[units[place]])
    return True


def _is_text(cell: Cell) -> bool:
    return isinstance(cell, str)


def _is_numbering(filled: Mapping[int, Cell]) -> bool:
    """Whether a row only numbers the columns: 甲 乙 1 2 3."""
    numbers = [
        cell for cell in filled.values() if not (_is_text(cell) and cell in set("甲乙丙丁戊"))
    ]
    wanted = range(1, len(numbers) + 1)
    return len(numbers) >= 4 and [_as_number(cell) for cell in numbers] == list(wanted)


def _as_number(cell: Cell) -> int | None:
    try:
        return int(float(cell))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def data_rows(
    rows: Iterator[list[Cell]], match: Match, required: Sequence[str]
) -> Iterator[tuple[int, list[Cell]]]:
    """Return the data rows with the sheet's own row numbers.

    Left out are blank rows (also those with nothing but a serial number), totals, repeated
    headings and the signatures under the table.
    """
    places = tuple(match.places.values())
    needed = tuple(match.places[key] for key in required if key in match.places) or places
    width = max(places, default=0) + 1
    first = needed[0] if needed else 0
    heading = match.headings.get(first)
    for number, cells in enumerate(islice(rows, match.data_from - 1, None), start=match.data_from):
        if len(cells) < width:
            cells = cells + [""] * (width - len(cells))
        # A full row is data whatever its words say; only gaps make it worth a closer look.
        gaps = 0
        for place in needed:
            cell = cells[place]
            if cell is None or (type(cell) is str and not cell.strip()):
                gaps += 1
        if gaps:
            if all(_is_space(cells[place]) for place in places):
                continue
            if _is_furniture(cells, gaps, len(needed)):
                continue
        if cells[first] == heading and _repeats(cells, match):
            continue
        yield number, cells


def _is_space(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not plain(cell))


def _is_furniture(cells: Sequence[Cell], gaps: int, needed: int) -> bool:
    """Whether a row with gaps is a total or a signature row."""
    words = [text for cell in cells if isinstance(cell, str) and (text := _line(cell))]
    if not words:
        return False
    if any(TOTAL.fullmatch(word) for word in words[:3]):
        return True
    has_numbers = any(isinstance(cell, (int, float)) for cell in cells)
    return gaps * 2 >= needed and not has_numbers and bool(SIGNATURE.match(words[0]))


@lru_cache(maxsize=4096)
def _line(text: str) -> str:
    """Return text without width and spaces, its colons kept."""
    return re.sub(r"[\s\u200b-\u200f\ufeff]+", "", unicodedata.normalize("NFKC", text))


def _repeats(cells: Sequence[Cell], match: Match) -> bool:
    same = sum(
        1
        for place, heading in match.headings.items()
        if place < len(cells)
        and isinstance(cells[place], str)
        and plain(str(cells[place])) == plain(heading)
    )
    return same * 2 > len(match.headings)
