"""The portal's own settings, on servers and folders that this test process throws away.

Where pytest shares the tests out, each of its processes has a PostgreSQL, a Valkey and a folder
of its own; the one that only hands out tests needs no servers.
"""

import atexit
import os
import shutil
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

for _name in ("DATABASE_URL", "REDIS_URL", "PORTAL_ENV", "PORTAL_CLOCK_OFFSET", "PORTAL_ROLE"):
    os.environ.pop(_name, None)
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="portal-test-")
# Playwright runs an event loop in the thread that also asks the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from bureau.core import catalogues  # noqa: E402
from bureau.core.embedded import postgres, valkey  # noqa: E402

_var_dir = Path(os.environ["VAR_DIR"]).resolve()
atexit.register(shutil.rmtree, _var_dir, ignore_errors=True)
_is_one_of_several = "PYTEST_XDIST_WORKER" in os.environ
_only_hands_out = not _is_one_of_several and dict(pairwise(sys.argv)).get("-n", "0") != "0"
if not _is_one_of_several:
    catalogues.compile_all(catalogues.apps())  # tests read what the .po files say now
if not _only_hands_out:
    _database = postgres.start(_var_dir, throw_away=True)
    atexit.register(postgres.stop, _database)
    _broker = valkey.start(_var_dir)
    atexit.register(valkey.stop, _broker)

from bureau.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
(_var_dir / "staticfiles").mkdir()
