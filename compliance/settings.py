"""Settings: everything that differs between places comes from the environment."""

import os
from importlib.util import find_spec
from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

from compliance.databases import database_settings
from compliance.ui.csp import CONTENT_SECURITY_POLICY
from compliance.ui.theme import THEME_APPS, THEME_LOCALE_PATH, UNFOLD

__all__ = ["CONTENT_SECURITY_POLICY", "UNFOLD"]

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# "production" refuses what the quick start makes up for itself.
PROFILE = env.str("HEYAN_PROFILE", default="quickstart")
IS_PRODUCTION = PROFILE == "production"
HEYAN_HOME = Path(env.str("HEYAN_HOME", default=str(BASE_DIR / ".heyan")))

CREATE_MISSING_KEYS = not IS_PRODUCTION
IDENTITY_KEY_FILE = env.str(
    "HEYAN_IDENTITY_KEY_FILE", default=str(HEYAN_HOME / "keys" / "identity.json")
)
# aes-256-gcm, or sm4-gcm where commercial cryptography is required.
IDENTITY_ALGORITHM = env.str("HEYAN_IDENTITY_ALGORITHM", default="aes-256-gcm")
# How many searches by an exact identity value one person may make within 24 hours.
IDENTITY_SEARCHES_A_DAY = env.int("HEYAN_IDENTITY_SEARCHES_A_DAY", default=30)

# "sandbox" verifies everybody but its test numbers; "http" asks a provider at the address.
IDENTITY_PROVIDER = env.str(
    "HEYAN_IDENTITY_PROVIDER", default="http" if IS_PRODUCTION else "sandbox"
)
IDENTITY_PROVIDER_URL = env.str("HEYAN_IDENTITY_PROVIDER_URL", default="")
IDENTITY_PROVIDER_TOKEN = env.str("HEYAN_IDENTITY_PROVIDER_TOKEN", default="")

# By which address of the platform everybody reaches a person who runs an account, without learning
# who it is: "https://…/{platform_uid}". Empty where the platform relays nothing.
RELAYED_CONTACT = env.str("HEYAN_RELAYED_CONTACT", default="")

# How notices and commands leave. "sandbox" keeps them in a table; "webhook" posts them, signed, to
# the platform's own systems; "mail" sends by the server of HEYAN_EMAIL_URL.
PLATFORM_CHANNEL = env.str(
    "HEYAN_PLATFORM_CHANNEL", default="webhook" if IS_PRODUCTION else "sandbox"
)
_MAIL_URL = env.str("HEYAN_EMAIL_URL", default="")
vars().update(env.email_url_config(_MAIL_URL or "dummymail://"))
_NO_SERVER = "" if IS_PRODUCTION else "sandbox"
MAIL_CHANNEL = env.str("HEYAN_MAIL_CHANNEL", default="mail" if _MAIL_URL else _NO_SERVER)
MAIL_FROM = env.str("HEYAN_MAIL_FROM", default="")
SMS_CHANNEL = env.str("HEYAN_SMS_CHANNEL", default=_NO_SERVER)
WEBHOOK_URL = env.str("HEYAN_WEBHOOK_URL", default="")
# "host" or "host:port"; no other host is called, whatever the address says.
WEBHOOK_HOSTS = env.list("HEYAN_WEBHOOK_HOSTS", default=[])
# Private networks in which these hosts may lie; public addresses need no entry.
WEBHOOK_NETWORKS = env.list("HEYAN_WEBHOOK_NETWORKS", default=[])
WEBHOOK_KEY_FILE = env.str(
    "HEYAN_WEBHOOK_KEY_FILE", default=str(HEYAN_HOME / "keys" / "webhook.json")
)
# While it is held back, whoever wrote a notice may cancel it.
NOTICE_HOLD_SECONDS = env.int("HEYAN_NOTICE_HOLD_SECONDS", default=300)
# An attempt that takes longer is over; the lease of a delivery must outlast it.
DELIVERY_SECONDS = env.int("HEYAN_DELIVERY_SECONDS", default=15)
DELIVERY_LEASE_SECONDS = env.int("HEYAN_DELIVERY_LEASE_SECONDS", default=60)
# How long is waited after each failed attempt; after the last one a person has to look.
DELIVERY_RETRY_SECONDS = env.list(
    "HEYAN_DELIVERY_RETRY_SECONDS",
    cast=int,
    default=[5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400],
)
# A command that the platform has not answered for longer is shown on the desk.
COMMAND_CONFIRM_SECONDS = env.int("HEYAN_COMMAND_CONFIRM_SECONDS", default=3600)
# How many reverse proxies of ours stand before the product and add to X-Forwarded-For.
PROXIES = env.int("HEYAN_PROXIES", default=0)
# How hard it is to send a complaint on the public page, in leading zero bits; 0 asks for nothing.
PROOF_OF_WORK_BITS = env.int("HEYAN_PROOF_OF_WORK_BITS", default=0)
# Jobs that went well leave nothing behind; what they did is on record elsewhere.
PROCRASTINATE_WORKER_DEFAULTS = {"concurrency": 4, "delete_jobs": "successful"}

