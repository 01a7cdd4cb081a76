"""Bulk changes: what was ordered, how far it is, and what became of every row."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bureau.desk import formats
from bureau.desk.choices import BulkOutcome
from bureau.desk.filters import BaseFilterSet, StateFilter
from bureau.desk.models import BulkResult, BulkRun
from bureau.desk.registers.jobs import time_left
from bureau.desk.services.bulk import counts
from bureau.desk.tables import Column, LinkColumn, MomentColumn, NumberColumn, StatusColumn, Table
from bureau.desk.views import ListPage
from bureau.desk.views.base import subject

EVERY = BulkRun.objects.select_related("actor", "job")


class ObjectColumn(LinkColumn):
    """The row that was meant; a plain name where it has no page."""

    def html(self, row: BulkResult) -> str:
        name = row.label or f"#{row.object_id}"
        if not row.url:
            return format_html("{}", name)
        return format_html('<a href="{}">{}</a>', row.url, name)


class SentenceColumn(Column):
    """Why a row was refused."""

    css = "col-said"


class ResultTable(Table):
    """Rows of a bulk change with what became of them."""

    label = ObjectColumn(_("Object"))
    outcome = StatusColumn(_("Outcome"))
    sentence = SentenceColumn(_("Reason"))
    code = Column(_("Code"), chosen=False)
    default_sort = "pk"


class ResultFilter(BaseFilterSet):
    """By outcome."""

    outcome = StateFilter(choices=BulkOutcome.choices, label=_("Outcome"))


class BulkRunTable(Table):
    """Bulk changes, the newest first."""

    label = LinkColumn(_("Bulk change"), "__str__")
    count = NumberColumn(_("Rows"))
    state = StatusColumn(_("State"), "job.state")
    actor = Column(_("Ordered by"))
    created_at = MomentColumn(_("Ordered at"))
    finished_at = MomentColumn(_("Finished at"))


class BulkRunFilter(BaseFilterSet):
    """Nothing narrows one's own bulk changes yet but their order."""


class BulkRunList(ListPage):
    """One's own bulk changes, or everybody's for who looks after them."""

    namespace = "desk"
    queryset, filterset, table = EVERY, BulkRunFilter, BulkRunTable
    title = _("Bulk changes")
    description = _("Every change of many rows at once, with what became of each row.")
    first_step = _("Tick rows of a list and choose what to do with them.")
    icon = "list-check"
    export_name = "bulk-changes"

    def require(self, needs: str) -> None:
        """Refuse nobody: the rows are one's own unless a posting shows more."""


class BulkRunPage(ListPage):
    """One bulk change: its progress, how many rows ended how, and each row."""

    namespace, noun = "desk", "bulkresult"
    queryset, filterset, table = BulkResult.objects.all(), ResultFilter, ResultTable
    template = "desk/bulk_run.html"
    icon = "list-check"
    has_views = False
    first_step = _("Rows appear here one by one.")
    export_name = "bulk-change"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.run = subject(request, EVERY.all(), kwargs["pk"])
        return super().get(request, **kwargs)

    def require(self, needs: str) -> None:
        """Refuse nobody to whom the run itself is shown."""

    @cached_property
    def title(self) -> str:
        """The run's name."""
        return str(self.run)

    def scoped(self) -> QuerySet:
        return self.run.results.all()

    def context(self) -> dict[str, Any]:
        """Add the run, its task and the counts by outcome."""
        run, found = self.run, counts(self.run)
        return super().context() | {
            "run": run,
            "job": run.job,
            "left": time_left(run.job.seconds_left) if run.job else "",
            "outcomes": [(BulkOutcome(key), number) for key, number in found.items()],
            "list_url": self.url_of_runs(),
            "list_title": gettext("Bulk changes"),
            "again": f"{run.list_url}?refused={run.pk}"
            if found[BulkOutcome.REFUSED] and run.list_url
            else "",
            "open": sum(found.values()) < run.count,
            "by": formats.plain(run.actor),
        }

    @staticmethod
    def url_of_runs() -> str:
        """Return where all runs are listed."""
        return BulkRunList().url("list")
