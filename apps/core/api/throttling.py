"""How often one caller may ask, counted in Redis and told in ``RateLimit-*`` headers."""

import logging
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.conf import settings
from redis import Redis, RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.core import request_context
from apps.core.options.own import ApiOptions

SPAN: Final = 60  # seconds

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rate:
    """Where a caller stands in the present span."""

    limit: int
    used: int
    resets_in: int  # seconds

    @property
    def is_spent(self) -> bool:
        return self.used > self.limit

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.limit - self.used)),
            "RateLimit-Reset": str(self.resets_in),
        }


class CallerThrottle(BaseThrottle):
    """One budget per caller: a person wherever he calls from, anyone else by address."""

    def allow_request(self, request: Request, view: Any) -> bool:
        try:
            self.rate = count(caller_of(request), limit=self.limit())
        except RedisError:
            # Without Redis nobody can be counted: answering uncounted beats not answering.
            log.exception("requests are not being counted")
            return True
        view.headers.update(self.rate.headers())  # DRF puts these on every answer, refusals too
        return not self.rate.is_spent

    def wait(self) -> float:
        return float(self.rate.resets_in)

    def limit(self) -> int:
        return ApiOptions().requests_per_minute


def caller_of(request: Request) -> str:
    """Whose budget a request uses up."""
    if request.user.is_authenticated:
        return f"staff:{request.user.pk}"
    return f"address:{request_context.address() or request.META.get('REMOTE_ADDR', '')}"


def count(caller: str, *, limit: int) -> Rate:
    """Count one more request. Raises RedisError when there is nobody to count."""
    key = f"{settings.CACHES['default']['KEY_PREFIX']}:rate:{caller}"
    with _redis().pipeline(transaction=True) as together:
        together.set(key, 0, ex=SPAN, nx=True)  # the first of a span starts its clock
        together.incr(key)
        together.ttl(key)
        _was_set, used, resets_in = together.execute()
    return Rate(limit=limit, used=used, resets_in=max(1, resets_in))


@cache
def _redis() -> "Redis":
    return Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
