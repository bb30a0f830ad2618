"""Settings of the tests: those of an installation, with fast passwords and nothing left behind."""

import atexit
import os
from pathlib import Path
from tempfile import TemporaryDirectory

# Set before the settings are read, so that no `.env` of a developer reaches the tests.
os.environ.update(DEBUG="off", HTTPS="off", BEHIND_PROXY="off", TIME_ZONE="Europe/Madrid")
os.environ.update(SECRET_KEY="for-tests-only", ALLOWED_HOSTS="localhost,127.0.0.1,testserver")
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")
# Playwright keeps an event loop in the thread of the tests, where Django would refuse its database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from elca_tracker.settings import *  # noqa: F403  the environment had to come first
from elca_tracker.settings import DATABASES, STORAGES

scratch = TemporaryDirectory(prefix="elca-tests-")
atexit.register(scratch.cleanup)

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file: in memory, the threads of the live server would share one connection.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(scratch.name) / "test.sqlite3")}

# A process that a test starts is told where the files of that test are.
MEDIA_ROOT = Path(os.environ.get("TESTS_MEDIA_ROOT", Path(scratch.name) / "files"))
STATIC_ROOT = Path(scratch.name) / "static"
STATIC_ROOT.mkdir()
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
WHITENOISE_USE_FINDERS = True

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SITE_URL = ""
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
