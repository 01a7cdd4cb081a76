"""The portal's own settings with one bare page beside it, for the floor of PERF-9."""

from bureau.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
