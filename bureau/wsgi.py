"""What gunicorn serves; an unsafe production ends here, before the first request."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")
application = get_wsgi_application()

from bureau.core.refusals import refuse_unsafe_start  # noqa: E402 - settings come first

refuse_unsafe_start()
