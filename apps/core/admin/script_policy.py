"""The Content-Security-Policy: strict; ``'unsafe-eval'`` only where the admin's Alpine needs it."""

from typing import Any

from csp.constants import UNSAFE_EVAL
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse


class LarderPolicy(CSPMiddleware):
    """django-csp, which knows what is the admin's."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path_info.startswith(reverse("admin:index")):
            given: dict[str, Any] = parts.update or {}
            parts.update = given | {"script-src": [UNSAFE_EVAL]}
        return parts
