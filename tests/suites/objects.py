"""One object of a noun, and who may see or change it."""

from typing import Any

import pytest
from django.test import Client

from bureau.records.models import AuditEntry
from tests.suites.ground import Fields, Suite


class ScopeTests(Suite):
    """404 outside the scope, 403 inside without the permission."""

    def test_outside_the_scope_there_is_nothing(
        self, request: pytest.FixtureRequest, signed_in: Any
    ) -> None:
        if not self.outsider:
            return
        row = self.make(1)[0]
        stranger = signed_in(request.getfixturevalue(self.outsider))
        assert row.pk not in [one.pk for one in stranger.get(self.list_url).context["page"].rows]
        for page in ("detail", "edit", "archive", "note", "file"):
            if address := self.address(page, row.pk):
                ways = ("post",) if page in ("note", "file") else ("get", "post")
                ways = ("get",) if page == "detail" else ways
                for way in ways:
                    assert getattr(stranger, way)(address).status_code == 404, (page, way)
        exported = stranger.get(self.list_url, {"format": "csv", "pk": row.pk})
        assert str(row).encode() not in b"".join(exported)

    def test_nobody_in_particular_is_led_to_the_door(self) -> None:
        answer = Client().get(self.list_url)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login/")

    def test_without_any_posting_there_is_no_list(self, nobody: Any, signed_in: Any) -> None:
        assert signed_in(nobody).get(self.list_url).status_code == 403

    def test_readers_read_and_never_change(self, reading: Client) -> None:
        row = self.make(1)[0]
        assert reading.get(self.list_url).status_code == 200
        for page, args in (("create", ()), ("edit", (row.pk,)), ("archive", (row.pk,))):
            if address := self.address(page, *args):
                assert reading.get(address).status_code == 403, page
                assert reading.post(address, {}).status_code == 403, page

    def test_a_method_that_does_not_exist(self, desk: Client) -> None:
        row = self.make(1)[0]
        for page, args in (("list", ()), ("detail", (row.pk,)), ("edit", (row.pk,))):
            if address := self.address(page, *args):
                assert desk.delete(address).status_code == 405, page


class ObjectTests(Suite):
    """The page, the form, the conflict and the archive."""

    def test_page_shows_the_object(self, desk: Client) -> None:
        row = self.make(1)[0]
        answer = desk.get(row.get_absolute_url())
        assert answer.status_code == 200
        assert str(row) in answer.content.decode()

    def test_new_object(self, desk: Client) -> None:
        if not (values := self.new()):
            return
        address = self.address("create")
        assert desk.get(address).status_code == 200
        assert desk.post(address, {}).status_code == 422
        before = set(self.model.objects.values_list("pk", flat=True))
        answer = desk.post(address, values)
        assert answer.status_code == 302, answer.context["form"].errors
        made = self.model.objects.exclude(pk__in=before).get()
        assert answer["Location"] == made.get_absolute_url()
        assert AuditEntry.objects.about(made).exists()

    def sent(self, desk: Client, row: Any) -> dict[str, Any]:
        """Return what the edit page would send with the changes."""
        values = Fields(desk.get(self.address("edit", row.pk)).content.decode()).values
        return values | self.change(row)

    def test_edit_saves_counts_and_remembers(self, desk: Client) -> None:
        row = self.make(1)[0]
        if not (changes := self.change(row)):
            return
        answer = desk.post(self.address("edit", row.pk), self.sent(desk, row))
        assert answer.status_code == 302, answer.context["form"].errors
        saved = self.model.objects.get(pk=row.pk)
        assert saved.version == row.version + 1
        entry = AuditEntry.objects.about(saved).first()
        assert set(entry.after) & set(changes), entry.after

    def test_stale_edit_is_a_conflict_that_loses_nothing(self, desk: Client) -> None:
        row = self.make(1)[0]
        if not self.change(row):
            return
        mine = self.sent(desk, row)
        type(row).objects.filter(pk=row.pk).update(version=row.version + 1)
        answer = desk.post(self.address("edit", row.pk), mine)
        assert answer.status_code == 409
        assert 'data-code="stale"' in answer.content.decode()
        assert self.model.objects.get(pk=row.pk).version == row.version + 1
        page = answer.content.decode()
        kept = page[: page.index('name="over"')].rpartition("<form")[2].partition(">")[2]
        again = desk.post(
            self.address("edit", row.pk), Fields(f'<form class="form-page">{kept}').values
        )
        assert again.status_code == 302, again.context["form"].errors
        assert self.model.objects.get(pk=row.pk).version == row.version + 2

    def test_archive_after_a_look_and_a_reason(self, desk: Client) -> None:
        row = self.make(1)[0]
        if not (address := self.address("archive", row.pk)):
            return
        assert desk.get(address).status_code == 200
        assert desk.post(address, {}).status_code == 422
        answer = desk.post(address, {"note": "重复登记"})
        assert answer.status_code == 302, answer.content.decode()
        gone = self.model.objects.get(pk=row.pk)
        assert gone.is_archived
        assert row.pk not in [one.pk for one in desk.get(self.list_url).context["page"].rows]
        assert desk.get(row.get_absolute_url()).status_code == 200
        if edit := self.address("edit", row.pk):
            assert desk.get(edit).status_code == 403
