"""Settings of ELCA Tracker: one file, every difference between installations from the environment.

A file `.env` beside manage.py is read when there; real environment variables win over it.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.http import HttpRequest
from django.utils.translation import pgettext_lazy

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(str(BASE_DIR / ".env"), overwrite=False)

# Safety. An installation that says nothing is closed: no debugging, no host, encrypted only.

DEBUG: bool = env.bool("DEBUG", default=False)
HTTPS: bool = env.bool("HTTPS", default=True)
BEHIND_PROXY: bool = env.bool("BEHIND_PROXY", default=False)

SECRET_KEY: str = (
    env.str("SECRET_KEY", default="for-debugging-only") if DEBUG else env.str("SECRET_KEY")
)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_PROXY:
    # Anyone could forge this header where no proxy sets it, so it is trusted only when asked for.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# Rooms

INSTALLED_APPS = [
    "elca_tracker.apps.TrackerAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # Before staticfiles, so that `runserver` serves static files as production does.
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    # Its templates are found by the form renderer named below.
    "django.forms",
    "django_tables2",
    "django_filters",
    "django_countries",
    "axes",
    "csp",
    "partners",
    "actions",
    "agreements",
    "events",
    "kpis",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "partners.compression.CompressedTextMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    # Before everything that looks up addresses.
    "partners.middleware.KnownThenMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "partners.languages.UserLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Last, as axes asks: it turns a locked sign-in into its own answer.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "elca_tracker.urls"
WSGI_APPLICATION = "elca_tracker.wsgi.application"
ASGI_APPLICATION = "elca_tracker.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "partners.context.project",
                "partners.theme.theme",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL", default="sqlite:///var/elca.sqlite3"),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def tune(database: dict[str, Any]) -> None:
    """Add to a database's settings what its engine needs to serve several people at once."""
    if database["ENGINE"] == "django.db.backends.sqlite3":
        if database["NAME"] != ":memory:":
            # A relative name means the same file from whichever folder a command is started.
            database["NAME"] = BASE_DIR / database["NAME"]
            database["NAME"].parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        database.setdefault("OPTIONS", {}).update(
            # A transaction that reads first and writes later would otherwise fail when another
            # one has written in between, instead of waiting for its turn.
            transaction_mode="IMMEDIATE",
            timeout=20,
            init_command=(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                # Without it a row that is replaced would leave no trace in the row history.
                "PRAGMA recursive_triggers=ON;"
            ),
        )
    else:
        database.update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)


tune(DATABASES["default"])

# Signing in

AUTH_USER_MODEL = "partners.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
# The name of the field in the sign-in form, whatever the user model calls its own.
AXES_USERNAME_FORM_FIELD = "username"


def address_before_proxy(request: HttpRequest) -> str:
    """Give the address that the proxy saw: the last of the list, the only one it wrote itself."""
    forwarded: str = request.META.get("HTTP_X_FORWARDED_FOR", "")
    return forwarded.rpartition(",")[2].strip() or request.META["REMOTE_ADDR"]


if BEHIND_PROXY:
    # Without it all visitors would share the address of the proxy, and one could lock out another.
    AXES_CLIENT_IP_CALLABLE = address_before_proxy

# Language and time

LANGUAGE_CODE = "en-gb"
# Only what is translated whole: a page in two languages serves nobody. Each is named as its readers
# call it. English is that of Europe, where days stand before months.
LANGUAGES = [
    ("en-gb", "English"),
    ("de", "Deutsch"),
    ("es", "español"),
    ("fr", "français"),
    ("it", "italiano"),
    ("pl", "polski"),
]
LANGUAGE_COOKIE_AGE = 5 * 365 * 24 * 60 * 60  # seconds, as that of the theme
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["elca_tracker.formats"]
TIME_ZONE: str = env.str("TIME_ZONE", default="Europe/Madrid")
USE_TZ = True

# E-mail: only `send_notices` sends any

SITE_URL: str = env.str("SITE_URL", default="")  # where links in e-mails lead to
# Where nobody names a server, sending fails: what is not sent must not be taken for sent.
vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
DEFAULT_FROM_EMAIL: str = env.str("EMAIL_FROM", default="ELCA Tracker <noreply@localhost>")
EMAIL_TIMEOUT = 30  # seconds; a server that is silent for longer has failed

# Files

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
# Evidence and imports: never under an address of their own, views hand them out after asking who
# wants them.
MEDIA_ROOT = BASE_DIR / "var" / "files"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        ),
    },
}

FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bytes; what is larger waits on disk
DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000_000  # bytes of a form, its files not counted
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
MAX_UPLOAD_BYTES = 10_000_000  # one file of evidence or one import; forms refuse what is larger
# A grant may be audited for five years after its last payment; what holds personal data is needed
# no longer than that.
KEEP_RESTRICTED_YEARS = 5
IMPORT_AT_ONCE_BYTES = 200_000  # a larger import is worked on in a process of its own

# Who runs this installation, for the pages on accessibility and privacy. What is not said is said
# there to be missing.

CONTACT_NAME: str = env.str("CONTACT_NAME", default="")
CONTACT_EMAIL: str = env.str("CONTACT_EMAIL", default="")
ACCESSIBILITY_ENFORCEMENT: str = env.str("ACCESSIBILITY_ENFORCEMENT", default="")
SERVER_LOCATION: str = env.str("SERVER_LOCATION", default="")
KEEP_SIGN_INS_DAYS: int = env.int("KEEP_SIGN_INS_DAYS", default=90)

# Tables

DJANGO_TABLES2_TEMPLATE = "tables/table.html"
FILTERS_EMPTY_CHOICE_LABEL = pgettext_lazy("filter", "All")

# Messages to the operator

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Without handlers of its own it would also mail the administrators.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