# What stands at the head of every filing.
PLATFORM_NAME = env.str("HEYAN_PLATFORM_NAME", default="" if IS_PRODUCTION else "示例平台")
PLATFORM_USCC = env.str("HEYAN_PLATFORM_USCC", default="")
PLATFORM_PROVINCE = env.str("HEYAN_PLATFORM_PROVINCE", default="")
# Under which address people outside reach us, as "https://host"; notices name it. Empty: the path.
PUBLIC_BASE_URL = env.str("HEYAN_PUBLIC_BASE_URL", default="").rstrip("/")
# To whom somebody writes who appeals: post, mail, telephone, one a line.
APPEAL_CONTACT = env.str(
    "HEYAN_APPEAL_CONTACT",
    default=""
    if IS_PRODUCTION
    else "示例平台申诉受理组（演示用，均为虚构）\nappeals@platform.example\n示例省示例市示例路 1 号",
    multiline=True,
)

# Where evidence lies, encrypted: on a disk that every web process and worker reaches.
EVIDENCE_ROOT = Path(env.str("HEYAN_EVIDENCE_ROOT", default=str(HEYAN_HOME / "evidence")))
# Largest files by sort, and all files of one request together, in megabytes; our choice.
EVIDENCE_MAX_MB = {
    "picture": 20,
    "document": 30,
    "text": 2,
    "recording": 200,
    **env.dict("HEYAN_EVIDENCE_MAX_MB", cast={"value": int}, default={}),
}
EVIDENCE_REQUEST_MAX_MB = env.int("HEYAN_EVIDENCE_REQUEST_MAX_MB", default=220)
# Where a virus scanner listens: "unix:/run/clamav/clamd.ctl" or "tcp:host:3310"; without one files
# are shown as not scanned.
CLAMD = env.str("HEYAN_CLAMD", default="")


def _secret_key() -> str:
    if IS_PRODUCTION or "HEYAN_SECRET_KEY" in os.environ:
        return str(env.str("HEYAN_SECRET_KEY"))
    path = HEYAN_HOME / "keys" / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".secret_key.{os.getpid()}")
        draft.write_text(os.urandom(32).hex())
        draft.chmod(0o600)
        draft.replace(path)
    return path.read_text()


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = env.list("HEYAN_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])

INSTALLED_APPS = [
    *THEME_APPS,
    "simple_history",
    "procrastinate.contrib.django",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "compliance",
    "accounts",
    "enforcement",
    "reports",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
]
# Of the development requirements: two branches that add a migration then collide in git, where it
# is seen, and not in production.
if find_spec("django_linear_migrations"):
    INSTALLED_APPS.append("django_linear_migrations")
FIRST_PARTY_APPS = ["compliance", "accounts", "enforcement", "reports"]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "compliance.middleware.RequestIdMiddleware",
    "csp.middleware.CSPMiddleware",
    "compliance.public.middleware.NobodyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "compliance.ui.language.LanguageMiddleware",
    "compliance.middleware.WrongMethodMiddleware",
    "compliance.middleware.UnfitAddressMiddleware",
    "compliance.api.middleware.ApiMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "compliance.urls"
WSGI_APPLICATION = "compliance.wsgi.application"
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
                "csp.context_processors.nonce",
            ],
        },
    },
]

