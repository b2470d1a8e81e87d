"""Payloads that are right, to be spoiled one field at a time."""

from typing import Any

from apps.core.models import Outgoing
from apps.core.outgoing import reference_for
from tests.sync.push.conftest import queue

ITEM, OTHER_ITEM = "GRO-0001", "GRO-0002"
STARTS = "2026-12-01"


def price(**given: Any) -> dict[str, Any]:
    """A price of an item from December on."""
    return {
        "item_code": ITEM,
        "price_list_name": "Standard Selling",
        "rate": "2.35",
        "currency": "GBP",
        "unit": "Nos",
        "valid_from": STARTS,
    } | given


def price_reference(said: dict[str, Any]) -> str:
    """As whoever queues a price makes it."""
    key = (
        "item_code", "price_list_name", "unit", "valid_from",
        "customer_erp_name", "supplier_erp_name", "batch_number", "packing_unit",
    )  # fmt: skip
    return reference_for("item_price", *(str(said.get(name) or "") for name in key))


def queue_price(**given: Any) -> Outgoing:
    said = price(**given)
    return queue("item_price", said, reference=price_reference(said))


def rule(**given: Any) -> dict[str, Any]:
    """A tenth off an item, for a week."""
    return {
        "title": "Winter week",
        "applies_on": "Item Code",
        "items": [{"item_code": ITEM}],
        "gives": "Price",
        "discount_kind": "Discount Percentage",
        "discount_percentage": "10",
        "for_selling": True,
        "company": "Corner Grocer Ltd",
        "currency": "GBP",
        "valid_from": STARTS,
        "valid_until": "2026-12-07",
        "priority": "15",
    } | given


def queue_rule(reference: str = "campaign/4", **given: Any) -> Outgoing:
    return queue("pricing_rule", rule(**given), reference=reference)
