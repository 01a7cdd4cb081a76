"""The guide to a new noun fits the portal as it is."""

import ast

from tests.guide import ROOT, blocks

MOST_LINES = 150


def test_every_block_fits_where_it_says():
    for block in blocks():
        path = ROOT / block.path
        if block.is_new:
            assert not path.exists(), block.path
            ast.parse(block.text)
        else:
            times = path.read_text(encoding="utf-8").count(block.before)
            assert times == 1, f"{block.path} holds this {times} times:\n{block.before}"


def test_a_plain_noun_stays_short():
    outside = [block for block in blocks() if not block.path.startswith("tests/")]
    assert sum(block.added for block in outside) < MOST_LINES
