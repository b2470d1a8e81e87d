"""Payloads that are right, to be spoiled one field at a time."""

from typing import Any

from apps.core.models import Outgoing
from apps.core.outgoing import reference_for
from tests.sync.push.conftest import queue

ITEM, OTHER_ITEM = "GRO-0001", "GRO-0002"
CHEESE, KEFIR = "FETA+PDO", "GRO-0005"  # kept in batches, with a shelf life
NUMBER, COLD = "Acme-009-L0", "Cold Store - CG"
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


def batch(**given: Any) -> dict[str, Any]:
    """A batch of cheese."""
    return {
        "number": NUMBER,
        "item_code": CHEESE,
        "expires_on": "2027-01-15",
        "supplier_erp_name": "Northern Dairy Co-op",
    } | given


def queue_batch(**given: Any) -> Outgoing:
    said = batch(**given)
    return queue("batch", said, reference=reference_for("batch", said["number"]))


def line(**given: Any) -> dict[str, Any]:
    """Two cases of the cheese."""
    return {
        "item_code": CHEESE,
        "quantity": "2",
        "unit": "Case",
        "unit_factor": "12",
        "rate": "30.50",
        "warehouse_name": COLD,
        "batch_number": NUMBER,
    } | given


FRUIT = {
    "item_code": ITEM, "quantity": "10", "unit": "Nos", "unit_factor": "1", "rate": "0.95",
    "batch_number": "",
}  # fmt: skip


def receipt(**given: Any) -> dict[str, Any]:
    """What a supplier brought three days ago: cheese, and fruit that is in no batches."""
    return {
        "company": "Corner Grocer Ltd",
        "supplier_erp_name": "Northern Dairy Co-op",
        "delivery_note": "INV-77123",
        "posted_on": "2026-11-22",
        "currency": "GBP",
        "lines": [line(), line(**FRUIT)],
    } | given


def queue_receipt(reference: str = "upload/9", **given: Any) -> Outgoing:
    return queue("purchase_receipt", receipt(**given), reference=reference)
