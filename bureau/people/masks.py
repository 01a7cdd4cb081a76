"""Personal words as they are shown to those who need not read them whole."""

SHOWN_AT_EACH_END = 3
LAST = 4


def phone(number: str) -> str:
    """Return a phone number with its middle hidden: 138****5678; a short one is hidden whole."""
    if not number:
        return ""
    if len(number) < SHOWN_AT_EACH_END + LAST + 1:
        return "****"
    return f"{number[:SHOWN_AT_EACH_END]}****{number[-LAST:]}"
