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
        if not report_only and _is_framed(request, response):
            given: dict[str, Any] = parts.update or {}
            parts.update = given | {"script-src": [UNSAFE_EVAL]}
        return parts


def _is_framed(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether the admin's frame may stand around it: so it does around errors that staff see, anywhere."""
    if request.path_info.startswith(reverse("admin:index")):
        return True
    person = getattr(request, "user", None)  # an early middleware may have refused before there is one
    is_page = response.get("Content-Type", "").startswith("text/html")
    return response.status_code >= 400 and is_page and person is not None and person.is_authenticated
