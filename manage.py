#!/usr/bin/env python
"""The portal's command line; it brings its own servers where no portal is running."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

from bureau.core.embedded.keeper import open_servers

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")
    here = Path(__file__).resolve().parent
    open_servers(sys.argv[1:], Path(os.environ.get("VAR_DIR", here / "var")).resolve())
    execute_from_command_line(sys.argv)
