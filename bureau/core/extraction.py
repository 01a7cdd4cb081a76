"""Finding the sentences of the source; needs Babel, which only developers install."""

from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract
from django.utils.translation import templatize

from bureau.core.catalogues import AppFiles, Message

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def messages_of(app: AppFiles, root: Path) -> list[Message]:
    """Return the app's messages, each once, with the files it stands in."""
    found: dict[tuple[str, str], Message] = {}
    for source in app.sources:
        name = source.relative_to(root).as_posix()
        for context, msgid, plural in _sentences(source):
            before = found.get((context, msgid))
            files = {*(before.files if before else ()), name}
            found[(context, msgid)] = Message(
                msgid=msgid,
                plural=plural or (before.plural if before else ""),
                context=context,
                files=tuple(sorted(files)),
            )
    return list(found.values())


def _sentences(source: Path) -> list[tuple[str, str, str]]:
    text = source.read_text(encoding="utf-8")
    if source.suffix != ".py":
        # What templatize leaves is no Python: its indentation would stop the tokenizer.
        lines = templatize(text, origin=str(source)).splitlines()
        text = "\n".join(line.lstrip() for line in lines)
    sentences = []
    for _line, message, _comments, context in extract(
        "python", BytesIO(text.encode()), keywords=KEYWORDS
    ):
        singular, plural = message if isinstance(message, tuple) else (message, "")
        if singular:
            sentences.append((context or "", singular, plural))
    return sentences
