"""Pictures and papers: what is kept, what is refused, and what is left behind (SEC-2)."""

import hashlib
import io
import zipfile

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from PIL import Image, PngImagePlugin

from bureau.core.errors import BusinessError
from bureau.records import papers, services
from bureau.records.models import Attachment, AuditEntry
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def picture(kind="JPEG", size=(40, 30), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def archive(*members, said="x"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for member in members:
            packed.writestr(member, said)
    return out.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
MACRO_DOCX = archive(
    "[Content_Types].xml",
    "word/document.xml",
    said='<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>',
)
DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
OFD = archive("OFD.xml", "Doc_0/Document.xml")


def attach(name, content, actor=None, subject=None, **options):
    subject = subject or OrganisationFactory()
    upload = SimpleUploadedFile(name, content)
    return services.attach(subject, upload, actor=actor, kind="paper", **options)


def refusal(name, content, **options):
    with pytest.raises(BusinessError) as caught:
        attach(name, content, **options)
    assert caught.value.sentence
    assert not Attachment.objects.exists()
    return caught.value.code.value


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("照片.jpg", picture(), "image/jpeg"),
        ("a.JPEG", picture(), "image/jpeg"),
        ("a.png", picture("PNG"), "image/png"),
        ("a.webp", picture("WEBP"), "image/webp"),
        ("合同.pdf", PDF, "application/pdf"),
        ("a.doc", OLE, "application/msword"),
        ("a.xls", OLE, "application/vnd.ms-excel"),
        ("a.wps", OLE, "application/vnd.ms-works"),
        ("a.docx", DOCX, papers.OFFICE + "wordprocessingml.document"),
        ("a.xlsx", XLSX, papers.OFFICE + "spreadsheetml.sheet"),
        ("公文.ofd", OFD, "application/ofd"),
    ],
)
def test_pictures_and_office_papers_are_kept(clerk, name, content, content_type):
    subject = OrganisationFactory()
    kept = attach(name, content, actor=clerk, subject=subject)
    assert (kept.name, kept.content_type, kept.uploaded_by) == (name, content_type, clerk)
    stored = papers.full_path(kept.path)
    assert hashlib.sha256(stored.read_bytes()).hexdigest() == kept.sha256 == stored.name
    assert stored.stat().st_size == kept.size
    assert stored.stat().st_mode & 0o777 == 0o600
    assert AuditEntry.objects.about(subject).get().after["sha256"] == kept.sha256
    assert list(Attachment.objects.of(subject)) == [kept]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.jpg", b"", "file_empty"),
        ("a.jpg", b"<html><script>alert(1)</script>", "file_disguised"),
        ("a.html", b"<html></html>", "file_kind"),
        ("a.svg", b"<svg onload='x'/>", "file_kind"),
        ("a.exe", b"MZ\x90\x00", "file_kind"),
        ("a.gif", b"GIF89a\x01\x00\x01\x00", "file_kind"),
        ("a.pdf", picture(), "file_disguised"),
        ("a.png", picture(), "file_disguised"),
        ("a.jpg", PDF, "file_disguised"),
        ("a.jpg", OLE, "file_disguised"),
        ("a.xlsx", DOCX, "file_disguised"),
        ("a.jpg", picture(size=(400, 300))[:-900], "file_damaged"),
        ("a.png", picture("PNG", size=(400, 300))[:60], "file_damaged"),
        ("a.pdf", b"%PDF-1.7\nhalf a paper", "file_damaged"),
        ("a.docx", DOCX[:40], "file_damaged"),
        ("a.zip", archive("readme.txt"), "file_kind"),
        ("a.docx", archive("word/document.xml", "word/vbaProject.bin"), "file_macros"),
        ("a.docx", MACRO_DOCX, "file_macros"),
        ("a.xlsx", archive("xl/workbook.xml", "xl/macrosheets/sheet1.xml"), "file_macros"),
        ("a.xls", OLE + "_VBA_PROJECT".encode("utf-16-le") + b"\0" * 40, "file_macros"),
        ("a.pdf", b"%PDF-1.7" + b"0" * papers.LARGEST_FILE, "file_too_large"),
    ],
)
def test_everything_else_is_refused_in_a_sentence(name, content, code):
    assert refusal(name, content) == code


