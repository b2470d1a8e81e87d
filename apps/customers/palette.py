"""What the palette finds of customers."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.admin import palette
from apps.customers.models import Customer


def _found(customer: Customer) -> palette.Found:
    link = reverse("admin:customers_customer_change", args=[customer.pk])
    return palette.Found(title=str(customer), link=link, icon="group", description=customer.mobile)


palette.offer(
    palette.Records(
        name="customers",
        label=_("Customers"),
        icon="group",
        permission_key="customers.view",
        find=lambda typed: Customer.objects.present().matching(typed).order_by("name", "id"),
        show=_found,
    )
)