DATABASES, APPLICATION_ROLE = database_settings(env)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "compliance.StaffUser"
AUTHENTICATION_BACKENDS = ["compliance.roles.RoleBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
FORMAT_MODULE_PATH = ["compliance.formats"]
LOCALE_PATHS = [BASE_DIR / "locale", THEME_LOCALE_PATH]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Where collectstatic puts the files in production; the quick start serves them from the sources.
STATIC_ROOT = env.str("HEYAN_STATIC_ROOT") if IS_PRODUCTION else None
WHITENOISE_USE_FINDERS = True

# A colleague's session ends with the working day at the latest.
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_PRODUCTION
CSRF_COOKIE_SECURE = IS_PRODUCTION
SECURE_SSL_REDIRECT = IS_PRODUCTION
# Who asks whether this process lives does so inside, without TLS. The API refuses plain HTTP by
# itself: a redirect would hide that a key was sent in the clear.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^api/"]
API_REQUIRES_TLS = IS_PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_PRODUCTION
SECURE_HSTS_PRELOAD = IS_PRODUCTION
# Not "no-referrer": under it browsers post forms with "Origin: null", which the token check refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["compliance.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["compliance.api.content.ApiJsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["compliance.api.content.StrictJsonParser"],
    "DEFAULT_SCHEMA_CLASS": "compliance.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "compliance.api.problems.handle_exception",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Heyan 核验台",
    "VERSION": "1",
    "DESCRIPTION": _(
        "For the platform’s own systems: hand applications in, read accounts, restrictions and "
        "decisions. No answer holds the name, a number or the contact of a natural person."
    ),
    "SCHEMA_PATH_PREFIX": "/api/v[0-9]+/",
    "SERVE_INCLUDE_SCHEMA": False,
    # Names of enumerations where several fields of one name have different values.
    "ENUM_NAME_OVERRIDES": {
        "AccountStatus": "accounts.enums.AccountStatus",
        "Category": "accounts.enums.Category",
        "SubjectNature": "accounts.enums.SubjectNature",
        "StopKind": "accounts.transfer_words.StopKind",
        "QualificationType": "accounts.enums.QualificationType",
        "TakenStatus": "enforcement.enums.MeasureStatus",
        "SecondLookStatus": "enforcement.consistency_words.SecondLookStatus",
        "SecondLookOutcome": "enforcement.consistency_words.LookOutcome",
        "SecondLookConclusion": "enforcement.consistency_words.LookConclusion",
        "AccountGrade": "accounts.enums.Grade",
        "CreditGrade": "accounts.powers_words.CreditGrade",
        "HoldGround": "enforcement.hearing_words.HoldGround",
        "AppealGround": "enforcement.appeal_words.AppealGround",
        "LiftGround": "enforcement.measure_words.LiftGround",
        "ComplaintKind": "enforcement.complaint_words.ComplaintKind",
        "ComplaintOutcome": "enforcement.complaint_words.ComplaintOutcome",
        "ComplaintStatus": "enforcement.complaint_words.ComplaintStatus",
        "CommandStatus": "compliance.models.commands.CommandStatus",
    },
}

# History shows what was; going back is a decision of its own.
SIMPLE_HISTORY_REVERT_DISABLED = True

LOG_LEVEL = env.str("HEYAN_LOG_LEVEL", default="WARNING")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {
        "codes": {"()": "compliance.process_log.HideCodes"},
        "one_line": {"()": "compliance.process_log.OneLineOfRefusals"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            # Loggers with a level of their own, as Django's, are no louder than this.
            "level": LOG_LEVEL,
            "formatter": "line",
            "filters": ["codes"],
        }
    },
    # Here too, so that no other handler gets the codes.
    "loggers": {"django.request": {"filters": ["codes", "one_line"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
