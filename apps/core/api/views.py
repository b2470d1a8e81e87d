"""Base views of the API."""

from collections.abc import Mapping, Set
from typing import Any, ClassVar, NoReturn, cast

from django.utils.cache import patch_vary_headers
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException, NotFound
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api.maintenance import refuse_while_closed
from apps.core.api.permissions import STAFF_SCOPE, Public
from apps.core.api.serializers import OutSerializer
from apps.core.calling import HEADER


class CountedMixin:
    """Counts a request before it asks who may: whoever is refused has used up one of his, too.

    While the API is closed nobody gets as far as that, not even whoever cannot be known.
    """

    open_in_maintenance: ClassVar[bool] = False
    app_scope: ClassVar[str] = STAFF_SCOPE  # the part of the API that it belongs to, as app keys name it
    summaries: ClassVar[Mapping[str, str]]  # what each method does, as a line of the documentation's index
    addressed_by: ClassVar[str] = "The `id`, as lists tell it."  # what stands in the path

    def perform_authentication(self, request: Request) -> None:
        """Whoever shows a key or a token that is none is counted by his address before he is told so."""
        try:
            super().perform_authentication(request)  # type: ignore[misc]
        except APIException:
            super().check_throttles(request)  # type: ignore[misc]
            refuse_while_closed(request, self)
            raise
        refuse_while_closed(request, self)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """What one app or person was told, no cache keeps, nor hands to another; a view may say otherwise."""
        answer: Response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        answer.setdefault("Cache-Control", "no-store")
        patch_vary_headers(answer, (HEADER, "Authorization"))
        return answer

    def check_permissions(self, request: Request) -> None:
        super().check_throttles(request)  # type: ignore[misc]
        super().check_permissions(request)  # type: ignore[misc]

    def check_throttles(self, request: Request) -> None:
        """Done already."""


class View(CountedMixin, APIView):
    """The base of a route that is neither a list nor one record."""


class RecordView(CountedMixin, RetrieveAPIView[Any]):
    """One record; ``refusals`` are the statuses that the schema cannot know of."""

    refusals: ClassVar[Set[int]] = frozenset()


class ListView(CountedMixin, ListAPIView[Any]):
    """A list: filtered, in one of its ``orderings``, page by page, with ``?fields=`` for less of each row."""

    orderings: ClassVar[Mapping[str, tuple[str, ...]]]
    usual_ordering: ClassVar[str]

    def get_serializer_context(self) -> dict[str, Any]:
        request: Request | None = getattr(self, "request", None)  # None while the schema is made
        asked = request.query_params.get("fields", "") if request else ""
        return {**super().get_serializer_context(), "fields": [name for name in asked.split(",") if name]}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The page; a wrong ``?fields=`` is refused even where there is no row to show."""
        _ = cast("OutSerializer", self.get_serializer()).fields
        return super().list(request, *args, **kwargs)


class UnknownRoute(APIView):
    """What no route answers: a 404 in the API's own shape instead of a page for people."""

    permission_classes = (Public,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotFound


UnknownRoute = extend_schema(exclude=True)(UnknownRoute)  # type: ignore[misc]
