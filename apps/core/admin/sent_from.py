"""The page that a form was sent from. The form's own address may open nothing, and be no way back."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

READING = frozenset({"GET", "HEAD"})


def page_of(request: HttpRequest) -> str:
    """Its path and query, if the browser names one of ours; of what was only read, or else, its own path."""
    came = request.headers.get("Referer", "")
    if request.method in READING or not url_has_allowed_host_and_scheme(came, {request.get_host()}):
        return request.path
    parts = urlsplit(came)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
