import os

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# A WSGI server runs no system checks by itself; an unsafe production set-up must not come up.
if settings.PRODUCTION:
    call_command("check", databases=["default"])
