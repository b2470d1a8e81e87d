"""What orders can be narrowed by."""

from datetime import date, timedelta

from django_filters.rest_framework import ChoiceFilter, FilterSet, MultipleChoiceFilter

from apps.core.api.filters import DayFilter, FlagFilter, IdFilter, TextFilter
from apps.core.clock import midnight
from apps.orders.models import Order
from apps.orders.querysets import OrderQuerySet
from apps.orders.states import OrderDocument, OrderSource, OrderStatus


class OrderFilter(FilterSet):  # type: ignore[misc]
    """``?search=SINV&status=open&status=to_deliver&customer=12&placed_from=2026-11-01&placed_to=2026-11-30``."""

    search = TextFilter(method="matching", label="In number, customer or the customer's order number.")
    status = MultipleChoiceFilter(choices=OrderStatus.choices, label="Any of these.")
    source = MultipleChoiceFilter(choices=OrderSource.choices, label="Any of these.")
    customer = IdFilter(field_name="customer_id", label="The customer's id.")
    item_code = TextFilter(method="holding", label="Orders that hold this item.")
    is_return = FlagFilter(label="Returns only, or none.")
    placed_from = DayFilter(method="since", label="From this day of the shop on.")
    placed_to = DayFilter(method="until", label="Up to and with this day of the shop.")

    class Meta:
        model = Order
        fields = (
            "search",
            "status",
            "source",
            "customer",
            "item_code",
            "is_return",
            "placed_from",
            "placed_to",
        )

    def matching(self, orders: OrderQuerySet, name: str, words: str) -> OrderQuerySet:
        return orders.matching(words)

    def holding(self, orders: OrderQuerySet, name: str, item_code: str) -> OrderQuerySet:
        return orders.holding(item_code)

    def since(self, orders: OrderQuerySet, name: str, day: date) -> OrderQuerySet:
        return orders.filter(placed_at__gte=midnight(day))

    def until(self, orders: OrderQuerySet, name: str, day: date) -> OrderQuerySet:
        return orders.filter(placed_at__lt=midnight(day + timedelta(days=1)))


class OrderDocumentFilter(FilterSet):  # type: ignore[misc]
    """``?document=order``, for a number that an invoice has, too."""

    document = ChoiceFilter(
        choices=OrderDocument.choices, label="The kind of document, where several share the number."
    )

    class Meta:
        model = Order
        fields = ("document",)
