"""The portal's secrets: made once on a private machine, given by the environment elsewhere."""

import base64
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

GIVEN_BY = ("SECRET_KEY", "ENCRYPTION_KEYS", "BLIND_INDEX_KEY")
KEY_BYTES = 32
LAST_ID = 255


@dataclass(frozen=True)
class Keys:
    """Signing key, encryption keys by id (1–255, the highest seals), blind-index key."""

    django: str
    encryption: dict[int, bytes]
    blind_index: bytes


def load(var_dir: Path, must_be_given: bool) -> Keys:
    """Return the keys, from the environment first, else from ``VAR_DIR/keys`` (made if missing).

    ``SECRET_KEY`` is text, ``ENCRYPTION_KEYS`` is ``id:base64,id:base64…`` and ``BLIND_INDEX_KEY``
    is base64, both of 32 bytes. A database elsewhere outlives this machine, so keys that lie
    only here would lose its sealed columns: with ``must_be_given`` a missing one is refused.
    """
    missing = [name for name in GIVEN_BY if not os.environ.get(name)]
    if must_be_given and missing:
        raise ImproperlyConfigured(
            f"DATABASE_URL is set, so these keys must come from the environment too: "
            f"{', '.join(missing)}. `python -m bureau.core.embedded.keys` prints a new set."
        )
    folder = var_dir / "keys"
    django, ring, blind = (os.environ.get(name) for name in GIVEN_BY)
    return Keys(
        django=django or kept(folder / "django", new_text),
        encryption=parse_ring(ring or kept(folder / "encryption", new_ring)),
        blind_index=decode("BLIND_INDEX_KEY", blind or kept(folder / "blind_index", new_key)),
    )


def kept(path: Path, make: Callable[[], str]) -> str:
    """Return the secret in ``path``; the first caller makes it, for the owner alone (0600)."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(make() + "\n")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first: its secret counts
        finally:
            draft.unlink()
    return path.read_text().strip()


def new_text() -> str:
    """Return a new signing key or password."""
    return secrets.token_urlsafe(48)


def new_key() -> str:
    """Return a new 256-bit key in base64."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def new_ring() -> str:
    """Return a ring of one new encryption key, called ``1``."""
    return f"1:{new_key()}"


def parse_ring(text: str) -> dict[int, bytes]:
    """Return keys by their id (1–255, unique) from ``id:base64,id:base64``."""
    ring: dict[int, bytes] = {}
    for entry in text.split(","):
        name, _, value = entry.strip().partition(":")
        if not name.isdecimal() or not 1 <= int(name) <= LAST_ID or int(name) in ring:
            raise ImproperlyConfigured(
                "ENCRYPTION_KEYS must read id:base64,id:base64 with different ids from 1 to 255."
            )
        ring[int(name)] = decode("ENCRYPTION_KEYS", value)
    return ring


def decode(name: str, value: str) -> bytes:
    """Return the 32 bytes of a base64 key; the message names the variable, never the value."""
    try:
        key = base64.b64decode(value, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"{name} must hold base64 of exactly {KEY_BYTES} bytes.")
    return key


if __name__ == "__main__":
    print(f"SECRET_KEY={new_text()}\nENCRYPTION_KEYS={new_ring()}\nBLIND_INDEX_KEY={new_key()}")  # noqa: T201
