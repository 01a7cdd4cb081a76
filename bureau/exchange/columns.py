"""Reading a column's cells many at once: ledgers repeat themselves, and one loop serves all."""

from collections.abc import Sequence
from typing import Any

from bureau.exchange.parsers import Parse
from bureau.exchange.readers import Cell

FAULTY = object()
REMEMBERED = 4096
# Types of which equal cells mean the same; True would be taken for 1.
PLAIN = frozenset({str, float})


class ColumnReader(dict[Cell, Any]):
    """What one column's cells mean; what was read in an earlier row is remembered."""

    def __init__(self, place: int, read: Parse) -> None:
        super().__init__()
        self.place = place
        self.read = read

    def __missing__(self, cell: Cell) -> Any:
        value = self.read(cell)
        if len(self) < REMEMBERED:
            self[cell] = value
        return value

    def one(self, cell: Cell) -> Any:
        """Return the value of a cell; raises Slip."""
        return self[cell] if type(cell) in PLAIN else self.read(cell)

    def all(self, cells: Sequence[Cell]) -> list[Any]:
        """Return the values of the cells; raises Slip where any one of them is faulty."""
        if PLAIN.issuperset(map(type, cells)):
            return list(map(self.__getitem__, cells))
        return [self.one(cell) for cell in cells]
