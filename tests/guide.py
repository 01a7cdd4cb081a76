"""The code of docs/how-to-add-a-noun.md, read out of its blocks and written into a clone."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "docs" / "how-to-add-a-noun.md"
BLOCK = re.compile(r"^```(python|diff) (\S+\.py)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A block of the guide: a new file, or lines to add to one."""

    kind: str
    path: str
    text: str

    @property
    def is_new(self) -> bool:
        """Whether the block is a whole file."""
        return self.kind == "python"

    @property
    def before(self) -> str:
        """What a file must hold once for the block to fit."""
        return self._side("-")

    @property
    def after(self) -> str:
        """What stands there afterwards."""
        return self._side("+")

    @property
    def added(self) -> int:
        """How many lines the block adds."""
        lines = self.text.splitlines()
        return len(lines) if self.is_new else sum(line.startswith("+") for line in lines)

    def _side(self, sign: str) -> str:
        lines = self.text.splitlines(keepends=True)
        return "".join(line[1:] for line in lines if line[0] in (" ", sign))


def blocks() -> list[Block]:
    """Return the blocks of the guide in their order."""
    return [Block(*found) for found in BLOCK.findall(GUIDE.read_text(encoding="utf-8"))]


def write(folder: Path) -> None:
    """Write the guide's noun into a clone."""
    for block in blocks():
        path = folder / block.path
        if block.is_new:
            path.write_text(block.text, encoding="utf-8")
            continue
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(block.before, block.after, 1), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
