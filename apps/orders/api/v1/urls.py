"""``/api/v1/staff/orders…``."""

from django.urls import path

from apps.core.api import routes  # noqa: F401 - knows <code:…>
from apps.orders.api.v1.views import StaffOrder, StaffOrders

urlpatterns = [
    path("orders", StaffOrders.as_view(), name="staff-orders"),
    path("orders/<code:number>", StaffOrder.as_view(), name="staff-order"),
]
