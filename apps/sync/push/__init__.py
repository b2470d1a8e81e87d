"""What is told to ERPNext: each kind of message is declared once, in a file of its own."""

from typing import Final

from apps.sync.push.batches import BATCH
from apps.sync.push.declarations import Kind
from apps.sync.push.item_prices import ITEM_PRICE
from apps.sync.push.pricing_rules import PRICING_RULE
from apps.sync.push.receipts import PURCHASE_RECEIPT

KINDS: Final[dict[str, Kind]] = {
    kind.key: kind for kind in (ITEM_PRICE, PRICING_RULE, BATCH, PURCHASE_RECEIPT)
}

__all__ = ["KINDS", "Kind"]
