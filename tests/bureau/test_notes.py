"""Notes: a sentence for the others that stays as it was written."""

import pytest
from django.db import DatabaseError, transaction

from bureau.core.errors import BusinessError
from bureau.records.models import AuditEntry, Note
from bureau.records.services import add_note, withdraw
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def test_a_note_hangs_on_its_object_and_stands_in_its_timeline(clerk):
    station = OrganisationFactory()
    note = add_note(station, "  钥匙在物业  ", actor=clerk)
    assert (note.text, note.author, note.subject) == ("钥匙在物业", clerk, station)
    assert list(Note.objects.of(station)) == [note]
    assert AuditEntry.objects.about(station).get().note == "钥匙在物业"


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_an_empty_note_is_refused(clerk, text):
    with pytest.raises(BusinessError) as refusal:
        add_note(OrganisationFactory(), text, actor=clerk)
    assert refusal.value.code == "note_empty"


def test_a_withdrawn_note_is_out_of_sight_but_not_gone(clerk, chief):
    station = OrganisationFactory()
    note = withdraw(add_note(station, "x", actor=clerk), actor=chief)
    assert not Note.objects.of(station).exists()
    assert Note.objects.get() == note
    assert note.withdrawn_by == chief


@pytest.mark.parametrize("change", [{"text": "y"}, {"author": 1}, {"object_id": 1}])
def test_nobody_rewrites_or_deletes_a_note(clerk, change):
    note = add_note(OrganisationFactory(), "x", actor=clerk)
    with pytest.raises(DatabaseError), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        note.delete()
