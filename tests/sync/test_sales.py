"""An invoice's status in our words, and when it was placed."""

from datetime import UTC, datetime

import pytest

from apps.orders.states import OrderStatus
from apps.sync.entities.sales import placed_at, status_of


@pytest.mark.parametrize(
    ("docstatus", "theirs", "ours"),
    [
        (0, "Draft", OrderStatus.DRAFT),
        (1, "Submitted", OrderStatus.DELIVERED),
        (1, "Unpaid", OrderStatus.DELIVERED),
        (1, "Partly Paid", OrderStatus.DELIVERED),
        (1, "Overdue", OrderStatus.DELIVERED),
        (1, "Overdue and Discounted", OrderStatus.DELIVERED),
        (1, "Paid", OrderStatus.COMPLETED),
        (1, "Credit Note Issued", OrderStatus.COMPLETED),
        (1, "Return", OrderStatus.RETURNED),
        (2, "Cancelled", OrderStatus.CANCELLED),
        (2, "Paid", OrderStatus.CANCELLED),  # the document's own state goes before the text
        (1, "Internal Transfer", OrderStatus.UNKNOWN),
        (1, "Something New", OrderStatus.UNKNOWN),
        (1, None, OrderStatus.UNKNOWN),
    ],
)
def test_each_status_has_our_word(docstatus: int, theirs: str | None, ours: OrderStatus) -> None:
    assert status_of(docstatus, theirs) == ours


def test_the_business_moment_is_the_sites_clock_read_as_utc() -> None:
    assert placed_at("2026-02-04", "8:42:30") == datetime(2026, 2, 4, 8, 42, 30, tzinfo=UTC)
    assert placed_at("2026-07-04", "8:42:30") == datetime(2026, 7, 4, 7, 42, 30, tzinfo=UTC)
