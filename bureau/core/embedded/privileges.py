"""PostgreSQL refuses to run as root; a root start finds a way that changes no folder of others."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SYSTEM_USER = "nobody"
SEARCHABLE_BY_OTHERS = 0o001
VAR_DIR_MODE = 0o711


class NoWayError(Exception):
    """No way to run PostgreSQL on this machine; the message is a sentence for the operator."""


@dataclass(frozen=True)
class Way:
    """How a PostgreSQL program is started: words before its name and options of ``Popen``."""

    before: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    user: str | None = None

    def give(self, folder: Path) -> None:
        """Hand the folder over to the user PostgreSQL runs as, where it is another one."""
        if self.user:
            owner = pwd.getpwnam(self.user)
            os.chown(folder, owner.pw_uid, owner.pw_gid)


def find(var_dir: Path, programs: Path) -> Way:
    """Return the way to start PostgreSQL: plainly, in a user namespace, or as a system user.

    In a user namespace PostgreSQL sees an ordinary user while its files stay root's, so it also
    works below a folder closed to others. A system user needs every folder above searchable:
    they are never changed, the first closed one is named in the refusal (``NoWayError``).
    """
    if os.geteuid() != 0 and has_name(os.geteuid()):
        return Way()
    owner = pwd.getpwnam(SYSTEM_USER)
    before = ("unshare", "--user", f"--map-user={owner.pw_uid}", f"--map-group={owner.pw_gid}")
    if not os.environ.get("PORTAL_NO_USER_NAMESPACE") and works((*before, "true")):
        return Way(before=before)
    if os.geteuid() != 0:
        raise NoWayError(
            f"PostgreSQL does not run as a user without a name: number {os.geteuid()} is not in "
            f"/etc/passwd, and this machine forbids user namespaces."
        )
    return as_system_user(var_dir, programs, owner)


def has_name(uid: int) -> bool:
    """Tell whether the system knows the user, which PostgreSQL insists on."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def as_system_user(var_dir: Path, programs: Path, owner: pwd.struct_passwd) -> Way:
    """Return the way through a system user, or refuse naming the folder that is closed to it."""
    var_dir.chmod(VAR_DIR_MODE)
    for place in (var_dir, programs):
        for folder in closed_folders(place):
            raise NoWayError(
                f"PostgreSQL does not run as root. This machine forbids user namespaces, and the "
                f"user {SYSTEM_USER} cannot pass through {folder}. Start the portal as an "
                f"ordinary user, or put it and its VAR_DIR where others may pass."
            )
    options = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    return Way(options=options, user=SYSTEM_USER)


def closed_folders(place: Path) -> Iterator[Path]:
    """Yield the folders on the way down to ``place`` that others may not pass through."""
    for folder in (*reversed(place.resolve().parents), place.resolve()):
        if not folder.stat().st_mode & SEARCHABLE_BY_OTHERS:
            yield folder


def works(command: tuple[str, ...]) -> bool:
    """Tell whether a command exists and ends well."""
    if not shutil.which(command[0]):
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
