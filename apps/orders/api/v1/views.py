"""Orders for staff."""

from typing import Any, ClassVar, cast

from django.http import Http404
from drf_spectacular.utils import extend_schema

from apps.core.api.permissions import StaffKey
from apps.core.api.views import ListView, RecordView
from apps.orders.api.v1.filters import OrderDocumentFilter, OrderFilter
from apps.orders.api.v1.serializers import OrderDetailOut, OrderOut
from apps.orders.models import Order
from apps.orders.querysets import OrderQuerySet


class StaffOrders(ListView):
    """Orders that ERPNext has, drafts and cancelled ones included; the newest first."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"GET": "List orders"}
    required_keys: ClassVar = {"GET": "orders.view"}
    queryset = Order.objects.present()
    serializer_class = OrderOut
    filterset_class = OrderFilter
    orderings: ClassVar = {"placed_at": ("placed_at", "id"), "id": ("id",)}
    usual_ordering = "-placed_at"


class StaffOrder(RecordView):
    """One order with its lines, by its number."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"GET": "One order"}
    addressed_by = "The document's number in ERPNext."
    required_keys: ClassVar = {"GET": "orders.view"}
    queryset = Order.objects.present().prefetch_related("lines")
    serializer_class = OrderDetailOut
    filterset_class = OrderDocumentFilter
    refusals: ClassVar = frozenset({409, 422})

    @extend_schema(
        description="By its number. Where documents of several kinds have that number, the answer is a 409, "
        "`ambiguous-number`, with a `code` in `errors` for each kind: ask again with one as `document`."
    )
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return super().get(request, *args, **kwargs)

    def get_object(self) -> Order:
        """Of the kind asked for, if any."""
        orders = cast("OrderQuerySet", self.filter_queryset(self.get_queryset()))
        order: Order | None = orders.numbered(self.kwargs["number"])
        if order is None:
            raise Http404
        return order
