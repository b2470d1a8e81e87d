"""Every refusal of the API in one shape: RFC 9457 ``application/problem+json`` (spec/00 rule 9)."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.signals import got_request_exception
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from apps.core import request_context
from apps.core.errors import DomainError, FieldError

MEDIA_TYPE: Final = "application/problem+json"
TYPES: Final = "/problems/"  # a problem's type is this path and its code, and stays when words change

TITLES: Final[dict[str, Promise]] = {
    "invalid": _("What was sent cannot be used"),
    "malformed": _("The body cannot be read"),
    "not-authenticated": _("Nobody is signed in"),
    "authentication-failed": _("The sign-in was not accepted"),
    "app-key-missing": _("The app's key is missing"),
    "app-key-unknown": _("There is no such app key"),
    "app-key-expired": _("The app's key has run out"),
    "app-key-revoked": _("The app's key was revoked"),
    "origin-not-allowed": _("The key is not for pages of this origin"),
    "scope-missing": _("The app's key does not open this"),
    "sign-in-refused": _("The sign-in was not accepted"),
    "second-factor-needed": _("A code is asked for as well"),
    "wrong-code": _("The code was not accepted"),
    "password-needed": _("The password is asked for first"),
    "too-soon": _("The next code has to wait a moment"),
    "locked-out": _("Locked after too many tries"),
    "second-factor-required": _("A second factor has to be set up first"),
    "second-factor-missing": _("A second factor has to be set up first"),
    "token-invalid": _("The token is none of ours"),
    "token-expired": _("The access token has run out"),
    "token-revoked": _("The sign-in is over"),
    "token-of-another-app": _("The token belongs to another app"),
    "permission-denied": _("A right is missing"),
    "csrf-failed": _("The CSRF token is missing or wrong"),
    "not-found": _("There is nothing here"),
    "method-not-allowed": _("The route does not answer this method"),
    "not-acceptable": _("The answer cannot be given in the form asked for"),
    "unsupported-media-type": _("The body is in a form that is not read here"),
    "payload-too-large": _("The body is too large"),
    "throttled": _("Too many requests"),
    "bad-cursor": _("The page cannot be found again"),
    "maintenance": _("Closed for a moment"),
    "internal-error": _("Something broke on our side"),
}
RENAMED: Final = {"parse-error": "malformed"}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """What went wrong, for a program (``code``) and for a person (``detail``)."""

    status: int
    code: str
    detail: str
    errors: Sequence[FieldError] = ()
    extensions: Mapping[str, str] = field(
        default_factory=dict
    )  # members that this kind of problem has besides

    def body(self, *, instance: str) -> dict[str, Any]:
        """As it is sent; ``instance`` is the path that was asked."""
        return {
            **self.extensions,
            "type": f"{TYPES}{self.code}",
            "title": str(TITLES.get(self.code, HTTPStatus(self.status).phrase)),
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "code": self.code,
            "request_id": request_context.request_id(),
            "errors": [asdict(error) for error in self.errors],
        }


def problem_handler(failure: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: a refusal as it says, anything else as a 500 that tells nothing inside."""
    request = context["request"]
    problem = _problem_of(failure)
    if problem is None:
        problem = _unexpected(failure, context)
    return Response(
        problem.body(instance=request.path),
        status=problem.status,
        headers=_headers(failure),
        content_type=MEDIA_TYPE,
    )


def _problem_of(failure: Exception) -> Problem | None:
    if isinstance(failure, DomainError):
        return Problem(failure.status, failure.code, str(failure), failure.errors, failure.extensions)
    if isinstance(failure, RequestDataTooBig):  # Django's own limit, where it read the body before we did
        return Problem(413, "payload-too-large", gettext("The body is larger than what is read here."))
    if isinstance(failure, Http404):
        return _of_drf(exceptions.NotFound())
    if isinstance(failure, PermissionDenied):
        return _of_drf(exceptions.PermissionDenied())
    if isinstance(failure, exceptions.ValidationError):
        return Problem(422, "invalid", gettext("Some fields cannot be used."), tuple(flatten(failure.detail)))
    if isinstance(failure, exceptions.APIException):
        return _of_drf(failure)
    return None


def _of_drf(failure: exceptions.APIException) -> Problem:
    code = str(getattr(failure.detail, "code", failure.default_code)).replace("_", "-")
    return Problem(failure.status_code, RENAMED.get(code, code), str(failure.detail))


def _unexpected(failure: Exception, context: dict[str, Any]) -> Problem:
    """Log what nobody foresaw and tell whoever watches, as Django does for its own pages."""
    log.error("unhandled in the API", exc_info=failure)  # the request's own line names route and id
    got_request_exception.send(sender=type(context["view"]), request=context["request"])
    detail = gettext("Try again later. If it goes on, tell us the request_id.")
    return Problem(500, "internal-error", detail)


def _headers(failure: Exception) -> dict[str, str]:
    headers: dict[str, str] = {}
    if challenge := getattr(failure, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if location := getattr(failure, "location", ""):
        headers["Location"] = location
    wait = getattr(failure, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    return headers


def flatten(detail: Any, path: str = "") -> Iterator[FieldError]:
    """A nested validation error as one line per complaint, the field's path dotted (``lines.0.quantity``)."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from flatten(inner, path if name == "non_field_errors" else _joined(path, name))
    elif isinstance(detail, list | tuple):
        for place, inner in enumerate(detail):
            yield from flatten(inner, path if isinstance(inner, str) else _joined(path, place))
    else:
        code = str(getattr(detail, "code", None) or "invalid").replace("_", "-")
        yield FieldError(field=path, code=code, message=str(detail))


def _joined(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)
