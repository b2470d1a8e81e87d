"""How often one caller may ask, counted in Redis and told in ``RateLimit-*`` headers (docs/adr/0311)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from redis import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.core import request_context
from apps.core.api.authentication import app_of
from apps.core.options.own import ApiOptions
from apps.core.store import LeftAloneError, asking, named, redis

SPAN: Final = 60  # seconds

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Budget:
    """What one caller may ask within a span."""

    caller: str
    limit: int


@dataclass(frozen=True)
class Rate:
    """Where a caller stands in the present span."""

    limit: int
    used: int
    resets_in: int  # seconds

    @property
    def is_spent(self) -> bool:
        return self.used > self.limit

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.left),
            "RateLimit-Reset": str(self.resets_in),
        }


class CallerThrottle(BaseThrottle):
    """Counts a request against whoever makes it, and tells him of the budget that is nearest its end."""

    def allow_request(self, request: Request, view: Any) -> bool:
        try:
            self.rate = tightest(self.budgets(request))
        except LeftAloneError:
            return True  # ``asking`` has said so, once
        except RedisError:
            # Without Redis nobody can be counted: answering uncounted beats not answering.
            log.exception("requests are not being counted")
            return True
        view.headers.update(self.rate.headers())  # DRF puts these on every answer, refusals too
        return not self.rate.is_spent

    def wait(self) -> float:
        return float(self.rate.resets_in)

    def budgets(self, request: Request) -> Sequence[Budget]:
        return budgets_of(request)


class SignInThrottle(CallerThrottle):
    """Tries to sign in from one address, whoever is to be signed in: beside the lock of each account."""

    def budgets(self, request: Request) -> Sequence[Budget]:
        if app_of(request) is None:  # no try: without a key nothing is looked at
            return super().budgets(request)
        tries = Budget(f"sign-in:{_address(request)}", ApiOptions().sign_ins_per_minute)
        return (*super().budgets(request), tries)


def budgets_of(request: Request) -> tuple[Budget, ...]:
    """Whose budgets a request uses up, in this order.

    A person who is signed in has his own, whatever others do through the same key. A key that only servers
    hold has one. A key that lies in what people install is used by many at once, so each address has its
    share first: what is refused there takes nothing from the others.
    """
    options, app = ApiOptions(), app_of(request)
    if request.user.is_authenticated:
        return (Budget(f"{person_kind(request.user)}:{request.user.pk}", options.requests_per_minute),)
    each = Budget(f"address:{_address(request)}", options.requests_per_address)
    if app is None:
        return (each,)
    whole = Budget(f"app:{app.id}", app.per_minute or options.requests_per_minute)
    return (each, whole) if app.is_public else (whole,)


def person_kind(person: Any) -> str:
    """What tells people of different tables apart who have the same number."""
    return str(person._meta.label_lower)


def tightest(budgets: Sequence[Budget]) -> Rate:
    """Count one request against each in turn, until one is spent. Raises RedisError."""
    rates: list[Rate] = []
    for budget in budgets:
        rates.append(count(budget.caller, limit=budget.limit))
        if rates[-1].is_spent:
            return rates[-1]
    return min(rates, key=lambda rate: rate.left)


def _address(request: Request) -> str:
    return request_context.address() or str(request.META.get("REMOTE_ADDR", ""))


def count(caller: str, *, limit: int) -> Rate:
    """Count one more request. Raises RedisError when there is nobody to count."""
    key = named(f"rate:{caller}")
    with asking(), redis().pipeline(transaction=True) as together:
        together.set(key, 0, ex=SPAN, nx=True)  # the first of a span starts its clock
        together.incr(key)
        together.ttl(key)
        _was_set, used, resets_in = together.execute()
    return Rate(limit=limit, used=used, resets_in=max(1, resets_in))
