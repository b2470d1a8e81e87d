"""``/api/v1/staff/customers…``."""

from django.urls import path

from apps.customers.api.v1.views import StaffCustomer, StaffCustomers

urlpatterns = [
    path("customers", StaffCustomers.as_view(), name="staff-customers"),
    path("customers/<int:pk>", StaffCustomer.as_view(), name="staff-customer"),
]
