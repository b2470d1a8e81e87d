"""Sales and what becomes of them: paid, owed, returned, cancelled, amended, overdue."""

from typing import Any, Final

from apps.sync.demo.alive.hand import Hand
from apps.sync.demo.desk.document import SUBMITTED
from apps.sync.demo.store import Row

INVOICE: Final = "Sales Invoice"
MOST_LINES: Final = 4
MOST_EACH: Final = 3


def sell(hand: Hand) -> str:
    """A sale that leaves the shelf at once."""
    return _sold(hand, update_stock=1)


def sell_on_account(hand: Hand) -> str:
    """A sale that is delivered and paid some other day."""
    return _sold(hand, update_stock=0)


def draft(hand: Hand) -> str:
    """A sale that somebody has begun to type."""
    return hand.make(INVOICE, customer=_buyer(hand), items=_lines(hand)).name


def pay(hand: Hand) -> str:
    """Somebody pays what is owed, or half of it; the invoice's status and stamp move."""
    owed = hand.any(INVOICE, lambda row: _stands(row) and row["outstanding_amount"] > 0)
    amount = round(owed["outstanding_amount"] * hand.dice.choice((1.0, 1.0, 0.5)), 2)
    reference = {
        "reference_doctype": INVOICE,
        "reference_name": owed["name"],
        "allocated_amount": amount,
    }
    hand.make(
        "Payment Entry",
        party=owed["customer"],
        paid_to="Main Bank - CG",
        mode_of_payment="Credit Card",
        paid_amount=amount,
        references=[reference],
        docstatus=SUBMITTED,
    )
    return str(owed["name"])


def take_back(hand: Hand) -> str:
    """The first line of a sale comes back."""
    sale = hand.any(INVOICE, lambda row: _stands(row) and not row["is_return"] and not row["is_consolidated"])
    line = hand.lines(INVOICE, sale["name"])[0]
    back: Row = {
        "item_code": line["item_code"],
        "qty": -line["qty"],
        "rate": line["rate"],
        "uom": line["uom"],
        "conversion_factor": line["conversion_factor"],
        "sales_invoice_item": line["name"],
    }
    given: dict[str, Any] = {
        "customer": sale["customer"],
        "is_return": 1,
        "return_against": sale["name"],
        "update_stock": sale["update_stock"],
        "ignore_pricing_rule": 1,
        "items": [back],
    }
    return hand.make(INVOICE, **given, docstatus=SUBMITTED).name


def cancel(hand: Hand) -> str:
    """A sale was a mistake."""
    sale = hand.any(INVOICE, _stands)
    return hand.cancel(INVOICE, sale["name"]).name


def amend(hand: Hand) -> str:
    """A sale was a mistake, and is typed once more with fewer lines."""
    sale = hand.any(INVOICE, lambda row: _stands(row) and not row["is_return"])
    lines = hand.lines(INVOICE, sale["name"])
    kept = [{name: line[name] for name in ("item_code", "qty", "uom", "conversion_factor")} for line in lines]
    hand.cancel(INVOICE, sale["name"])
    given = {
        "customer": sale["customer"],
        "update_stock": sale["update_stock"],
        "items": kept[: len(kept) // 2 + 1],
    }
    return hand.make(INVOICE, **given, amended_from=sale["name"], docstatus=SUBMITTED).name


def go_overdue(hand: Hand) -> str:
    """What the daily job does to a bill that nobody has paid: another status, and the stamp stays."""
    with hand.store.lock:  # or it may be paid before it is overdue
        late = hand.any(INVOICE, lambda row: _stands(row) and row["status"] == "Unpaid")
        hand.store.put(INVOICE, name=late["name"], status="Overdue")
    return str(late["name"])


def order(hand: Hand) -> str:
    """Somebody orders for the day after tomorrow."""
    lines = _lines(hand)
    day = hand.day(2)
    for line in lines:
        line["delivery_date"] = day
    return hand.make(
        "Sales Order", customer=_buyer(hand), delivery_date=day, items=lines, docstatus=SUBMITTED
    ).name


def _sold(hand: Hand, *, update_stock: int) -> str:
    invoice = hand.make(INVOICE, customer=_buyer(hand), update_stock=update_stock, items=_lines(hand))
    return hand.submit(INVOICE, invoice.name).name


def _buyer(hand: Hand) -> str:
    return str(hand.any("Customer", lambda row: not row["disabled"] and not row["is_frozen"])["name"])


def _lines(hand: Hand) -> list[dict[str, Any]]:
    number = hand.dice.randint(1, MOST_LINES)
    goods = hand.some(
        "Item", number, lambda row: not (row["disabled"] or row["has_variants"]) and row["is_sales_item"]
    )
    return [{"item_code": row["name"], "qty": hand.dice.randint(1, MOST_EACH)} for row in goods]


def _stands(row: Row) -> bool:
    return bool(row["docstatus"] == SUBMITTED)
