"""Many photos at once, each filed on the claim whose device number its name tells."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from bureau.core.errors import BusinessError
from bureau.people.models import User
from grants.choices import ClaimRefusal
from grants.models import Claim
from grants.rules import claims as rules
from grants.services.claim_corrections import MAY_CORRECT
from grants.services.claim_papers import file_paper

_APART = re.compile(r"[\s_()（）]+")


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of one photo: the claim it was filed on, or why it was not."""

    name: str
    claim: Claim | None = None
    refusal: BusinessError | None = None


def serials_in(name: str) -> tuple[str, ...]:
    """Return what a file's name may tell: all of it, or its parts ("SN123_1.jpg")."""
    stem = PurePath(name).stem.strip()
    return tuple(dict.fromkeys((stem, *filter(None, _APART.split(stem)))))


def file_photos(uploads: Iterable[Any], *, actor: User, kind: str) -> list[Filed]:
    """File each photo on the one open claim of the actor's ground with its device number."""
    photos = list(uploads)
    wanted = {serial for photo in photos for serial in serials_in(photo.name)}
    mine = Claim.objects.visible_to(actor, MAY_CORRECT).filter(
        state__in=rules.OPEN, device_serial__in=wanted
    )
    by_serial: dict[str, list[Claim]] = {}
    for claim in mine.select_related("dwelling"):
        by_serial.setdefault(claim.device_serial, []).append(claim)
    return [_file(photo, by_serial, actor, kind) for photo in photos]


def _file(photo: Any, by_serial: dict[str, list[Claim]], actor: User, kind: str) -> Filed:
    found: Sequence[Claim] = ()
    for serial in serials_in(photo.name):
        found = found or by_serial.get(serial, ())
    if len(found) != 1:
        code = ClaimRefusal.SERIAL_TWICE if found else ClaimRefusal.SERIAL_UNKNOWN
        return Filed(photo.name, refusal=BusinessError(code, name=photo.name))
    try:
        file_paper(found[0], photo, actor=actor, kind=kind)
    except BusinessError as error:
        return Filed(photo.name, refusal=error)
    return Filed(photo.name, claim=found[0])
