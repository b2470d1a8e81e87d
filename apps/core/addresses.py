"""Addresses with a host in them: the one place that makes them.

Whoever asks says by which host he asks (``Host``), so what goes to other people, or is kept, leads to
PUBLIC_URL where that is set, whatever was asked. Only on one's own machine does the request's host do.
"""

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.request import split_domain_port


def origin(request: HttpRequest) -> str:
    """Where people find this installation: scheme and host, without a slash at the end."""
    return str(settings.PUBLIC_URL) or as_asked(request)


def absolute(path: str, *, request: HttpRequest) -> str:
    """A path of ours for a person to open or copy; what has a host already stays as it is."""
    return f"{origin(request)}{path}" if path.startswith("/") and not path.startswith("//") else path


def origin_for_letters(request: HttpRequest) -> str:
    """The same for what is sent to people. Raises DisallowedHost for a host that only machines ask by."""
    if not settings.PUBLIC_URL and split_domain_port(request.get_host())[0] in settings.HOSTS_FOR_MACHINES:
        raise DisallowedHost("no letter leads to a host that is for machines only")
    return origin(request)


def as_asked(request: HttpRequest) -> str:
    """The origin by which this very request came, for an answer to whoever sent it and nobody else."""
    return f"{request.scheme}://{request.get_host()}"
