"""What lists of public notices can be narrowed by; the page, the export and the API share it."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.desk.filters import BaseFilterSet, PlaceFilter, StateFilter, TickFilter
from grants.choices import NoticeState
from grants.models import PublicNotice


class NamedLike(django_filters.CharFilter):
    """Finds rows by what their queryset calls ``named_like``."""

    def filter(self, qs: Any, value: str) -> Any:
        return qs.named_like(value) if value else qs


class ReadyFilter(TickFilter):
    """Notices that can be confirmed by the clock."""

    def filter(self, qs: Any, value: bool | None) -> Any:
        return qs.ready(clock.today()) if value else qs


class RunningFilter(TickFilter):
    """Notices whose period is not over."""

    def filter(self, qs: Any, value: bool | None) -> Any:
        return qs.running(clock.today()) if value else qs


class NoticeFilter(BaseFilterSet):
    """Public notices by number or village, state, place, programme year and the clock."""

    q = NamedLike(label=_("Quick search"), max_length=60)
    state = StateFilter(choices=NoticeState.choices)
    ready = ReadyFilter(label=_("Ready to confirm"))
    running = RunningFilter(label=_("Period runs"))
    place = PlaceFilter()
    programme_year = django_filters.NumberFilter(
        label=_("Programme year"), min_value=2000, max_value=2200
    )

    class Meta:
        model = PublicNotice
        fields: tuple[str, ...] = ()
