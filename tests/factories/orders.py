"""The least valid order: an open invoice, without lines unless some are given."""

from datetime import UTC, datetime, time
from decimal import Decimal
from itertools import count
from typing import Any, Final

from apps.customers.models import Customer
from apps.orders.models import Order, OrderLine
from apps.orders.states import OrderDocument, OrderSource, OrderStatus
from tests.factories.mirror import blank_columns, document

numbers = count(1)
NOON: Final = datetime(2026, 2, 2, 12, tzinfo=UTC)


def make_order(number: str = "", *, customer: Customer | None = None, lines: int = 0, **given: Any) -> Order:
    """An order of £10 a line; its number is made up unless one is given."""
    name = number or f"SINV-{next(numbers):05d}"
    placed_at = given.get("placed_at", NOON)
    usual = {
        "document": OrderDocument.INVOICE,
        "status": OrderStatus.OPEN,
        "source": OrderSource.ERP,
        "placed_at": placed_at,
        "posted_on": placed_at.date(),
        "posted_time": time(placed_at.hour),
        "erp_docstatus": 1,
        "currency": "GBP",
        "grand_total": Decimal(10 * lines),
        "customer": customer,
        "customer_erp_name": customer.erp_name if customer else "",
        "customer_name": customer.name if customer else "",
    }
    order = Order.objects.create(**document(Order, name) | usual | given)
    for position in range(1, lines + 1):
        make_line(order, position=position)
    return order


def make_line(order: Order, *, position: int = 1, **given: Any) -> OrderLine:
    row = {"erp_row": f"{order.erp_name}-{position}", "position": position}
    usual = {"item_name": f"Thing {position}", "quantity": Decimal(1), "unit": "Nos", "rate": Decimal(10)}
    return OrderLine.objects.create(
        **blank_columns(OrderLine) | row | usual | {"amount": Decimal(10)} | given, order=order
    )
