"""The inbox for staff's apps."""

from typing import Any, ClassVar, cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.approvals import deciding, services
from apps.approvals.api.v1.filters import ItemFilter
from apps.approvals.api.v1.serializers import AcceptIn, AssignIn, ItemDetailOut, ItemOut, RejectIn
from apps.approvals.models import Item
from apps.approvals.querysets import ItemQuerySet
from apps.core.actors import Actor
from apps.core.api.permissions import StaffKey
from apps.core.api.views import ListView, View


class TodoItems(ListView):
    """What waits, or waited, for the caller: what he may decide, made, or was given."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"GET": "List To Do items"}
    required_keys: ClassVar = {"GET": "todo.view"}
    queryset = Item.objects.select_related("assignee")
    serializer_class = ItemOut
    filterset_class = ItemFilter
    orderings: ClassVar = {"asked_at": ("asked_at", "id"), "value": ("value", "id"), "id": ("id",)}
    usual_ordering = "asked_at"

    def get_queryset(self) -> ItemQuerySet:
        if getattr(self, "swagger_fake_view", False):  # the schema is made for nobody
            return Item.objects.none()
        return cast("ItemQuerySet", super().get_queryset()).visible_to(cast("User", self.request.user))


class TodoItem(View):
    """One item."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"GET": "One To Do item"}
    required_keys: ClassVar = {"GET": "todo.view"}

    @extend_schema(responses=ItemDetailOut)
    def get(self, request: Request, item_id: int) -> Response:
        """With what is and what is to be."""
        return Response(ItemDetailOut(deciding.seen_by(cast("User", request.user), item_id)).data)


class Decision(View):
    """One decision about one item, by the kind's own right besides the route's."""

    permission_classes = (StaffKey,)

    def told(self, item: Item) -> Response:
        return Response(ItemDetailOut(item).data)


class AcceptItem(Decision):
    """Accept."""

    summaries: ClassVar = {"POST": "Accept a To Do item"}
    required_keys: ClassVar = {"POST": "todo.approve"}

    @extend_schema(request=AcceptIn, responses=ItemDetailOut)
    def post(self, request: Request, item_id: int) -> Response:
        """Carry it out, as it is or as ``edited``; nobody accepts his own work (403, ``own-work``).

        An older ``revision`` is refused (409, ``changed-since``); the caller's own acceptance, sent again,
        is answered like the first time.
        """
        asked = AcceptIn(data=request.data)
        asked.is_valid(raise_exception=True)
        person = cast("User", request.user)
        item = deciding.to_decide(person, item_id)
        edited: dict[str, Any] | None = asked.validated_data.get("edited")
        seen: int = asked.validated_data["revision"]
        if edited is None:
            return self.told(services.accept(item.pk, seen=seen, actor=Actor.of(person)))
        return self.told(services.edit_and_accept(item.pk, edited=edited, seen=seen, actor=Actor.of(person)))


class RejectItem(Decision):
    """Reject."""

    summaries: ClassVar = {"POST": "Reject a To Do item"}
    required_keys: ClassVar = {"POST": "todo.view"}

    @extend_schema(request=RejectIn, responses=ItemDetailOut)
    def post(self, request: Request, item_id: int) -> Response:
        """Turn it down with a reason; a maker may take his own back."""
        asked = RejectIn(data=request.data)
        asked.is_valid(raise_exception=True)
        person = cast("User", request.user)
        item = deciding.to_turn_down(person, item_id)
        return self.told(services.reject(item.pk, actor=Actor.of(person), **asked.validated_data))


class AssignItem(Decision):
    """Assign."""

    summaries: ClassVar = {"POST": "Give a To Do item to somebody"}
    required_keys: ClassVar = {"POST": "todo.edit"}

    @extend_schema(request=AssignIn, responses=ItemDetailOut)
    def post(self, request: Request, item_id: int) -> Response:
        """Give it to somebody to look at, or to nobody in particular."""
        asked = AssignIn(data=request.data)
        asked.is_valid(raise_exception=True)
        person = cast("User", request.user)
        item = deciding.to_decide(person, item_id)
        to_id: int | None = asked.validated_data["to"]
        to = None if to_id is None else deciding.colleague(item, to_id)
        return self.told(services.assign(item.pk, to=to, actor=Actor.of(person)))
