"""Every setting of the portal, readable from top to bottom; the environment overrides."""

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from bureau.core.embedded import keys, locate
from bureau.core.tiles import tile_origin

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var")).resolve()

# --- Where the portal stands -------------------------------------------------------------
PORTAL_ENV = os.environ.get("PORTAL_ENV", "local")
PRODUCTION = PORTAL_ENV == "production"
DEBUG = os.environ.get("DEBUG", "") == "1"
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]
CLOCK_OFFSET = float(os.environ.get("PORTAL_CLOCK_OFFSET", "0"))
DEMO = os.environ.get("PORTAL_DEMO", "" if os.environ.get("DATABASE_URL") else "1") == "1"

_keys = keys.load(VAR_DIR, must_be_given=bool(os.environ.get("DATABASE_URL")))
SECRET_KEY = _keys.django
ENCRYPTION_KEYS = _keys.encryption
BLIND_INDEX_KEY = _keys.blind_index

# --- What it is made of ------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "pgtrigger",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "template_partials",
    "bureau.core",
    "bureau.records",
    "bureau.places",
    "bureau.people",
    "bureau.jobs",
    "bureau.documents",
    "bureau.exchange",
    "bureau.desk",
    "heating",
    "grants",
    "complaints",
]

MIDDLEWARE = [
    "bureau.core.middleware.RequestOriginMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # Above all that may answer by itself, so that redirects and refusals carry their headers too.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "bureau.core.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bureau.people.middleware.SessionLimitsMiddleware",
    "bureau.people.middleware.SignInRequiredMiddleware",
    "bureau.desk.middleware.MethodRefusedMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "bureau.urls"
WSGI_APPLICATION = "bureau.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
FILTERS_EMPTY_CHOICE_LABEL = _("any")
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
                "django.template.context_processors.i18n",
                "bureau.desk.context.shell",
            ],
            "builtins": ["template_partials.templatetags.partials"],
        },
    },
]

# --- The servers it stands on ------------------------------------------------------------
DATABASES = {"default": locate.database(VAR_DIR)}
DATABASES["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = locate.broker(VAR_DIR)
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 1500
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 4
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
if os.environ.get("PORTAL_ROLE") != "worker":
    # A web process must not hang on a dead broker; a worker with these would lose its acks.
    CELERY_BROKER_TRANSPORT_OPTIONS |= {
        "socket_timeout": 3,
        "socket_connect_timeout": 2,
        "max_retries": 0,
    }
# Ticks do not queue behind tasks, and the sweeper can count the messages of tasks alone.
CELERY_TASK_QUEUES = [Queue("celery"), Queue("jobs")]
CELERY_TASK_ROUTES = {"jobs.run": {"queue": "jobs"}}
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "jobs.sweep", "schedule": 15.0, "options": {"expires": 30}},
    "purge-uploads": {"task": "exchange.purge", "schedule": 3600.0, "options": {"expires": 3600}},
    "heartbeat": {"task": "jobs.heartbeat", "schedule": 60.0, "options": {"expires": 120}},
    "prove-audit": {"task": "records.prove", "schedule": 86400.0, "options": {"expires": 86400}},
    "tidy-sign-ins": {"task": "people.tidy", "schedule": 3600.0, "options": {"expires": 3600}},
    "purge-drafts": {"task": "desk.purge_drafts", "schedule": 3600.0, "options": {"expires": 3600}},
    "sum-up-progress": {
        "task": "grants.refresh_progress",
        "schedule": 60.0,
        "options": {"expires": 120},
    },
    "prove-progress": {
        "task": "grants.prove_progress",
        "schedule": 86400.0,
        "options": {"expires": 86400},
    },
    "seal-audit": {"task": "records.seal", "schedule": 60.0, "options": {"expires": 120}},
}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- Who signs in ------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "bureau.people.backends.PortalBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("username", "display_name")}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
] + [{"NAME": "bureau.people.passwords.UserNameValidator"}]
LOGIN_URL = "people:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "people:login"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_IDLE = timedelta(minutes=30)
SESSION_LIMIT = timedelta(hours=12)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "bureau.desk.errors.csrf_failure"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False
AXES_HANDLER = "bureau.people.sign_in.SignInGuard"
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# Slower, and whatever the address: a name that many machines guess at.
SLOW_LOCK_FAILURES = 20
SLOW_LOCK_PERIOD = timedelta(hours=1)
# Addresses of reverse proxies whose X-Forwarded-For is believed; nobody's by default.
TRUSTED_PROXIES = [a for a in os.environ.get("TRUSTED_PROXIES", "").split(",") if a]
AXES_CLIENT_IP_CALLABLE = "bureau.people.sign_in.client_address"
AXES_LOCKOUT_CALLABLE = "bureau.people.views.locked_out"

