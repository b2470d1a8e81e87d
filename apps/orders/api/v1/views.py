"""Orders for staff."""

from typing import ClassVar

from apps.core.api.permissions import StaffKey
from apps.core.api.views import ListView, RecordView
from apps.orders.api.v1.filters import OrderFilter
from apps.orders.api.v1.serializers import OrderDetailOut, OrderOut
from apps.orders.models import Order


class StaffOrders(ListView):
    """Orders that ERPNext has, drafts and cancelled ones included; the newest first."""

    permission_classes = (StaffKey,)
    required_keys: ClassVar = {"GET": "orders.view"}
    queryset = Order.objects.present()
    serializer_class = OrderOut
    filterset_class = OrderFilter
    orderings: ClassVar = {"placed_at": ("placed_at", "id"), "id": ("id",)}
    usual_ordering = "-placed_at"


class StaffOrder(RecordView):
    """One order with its lines, by its number."""

    permission_classes = (StaffKey,)
    required_keys: ClassVar = {"GET": "orders.view"}
    queryset = Order.objects.present().prefetch_related("lines")
    serializer_class = OrderDetailOut
    lookup_field = "erp_name"
    lookup_url_kwarg = "number"
