"""Which rows of a list somebody means: ticked ones, those of an earlier run, or all that match."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from bureau.desk import paging
from bureau.desk.choices import BulkOutcome
from bureau.desk.models import BulkResult, BulkRun
from bureau.desk.views.base import Action

MANY = 1000
#: Words of an address that do not belong to the selection.
PASSING = ("cursor", "count", "format", "part", "pk", "all")


class Selection:
    """Mixed into a list page: the rows that its address selects, and what may be done with them."""

    def rows(self) -> QuerySet:
        """Return the filtered rows, or the ticked ones among them."""
        found = self.filters.qs
        if run := self.refused_run:
            refused = BulkResult.objects.filter(run_id=run, outcome=BulkOutcome.REFUSED)
            found = found.filter(pk__in=refused.values("object_id"))
        ticked = self.ticked()
        return found.filter(pk__in=ticked) if ticked else found

    def ticked(self) -> list[str]:
        """Return the ids ticked, unless all that match are meant."""
        words = self.request.GET
        if words.get("all"):
            return []
        return [pk for pk in words.getlist("pk") if pk.isdecimal() and len(pk) < 19][:MANY]

    @property
    def refused_run(self) -> int | None:
        """The bulk change of the reader whose refused rows are meant."""
        word = self.request.GET.get("refused", "")
        if not (word.isascii() and word.isdecimal() and len(word) < 19):
            return None
        if not hasattr(self, "_refused_run"):
            mine = BulkRun.objects.visible_to(self.request.user).filter(pk=word)
            self._refused_run = int(word) if mine.exists() else None
        return self._refused_run

    def bulk_buttons(self) -> tuple[Action, ...]:
        """Return the bulk changes that the reader's postings allow somewhere."""
        user = self.request.user
        return tuple(
            Action(one.key, one.label, self.url("bulk", one.key), kind=one.kind, icon=one.icon)
            for one in self.bulk
            if one.is_open_to(user, self.model)
        )

    def selection_context(self) -> dict[str, Any]:
        """Return what the templates draw of the selection."""
        words = self.request.GET.copy()
        refused = self.refused_run
        words.pop("refused", None)
        for word in PASSING:
            words.pop(word, None)
        return {
            "bulk": self.bulk_buttons(),
            "selection": [
                (word, value)
                for word in self.request.GET
                if word not in PASSING
                for value in self.request.GET.getlist(word)
            ],
            "refused_run": refused,
            "without_refused": f"?{words.urlencode()}",
            "is_narrowed": bool(self.filters.is_active or refused or self.ticked()),
        }

    def culprits(self) -> list[dict[str, Any]]:
        """Return the filters without any one of which there would be rows, the strictest first."""
        found = []
        for chip in self.filters.in_force:
            words = QueryDict(chip.without.removeprefix("?"))
            filters = self.filterset(words, self.scoped(), user=self.request.user)
            count = paging.count(filters.qs)
            if count.number:
                found.append({"chip": chip, "count": count})
        return sorted(found, key=lambda line: -line["count"].number)
