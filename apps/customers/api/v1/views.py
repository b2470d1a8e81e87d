"""Customers for staff."""

from typing import ClassVar

from apps.core.api.permissions import StaffKey
from apps.core.api.views import ListView, RecordView
from apps.customers.api.v1.filters import CustomerFilter
from apps.customers.api.v1.serializers import CustomerDetailOut, CustomerOut
from apps.customers.models import Customer


class StaffCustomers(ListView):
    """Customers that ERPNext has, disabled ones included."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"GET": "List customers"}
    required_keys: ClassVar = {"GET": "customers.view"}
    queryset = Customer.objects.present()
    serializer_class = CustomerOut
    filterset_class = CustomerFilter
    orderings: ClassVar = {"name": ("name", "id"), "id": ("id",)}
    usual_ordering = "name"


class StaffCustomer(RecordView):
    """One customer."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"GET": "One customer"}
    required_keys: ClassVar = {"GET": "customers.view"}
    queryset = Customer.objects.present()
    serializer_class = CustomerDetailOut
