"""Message catalogues in pure Python: where they lie, what is in them, compiled at install.

Every app carries the Chinese of its own sentences in ``locale/zh_Hans``. English needs no
catalogue: the msgids are English. Nothing here needs the gettext binaries, and compiling
needs no development package.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polib

LANGUAGE = "zh_Hans"
ROOT = Path(__file__).resolve().parents[2]
FOUNDATION = "bureau"
SCREENS = "desk"
LEFT_OUT = {"migrations", "locale", "__pycache__"}
METADATA = {
    "Project-Id-Version": "liaocheng-portal",
    "Language": LANGUAGE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}

_PLACES = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)\}|%[sd]")


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence of the source: its context, singular, plural, and the files it stands in."""

    msgid: str
    plural: str = ""
    context: str = ""
    files: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What tells one message from another in a catalogue."""
        return (self.context, self.msgid)


@dataclass(frozen=True, slots=True)
class AppFiles:
    """An app's label, its folder, and the source files whose sentences it translates."""

    label: str
    folder: Path
    sources: tuple[Path, ...]

    @property
    def po(self) -> Path:
        """Where the app's Chinese catalogue lies."""
        return self.folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def apps(root: Path = ROOT) -> tuple[AppFiles, ...]:
    """Return every app of the project in the order in which Django asks them.

    ``bureau/*.py`` belongs to core; ``templates/<label>/`` to its app; all other templates to
    desk, which draws the shell.
    """
    folders = [path.parent for path in sorted((root / FOUNDATION).glob("*/apps.py"))]
    folders += [path.parent for path in sorted(root.glob("*/apps.py"))]
    labels = {folder.name for folder in folders}
    templates = sorted((root / "templates").rglob("*.*"))
    found = []
    for folder in folders:
        sources = list(_pythons(folder.rglob("*.py"), folder))
        if folder.name == "core":
            sources += sorted((root / FOUNDATION).glob("*.py"))
        sources += [path for path in templates if _owner(path, root, labels) == folder.name]
        found.append(AppFiles(folder.name, folder, tuple(sources)))
    return tuple(found)


def _pythons(paths: Iterable[Path], folder: Path) -> Iterator[Path]:
    for path in sorted(paths):
        if not LEFT_OUT.intersection(path.relative_to(folder).parts):
            yield path


def _owner(template: Path, root: Path, labels: set[str]) -> str:
    first = template.relative_to(root / "templates").parts[0]
    return first if first in labels else SCREENS


def read(app: AppFiles) -> polib.POFile:
    """Return the app's catalogue, an empty one where there is none yet."""
    catalogue = polib.pofile(str(app.po)) if app.po.exists() else polib.POFile()
    catalogue.metadata = dict(METADATA)
    catalogue.wrapwidth = 100
    return catalogue


def key_of(entry: polib.POEntry) -> tuple[str, str]:
    """Return what tells the entry from another, as ``Message.key`` does."""
    return (entry.msgctxt or "", entry.msgid)


def memory(of_apps: Iterable[AppFiles]) -> dict[tuple[str, str], polib.POEntry]:
    """Return every translation of any app, so that a sentence that moves keeps its Chinese."""
    return {key_of(entry): entry for app in of_apps for entry in read(app) if _is_translated(entry)}


def _is_translated(entry: polib.POEntry) -> bool:
    texts = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
    return bool(list(texts)) and all(texts)


def merge(
    app: AppFiles,
    messages: Iterable[Message],
    known: dict[tuple[str, str], polib.POEntry],
    tidy: bool = False,
) -> polib.POFile:
    """Write the app's catalogue anew: its source's messages, old translations kept.

    What left the source stays as an obsolete line, or goes with ``tidy``.
    """
    old = {key_of(entry): entry for entry in read(app)}
    merged = read(app)
    merged.clear()
    wanted = {message.key: message for message in messages}
    for message in sorted(wanted.values(), key=lambda one: (one.files, one.key)):
        merged.append(_entry(message, old.get(message.key) or known.get(message.key)))
    for key, entry in old.items():
        if key not in wanted and not tidy and _is_translated(entry):
            entry.obsolete = True
            merged.append(entry)
    if merged:
        app.po.parent.mkdir(parents=True, exist_ok=True)
        merged.save(str(app.po), newline="\n")
    return merged


def _entry(message: Message, before: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(
        msgid=message.msgid,
        msgctxt=message.context or None,
        occurrences=[(name, "") for name in message.files],
    )
    if message.plural:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = {0: ""}
    if "%(" in message.msgid or "%s" in message.msgid or "%d" in message.msgid:
        entry.flags.append("python-format")
    if before is None:
        return entry
    entry.comment, entry.tcomment = before.comment, before.tcomment
    if "fuzzy" in before.flags:
        entry.flags.append("fuzzy")
    if message.plural:
        chinese = before.msgstr_plural.get(0) or before.msgstr
        entry.msgstr_plural = {0: chinese}
    else:
        entry.msgstr = before.msgstr or before.msgstr_plural.get(0, "")
    return entry


def compile_all(of_apps: Iterable[AppFiles]) -> list[Path]:
    """Write the ``.mo`` beside every ``.po`` and return what was written."""
    written = []
    for app in of_apps:
        if app.po.exists():
            target = app.po.with_suffix(".mo")
            read(app).save_as_mofile(str(target))
            written.append(target)
    return written


def faults(
    app: AppFiles, messages: Iterable[Message], elsewhere: dict[tuple[str, str], str]
) -> Iterator[str]:
    """Return what is wrong with the app's catalogue, one English line each.

    ``elsewhere`` collects the Chinese given so far: the first installed app's translation of
    a sentence wins, so a second wording would silently never be shown.
    """
    entries = {key_of(entry): entry for entry in read(app) if not entry.obsolete}
    wanted = {message.key for message in messages}
    for key in sorted(wanted - entries.keys()):
        yield f"{app.label}: not in the catalogue: {key[1]!r}"
    for key in sorted(entries.keys() - wanted):
        yield f"{app.label}: no longer in the source: {key[1]!r}"
    for entry in read(app).obsolete_entries():
        yield f"{app.label}: obsolete, run `catalogues --tidy`: {entry.msgid!r}"
    for key, entry in entries.items():
        yield from _entry_faults(app.label, entry)
        chinese = entry.msgstr or entry.msgstr_plural.get(0, "")
        if chinese and elsewhere.setdefault(key, chinese) != chinese:
            yield f"{app.label}: translated differently in another app: {key[1]!r}"


def _entry_faults(label: str, entry: polib.POEntry) -> Iterator[str]:
    if "fuzzy" in entry.flags:
        yield f"{label}: fuzzy: {entry.msgid!r}"
    if not _is_translated(entry):
        yield f"{label}: not translated: {entry.msgid!r}"
        return
    chinese = entry.msgstr or entry.msgstr_plural.get(0, "")
    offered = {found.group() for found in _PLACES.finditer(entry.msgid + entry.msgid_plural)}
    used = {found.group() for found in _PLACES.finditer(chinese)}
    if "python-format" in entry.flags and not used <= offered:
        yield f"{label}: places that the msgid does not fill: {entry.msgid!r}"
    if "python-format" in entry.flags and not entry.msgid_plural and offered - used:
        yield f"{label}: places lost in translation: {entry.msgid!r}"


if __name__ == "__main__":  # `make` compiles before Django has keys or servers
    compile_all(apps())
