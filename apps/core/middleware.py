"""What every request carries: an id, an address, an actor; and the one line that it leaves in the log."""

import ipaddress
from collections.abc import Callable
from time import perf_counter
from typing import Final

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.core import request_context
from apps.core.actors import Actor

log = structlog.get_logger("larder.request")
HEADER: Final = "X-Request-ID"
UNLOGGED: Final = ("/static/", "/media/", "/healthz", "/readyz", "/metrics")


class RequestContextMiddleware:
    """Bind the request's id and address for logs, audit and problems, and log how it was answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        request_id = request_context.sane_or_new(request.headers.get(HEADER))
        with request_context.bound(request_id=request_id, address=client_address(request)):
            response = self.get_response(request)
            response[HEADER] = request_id
            if not request.path.startswith(UNLOGGED):
                _log(request, response, took=perf_counter() - began)
        return response


class PermissionsPolicyMiddleware:
    """Say to the browser what no page of ours may use (settings.PERMISSIONS_POLICY)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = ", ".join(f"{feature}=()" for feature in settings.PERMISSIONS_POLICY)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", self.policy)
        return response


def _log(request: HttpRequest, response: HttpResponse, *, took: float) -> None:
    """The route, not the path: paths and queries may hold names, numbers and tokens."""
    match = request.resolver_match
    # Django keeps the person here once somebody has asked who it is; asking now could cost a query.
    person = getattr(request, "_cached_user", None)
    if request_context.actor() is None and person is not None and person.pk:
        request_context.act_as(Actor.of(person))
    log.info(
        "request",
        method=request.method,
        route=match.route if match else "",
        status=response.status_code,
        ms=round(took * 1000, 1),
    )


def client_address(request: HttpRequest) -> str | None:
    """The address that the outermost of our own proxies saw; what stands before it anyone can make up."""
    direct = request.META.get("REMOTE_ADDR", "")
    told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    hops = [*told, direct]
    trusted: int = settings.TRUSTED_PROXIES
    seen = hops[-1 - trusted] if len(hops) > trusted else direct
    return _address(seen) or _address(direct)


def _address(text: str) -> str | None:
    """Without its zone; of IPv4 as such, however a socket of both kinds writes it."""
    try:
        parsed = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
