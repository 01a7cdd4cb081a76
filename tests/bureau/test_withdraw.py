"""Taking back notes and files: by whom, with a reason, and the history keeps it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.people.services import organisations
from bureau.records.models import Attachment, AuditEntry, Note
from bureau.records.services import add_note, attach
from tests.factories import OrganisationFactory
from tests.heating.factories import EstateFactory

pytestmark = pytest.mark.django_db

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
REASON = {"note": "写错了对象"}


def filed(subject, actor):
    upload = SimpleUploadedFile("钥匙.png", PIXEL, content_type="image/png")
    return attach(subject, upload, actor=actor, kind="other", name="钥匙")


@pytest.fixture(params=["note", "file"])
def hung(request):
    """Return what hangs a note or a file on an object, and where that is withdrawn."""

    def hang(subject, actor):
        if request.param == "note":
            made = add_note(subject, "钥匙在物业", actor=actor)
        else:
            made = filed(subject, actor)
        return made, f"/{request.param}s/{made.pk}/withdraw/"

    return hang


def is_gone(made):
    return type(made).objects.get(pk=made.pk).withdrawn_at is not None


def test_its_writer_withdraws_it_with_a_reason(hung, clerk, signed_in):
    subject = OrganisationFactory()
    made, address = hung(subject, clerk)
    desk = signed_in(clerk)
    assert desk.post(address).status_code == 422
    assert not is_gone(made)
    assert desk.post(address, REASON)["Location"] == subject.get_absolute_url()
    assert is_gone(made)
    entry = AuditEntry.objects.about(subject).first()
    assert (entry.actor, entry.note) == (clerk, REASON["note"])
    page = desk.get(subject.get_absolute_url())
    assert [one.entry for one in page.context["timeline"].happenings][0] == entry
    assert made not in [*page.context["notes"], *page.context["files"]]
    assert desk.post(address, REASON).status_code == 404


def test_who_may_change_the_object_may_withdraw_anothers(hung, clerk, chief, signed_in):
    made, address = hung(OrganisationFactory(), chief)
    assert signed_in(clerk).post(address, REASON).status_code == 302
    assert is_gone(made)


def test_others_may_not(hung, clerk, county, outsider, nobody, signed_in, client):
    made, address = hung(EstateFactory(), clerk)
    assert signed_in(county).post(address, REASON).status_code == 403
    assert signed_in(outsider).post(address, REASON).status_code == 404
    assert signed_in(nobody).post(address, REASON).status_code == 404
    assert client.post(address, REASON)["Location"].startswith("/login/")
    assert signed_in(clerk).get(address).status_code == 405
    assert not is_gone(made)


def test_what_is_archived_stays_as_it_is(hung, clerk, signed_in):
    subject = OrganisationFactory()
    made, address = hung(subject, clerk)
    organisations.archive(subject, actor=clerk)
    assert signed_in(clerk).post(address, REASON).status_code == 403
    assert not is_gone(made)


def test_a_withdrawn_file_is_served_to_nobody(clerk, signed_in):
    made = filed(OrganisationFactory(), clerk)
    desk = signed_in(clerk)
    assert desk.get(f"/files/{made.pk}/").status_code == 200
    desk.post(f"/files/{made.pk}/withdraw/", REASON)
    assert desk.get(f"/files/{made.pk}/").status_code == 404
    assert Attachment.objects.filter(pk=made.pk).exists()
    assert not Note.objects.exists()


def test_each_reason_has_a_field_of_its_own(clerk, signed_in):
    subject = OrganisationFactory()
    note, paper = add_note(subject, "甲", actor=clerk), filed(subject, clerk)
    page = signed_in(clerk).get(subject.get_absolute_url()).text
    for name in (f"withdraw-note-{note.pk}", f"withdraw-file-{paper.pk}"):
        assert page.count(f'id="{name}"') == page.count(f'for="{name}"') == 1
