"""For pytest: the same services as everywhere, a quick hasher, tasks run where they are sent."""

import os

os.environ["DJANGO_ENV"] = "test"  # whoever chose these settings chose the deployment

from config.logs import logging_config
from config.settings import base
from config.settings.composing import settings_of

globals().update(settings_of(base))

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = base.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
CACHES = {"default": base.CACHES["default"] | {"KEY_PREFIX": f"test:{WORKER}"}}  # real, but each to his own
MEDIA_ROOT = base.DEPLOYMENT.var / "media" / WORKER
PRIVATE_ROOT = base.DEPLOYMENT.var / "private" / WORKER
OPTIONS_FRESH_FOR = 3600  # no query at a chance moment; conftest forgets between tests
LOGGING = logging_config(level="WARNING", as_json=False)
