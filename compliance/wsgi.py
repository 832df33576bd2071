"""Where a WSGI server finds the console."""

import os

from django.core.wsgi import get_wsgi_application

from compliance.postgres import ensure_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compliance.settings")
ensure_database()

application = get_wsgi_application()
