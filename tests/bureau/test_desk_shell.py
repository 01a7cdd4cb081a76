"""The shell around every page: language, light, errors, headers, templates, files, my work."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from bureau.core import clock
from bureau.desk import nav, work
from bureau.desk.management.commands import check_templates
from bureau.desk.views.base import Action
from bureau.people.models import User
from bureau.places.models import Division
from bureau.records import services as records
from bureau.records.models import AuditEntry
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en-US,en;q=0.9"}


# --- Language and light --------------------------------------------------------------------
def test_chinese_whatever_the_browser_accepts():
    answer = Client(**ENGLISH).get("/login/")
    assert answer["Content-Language"] == "zh-hans"
    assert 'lang="zh-Hans"' in answer.content.decode()


def test_the_switch_speaks_english_in_this_browser():
    client = Client()
    client.post("/i18n/setlang/", {"language": "en", "next": "/login/"})
    assert client.get("/login/")["Content-Language"] == "en"


def test_the_account_remembers_the_language(clerk, signed_in):
    signed_in(clerk).post("/i18n/setlang/", {"language": "en"})
    clerk.refresh_from_db()
    assert clerk.language == "en"
    assert signed_in(clerk).get("/")["Content-Language"] == "en"


def test_the_account_goes_before_the_cookie(clerk, signed_in):
    User.objects.filter(pk=clerk.pk).update(language="zh-hans")
    client = signed_in(clerk)
    client.cookies["django_language"] = "en"
    assert client.get("/")["Content-Language"] == "zh-hans"


@pytest.mark.parametrize("language", ["fr", "", "zh", "../en", "x" * 300])
def test_other_languages_stay_chinese(language):
    client = Client()
    client.cookies["django_language"] = language
    assert client.get("/login/")["Content-Language"] == "zh-hans"
    client.post("/i18n/setlang/", {"language": language})
    assert client.get("/login/")["Content-Language"] == "zh-hans"


def test_switches_lead_nowhere_else(clerk, signed_in):
    away = {"language": "en", "next": "https://example.org/"}
    assert signed_in(clerk).post("/i18n/setlang/", away)["Location"] == "/"
    assert signed_in(clerk).get("/i18n/setlang/").status_code == 405


def test_light_and_dark_are_remembered(clerk, signed_in):
    client = signed_in(clerk)
    client.post("/i18n/theme/", {"theme": "dark"})
    assert 'data-bs-theme="dark"' in client.get("/").content.decode()
    clerk.refresh_from_db()
    assert clerk.theme == "dark"
    client.post("/i18n/theme/", {"theme": "auto"})
    assert 'data-theme="auto"' in client.get("/").content.decode()


# --- Headers and errors ----------------------------------------------------------------------
def test_pages_are_not_stored_and_carry_a_strict_policy(clerk, signed_in):
    answer = signed_in(clerk).get("/")
    assert answer["Cache-Control"] == "no-store"
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Request-ID"]


def test_an_error_page_names_its_request(clerk, signed_in):
    answer = signed_in(clerk).get("/nothing/here/")
    assert answer.status_code == 404
    assert answer["X-Request-ID"] in answer.content.decode()


def test_the_audit_carries_the_request(clerk, signed_in):
    organisation = OrganisationFactory()
    client = signed_in(clerk)
    answer = client.post(f"/organisations/{organisation.pk}/notes/", {"text": "已电话联系"})
    entry = AuditEntry.objects.about(organisation).get()
    assert entry.request_id == answer["X-Request-ID"]
    assert entry.source == "web"


def test_a_broken_page_apologises_without_the_database(clerk, signed_in, monkeypatch):
    def broken(_user):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(work, "_sources", [broken])
    client = signed_in(clerk)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert answer["X-Request-ID"] in answer.content.decode()
    assert "secret detail" not in answer.content.decode()


def test_a_form_from_elsewhere_is_refused(clerk):
    client = Client(enforce_csrf_checks=True)
    client.force_login(clerk, backend="bureau.people.backends.PortalBackend")
    answer = client.post("/i18n/theme/", {"theme": "dark"})
    assert answer.status_code == 403
    assert answer["X-Request-ID"] in answer.content.decode()


def test_unknown_api_addresses_get_a_problem(api, clerk):
    answer = api(clerk).get("/api/nowhere/")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


# --- Templates -----------------------------------------------------------------------------
def test_our_templates_are_clean():
    call_command("check_templates", stdout=StringIO())


def test_every_icon_is_drawn():
    call_command("icon_sprite", "--check", stdout=StringIO())


@pytest.mark.parametrize(
    "line",
    [
        "<script>alert(1)</script>",
        '<p style="color:red">',
        "<STYLE>",
        "<a onclick='x()'>",
        "{{ name|safe }}",
        '<button hx-on:click="x()">',
        '<a href="javascript:x()">',
        '<script src="https://cdn.example.org/x.js">',
        "{% autoescape off %}",
    ],
)
def test_forbidden_in_templates(tmp_path, line):
    (tmp_path / "bad.html").write_text(f"<p>good</p>\n{line}\n")
    (found,) = check_templates.faults(tmp_path)
    assert "bad.html:2" in found


def test_a_file_of_our_own_and_a_comment_pass(tmp_path):
    (tmp_path / "good.html").write_text(
        "{# only <script src> #}\n<script src=\"{% static 'js/app.js' %}\" defer></script>\n"
    )
    assert check_templates.faults(tmp_path) == []


def test_the_command_fails_on_a_template_that_cannot_be_read(tmp_path, settings):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "half.html").write_text("{% if x %}")
    settings.BASE_DIR = tmp_path
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path / "templates"]}]
    with pytest.raises(CommandError, match="half.html"):
        call_command("check_templates")


# --- My work -------------------------------------------------------------------------------
def item(days: int | None, title: str = "后天到期的") -> work.WorkItem:
    due = None if days is None else clock.today() + timedelta(days=days)
    return work.WorkItem(title, "/", "查看", due=due)


def test_overdue_comes_first_and_every_pile_has_its_place():
    today = date(2026, 11, 22)
    found = [
        work.WorkItem(name, "/", "查看", due=due)
        for name, due in (
            ("undated", None),
            ("later", date(2026, 12, 30)),
            ("week", date(2026, 11, 29)),
            ("today", today),
            ("overdue", date(2026, 11, 21)),
        )
    ]
    assert [pile.key for pile in work.piles(found, today)] == [
        "overdue",
        "today",
        "week",
        "later",
        "undated",
    ]
    assert all(pile.items[0].title == pile.key for pile in work.piles(found, today))


def test_home_lists_what_waits_and_the_menu_counts_it(clerk, signed_in, monkeypatch):
    monkeypatch.setattr(work, "_sources", [lambda user: [item(2), item(-1, "逾期的移交")]])
    client = signed_in(clerk)
    page = client.get("/").content.decode()
    assert page.index("逾期的移交") < page.index("后天到期的")
    count = client.get("/work/count/").content.decode()
    assert "data-overdue" in count
    assert ">2<" in count


def test_the_menu_shows_what_one_may_open(clerk, nobody):
    menu = nav.menu(clerk)
    assert "/organisations/" in [line.url for _section, lines in menu.sections for line in lines]
    assert menu.current("/organisations/5/") == "/organisations/"
    others = [line.url for _section, lines in nav.menu(nobody).sections for line in lines]
    assert "/" in others
    assert "/organisations/" not in others


# --- Files ---------------------------------------------------------------------------------
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def paper(clerk, settings, tmp_path):
    """A paper on an organisation."""
    settings.MEDIA_ROOT = tmp_path
    organisation = OrganisationFactory()
    upload = SimpleUploadedFile("协议 1.pdf", PDF, "application/pdf")
    return records.attach(organisation, upload, actor=clerk, kind="contract")


def test_a_paper_is_a_download_in_a_sandbox(clerk, signed_in, paper):
    answer = signed_in(clerk).get(f"/files/{paper.pk}/")
    assert b"".join(answer) == PDF
    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E5%8D%8F")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_a_paper_follows_the_scope_of_what_it_hangs_on(nobody, signed_in, paper):
    assert signed_in(nobody).get(f"/files/{paper.pk}/").status_code == 404
    assert Client().get(f"/files/{paper.pk}/").status_code == 302


def test_a_withdrawn_paper_is_gone(clerk, signed_in, paper):
    records.withdraw(paper, actor=clerk)
    assert signed_in(clerk).get(f"/files/{paper.pk}/").status_code == 404


def test_a_paper_that_is_none_is_refused_in_words(clerk, signed_in, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    organisation = OrganisationFactory()
    disguised = SimpleUploadedFile("图.png", b"<html>", "image/png")
    answer = signed_in(clerk).post(
        f"/organisations/{organisation.pk}/files/", {"upload": disguised}
    )
    assert answer.status_code == 409
    assert "图.png" in answer.content.decode()


def test_an_action_that_cannot_be_pressed_says_why():
    action = Action("connect", "Connect", "/x/", enabled=False, reason="waiting")
    assert not action.enabled
    assert action.reason == "waiting"


# --- What columns draw ---------------------------------------------------------------------
def test_names_are_escaped_once_in_lists_and_on_pages(clerk, signed_in):
    company = OrganisationFactory(name="<b>热力</b>&公司", short_name="<i>热</i>")
    client = signed_in(clerk)
    for address in ("/organisations/", company.get_absolute_url()):
        page = client.get(address).content.decode()
        assert "&lt;b&gt;热力&lt;/b&gt;&amp;公司" in page
        assert "&lt;i&gt;热&lt;/i&gt;" in page
        assert "&amp;lt;" not in page
        assert "<b>热力" not in page


def test_links_in_facts_are_links(clerk, signed_in):
    town = Division.objects.get(code="371502001000")
    page = signed_in(clerk).get(town.get_absolute_url()).content.decode()
    assert f'<a href="{town.parent.get_absolute_url()}">{town.parent}</a>' in page


def test_an_address_that_belongs_to_a_button_says_so(clerk, signed_in):
    window = signed_in(clerk)
    answer = window.get("/heating/handovers/1/suspend/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert 'href="/heating/handovers/1/"' in answer.content.decode()
