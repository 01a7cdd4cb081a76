"""Human labels of the verbs that stand in the audit; each app registers its own choices."""

from django.db.models import Model, TextChoices

_labels: dict[tuple[str, str], TextChoices] = {}
_rows: dict[tuple[str, str], type[Model]] = {}


def register(choices: type[TextChoices], noun: str = "") -> None:
    """Make the labels of ``choices`` known for its app, or for one noun ("heating.handover").

    The same verb may be worded differently by two apps or, with ``noun``, inside one app.
    """
    app = choices.__module__.removeprefix("bureau.").partition(".")[0]
    for member in choices:
        for scope in (noun, "") if noun else (app, ""):
            _labels.setdefault((scope, member.value), member)


def label(verb: str, noun: str = "") -> str:
    """Return the words for ``verb`` on ``noun`` ("app.model"), in the reader's language.

    A verb that nobody registered is shown as it is stored.
    """
    for scope in (noun, noun.partition(".")[0], ""):
        if (scope, verb) in _labels:
            return str(_labels[(scope, verb)].label)
    return verb


def speak_of(model: type[Model], *verbs: str, noun: str = "") -> None:
    """Say that before and after of ``verbs`` name the fields of ``model``, a part of the object.

    ``noun`` ("grants.claim") is the object's, where another noun has a verb of the same name.
    """
    for verb in verbs:
        _rows[noun, str(verb)] = model


def model_of(verb: str, noun: str) -> type[Model] | None:
    """Return the part of the noun whose fields a verb's values name; None for the object."""
    return _rows.get((noun, verb)) or _rows.get(("", verb))


def verbs_of(noun: str, model: type[Model] | None = None) -> list[str]:
    """Return the verbs on a noun whose values name fields of a part: of ``model``, or of any."""
    return [
        verb
        for (owner, verb), part in _rows.items()
        if owner in ("", noun) and model in (None, part)
    ]


def parts() -> list[type[Model]]:
    """Return every model whose fields stand in the history of what it is a part of."""
    return [*_rows.values()]


def every() -> list[tuple[str, str]]:
    """Return (verb, words) of everything that can stand in the audit, in the reader's language."""
    words: dict[str, str] = {}
    for (scope, verb), member in _labels.items():
        if not scope:
            words[verb] = str(member.label)
    for (_scope, verb), member in _labels.items():
        words.setdefault(verb, str(member.label))
    return sorted(words.items(), key=lambda pair: pair[1])
