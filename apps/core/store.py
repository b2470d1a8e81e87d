"""Redis itself, for what Django's cache has no words for. Whoever asks it goes on without it."""

from functools import cache

from django.conf import settings
from redis import Redis


@cache
def redis() -> "Redis":
    """One pool of connections per process. A Redis that hangs holds nobody up for longer than a second."""
    return Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


def named(name: str) -> str:
    """A key of ours: other installations, and other tests, may share the server."""
    return f"{settings.CACHES['default']['KEY_PREFIX']}:{name}"
