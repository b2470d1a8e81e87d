"""Base views of the API."""

from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn, cast

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.serializers import ListSerializer
from rest_framework.views import APIView

from apps.core.api.permissions import Public
from apps.core.api.serializers import OutSerializer


class ListView(ListAPIView[Any]):
    """A list: filtered, in one of its ``orderings``, page by page, with ``?fields=`` for less of each row."""

    orderings: ClassVar[Mapping[str, tuple[str, ...]]]
    usual_ordering: ClassVar[str]

    def get_serializer_context(self) -> dict[str, Any]:
        request: Request | None = getattr(self, "request", None)  # None while the schema is made
        asked = request.query_params.get("fields", "") if request else ""
        return {**super().get_serializer_context(), "fields": [name for name in asked.split(",") if name]}

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        serializer = super().get_serializer(*args, **kwargs)
        rows = cast("ListSerializer[Any]", serializer)
        _ = cast(
            "OutSerializer", rows.child
        ).fields  # refuses a wrong ``?fields=`` even without a row to show
        return serializer


class UnknownRoute(APIView):
    """What no route answers: a 404 in the API's own shape instead of a page for people."""

    permission_classes = (Public,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotFound


UnknownRoute = extend_schema(exclude=True)(UnknownRoute)  # type: ignore[misc]
