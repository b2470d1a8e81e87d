"""The feed for staff's apps: everyone his own, so that no right is needed."""

from typing import ClassVar, cast

from django.db import models
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.core.api.filters import FlagFilter, TextFilter
from apps.core.api.permissions import AnyStaff
from apps.core.api.views import ListView, View
from apps.notifications import services
from apps.notifications.api.v1.serializers import NoticeOut, ReadIn, UnreadOut
from apps.notifications.models import Receipt


class NoticeFilter(FilterSet):  # type: ignore[misc]
    """``?unread=true&kind=todo.decided``."""

    unread = FlagFilter(field_name="read_at", lookup_expr="isnull", label="Not read yet.")
    kind = TextFilter(field_name="notice__kind", label="The kind, exactly.")

    class Meta:
        model = Receipt
        fields = ("unread", "kind")


class Notices(ListView):
    """What the caller was told, the latest first."""

    permission_classes = (AnyStaff,)
    queryset = Receipt.objects.select_related("notice")
    serializer_class = NoticeOut
    filterset_class = NoticeFilter
    orderings: ClassVar = {"id": ("id",)}
    usual_ordering = "-id"

    def get_queryset(self) -> "models.QuerySet[Receipt]":
        if getattr(self, "swagger_fake_view", False):  # the schema is made for nobody
            return Receipt.objects.none()
        return super().get_queryset().filter(user_id=self.request.user.pk)


class ReadNotices(View):
    """Marks what was read."""

    permission_classes = (AnyStaff,)

    @extend_schema(request=ReadIn, responses=UnreadOut)
    def post(self, request: Request) -> Response:
        """Mark some notices, or all of them, as read; says what is left."""
        asked = ReadIn(data=request.data)
        asked.is_valid(raise_exception=True)
        person, ids = cast("User", request.user), asked.validated_data.get("ids")
        if ids is None:
            services.mark_all_read(person=person)
        else:
            services.mark_read(ids, person=person)
        return Response({"unread": services.unread_count(person)})

    @extend_schema(responses=UnreadOut)
    def get(self, request: Request) -> Response:
        """How many are left to read."""
        return Response({"unread": services.unread_count(cast("User", request.user))})
