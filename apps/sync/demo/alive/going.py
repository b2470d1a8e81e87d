"""What goes, or goes by another name: renames, merges, deletions, numbers used again, late commits."""

from typing import Final

from apps.sync.demo.alive import selling
from apps.sync.demo.alive.hand import Hand
from apps.sync.demo.store import Row

LATEST: Final = 40  # requests for which a transaction stays open


def rename_item(hand: Hand) -> str:
    """Invoice lines and prices name it anew, and no stamp of theirs moves."""
    new = f"MOVED-{hand.word().upper()}"
    hand.rename("Item", hand.any("Item")["name"], new)
    return new


def rename_customer(hand: Hand) -> str:
    customer = hand.any("Customer")
    new = f"{str(customer['customer_name']).split()[0]} {hand.word().capitalize()}"
    hand.rename("Customer", customer["name"], new)
    return new


def swap_items(hand: Hand) -> str:
    """Two items take each other's code."""
    one, other = (str(row["name"]) for row in hand.some("Item", 2))
    between = f"BETWEEN-{hand.word().upper()}"
    for old, new in ((one, between), (other, one), (between, other)):
        hand.rename("Item", old, new)
    return f"{one} and {other}"


def merge_customers(hand: Hand) -> str:
    """Two turn out to be one person: the one goes, with a trace, and all of his is the other's."""
    gone, kept = hand.some("Customer", 2)
    hand.rename("Customer", gone["name"], kept["name"], merge=True)
    return str(kept["name"])


def delete_price(hand: Hand) -> str:
    return _deleted(hand, "Item Price", hand.any("Item Price"))


def delete_item(hand: Hand) -> str:
    """Something that was never sold; its prices go without a trace."""
    sold = {row["item_code"] for row in hand.store.table("Sales Invoice Item").rows.values()}
    return _deleted(hand, "Item", hand.any("Item", lambda row: row["name"] not in sold))


def delete_draft(hand: Hand) -> str:
    return _deleted(hand, selling.INVOICE, hand.any(selling.INVOICE, lambda row: row["docstatus"] == 0))


def use_number_again(hand: Hand) -> str:
    """The newest draft is deleted, and the next invoice gets its number."""
    name = selling.draft(hand)
    hand.delete(selling.INVOICE, name)
    return selling.draft(hand)


def commit_late(hand: Hand) -> str:
    """Written now and seen later, behind the cursor of whoever has read meanwhile."""
    requests = hand.dice.randrange(1, LATEST)
    group = hand.any("Customer Group", lambda row: not row["is_group"])["name"]
    return hand.make_late(
        "Customer",
        after_requests=requests,
        customer_name=f"Late {hand.word().capitalize()}",
        customer_type="Individual",
        customer_group=group,
    )


def _deleted(hand: Hand, doctype: str, row: Row) -> str:
    name = str(row["name"])
    hand.delete(doctype, name)
    return name
