"""The feed for staff's apps: everyone his own, so that no right is needed."""

from typing import ClassVar, cast

from django.db import models
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.core.api.filters import FlagFilter, TextFilter
from apps.core.api.permissions import AnyStaff
from apps.core.api.views import ListView, View
from apps.notifications import registry, services
from apps.notifications.api.v1.serializers import (
    DeviceIn,
    DeviceOut,
    ForgetIn,
    KindOut,
    MutedIn,
    NoticeOut,
    ReadIn,
    UnreadIn,
    UnreadOut,
)
from apps.notifications.models import Receipt
from apps.notifications.services import Phone, Recipient


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
    summaries: ClassVar = {"GET": "List one's notices"}
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
    summaries: ClassVar = {"GET": "Count unread notices", "POST": "Mark notices as read"}

    @extend_schema(request=ReadIn, responses=UnreadOut)
    def post(self, request: Request) -> Response:
        """Mark some notices, all of a kind, or all of them, as read; says what is left."""
        asked = ReadIn(data=request.data)
        asked.is_valid(raise_exception=True)
        person, ids = cast("User", request.user), asked.validated_data.get("ids")
        if ids is None:
            services.mark_all_read(person=person, kind=asked.validated_data.get("kind", ""))
        else:
            services.mark_read(ids, person=person)
        return Response({"unread": services.unread_count(person)})

    @extend_schema(responses=UnreadOut)
    def get(self, request: Request) -> Response:
        """How many are left to read."""
        return Response({"unread": services.unread_count(cast("User", request.user))})


class UnreadNotices(View):
    """Puts back among what is still to be read."""

    permission_classes = (AnyStaff,)
    summaries: ClassVar = {"POST": "Mark notices as not read"}

    @extend_schema(request=UnreadIn, responses=UnreadOut)
    def post(self, request: Request) -> Response:
        """Mark some notices as not read; says what is left to read."""
        asked = UnreadIn(data=request.data)
        asked.is_valid(raise_exception=True)
        person = cast("User", request.user)
        services.mark_unread(asked.validated_data["ids"], person=person)
        return Response({"unread": services.unread_count(person)})


class NoticeKinds(View):
    """What staff can be told, and what the caller has muted of it."""

    permission_classes = (AnyStaff,)
    summaries: ClassVar = {"GET": "List kinds of notices", "PUT": "Choose which kinds are muted"}

    @extend_schema(responses=KindOut(many=True))
    def get(self, request: Request) -> Response:
        """Every kind of notice. A muted one still stands in the feed, already read."""
        return Response(_kinds(cast("User", request.user)))

    @extend_schema(request=MutedIn, responses=KindOut(many=True))
    def put(self, request: Request) -> Response:
        """Mute just these; what needs acting on cannot be muted and is left out."""
        asked = MutedIn(data=request.data)
        asked.is_valid(raise_exception=True)
        person = cast("User", request.user)
        services.choose_muted(asked.validated_data["muted"], person=person, actor=Actor.of(person))
        return Response(_kinds(person))


def _kinds(person: User) -> list[dict[str, object]]:
    muted = services.muted_by(person)
    return [
        {
            "key": kind.key,
            "title": str(kind.title),
            "can_be_muted": kind.can_be_muted,
            "is_muted": kind.key in muted,
        }
        for kind in registry.kinds()
    ]


class Devices(View):
    """The caller's phones."""

    permission_classes = (AnyStaff,)
    summaries: ClassVar = {"POST": "Register a phone for pushes", "DELETE": "Stop pushes to a phone"}

    @extend_schema(request=DeviceIn, responses=DeviceOut)
    def post(self, request: Request) -> Response:
        """Reach the caller on this phone: sent at each start of the app, harmless to repeat."""
        asked = DeviceIn(data=request.data)
        asked.is_valid(raise_exception=True)
        person = cast("User", request.user)
        device = services.register_device(
            Recipient.staff(person), Phone(**asked.validated_data), actor=Actor.of(person)
        )
        return Response(DeviceOut(device).data)

    @extend_schema(request=ForgetIn, responses={204: None})
    def delete(self, request: Request) -> Response:
        """No more pushes to this phone: sent at sign-out. One that is not the caller's is left alone."""
        asked = ForgetIn(data=request.data)
        asked.is_valid(raise_exception=True)
        person = cast("User", request.user)
        services.forget_device(Recipient.staff(person), asked.validated_data["token"], actor=Actor.of(person))
        return Response(status=204)
