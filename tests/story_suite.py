"""What every noun must pass about being watched, its history and its drafts."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.test import Client
from django.urls import resolve

from bureau.desk.models import Draft
from bureau.desk.views import CreatePage
from bureau.records.models import AuditEntry, Watch


class StorySuite:
    """Mixed into ``RegistrySuite``, which says what the noun is and where its pages stand."""

    model: ClassVar[Any]
    address: Callable[..., str]
    make: Callable[[int], list[Any]]
    new: Callable[[], dict[str, Any]]
    change: Callable[[Any], dict[str, Any]]
    sent: Callable[[Client, Any], dict[str, Any]]

    def test_watching_begins_and_ends(self, desk: Client) -> None:
        row = self.make(1)[0]
        if not (address := self.address("watch", row.pk)):
            return
        for word, number in (("on", 1), ("on", 1), ("off", 0)):
            assert desk.post(address, {"watch": word})["Location"] == row.get_absolute_url()
            assert Watch.objects.on(row).count() == number
        assert desk.get(address).status_code == 405

    def test_the_history_tells_what_an_edit_changed(self, desk: Client) -> None:
        row = self.make(1)[0]
        if not (address := self.address("history", row.pk)):
            return
        assert desk.get(address).status_code == 200
        assert desk.get(address, {"field": "no_such_field"}).status_code == 404
        if not self.change(row):
            return
        desk.post(self.address("edit", row.pk), self.sent(desk, row))
        entry = AuditEntry.objects.about(row).first()
        own = {field.name for field in self.model._meta.get_fields()}
        for name in own & set(entry.after):
            story = desk.get(address, {"field": name}).context["story"]
            assert story.values[0].entry == entry, name

    def test_a_draft_is_kept_offered_and_thrown_away(self, desk: Client) -> None:
        address, values = self.address("create"), self.new()
        page = getattr(resolve(address).func, "view_class", object) if address else object
        if not values or not issubclass(page, CreatePage):
            return
        before = self.model.objects.count()
        kept = desk.post(address, values | {"_draft": "save"})
        assert kept.status_code == 200, kept.content
        assert self.model.objects.count() == before
        offered = desk.get(address)
        assert "data-draft-offer" in offered.content.decode()
        filled = desk.get(address, {"draft": "continue"}).context["form"]
        assert not filled.errors
        assert desk.post(address, {"_draft": "discard"}).status_code == 302
        assert not Draft.objects.exists()
