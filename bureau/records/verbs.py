"""Human labels of the verbs that stand in the audit; each app registers its own choices."""

from django.db.models import TextChoices

_labels: dict[tuple[str, str], TextChoices] = {}


def register(choices: type[TextChoices], noun: str = "") -> None:
    """Make the labels of ``choices`` known for its app, or for one noun ("heating.handover").

    The same verb may be worded differently by two apps or, with ``noun``, inside one app.
    """
    app = choices.__module__.removeprefix("bureau.").partition(".")[0]
    for member in choices:
        for scope in (noun,) if noun else (app, ""):
            _labels.setdefault((scope, member.value), member)


def label(verb: str, noun: str = "") -> str:
    """Return the words for ``verb`` on ``noun`` ("app.model"), in the reader's language.

    A verb that nobody registered is shown as it is stored.
    """
    for scope in (noun, noun.partition(".")[0], ""):
        if (scope, verb) in _labels:
            return str(_labels[(scope, verb)].label)
    return verb
