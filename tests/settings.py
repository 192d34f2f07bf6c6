"""Settings of the test run: the product's own, with nothing taken from the developer's machine."""

import os
import re
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OWN_NAMES = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
for name in OWN_NAMES:
    os.environ.pop(name, None)

# Kept alive by this name; the directory goes when the process ends.
_directory = tempfile.TemporaryDirectory(prefix="taizhang-test-")
os.environ["VAR_DIR"] = _directory.name
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "")

from config.settings import *  # noqa: E402, F403 - the environment has to be clean first
from config.settings import DATABASES, STORAGES, VAR_DIR  # noqa: E402

if "TEST_DATABASE_URL" not in os.environ:
    # A file and not memory: only a file has the locks that the product has to live with.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", "organization.passwords.ActivationCode"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
(VAR_DIR / "static").mkdir(exist_ok=True)
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
CELERY_TASK_ALWAYS_EAGER = True
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "WARNING"}}
