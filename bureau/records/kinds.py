"""Human labels of the kinds of paper; each app registers its own choices."""

from django.db.models import TextChoices

_labels: dict[str, TextChoices] = {}


def register(choices: type[TextChoices]) -> None:
    """Make the labels of an app's kinds of paper known."""
    for member in choices:
        _labels.setdefault(member.value, member)


def label(kind: str) -> str:
    """Return the words for a kind of paper; one that nobody registered as it is stored."""
    return str(_labels[kind].label) if kind in _labels else kind
