"""What every deployment of Larder has in common. Facts that differ come from config/environment.py."""

import os
from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from config.environment import BASE_DIR, read_environment
from config.logs import logging_config
from config.release import release
from config.servers import broker_at, database_at, mail_at
from config.shelf import shelf_at
from config.theme import UNFOLD as THEME

DEPLOYMENT: Final = read_environment()
DEPLOYMENT_NAME = DEPLOYMENT.name
RELEASE = release(BASE_DIR)
SECRET_KEY = DEPLOYMENT.secret_key
DEBUG = False
ALLOWED_HOSTS = DEPLOYMENT.hosts
PUBLIC_URL = DEPLOYMENT.public_url or ""  # empty: addresses name the host of the request
HOSTS_FOR_MACHINES: list[str] = []  # of those: no letter to a person leads there
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
    "django_otp.plugins.otp_totp",
    "corsheaders",
    # ours, the lowest floor first
    "apps.core",
    "apps.accounts",
    "apps.notifications",
    "apps.media",
    "apps.approvals",
    "apps.catalog",
    "apps.customers",
    "apps.inventory",
    "apps.orders",
    "apps.campaigns",
    "apps.mobile",
    "apps.sync",
    "apps.dashboard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "apps.media.serving.MediaServing",  # pictures need none of what follows
    "apps.core.middleware.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.RequestContextMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.core.admin.language.StaffLanguage",
    "apps.accounts.middleware.SessionWatch",
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
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
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
    {"NAME": name}
    for name in (
        "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "apps.accounts.validators.LongEnough",  # how long is an option
        "django.contrib.auth.password_validation.CommonPasswordValidator",
        "django.contrib.auth.password_validation.NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=1).total_seconds())
SIGN_IN_PAGE = "apps.accounts.pages.signing_in.SignIn"
STAFF_MENU = "config.menu.entries"
OWN_PASSWORD_FORM = "apps.accounts.forms.OwnPasswordForm"  # noqa: S105 - a form, no password
LOGIN_REDIRECT_URL = "admin:index"
SESSION_ENGINE = "apps.accounts.session_store"  # how long one lasts is an option
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
MEDIA = shelf_at(DEPLOYMENT.media_storage_url)
MEDIA_SERVED_HERE = not MEDIA.origin
FILE_UPLOAD_HANDLERS = [
    "apps.media.bounds.BoundedUpload",
    "apps.inventory.bounds.BoundedInvoice",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "apps.core.uploads.WaitingFiles",
]
PRIVATE_ROOT = DEPLOYMENT.var / "private"  # exports, uploads, backups: no URL serves it
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "media": MEDIA.storage,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- E-mail ---------------------------------------------------------------------------------------------
_MAIL = mail_at(DEPLOYMENT.email_url or "")
EMAIL_BACKEND = _MAIL["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _MAIL["EMAIL_HOST"] or "localhost", _MAIL["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL["EMAIL_HOST_USER"] or "", _MAIL["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.get("EMAIL_USE_TLS", False), _MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = DEPLOYMENT.email_from or "Larder <larder@localhost>"
# smtp | console | none: what is printed would stand in the logs of a production, link and all
EMAIL_WAY = "smtp" if DEPLOYMENT.email_url else "none" if DEPLOYMENT.name == "production" else "console"

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
APP_KEYRING = "apps.accounts.services.keyring"
# who a token's subject is, by the kind of person that it was made for
TOKEN_KINDS = {"staff": "apps.accounts.services.app_sign_ins.person_of"}
# Which origins, each key says (apps/accounts/api/cors.py). Without cookies: an app brings its key.
CORS_URLS_REGEX = r"^/api/v1/"
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_HEADERS = (
    "accept",
    "accept-language",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-none-match",
    "x-app-key",
    "x-app-version",
    "x-request-id",
)
CORS_EXPOSE_HEADERS = (
    "Content-Language",
    "ETag",
    "Location",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
    "X-Request-ID",
)
CORS_PREFLIGHT_MAX_AGE = 600
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.core.api.authentication.AppCaller",
        "apps.core.api.authentication.StaffSession",
    ],
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
        "RightReachEnum": "apps.accounts.models.rights.REACHES",
        "SourceEnum": "apps.orders.states.OrderSource",
        "OverrideSourceEnum": "apps.accounts.models.rights.DECIDED",
        "ItemStateEnum": "apps.approvals.states.ItemState",
        "RunStateEnum": "apps.sync.states.RunState",
        "RunModeEnum": "apps.sync.states.Mode",
        "FeedKindEnum": "apps.sync.feed.FeedKind",
    },
}

# --- Safety ---------------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# What no page of ours asks a browser for, no script that got into one may ask for either.
PERMISSIONS_POLICY = (
    "accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera", "display-capture",
    "encrypted-media", "geolocation", "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment",
    "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bytes of a form or a JSON body; a file is not among them
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000  # the largest form is the matrix of roles and rights
DATA_UPLOAD_MAX_NUMBER_FILES = 50
FILE_UPLOAD_PERMISSIONS = 0o644
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "apps.core.admin.error_pages.form_expired"
# Alpine evaluates attributes, so the admin needs 'unsafe-eval'; nothing else does (STACK 2.6).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", *([MEDIA.origin] if MEDIA.origin else [])],
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
