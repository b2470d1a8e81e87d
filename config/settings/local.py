"""One machine, for work and for a first look: plain static files, readable logs, no TLS."""

from config.logs import logging_config
from config.settings import base
from config.settings.composing import settings_of

globals().update(settings_of(base))

# Below its own folder: whoever tidies up the library takes files that are not in his database for orphans, so
# that two installations from one checkout would remove each other's pictures.
MEDIA_ROOT = base.DEPLOYMENT.var / "media"
STORAGES = base.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None  # nothing is collected: files come from where they lie
WHITENOISE_AUTOREFRESH = False
LOGGING = logging_config(level="INFO", as_json=False)
