"""Which pages of other origins may call the API: those that an app key allows."""

from django.http import HttpRequest

from apps.core.api.authentication import app_of
from apps.core.calling import keyring


def allows_origin(request: HttpRequest) -> bool:
    """Whether the browser may hand the answer to the page.

    A preflight shows no key yet: it is told yes where some key in use allows the origin. The answer itself
    is readable only where the very key that was sent allows it.
    """
    origin = request.headers.get("Origin", "")
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        return origin in keyring().allowed_origins()
    app = app_of(request)
    return app is not None and origin in app.origins
