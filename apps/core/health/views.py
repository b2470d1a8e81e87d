"""The two questions of a container, a load balancer or a person with curl."""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.core.health.checks import OK, readiness


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """Whether this process answers at all. Restart it when it does not."""
    return JsonResponse({"status": OK})


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """Whether the installation can do its work. Send people elsewhere when it cannot."""
    checks = readiness(at=timezone.now())
    ready = all(result == OK for result in checks.values())
    return JsonResponse(
        {"status": OK if ready else "not ready", "checks": checks}, status=200 if ready else 503
    )
