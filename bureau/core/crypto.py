"""What must not lie about in plain text: sealing with AES-256-GCM, searching by blind index."""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

FORMAT = 1
NONCE_BYTES = 12


class SealBrokenError(Exception):
    """A sealed value was changed, belongs elsewhere, or its key is not at hand."""


def seal(plain: bytes, context: str) -> bytes:
    """Encrypt ``plain`` for one place in the portal, named by ``context`` (table.column.pk).

    The value carries its format, the id of the key (the ring's first one) and a fresh nonce, so
    keys can be changed while old values stay readable; elsewhere it does not open (SEC-7).
    """
    key_id, key = next(iter(settings.ENCRYPTION_KEYS.items()))
    name = key_id.encode()
    head = bytes((FORMAT, len(name))) + name
    nonce = os.urandom(NONCE_BYTES)
    return head + nonce + AESGCM(key).encrypt(nonce, plain, head + context.encode())


def unseal(blob: bytes, context: str) -> bytes:
    """Decrypt a sealed value in its own context; ``SealBrokenError`` for anything else."""
    blob = bytes(blob)
    start = 2 + (blob[1] if len(blob) > 1 else 0)
    key = settings.ENCRYPTION_KEYS.get(blob[2:start].decode("utf-8", "replace"))
    if blob[:1] != bytes((FORMAT,)) or key is None or len(blob) < start + NONCE_BYTES:
        raise SealBrokenError("unknown format or key")
    nonce = blob[start : start + NONCE_BYTES]
    aad = blob[:start] + context.encode()
    try:
        return AESGCM(key).decrypt(nonce, blob[start + NONCE_BYTES :], aad)
    except InvalidTag as broken:
        raise SealBrokenError("the seal does not fit this place") from broken


def blind_index(text: str, purpose: str) -> str:
    """Return 64 hex digits by which equal texts are found without being readable.

    The same text under another ``purpose`` gives another index; normalise ``text`` beforehand.
    """
    message = purpose.encode() + b"\0" + text.encode()
    return hmac.new(settings.BLIND_INDEX_KEY, message, hashlib.sha256).hexdigest()
