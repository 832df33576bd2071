<<<<<<< HEAD
"""The entry point of web processes."""
=======
"""Where a WSGI server finds the console."""
>>>>>>> pg

import os

from django.core.wsgi import get_wsgi_application

<<<<<<< HEAD
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compliance.settings")
=======
from compliance.postgres import ensure_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compliance.settings")
ensure_database()
>>>>>>> pg

application = get_wsgi_application()
