"""What describes this installation; everything comes from the environment, with a default."""

from __future__ import annotations

import sys
from pathlib import Path

import environ

from accounts.allauth_forms import ACCOUNT_FORMS, MFA_FORMS  # noqa: F401 (settings, too)
from portal.csp import CONTENT_SECURITY_POLICY  # noqa: F401 (the same)
from portal.environment import log_lines, rate, waits
from portal.kinds import JOB_KINDS, NOTICE_KINDS  # noqa: F401 (the same)
from portal.mail_in import mail_in

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# Where all data of a self-contained installation lives: files, logs, sockets, schedules.
HOME = Path(env("TURNAROUND_HOME", default=str(BASE_DIR / ".turnaround"))).resolve()

# --- Installation -----------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
# The demo shows every mail, has people with known passwords and a components page.
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = env("SECRET_KEY", default="")
if not SECRET_KEY and (DEMO or DEBUG or "pytest" in sys.modules):
    SECRET_KEY = "not-a-secret-only-for-demo-and-tests-on-this-very-machine"  # noqa: S105

# Hosts are rows of the catalog; BrandMiddleware refuses every other one with a 400.
ALLOWED_HOSTS = ["*"]
# More of them for this installation: HOSTS="portal.example.org=perfectserve,localhost=perfectserve"
HOSTS = dict(entry.split("=", 1) for entry in env.list("HOSTS", default=[]))
# How a browser reaches this installation where a brand's own origin is not in use (demo).
ORIGIN = env("ORIGIN", default="")
# Set behind a proxy that ends TLS and always sets X-Forwarded-Proto itself.
BEHIND_TLS_PROXY = env.bool("BEHIND_TLS_PROXY", default=False)
INSECURE_HTTP = env.bool("INSECURE_HTTP", default=DEBUG or DEMO or "pytest" in sys.modules)

TESTING = "pytest" in sys.modules

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "portal.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "accounts",
    "tickets.catalog",
    "tickets",
    "tickets.mail",
    "sla",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.MaintenanceMiddleware",
    "tickets.catalog.middleware.BrandMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.middleware.TimeZoneMiddleware",
    "accounts.middleware.IdleSignOutMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.DeclaredPagesMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.LimitMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "portal.middleware.PrivatePagesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tickets.catalog.context_processors.brand",
                "portal.context_processors.frame",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database, cache, broker ------------------------------------------------------------

