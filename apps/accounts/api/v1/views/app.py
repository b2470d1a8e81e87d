"""What an app's key is: the first thing that whoever builds an app wants to know."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.v1.serializers import AppOut
from apps.core.api.permissions import AnyApp, calling_app
from apps.core.api.views import View


class CallingAppView(View):
    """The app that calls."""

    permission_classes = (AnyApp,)
    summaries: ClassVar = {"GET": "Which app calls"}

    @extend_schema(responses=AppOut)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Which app the key says this is, and what it opens."""
        return Response(AppOut(calling_app(request)).data)
