"""What the palette finds of orders."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.admin import palette
from apps.core.figures import money_text
from apps.orders.models import Order


def _found(order: Order) -> palette.Found:
    said = f"{order.customer_name} · {money_text(order.base_grand_total)}"
    link = reverse("admin:orders_order_change", args=[order.pk])
    return palette.Found(title=order.erp_name, link=link, icon="receipt_long", description=said)


palette.offer(
    palette.Records(
        name="orders",
        label=_("Orders"),
        icon="receipt_long",
        permission_key="orders.view",
        find=lambda typed: Order.objects.present().matching(typed).newest_first(),
        show=_found,
    )
)