# --- Maps --------------------------------------------------------------------------------
# A tile server such as https://{s}.tiles.city.example/{z}/{x}/{y}.png; empty: the plain ground.
MAP_TILE_URL = os.environ.get("MAP_TILE_URL", "")
MAP_TILE_ATTRIBUTION = os.environ.get("MAP_TILE_ATTRIBUTION", "")

# --- What browsers are told --------------------------------------------------------------
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [
            SELF,
            "data:",
            "blob:",
            *([tile_origin(MAP_TILE_URL)] if MAP_TILE_URL else []),
        ],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds())
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True

# --- Language, time, files ---------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static", ("vendor", BASE_DIR / "var" / "vendor")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "files"
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
# A village ticks all its households in one form: a tick, a reason and a meter for each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_PERMISSIONS = 0o600

# --- The API -----------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "bureau.people.api_auth.TokenAuthentication",
        "bureau.people.api_auth.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["bureau.desk.api.parsers.BoundedJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "bureau.desk.api.pagination.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "bureau.desk.api.problems.problem",
    "DEFAULT_THROTTLE_CLASSES": [
        "bureau.people.api_auth.TokenThrottle",
        "bureau.people.api_auth.AnonymousThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "token": os.environ.get("API_RATE_TOKEN", "1200/min"),
        "anon": os.environ.get("API_RATE_ANONYMOUS", "60/min"),
    },
    "NUM_PROXIES": 0,
    "URL_FORMAT_OVERRIDE": None,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Liaocheng City Management Bureau portal",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "bureau.desk.api.schema.with_problems",
    ],
    # The same words under several field names get one name in the document.
    "ENUM_NAME_OVERRIDES": {
        "AuditSource": "bureau.records.choices.Source",
        "HandoverState": "heating.choices.HandoverState",
        "ManagementMode": "heating.choices.ManagementMode",
        "ConsentBasis": "heating.choices.ConsentBasis",
        "ClaimState": "grants.choices.ClaimState",
        "NoticeState": "grants.choices.NoticeState",
        "ObjectionState": "grants.choices.ObjectionState",
        "EntitlementState": "grants.choices.EntitlementState",
        "BatchState": "grants.choices.BatchState",
        "LineState": "grants.choices.LineState",
        "RecoveryState": "grants.choices.RecoveryState",
        "UseCheckState": "grants.choices.UseCheckState",
        "DuplicateState": "grants.choices.DuplicateState",
        "PolicyState": "grants.choices.PolicyState",
        "SubsidyKind": "grants.choices.SubsidyKind",
        "TargetKind": "grants.choices.TargetKind",
        "HeatPump": "grants.choices.HeatPump",
        "RateHeatPump": "grants.choices.RateHeatPump",
        "Technology": "grants.choices.Technology",
        "Relation": "grants.choices.Relation",
        "RelationToHead": "grants.api.households.RELATIONS",
        "PayeeKind": "grants.choices.PayeeKind",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- What it writes down -----------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {"axes": {"level": "WARNING"}},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
