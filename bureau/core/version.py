"""Which portal this is."""

import os
import subprocess
import tomllib
from functools import cache

from django.conf import settings


@cache
def version() -> str:
    """Return the revision that runs: ``PORTAL_VERSION``, else git's, else the package version."""
    given = os.environ.get("PORTAL_VERSION")
    if given:
        return given
    try:
        revision = subprocess.run(  # noqa: S603 - fixed words
            ["git", "-C", str(settings.BASE_DIR), "rev-parse", "--short=12", "HEAD"],  # noqa: S607
            capture_output=True,
            text=True,
            check=True,
            timeout=5,
        )
        return revision.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
        return str(project["project"]["version"])
