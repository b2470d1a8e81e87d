"""What orders put on the pages of customers and products."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Max, Model, Q, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.panels import Panel, register
from apps.orders.models import Order, OrderLine
from apps.orders.options import is_net, revenue_column
from apps.orders.states import INVOICES

LATEST = 5


def orders_of_customer(customer: Model, request: HttpRequest) -> Mapping[str, Any]:
    """How often, how much less what came back, and the latest few."""
    own = Order.objects.filter(customer=customer.pk)
    sums = own.counting_as_revenue().aggregate(
        orders=Count("id", filter=Q(is_return=False)), revenue=Sum(revenue_column()), last=Max("placed_at")
    )
    return {"sums": sums, "is_net": is_net(), "orders": list(own.placed().newest_first()[:LATEST])}


def sales_of_product(product: Model, request: HttpRequest) -> Mapping[str, Any]:
    """The latest few sales of a product, with what each was sold for."""
    lines = OrderLine.objects.filter(product=product.pk, order__in=Order.objects.counting_as_revenue())
    latest = lines.select_related("order").order_by("-order__placed_at", "-id")[:LATEST]
    return {"lines": [(line, reverse("admin:orders_order_change", args=[line.order_id])) for line in latest]}


def order_of_entry(entry: Model, request: HttpRequest) -> Mapping[str, Any]:
    """The sale that earned the points, or that they paid for."""
    invoices = Order.objects.present().filter(document__in=INVOICES)
    return {"orders": invoices.filter(erp_name=getattr(entry, "invoice_name", "") or None)[:1]}


register(
    Panel(
        model="customers.customer",
        name="orders",
        title=_("Orders"),
        permission_key="orders.view",
        order=10,
        template_name="orders/panels/customer.html",
        facts=orders_of_customer,
    )
)
register(
    Panel(
        model="customers.loyaltyentry",
        name="order",
        title=_("Order"),
        permission_key="orders.view",
        order=10,
        template_name="orders/panels/loyalty_entry.html",
        facts=order_of_entry,
    )
)
register(
    Panel(
        model="catalog.product",
        name="sales",
        title=_("Latest sales"),
        permission_key="orders.view",
        order=10,
        template_name="orders/panels/product.html",
        facts=sales_of_product,
    )
)
