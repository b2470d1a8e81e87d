"""The OpenAPI schema says what every route may refuse, and which right it asks for."""

from typing import Any, Final

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry
from rest_framework import serializers

from apps.core.api.permissions import AnyStaff, Public, key_for, needed_scope
from apps.core.api.problems import MEDIA_TYPE
from apps.core.api.serializers import StrictSerializer
from apps.core.calling import HEADER

WRITES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
MEANING: Final[dict[int, str]] = {
    400: "The body or the cursor cannot be read.",
    401: "The app's key or the sign-in is missing, or counts no longer; `code` says which and why.",
    403: "A right is missing, or the key's scope; the detail names it.",
    404: "There is nothing here, or not for who asks.",
    406: "The answer cannot be given in the form asked for.",
    409: "The rule of the shop says no, as things stand.",
    413: "The body is too large.",
    415: "The body is in a form that is not read here.",
    422: "Some fields cannot be used; `errors` says which and why.",
    429: "Too many requests; `Retry-After` says when to go on.",
    500: "Something broke on our side.",
    503: "Closed for maintenance; the detail says why, `Retry-After` when to ask again.",
}


class FieldErrorOut(serializers.Serializer[Any]):
    """What is wrong with one field of what was sent."""

    field = serializers.CharField(
        help_text="Its dotted path, such as `lines.0.quantity`; empty for the whole."
    )
    code = serializers.CharField(help_text="Stable: what is wrong, for programs.")
    message = serializers.CharField()


class ProblemOut(serializers.Serializer[Any]):
    """An RFC 9457 problem."""

    type = serializers.CharField(help_text="Stable: the path of this kind of problem.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField(help_text="The path that was asked.")
    code = serializers.CharField(help_text="Stable: the last part of `type`.")
    request_id = serializers.CharField(help_text="Tell us this one when something broke.")
    errors = FieldErrorOut(many=True)  # type: ignore[assignment]  # a field, not the errors of this one


class LarderSchema(AutoSchema):
    """Adds problems and rights to every operation."""

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: ComponentRegistry
    ) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(
            path, path_regex, path_prefix, method, registry
        )
        if operation is None:
            return None
        view: Any = self.view  # one of ours
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path":
                parameter.setdefault("description", view.addressed_by)
        for status in self._problems():
            operation["responses"].setdefault(str(status), self._problem(status))
        if not self._is_public and (scope := needed_scope(self.view)):
            operation["x-app-scope"] = scope
        if key := key_for(self.view, self.method):
            operation["x-required-key"] = key
        return operation

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        """What a strict serializer refuses, the schema refuses too."""
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        return {**schema, "additionalProperties": False} if _is_strict(serializer) else schema

    def get_summary(self) -> str | None:
        """As the view says of the method: what it takes and gives is the description's to tell."""
        summary: str | None = getattr(self.view, "summaries", {}).get(self.method)
        return summary

    def get_filter_backends(self) -> list[Any]:
        """One record can be narrowed, too: by what tells it from another of its name. What writes cannot."""
        narrowed = hasattr(self.view, "filterset_class") and self.method == "GET"
        return getattr(self.view, "filter_backends", []) if narrowed else []

    def get_auth(self) -> list[dict[str, Any]]:
        """A public route needs no sign-in."""
        return [{}] if self._is_public else super().get_auth()

    @property
    def _is_public(self) -> bool:
        return any(isinstance(permission, Public) for permission in self.view.get_permissions())

    def _problems(self) -> list[int]:
        statuses = {406, 429, 500}
        if not self._is_public:
            statuses |= {401, 403}
        if "{" in self.path:
            statuses.add(404)
        if self.method in WRITES:
            statuses |= {400, 409, 413, 415, 422}
        if self._is_list_view():
            statuses |= {400, 422}
        statuses |= getattr(self.view, "refusals", set())
        if not getattr(self.view, "open_in_maintenance", False):
            statuses.add(503)
        return sorted(statuses)

    def _problem(self, status: int) -> dict[str, Any]:
        body = self.resolve_serializer(ProblemOut(), "response").ref
        return {"description": MEANING[status], "content": {MEDIA_TYPE: {"schema": body}}}


def _is_strict(serializer: Any) -> bool:
    made = serializer if isinstance(serializer, type) else type(serializer)
    return issubclass(made, StrictSerializer)


class AppKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes an app's key."""

    target_class = "apps.core.api.authentication.AppKey"
    name = "appKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": HEADER,
            "description": "Which app calls: `ak_…`, as it was shown once in the back office under App keys. "
            "Send your version beside it as `X-App-Version`.",
        }


class AppCallerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """An app's key, as the routes by which people sign in describe it, and the token of whoever did."""

    target_class = "apps.core.api.authentication.AppCaller"
    name = "staffToken"

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[Any]]:
        permissions = auto_schema.view.get_permissions()
        is_for_people = any(isinstance(permission, AnyStaff) for permission in permissions)
        key: dict[str, list[Any]] = {AppKeyScheme.name: []}
        return {**key, self.name: []} if is_for_people else key

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The access token of `staff/auth/sign-in`, good with the key that it was issued "
            "under.",
        }


class StaffSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes a session of the admin."""

    target_class = "apps.core.api.authentication.StaffSession"
    name = "staffSession"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The session of the back office; what writes also sends X-CSRFToken.",
        }
