"""What comes into the shop: deliveries with new batches, and goods that it has not had before."""

from typing import Any, Final

from apps.sync.demo.alive.hand import Hand
from apps.sync.demo.desk.document import SUBMITTED
from apps.sync.demo.store import Row

CASES: Final = 24
MARGIN: Final = 1.4


def restock(hand: Hand) -> str:
    """A supplier delivers; what is kept in batches gets new ones."""
    supplier = hand.any("Supplier", lambda row: not row["disabled"] and not row["on_hold"])
    goods = hand.some("Item", hand.dice.randint(1, 3), _is_bought)
    lines = [_line(hand, row) for row in goods]
    receipt = hand.make("Purchase Receipt", supplier=supplier["name"], items=lines, docstatus=SUBMITTED)
    return receipt.name


def stock_new_item(hand: Hand) -> str:
    """Something that the shop has not had, with its price."""
    like, word = hand.any("Item", _is_bought), hand.word()
    item = hand.make(
        "Item",
        item_code=f"NEW-{word.upper()}",
        item_name=f"New {like['item_name']} {word}",
        item_group=like["item_group"],
        stock_uom=like["stock_uom"],
    )
    price = round(1 + hand.dice.randrange(1000) / 100, 2)
    hand.make("Item Price", item_code=item.name, price_list="Standard Selling", price_list_rate=price)
    return item.name


def _line(hand: Hand, item: Row) -> dict[str, Any]:
    cost = round(0.5 + hand.dice.randrange(500) / 100, 2)
    return {"item_code": item["name"], "qty": hand.dice.randint(1, CASES), "rate": cost}


def _is_bought(row: Row) -> bool:
    is_whole = not row["has_variants"] and not row["disabled"] and row["is_stock_item"]
    return bool(is_whole and row["is_purchase_item"])
