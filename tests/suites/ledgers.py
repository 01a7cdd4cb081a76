"""The ledger of a noun: in once, unchanged the second time, refused outside."""

import io
from typing import Any, ClassVar

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from bureau.exchange import registry
from bureau.exchange.importer import Importer
from bureau.exchange.ledger import import_ledger
from bureau.people.models import Posting
from bureau.places.models import Division
from tests.bureau.sheets import xlsx
from tests.suites.ground import Suite

ELSEWHERE = "371526000000"


class LedgerTests(Suite):
    """The import, by a sheet of one row under the headings of the template."""

    ledger: ClassVar[str] = ""

    def cells(self) -> dict[str, Any]:
        """Return one good row of the ledger by the keys of the importer's columns."""
        return {}

    @pytest.fixture
    def importer(self) -> Importer | None:
        return registry.find(self.ledger) if self.ledger else None

    @pytest.fixture
    def keeper(self, request: pytest.FixtureRequest) -> Any:
        return request.getfixturevalue(self.holder)

    def sheet(self, importer: Importer, **other: Any) -> bytes:
        """Return a workbook with the row of ``cells``, some of them other."""
        row = self.cells() | other
        headings = [column.heading for column in importer.columns]
        return xlsx([headings, [row.get(column.key, "") for column in importer.columns]])

    def bring(self, data: bytes, actor: Any, *, dry_run: bool = False) -> dict[str, Any]:
        """Import a workbook and return the report."""
        return import_ledger(
            self.ledger, "账.xlsx", data, actor=actor, dry_run=dry_run, accept_passing=True
        ).report

    def test_a_ledger_comes_in_once(self, importer: Any, keeper: Any, desk: Client) -> None:
        if importer is None:
            return
        data, before = self.sheet(importer), set(self.model.objects.values_list("pk", flat=True))
        looked = self.bring(data, keeper, dry_run=True)
        assert (looked["created"], looked["errors"]) == (1, [])
        assert set(self.model.objects.values_list("pk", flat=True)) == before
        report = self.bring(data, keeper)
        assert (report["created"], report["rejected"]) == (1, 0), report
        made = self.model.objects.exclude(pk__in=before).get()
        assert made.pk in [row.pk for row in desk.get(self.list_url).context["page"].rows]
        again = self.bring(data, keeper)
        assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 1)
        assert self.model.objects.get(pk=made.pk).version == made.version

    def test_a_required_cell_left_blank_is_named(self, importer: Any, keeper: Any) -> None:
        if importer is None:
            return
        for column in importer.columns:
            if column.required:
                report = self.bring(self.sheet(importer, **{column.key: ""}), keeper)
                assert report["created"] == 0
                assert column.heading in [slip["column"] for slip in report["errors"]]

    def test_a_ledger_of_another_county_is_refused(self, importer: Any, keeper: Any) -> None:
        if importer is None or not self.outsider:
            return
        posted = Posting.objects.filter(user=keeper)
        posted.update(division=Division.objects.get(code=ELSEWHERE))
        keeper.forget_postings()
        report = self.bring(self.sheet(importer), keeper)
        assert report["created"] == 0
        assert [slip["code"] for slip in report["errors"]] == ["out_of_scope"]

    def test_the_template_has_the_headings(self, importer: Any, desk: Client) -> None:
        if importer is None:
            return
        answer = desk.get(reverse("exchange:import_template", args=[self.ledger]))
        book = openpyxl.load_workbook(io.BytesIO(b"".join(answer)))
        assert [cell.value for cell in book.worksheets[0][1]] == [
            column.heading for column in importer.columns
        ]
