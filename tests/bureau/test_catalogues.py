"""The catalogue tool, and what readers of either language get to see."""

import importlib

import polib
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from bureau.core import catalogues, extraction
from bureau.core.catalogues import Message
from bureau.places.choices import UnknownPlaceCode

SENTENCE = "Nothing is here yet."
CHINESE = "这里还没有内容。"


@pytest.fixture
def root(tmp_path):
    """A project of two apps with a template of each, and one that belongs to the shell."""
    for label in ("bureau/core", "bureau/desk", "heating"):
        (tmp_path / label).mkdir(parents=True)
        (tmp_path / label / "apps.py").write_text("")
    (tmp_path / "heating" / "choices.py").write_text(
        'A = _("Nothing is here yet.")\n'
        'B = pgettext_lazy("tap", "shut")\n'
        'C = ngettext_lazy("%(n)d station", "%(n)d stations", "n")\n'
        'D = _("Two parts " "of one sentence.")\n'
    )
    for name, text in {
        "heating/station.html": '{% translate "Heat substation" %}{% blocktranslate count n=rows %}'
        "{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}",
        "base.html": '{% load i18n %}\n    <h1>\n  {% translate "Portal" %}</h1>\n \n x\n',
    }.items():
        path = tmp_path / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def app(root, label="heating"):
    return next(one for one in catalogues.apps(root) if one.label == label)


def messages(root, label="heating"):
    return extraction.messages_of(app(root, label), root)


def merge(root, **options):
    return catalogues.merge(app(root), messages(root), {}, **options)


def test_every_kind_of_sentence_is_found_in_python_and_templates(root):
    found = {(one.context, one.msgid, one.plural) for one in messages(root)}
    assert found == {
        ("", SENTENCE, ""),
        ("tap", "shut", ""),
        ("", "%(n)d station", "%(n)d stations"),
        ("", "Two parts of one sentence.", ""),
        ("", "Heat substation", ""),
        ("", "%(n)s row", "%(n)s rows"),
    }


def test_templates_of_no_app_belong_to_the_shell(root):
    assert [one.msgid for one in messages(root, "desk")] == ["Portal"]


def test_merging_keeps_translations_and_puts_lost_ones_aside(root):
    merge(root)
    catalogue = catalogues.read(app(root))
    catalogue.find(SENTENCE).msgstr = CHINESE
    catalogue.save(str(app(root).po))
    assert merge(root).find(SENTENCE).msgstr == CHINESE
    (root / "heating" / "choices.py").write_text('A = _("Another sentence.")\n')
    assert [one.msgid for one in merge(root).obsolete_entries()] == [SENTENCE]
    (root / "heating" / "choices.py").write_text(f'A = _("{SENTENCE}")\n')
    assert merge(root).find(SENTENCE).msgstr == CHINESE
    (root / "heating" / "choices.py").write_text("")
    assert not merge(root, tidy=True).obsolete_entries()


def test_a_sentence_that_moves_to_another_app_takes_its_chinese_along(root):
    known = {("", SENTENCE): polib.POEntry(msgid=SENTENCE, msgstr=CHINESE)}
    merged = catalogues.merge(app(root), messages(root), known)
    assert merged.find(SENTENCE).msgstr == CHINESE


def _faults(root, entries, wanted, elsewhere=None):
    catalogue = catalogues.read(app(root))
    catalogue.extend(entries)
    app(root).po.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(app(root).po))
    return list(catalogues.faults(app(root), wanted, {} if elsewhere is None else elsewhere))


@pytest.mark.parametrize(
    ("entry", "wanted", "fault"),
    [
        ({"msgid": "a", "msgstr": "甲"}, ["a", "b"], "not in the catalogue: 'b'"),
        ({"msgid": "a", "msgstr": "甲"}, [], "no longer in the source"),
        ({"msgid": "a", "msgstr": ""}, ["a"], "not translated"),
        ({"msgid": "a", "msgstr": "甲", "flags": ["fuzzy"]}, ["a"], "fuzzy"),
        ({"msgid": "a", "msgstr": "甲", "obsolete": True}, [], "obsolete"),
        (
            {"msgid": "%(n)s a", "msgstr": "%(m)s 甲", "flags": ["python-format"]},
            ["%(n)s a"],
            "does not fill",
        ),
        ({"msgid": "%(n)s a", "msgstr": "甲", "flags": ["python-format"]}, ["%(n)s a"], "lost"),
    ],
)
def test_the_check_names_every_kind_of_fault(root, entry, wanted, fault):
    found = _faults(root, [polib.POEntry(**entry)], [Message(one) for one in wanted])
    assert any(fault in line for line in found), found


def test_two_apps_may_not_word_one_sentence_differently(root):
    entry = polib.POEntry(msgid="a", msgstr="甲")
    found = _faults(root, [entry], [Message("a")], {("", "a"): "乙"})
    assert [line for line in found if "differently" in line]


def test_a_complete_catalogue_has_no_fault(root):
    entry = polib.POEntry(msgid="%(n)s a", msgstr="%(n)s 甲", flags=["python-format"])
    assert _faults(root, [entry], [Message("%(n)s a")]) == []


def test_compiling_needs_nothing_but_polib(root, monkeypatch):
    monkeypatch.setattr(importlib, "import_module", lambda name: pytest.fail(name))
    merge(root)
    written = catalogues.compile_all([app(root)])
    assert [path.name for path in written] == ["django.mo"]


def test_the_portals_own_catalogues_are_complete(capsys):
    try:
        call_command("catalogues", "--check")
    except CommandError:
        pytest.fail(capsys.readouterr().out)


def test_a_refusal_speaks_the_readers_language():
    label = UnknownPlaceCode.UNKNOWN_TOWN.label
    with translation.override("en"):
        english = str(label)
    with translation.override("zh-hans"):
        chinese = str(label)
    assert english.isascii() or "“" in english
    assert chinese != english
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in english)
