"""What must not lie about in plain text: sealing with AES-256-GCM, searching by blind index."""

import hashlib
import hmac
import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from io import BytesIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

FORMAT = 1
HEAD_BYTES = 2
NONCE_BYTES = 12


class SealBrokenError(Exception):
    """A sealed value was changed, belongs elsewhere, or its key is not at hand."""


def seal(plain: bytes, context: str) -> bytes:
    """Encrypt ``plain`` for one place in the portal, named by ``context`` (table.column.pk).

    The value carries its format, the id of the key (the highest, 1–255) and a fresh nonce, so
    keys can be changed while old values stay readable; elsewhere it does not open (SEC-7).
    """
    return seal_all([(plain, context)])[0]


def seal_all(pairs: Sequence[tuple[bytes, str]]) -> list[bytes]:
    """Encrypt many values, each for its own place: (plain, context) as ``seal`` takes them."""
    keys = settings.ENCRYPTION_KEYS
    key_id = max(keys)
    head, encrypt = bytes((FORMAT, key_id)), AESGCM(keys[key_id]).encrypt
    random = BytesIO(os.urandom(NONCE_BYTES * len(pairs)))
    found = []
    for plain, context in pairs:
        nonce = random.read(NONCE_BYTES)
        found.append(head + nonce + encrypt(nonce, plain, head + context.encode()))
    return found


def unseal(blob: bytes, context: str) -> bytes:
    """Decrypt a sealed value in its own context; ``SealBrokenError`` for anything else."""
    blob = bytes(blob)
    if len(blob) < HEAD_BYTES + NONCE_BYTES or blob[0] != FORMAT:
        raise SealBrokenError("unknown format")
    key = settings.ENCRYPTION_KEYS.get(blob[1])
    if key is None:
        raise SealBrokenError("the key is not at hand")
    head, body = blob[:HEAD_BYTES], blob[HEAD_BYTES:]
    nonce, sealed = body[:NONCE_BYTES], body[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, sealed, head + context.encode())
    except InvalidTag as broken:
        raise SealBrokenError("the seal does not fit this place") from broken


def blind_index(text: str, purpose: str) -> str:
    """Return 64 hex digits by which equal texts are found without being readable.

    The same text under another ``purpose`` gives another index; normalise ``text`` beforehand.
    """
    return blind_indexes((text,), purpose)[0]


def blind_indexes(texts: Iterable[str], purpose: str) -> list[str]:
    """Return the blind index of each text."""
    primed = _primed(settings.BLIND_INDEX_KEY, purpose)
    found = []
    for text in texts:
        index = primed.copy()
        index.update(text.encode())
        found.append(index.hexdigest())
    return found


@lru_cache(maxsize=64)
def _primed(key: bytes, purpose: str) -> hmac.HMAC:
    return hmac.new(key, purpose.encode() + b"\0", hashlib.sha256)
