"""The API of a noun: the same rows, verbs and refusals as on its pages."""

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from rest_framework.test import APIClient

from bureau.records.models import AuditEntry
from tests.suites.ground import Suite

API = "/api/v1/"


class ApiTests(Suite):
    """List both ways, csv, create, change, archive and scope, by a program with a key."""

    path: ClassVar[str] = ""

    def posted(self) -> dict[str, Any]:
        """Return what a new one is sent; empty where programs make none."""
        return {}

    def sent_by_program(self, row: Any) -> dict[str, Any]:
        """Return what a change is sent; by default the same as the form's."""
        return self.change(row)

    @pytest.fixture
    def program(self, request: pytest.FixtureRequest, api: Any) -> APIClient:
        return api(request.getfixturevalue(self.holder))

    @property
    def listed(self) -> str:
        """The address of the API's list."""
        return f"{API}{self.path}/"

    def of(self, row: Any, verb: str = "") -> str:
        """Return the address of an object, or of a verb on it."""
        return f"{self.listed}{row.pk}/{verb and f'{verb}/'}"

    def walk(self, program: APIClient, address: str | None, way: str) -> Iterator[list[int]]:
        """Return the ids of each page from ``address`` on, ``next`` or ``previous``."""
        while address:
            page = program.get(address).json()
            yield [row["id"] for row in page["results"]]
            address = page[way]

    def test_programs_page_both_ways(self, program: APIClient) -> None:
        if not self.path:
            return
        rows = {row.pk for row in self.make(30)}
        first = f"{self.listed}?size=12"
        pages = list(self.walk(program, first, "next"))
        seen = [pk for page in pages for pk in page]
        assert len(seen) == len(set(seen))
        assert rows <= set(seen)
        address = first
        while following := program.get(address).json()["next"]:
            address = following
        assert list(self.walk(program, address, "previous")) == pages[::-1]

    def test_programs_read_csv(self, program: APIClient) -> None:
        if not self.path:
            return
        self.make(3)
        shown = program.get(f"{self.listed}?size=100").json()["results"]
        answer = program.get(f"{self.listed}?format=csv")
        text = b"".join(answer).decode("utf-8-sig")
        heading, *lines = [line for line in text.splitlines() if line]
        assert answer.status_code == 200
        assert "id" in heading.split(",")
        assert len(lines) == len(shown)

    def test_programs_add(self, program: APIClient) -> None:
        if not self.path or not (values := self.posted()):
            return
        assert program.post(self.listed, {}).status_code == 422
        strange = program.post(self.listed, values | {"colour": "red"})
        assert "colour" in strange.json()["fields"]
        answer = program.post(self.listed, values)
        assert answer.status_code == 201, answer.json()
        made = self.model.objects.get(pk=answer.json()["id"])
        assert AuditEntry.objects.about(made).first().source == "api"
        double = program.post(self.listed, values)
        assert double.status_code in (409, 422), double.json()

    def test_programs_change_what_they_read(self, program: APIClient) -> None:
        row = self.make(1)[0]
        if not self.path or not (changes := self.sent_by_program(row)):
            return
        assert program.patch(self.of(row), changes).status_code == 422
        mine = changes | {"version": row.version}
        saved = program.patch(self.of(row), mine)
        assert saved.status_code == 200, saved.json()
        assert saved.json()["version"] == row.version + 1
        stale = program.patch(self.of(row), mine)
        assert (stale.status_code, stale.json()["code"]) == (409, "stale")
        assert set(AuditEntry.objects.about(row).first().after) & set(changes)

    def test_programs_archive_and_restore(self, program: APIClient) -> None:
        row = self.make(1)[0]
        if not self.path or not self.address("archive", row.pk):
            return
        gone = program.post(self.of(row, "archive"), {"note": "重复登记"})
        assert gone.json()["archived_at"], gone.json()
        ids = [one["id"] for one in program.get(f"{self.listed}?size=100").json()["results"]]
        assert row.pk not in ids
        assert program.get(self.of(row)).status_code == 200
        if self.address("restore", row.pk):
            back = program.post(self.of(row, "restore"), {})
            assert back.json()["archived_at"] is None

    def test_programs_find_nothing_outside(self, request: pytest.FixtureRequest, api: Any) -> None:
        if not self.path or not self.outsider:
            return
        row = self.make(1)[0]
        stranger = api(request.getfixturevalue(self.outsider))
        assert stranger.get(self.of(row)).status_code == 404
        assert stranger.patch(self.of(row), {"version": row.version}).status_code in (404, 405)
        assert stranger.post(self.of(row, "archive"), {}).status_code == 404
        assert stranger.get(self.of(row, "history")).status_code == 404
        listed = stranger.get(f"{self.listed}?size=100").json()["results"]
        assert row.pk not in [one["id"] for one in listed]

    def test_programs_of_readers_only_read(self, request: pytest.FixtureRequest, api: Any) -> None:
        if not self.path or not self.reader:
            return
        row = self.make(1)[0]
        reading = api(request.getfixturevalue(self.reader))
        assert reading.get(self.of(row)).status_code == 200
        if self.posted():
            assert reading.post(self.listed, self.posted()).status_code == 403
        if changes := self.sent_by_program(row):
            sent = changes | {"version": row.version}
            assert reading.patch(self.of(row), sent).status_code == 403
        assert reading.delete(self.of(row)).status_code == 405
