"""Changing many rows of a noun at once."""

from typing import Any

import pytest
from django.test import Client

from bureau.desk.models import BulkRun
from bureau.jobs import services as jobs
from bureau.records.models import AuditEntry
from tests.suites.ground import Suite


class BulkTests(Suite):
    """Ticked rows and all that match, each with its own version and permission."""

    def bulk_values(self) -> dict[str, Any]:
        """Return what the form of a bulk edit is sent; empty where the noun has none."""
        return {}

    def bulk(self, client: Client, query: str, values: dict[str, Any] | None = None) -> Any:
        """Look and confirm as the pages do; return the last answer."""
        address = f"{self.address('bulk', 'change')}?{query}"
        sent = values or self.bulk_values()
        look = client.post(address, sent)
        if not look.context or not look.context.get("looking"):
            return look
        last = {"step": "write", "number": look.context["number"], "mark": look.context["mark"]}
        return client.post(address, sent | last)

    def ordered(self, client: Client, query: str) -> Any:
        """Order a bulk change and return its run, still waiting."""
        answer = self.bulk(client, query)
        assert answer.status_code == 302, answer.content.decode()
        return BulkRun.objects.latest("pk")

    def outcomes(self, run: Any) -> dict[int, str]:
        """Let a worker do the run and return what became of each row."""
        done = jobs.run(run.job_id)
        assert done is not None
        assert done.state == "done", done.reason
        return dict(run.results.values_list("object_id", "outcome"))

    def test_bulk_changes_the_ticked_rows(self, desk: Client) -> None:
        if not self.bulk_values():
            return
        one, two, other = self.make(3)
        assert desk.get(f"{self.address('bulk', 'change')}?pk={one.pk}").status_code == 200
        run = self.ordered(desk, f"pk={one.pk}&pk={two.pk}")
        assert self.outcomes(run) == {one.pk: "changed", two.pk: "changed"}
        for row in (one, two):
            assert self.model.objects.get(pk=row.pk).version == row.version + 1
            assert set(AuditEntry.objects.about(row).first().after) & set(self.bulk_values())
        assert self.model.objects.get(pk=other.pk).version == other.version
        page = desk.get(run.get_absolute_url())
        assert page.status_code == 200
        assert str(one) in page.content.decode()
        again = self.ordered(desk, f"pk={one.pk}")
        assert self.outcomes(again) == {one.pk: "unchanged"}

    def test_bulk_of_all_that_match_sends_the_filter_only(self, desk: Client) -> None:
        if not self.bulk_values():
            return
        rows = self.make(30)
        run = self.ordered(desk, "all=1&size=25")
        assert {row.pk for row in rows} <= set(run.ids)
        assert set(self.outcomes(run).values()) <= {"changed", "unchanged"}

    def test_bulk_writes_nothing_once_the_rows_are_others(self, desk: Client) -> None:
        if not self.bulk_values():
            return
        self.make(2)
        address = f"{self.address('bulk', 'change')}?all=1"
        look = desk.post(address, self.bulk_values())
        last = {"step": "write", "number": look.context["number"], "mark": look.context["mark"]}
        self.make(1)
        answer = desk.post(address, self.bulk_values() | last)
        assert answer.status_code == 409
        assert answer.context["code"] == "rows_moved"
        assert answer.context["number"] == look.context["number"] + 1
        assert not BulkRun.objects.exists()

    def test_bulk_refuses_a_row_that_somebody_changed(self, desk: Client) -> None:
        if not self.bulk_values():
            return
        one, two = self.make(2)
        run = self.ordered(desk, f"pk={one.pk}&pk={two.pk}")
        self.model.objects.filter(pk=two.pk).update(version=two.version + 1)
        assert self.outcomes(run) == {one.pk: "changed", two.pk: "refused"}
        assert run.results.get(object_id=two.pk).code == "stale"
        again = desk.get(self.list_url, {"refused": run.pk}).context["page"].rows
        assert [row.pk for row in again] == [two.pk]

    def test_bulk_leaves_what_lies_outside(
        self, request: pytest.FixtureRequest, desk: Client, signed_in: Any
    ) -> None:
        if not self.bulk_values() or not self.outsider:
            return
        row = self.make(1)[0]
        stranger = signed_in(request.getfixturevalue(self.outsider))
        for query in (f"pk={row.pk}", f"all=1&pk={row.pk}"):
            answer = stranger.post(f"{self.address('bulk', 'change')}?{query}", self.bulk_values())
            chosen = [pk for pk, _version in BulkRun.objects.values_list("ids", "pk")]
            assert row.pk not in chosen
            assert answer.status_code in (200, 403, 409)
            if answer.status_code == 200:
                assert str(row) not in answer.content.decode()

    def test_bulk_needs_the_permission(self, reading: Client) -> None:
        if not self.bulk_values():
            return
        row = self.make(1)[0]
        address = f"{self.address('bulk', 'change')}?pk={row.pk}"
        assert reading.get(address).status_code == 403
        assert reading.post(address, self.bulk_values()).status_code == 403
