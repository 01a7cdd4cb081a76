"""What a decided duplicate case means for its sides."""

from grants.choices import DuplicateDecision

LOSERS: dict[str, tuple[int, ...]] = {
    DuplicateDecision.DISTINCT.value: (),
    DuplicateDecision.KEEP_FIRST.value: (2,),
    DuplicateDecision.KEEP_SECOND.value: (1,),
    DuplicateDecision.NEITHER.value: (1, 2),
}
"""Which sides (by position) a decision goes against."""