def test_a_long_name_is_cut_before_its_ending():
    kept = attach("关于移交换热站的通知" * 30 + ".pdf", PDF).name
    assert (len(kept), kept[-5:]) == (200, "热.pdf")


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked():
    bomb = io.BytesIO()
    Image.new("1", (9000, 5000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 20_000
    assert refusal("a.png", bomb.getvalue()) == "picture_too_large"


def test_a_header_that_claims_a_billion_pixels_is_refused():
    content = bytearray(picture("PNG"))
    content[16:24] = (60_000).to_bytes(4, "big") * 2
    assert refusal("a.png", bytes(content)) in {"picture_too_large", "file_damaged"}


def test_where_only_pictures_are_wanted_a_paper_is_refused():
    assert refusal("a.pdf", PDF, accept=papers.PICTURES) == "file_not_picture"


def test_metadata_and_hidden_payloads_stay_behind():
    exif = Image.Exif()
    exif[0x010E] = "371502199001011234"
    content = picture(exif=exif) + b"PK\x03\x04hidden"
    kept = papers.full_path(attach("a.jpg", content).path).read_bytes()
    assert b"371502199001011234" not in kept
    assert b"hidden" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "secret words")
    kept = papers.full_path(attach("a.png", picture("PNG", pnginfo=info)).path).read_bytes()
    assert b"secret words" not in kept


def test_a_picture_taken_sideways_is_kept_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = attach("a.jpg", picture(size=(40, 30), exif=exif))
    assert (kept.width, kept.height) == (30, 40)


@pytest.mark.parametrize("mode", ["CMYK", "L", "P", "RGBA", "LA", "I;16"])
def test_pictures_of_every_colour_mode_are_kept(mode):
    out = io.BytesIO()
    kind = "JPEG" if mode in ("CMYK", "L") else "PNG"
    Image.new(mode, (20, 10)).save(out, kind)
    assert attach(f"a.{kind.lower()}", out.getvalue()).is_picture


def test_the_same_bytes_twice_are_two_papers_and_one_file(media):
    first, second = attach("a.pdf", PDF), attach("b.pdf", PDF)
    assert first.path == second.path
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1


def test_no_path_comes_from_the_sender():
    kept = attach("../../etc/passwd.pdf", PDF)
    assert kept.name == "passwd.pdf"
    assert ".." not in kept.path
    assert str(settings.STATIC_ROOT) not in str(papers.full_path(kept.path))


def test_papers_can_be_asked_for_by_kind_and_object():
    station, other = OrganisationFactory(), OrganisationFactory()
    paper = attach("a.pdf", PDF, subject=station)
    photo = services.attach(station, picture(), actor=None, kind="photo", name="门口.jpg")
    assert list(Attachment.objects.of(station)) == [photo, paper]
    assert list(Attachment.objects.of(station, "photo")) == [photo]
    assert not Attachment.objects.of(other).exists()


def test_a_withdrawn_paper_is_out_of_sight_but_not_gone(clerk):
    station = OrganisationFactory()
    paper = attach("a.pdf", PDF, subject=station)
    services.withdraw(paper, actor=clerk, note="wrong estate")
    assert not Attachment.objects.of(station).exists()
    assert papers.full_path(paper.path).exists()
    assert AuditEntry.objects.about(station).first().note == "wrong estate"
    with pytest.raises(BusinessError):
        services.withdraw(paper, actor=clerk)


@pytest.mark.parametrize(
    "change", [{"sha256": "0"}, {"object_id": 1}, {"name": "x"}, {"path": "x"}]
)
def test_the_database_refuses_to_change_a_paper(change):
    paper = attach("a.pdf", PDF)
    with pytest.raises(DatabaseError), transaction.atomic():
        Attachment.objects.filter(pk=paper.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        paper.delete()


def test_a_paper_may_be_read_by_whoever_sees_its_object(clerk, nobody):
    paper = attach("a.pdf", PDF)
    assert paper.may_be_read_by(clerk)
    assert not paper.may_be_read_by(nobody)
