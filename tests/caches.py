"""What a test has put into Redis, taken out again."""

from django.core.cache import cache

from apps.core.store import REST


def forget_cached() -> None:
    """Forget what was cached. Only our own keys: other workers share the server."""
    REST.end()
    redis = cache._cache.get_client()  # type: ignore[attr-defined]
    ours = list(redis.scan_iter(match=cache.make_key("*", version="*"), count=1000))  # type: ignore[arg-type]
    if ours:
        redis.delete(*ours)
