"""What lists of duplicate cases can be narrowed by."""

from bureau.desk.filters import BaseFilterSet, StateFilter
from grants.choices import DuplicateGround, DuplicateState
from grants.models import DuplicateCase


class DuplicateFilter(BaseFilterSet):
    """Duplicate cases by state and by what the dwellings have in common."""

    state = StateFilter(choices=DuplicateState.choices)
    ground = StateFilter(
        choices=DuplicateGround.choices, label=DuplicateCase._meta.get_field("ground").verbose_name
    )

    class Meta:
        model = DuplicateCase
        fields: tuple[str, ...] = ()