DATABASES = {
    "default": {
        **env.db("DATABASE_URL", default="postgresql:///turnaround"),
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,  # a host that answers nothing is as good as none
            "options": f"-c statement_timeout={env.int('STATEMENT_TIMEOUT_MS', default=30000)}"
            " -c idle_in_transaction_session_timeout=60000"
            # Reports sort a month of promises; four megabytes would send that to the disk.
            " -c work_mem=16MB",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
REDIS_URL = env("REDIS_URL", default="redis://localhost:6379/0")
# How often jobs run, which portal/celery.py lists; and after how long without any it shows.
SWEEP_SECONDS = env.int("SWEEP_SECONDS", default=15)
RELAY_SECONDS = env.int("RELAY_SECONDS", default=3)
CLOSE_SECONDS = env.int("CLOSE_SECONDS", default=60 * 60)
REMIND_SECONDS = env.int("REMIND_SECONDS", default=15 * 60)
JOB_SECONDS = env.int("JOB_SECONDS", default=3)
CLEAN_UP_SECONDS = env.int("CLEAN_UP_SECONDS", default=24 * 60 * 60)
WORKER_LATE_SECONDS = env.int("WORKER_LATE_SECONDS", default=3 * 60)

# --- People -----------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.OneAddressBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "accounts.passwords.NotOurNameValidator",
        "OPTIONS": {
            "names": env.list(
                "NAMES_NOT_IN_PASSWORDS",
                default=["turnaround", "perfectserve", "telmediq", "smartcall", "carewire"],
            )
        },
    },
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
FIRST_PAGE = "/tickets/?first"  # after a first password: the requests of before
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the browser that signed up, and only there
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_SESSION_REMEMBER = False
CONFIRMATION_DAYS = ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = env.int("CONFIRMATION_DAYS", default=3)
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.links.PasswordLinks"  # noqa: S105
ACCOUNT_RATE_LIMITS = False  # ours stand in front of every door: accounts/limits.py
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Turnaround"
STAFF_MFA = env("STAFF_MFA", default="off" if TESTING else "required")
PASSWORD_RESET_TIMEOUT = ACCOUNT_LOGIN_TIMEOUT = env.int("LINK_SECONDS", default=60 * 60)
KEPT_FILES = "tickets.staging.stage_kept"  # what becomes of the files of a form sent too late
IDLE_SECONDS_STAFF = env.int("IDLE_SECONDS_STAFF", default=15 * 60)
IDLE_SECONDS_CUSTOMER = env.int("IDLE_SECONDS_CUSTOMER", default=30 * 60)
SESSION_COOKIE_AGE = env.int("SESSION_SECONDS", default=12 * 60 * 60)
# How often a door may be knocked at: name -> (times, seconds), in the environment TIMES/SECONDS.
LIMITS = {
    "sign_in": rate(env("LIMIT_SIGN_IN", default="10/60")),  # for one person, from one address
    "sign_in_address": rate(env("LIMIT_SIGN_IN_ADDRESS", default="100/60")),
    "sign_up": rate(env("LIMIT_SIGN_UP", default="10/3600")),
    "get_password": rate(env("LIMIT_GET_PASSWORD", default="3/3600")),  # mails to one person
    "get_password_address": rate(env("LIMIT_GET_PASSWORD_ADDRESS", default="60/3600")),
    "ask_again": rate(env("LIMIT_ASK_AGAIN", default="10/300")),  # codes, password once more
    "account": rate(env("LIMIT_ACCOUNT", default="30/60")),
    "submit": rate(env("LIMIT_SUBMIT", default="30/600")),
    "stage": rate(env("LIMIT_STAGE", default="60/3600")),  # files whose form was not taken
    "copy": rate(env("LIMIT_COPY", default="20/3600")),  # by one person, and to one address
    "mail_in": rate(env("LIMIT_MAIL_IN", default="60/3600")),  # mails of one sender that are read
    "mail_answer": rate(env("LIMIT_MAIL_ANSWER", default="3/3600")),  # RFC 3834, to one address
}

# --- Tickets ----------------------------------------------------------------------------

COPY_DAYS = env.int("COPY_DAYS", default=3)
DRAFT_DAYS = env.int("DRAFT_DAYS", default=30)
DRAFT_WARNING_DAYS = env.int("DRAFT_WARNING_DAYS", default=3)
REMIND_HOURS = env.int("REMIND_HOURS", default=24)  # who sent signed out and has not confirmed
CLOSE_AFTER_DAYS = env.int("CLOSE_AFTER_DAYS", default=7)
EXPORT_LINES = env.int("EXPORT_LINES", default=20_000)  # of a list, as a file to wait for
EXPORT_DAYS = env.int("EXPORT_DAYS", default=7)  # for which the file of a longer one is kept
FILE_MAX_BYTES = env.int("FILE_MAX_BYTES", default=20 * 1024 * 1024)
FILE_MAX_COUNT = env.int("FILE_MAX_COUNT", default=10)
LOST_FILE_HOURS = env.int("LOST_FILE_HOURS", default=24)
STAGED_SECONDS = env.int("STAGED_SECONDS", default=60 * 60)
STAGED_MAX_BYTES = env.int("STAGED_MAX_BYTES", default=2 * 1024**3)
DATA_UPLOAD_MAX_MEMORY_SIZE = env.int("FORM_MAX_BYTES", default=2 * 1024 * 1024)
# Above it Django cuts a POST off; below it we say in words that a file is one too many.
DATA_UPLOAD_MAX_NUMBER_FILES = FILE_MAX_COUNT * 10
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # No base_url: files have no address but the view that asks who wants them.
        "OPTIONS": {"location": env("FILES_ROOT", default=str(HOME / "files")), "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEBUG and "pytest" not in sys.modules
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
STATIC_URL = "/static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(HOME / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or TESTING  # looked for as they are asked

# What follows from every event of a ticket, in this order, in the same transaction.
TICKET_EVENT_HANDLERS = ["sla.clocks.on_event", "tickets.search.on_event"]
TICKET_EVENT_HANDLERS += ["tickets.mail.notify.on_event", "tickets.mail.following.on_event"]
# What other apps show on tickets, and on the form before there is one.
TICKET_PANELS = ["sla.panels.promises", "tickets.related.related", "tickets.mail.shown.waits"]
TICKET_TIMELINE = ["sla.panels.breaches", "sla.told.told", "tickets.mail.shown.told"]
PROMISE = "sla.promise.promised"
PROMISE_FORETOLD = "sla.foretold.foretold"
TICKET_COPIES = ["tickets.mail.forgetting.forget", "sla.exports.forget"]  # forget what is redacted

# --- Mail -------------------------------------------------------------------------------

# Every mail becomes a row; only the relay speaks SMTP (RELAY_BACKEND).
EMAIL_BACKEND = "tickets.mail.backend.OutboxBackend"
RELAY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
# How long the relay waits before it tries again: a server that is away, a mail that was refused
# (in this order, then the last one over and over), and after how many times it gives up. With
# these the last try comes more than five days after the first (RFC 5321 4.5.4.1).
MAIL_AWAY_SECONDS = env.int("MAIL_AWAY_SECONDS", default=30)
MAIL_RETRY_SECONDS = waits(env("MAIL_RETRY_SECONDS", default="60,240,960,3840,14400"))
MAIL_MAX_TRIES = env.int("MAIL_MAX_TRIES", default=36)
# How mails come in. Only what our own server (this name) found out about a sender is believed.
MAIL_IN = mail_in(env)
MAIL_AUTHSERV_ID = env("MAIL_AUTHSERV_ID", default="")
MAIL_REPLY_TAGS = env.bool("MAIL_REPLY_TAGS", default=False)  # answers to support+tag@… reach us

# --- Time and language ------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "portal.formats"  # no time without its zone
# The words are in this language already: to look each up, some hundred times a page, takes long.
USE_I18N = LANGUAGE_CODE != "en-us"

# --- Security ---------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not INSECURE_HTTP
SESSION_COOKIE_NAME = "sessionid" if INSECURE_HTTP else "__Host-sessionid"
CSRF_COOKIE_NAME = "csrftoken" if INSECURE_HTTP else "__Host-csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
SECURE_SSL_REDIRECT = not INSECURE_HTTP
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if INSECURE_HTTP else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not INSECURE_HTTP
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = log_lines(level=env("LOG_LEVEL", default="INFO"))
