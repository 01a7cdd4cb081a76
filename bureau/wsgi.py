"""What gunicorn serves; an unsafe production ends here, before the first request."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")
application = get_wsgi_application()
# Loaded before gunicorn forks: its workers share the code, and nobody's first click waits for it.
import_module(settings.ROOT_URLCONF)
import_module("bureau.core.refusals").refuse_unsafe_start()
