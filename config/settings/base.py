"""What every deployment of Larder has in common. Facts that differ come from config/environment.py."""

import os
from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from config.environment import BASE_DIR, read_environment
from config.logs import logging_config
from config.servers import broker_at, database_at
from config.theme import UNFOLD as THEME

DEPLOYMENT: Final = read_environment()
SECRET_KEY = DEPLOYMENT.secret_key
DEBUG = False
ALLOWED_HOSTS = DEPLOYMENT.hosts
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "modeltranslation",  # before the admin: it changes how translated fields are edited
    "unfold.apps.BasicAppConfig",  # its default config would put its own site in place of ours
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "config.apps.LarderAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "django_filters",
    "import_export",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    # ours, the lowest floor first
    "apps.core",
    "apps.accounts",
    "apps.notifications",
    "apps.approvals",
    "apps.catalog",
    "apps.customers",
    "apps.inventory",
    "apps.orders",
    "apps.campaigns",
    "apps.sync",
    "apps.dashboard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.RequestContextMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.core.admin.language.StaffLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.core.admin.script_policy.LarderPolicy",
]

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
            ],
        },
    },
]

# --- Data -----------------------------------------------------------------------------------------------
EMBEDDED = DEPLOYMENT.own_services()
DATABASES: dict[str, dict[str, Any]] = {
    "default": EMBEDDED.postgres.database_settings()
    if EMBEDDED.postgres
    else database_at(DEPLOYMENT.database_url or "")
}
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 6, "timeout": 10}
DATABASES["default"]["CONN_MAX_AGE"] = 0  # the pool keeps them

REDIS_URL = EMBEDDED.valkey.url if EMBEDDED.valkey else DEPLOYMENT.redis_url or ""
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "larder",
        # a Redis that hangs must not hang every page that shows a count
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}

# --- People ---------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # e-mail is unique by lower(email), which the check cannot see
AUTHENTICATION_BACKENDS = ["apps.accounts.backends.StaffBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
OWN_PASSWORD_FORM = "apps.accounts.forms.OwnPasswordForm"  # noqa: S105 - a form, no password
LOGIN_REDIRECT_URL = "admin:index"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# --- Words and time -------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ar", "العربية"), ("tr", "Türkçe"), ("fr", "Français")]
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en",)
JQUERY_UI_URL = "vendor/jquery-ui.min.js"  # modeltranslation would fetch it from another host
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = SHOP_TIME_ZONE = DEPLOYMENT.shop_zone
ERP_TIME_ZONE = DEPLOYMENT.erp_zone
SHOP_CURRENCY = DEPLOYMENT.currency

# --- ERPNext --------------------------------------------------------------------------------------------
ERPNEXT = DEPLOYMENT.erpnext
# where people open its records: while no ERPNext is named, in the demo one, which listens on the next port
ERPNEXT_DESK_URL = ERPNEXT.url or f"http://127.0.0.1:{DEPLOYMENT.port + 1}"
SYNC_POST_ENABLED = DEPLOYMENT.sync_post_enabled

# --- Pushes ---------------------------------------------------------------------------------------------
PUSH_ADAPTER = DEPLOYMENT.pushing.adapter
FCM_CREDENTIALS = DEPLOYMENT.pushing.credentials
FCM_URL = "https://fcm.googleapis.com"

# --- Files ----------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "media/"
MEDIA_ROOT = BASE_DIR / "media"
PRIVATE_ROOT = DEPLOYMENT.var / "private"  # exports, uploads, backups: no URL serves it
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Tasks ----------------------------------------------------------------------------------------------
CELERY_BROKER_URL = broker_at(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": int(
        timedelta(hours=2).total_seconds()
    ),  # longer than any task, or it would run twice
    "global_keyprefix": "larder:celery:",
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "config.beat:RememberingScheduler"
EVENT_LISTENERS = "config.wiring.LISTENERS"

# --- Options ---------------------------------------------------------------------------------------------
OPTION_PREFIXES = ("OPTION_", "SYNC_INTERVAL_")
OPTIONS_FROM_ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name.startswith(OPTION_PREFIXES)
}
OPTIONS_FRESH_FOR = 2  # seconds until another process sees a change
TRUSTED_PROXIES = DEPLOYMENT.trusted_proxies

# --- API ------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.core.api.authentication.StaffSession"],
    "DEFAULT_PERMISSION_CLASSES": ["apps.core.api.permissions.NobodyUnlessSaid"],
    "DEFAULT_RENDERER_CLASSES": ["apps.core.api.renderers.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.api.parsers.JsonParser"],
    "DEFAULT_PAGINATION_CLASS": "apps.core.api.pagination.CursorPages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "apps.core.api.schema.LarderSchema",
    "DEFAULT_THROTTLE_CLASSES": ["apps.core.api.throttling.CallerThrottle"],
    "EXCEPTION_HANDLER": "apps.core.api.problems.problem_handler",
    "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.NamespaceVersioning",
    "DEFAULT_VERSION": "v1",
    "ALLOWED_VERSIONS": ["v1"],
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS would tell about views what the schema tells better
    "DATETIME_FORMAT": None,  # the renderer writes moments in UTC; DRF would write the shop's zone
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Larder",
    "DESCRIPTION": "What the shop's apps and staff read and do. Errors are RFC 9457 problems.",
    "VERSION": "v1",
    "OAS_VERSION": "3.1.0",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_NAME_OVERRIDES": {  # several things have a state
        "ItemStateEnum": "apps.approvals.states.ItemState",
        "RunStateEnum": "apps.sync.states.RunState",
        "RunModeEnum": "apps.sync.states.Mode",
        "FeedKindEnum": "apps.sync.feed.FeedKind",
    },
}

# --- Safety ---------------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "apps.core.admin.error_pages.form_expired"
# Alpine evaluates attributes, so the admin needs 'unsafe-eval'; nothing else does (STACK 2.6).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
    }
}

# --- Look and log ---------------------------------------------------------------------------------------
UNFOLD = THEME
IMPORT_EXPORT_USE_TRANSACTIONS = True
LOGGING = logging_config(level="INFO", as_json=True)
SITE_NAME = _("Larder")
