"""Which kinds of import exist; apps declare theirs in ``imports.py``."""

from typing import Any

from django.utils.module_loading import autodiscover_modules

from bureau.exchange.importer import Importer

_importers: dict[str, type[Importer]] = {}
_searched = False


def register(importer: type[Importer]) -> type[Importer]:
    """Declare an Importer class as what reads sheets of its kind."""
    known = _importers.get(importer.kind)
    if known is not None and known.__qualname__ != importer.__qualname__:
        raise ValueError(f"two importers of the kind {importer.kind!r}")
    _importers[importer.kind] = importer
    return importer


def _all() -> dict[str, type[Importer]]:
    global _searched  # noqa: PLW0603
    if not _searched:
        autodiscover_modules("imports")
        _searched = True
    return _importers


def find(kind: str) -> Importer | None:
    """Return a fresh importer of ``kind``, or None where nobody declares one."""
    importer = _all().get(kind)
    return importer() if importer is not None else None


def kinds() -> list[type[Importer]]:
    """Return every importer, in the order of its kind."""
    return [importer for _kind, importer in sorted(_all().items())]


def permitted(user: Any) -> list[type[Importer]]:
    """Return the importers that ``user`` may use somewhere."""
    return [importer for importer in kinds() if user.has_perm(importer.permission)]
