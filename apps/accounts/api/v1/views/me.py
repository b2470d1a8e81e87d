"""Routes about staff."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.v1.serializers import MeOut
from apps.core.api.permissions import AnyStaff
from apps.core.api.views import View


class Me(View):
    """Who is signed in."""

    permission_classes = (AnyStaff,)
    summaries: ClassVar = {"GET": "Who is signed in"}

    @extend_schema(responses=MeOut)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The caller himself: his roles, and every key that he holds."""
        return Response(MeOut(request.user).data)
