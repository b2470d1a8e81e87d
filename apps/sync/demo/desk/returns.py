"""Goods that come back: what a return may hold, the body that makes one, and the statuses it moves."""

from decimal import Decimal
from typing import Any, Final

from apps.sync.demo.desk import owing, refusals
from apps.sync.demo.desk.document import SUBMITTED, Document
from apps.sync.demo.desk.figures import ZERO, exact
from apps.sync.demo.desk.stock import ORIGIN
from apps.sync.demo.desk.work import Work
from apps.sync.demo.schema import TABLES
from apps.sync.demo.store import Row

MODULE: Final = "erpnext.controllers.sales_and_purchase_return"
# What a return does not take over from its original.
OWN: Final = frozenset(
    {
        "name", "owner", "creation", "modified", "modified_by", "docstatus", "idx", "amended_from", "status",
        "posting_date", "posting_time", "set_posting_time", "due_date", "outstanding_amount", "paid_amount",
        "base_paid_amount", "change_amount", "base_change_amount", "loyalty_points", "loyalty_amount",
        "redeem_loyalty_points", "remarks", "set_warehouse", "other_charges_calculation",
        "consolidated_invoice",
    }
)  # fmt: skip
OWN_ROW: Final = frozenset(
    {
        "name", "owner", "creation", "modified", "modified_by", "docstatus", "parent", "pricing_rules",
        "serial_and_batch_bundle",
    }
)  # fmt: skip
TURNED: Final = ("qty", "stock_qty", "amount", "base_amount", "net_amount", "base_net_amount", "total_weight")
TURNED_TAX: Final = (
    "tax_amount", "total", "tax_amount_after_discount_amount", "base_tax_amount", "base_total",
    "base_tax_amount_after_discount_amount",
)  # fmt: skip
TURNED_WHOLE: Final = (
    "total_qty", "total", "net_total", "grand_total", "rounded_total", "rounding_adjustment",
    "discount_amount", "total_taxes_and_charges", "total_net_weight", "amount_eligible_for_commission",
)  # fmt: skip


# --- a return of a document, ready to be sent --------------------------------------------------------------
def body_of(original: Row, *, own: frozenset[str] = frozenset()) -> Row:
    """All of a document turned round: what ``make_sales_return`` answers (WRITING.md 6).

    ``own`` are custom fields that are not to be copied.
    """
    once = OWN | own | TABLES[original["doctype"]].keys()
    head = {field: value for field, value in original.items() if field not in once and value is not None}
    turned = (*TURNED_WHOLE, *(f"base_{field}" for field in TURNED_WHOLE))
    head |= {field: -head[field] or 0.0 for field in turned if field in head}
    head |= {"is_return": 1, "return_against": original["name"], "ignore_pricing_rule": 1}
    return head | {
        "docstatus": 0,
        "__islocal": 1,
        "items": [_line(original["doctype"], row) for row in original["items"]],
        "taxes": [_turned(row, TURNED_TAX) for row in original["taxes"]],
        "payments": [_turned(row, ("amount", "base_amount")) for row in original["payments"]],
    }


def _line(doctype: str, row: Row) -> Row:
    line = _turned(row, TURNED) | {ORIGIN[doctype]: row["name"]}
    return line | ({"use_serial_batch_fields": 1} if row.get("batch_no") else {})


def _turned(row: Row, columns: tuple[str, ...]) -> Row:
    kept = {field: value for field, value in row.items() if field not in OWN_ROW and value is not None}
    return kept | {field: -kept[field] or 0.0 for field in columns if field in kept}


# --- what a return may hold --------------------------------------------------------------------------------
def announce(work: Work, document: Document) -> None:
    """What people are told of a credit note that is to be set against its invoice later."""
    if not (document["is_return"] and document["return_against"]) or document["is_pos"]:
        return
    if document.doctype == owing.INVOICE and document["update_outstanding_for_self"]:
        of = refusals.link(document.doctype, document["return_against"])
        tool = refusals.link("Payment Reconciliation", "Payment Reconciliation")
        work.say(
            f"We can see <strong>Credit Note</strong> is made against {of}. If you want {of}'s outstanding "
            "to be updated, uncheck '<strong>Update Outstanding for Self</strong>' checkbox. <br><br>Or you "
            f"can use {tool} tool to reconcile against {of} later."
        )


def check(work: Work, document: Document) -> None:
    """That what customers bring has been sold, from the shelf if it goes back there. Raises RefusalError."""
    original = work.load(document.doctype, document["return_against"] or "")
    if document["is_return"] and document["return_against"]:
        if original is None or original.docstatus != SUBMITTED:
            raise refusals.by_erpnext(f"Invalid Return Against: {document['return_against']}")
        if document["update_stock"] and not original["update_stock"]:
            raise refusals.by_erpnext(
                f"'Update Stock' can not be checked because items are not delivered via {original.name}"
            )
    check_lines(work, document)


def check_lines(work: Work, document: Document) -> None:
    """That each line sends back what had come, and no more. Raises RefusalError.

    A line that does not say by which one it came is only warned of (WRITING.md 4 and 6).
    """
    if not document["is_return"]:
        return
    if not any(line["qty"] < 0 for line in document.tables["items"]):
        raise refusals.by_erpnext(
            "At least one item should be entered with negative quantity in return document"
        )
    for line in document.tables["items"] if document["return_against"] else []:
        _check_line(work, document, line)


def sent_back(work: Work, doctype: str, line: Row) -> Decimal:
    """How much of a line has gone back, in stock units, by returns that are submitted."""
    returns = work.having(TABLES[doctype]["items"], ORIGIN[doctype], line["name"])
    return -sum((exact(row["stock_qty"]) for row in returns if row["docstatus"] == SUBMITTED), ZERO)


def _check_line(work: Work, document: Document, line: Row) -> None:
    origin = ORIGIN[document.doctype]
    came = work.row(TABLES[document.doctype]["items"], line[origin])
    if came is None or came["parent"] != document["return_against"]:
        shown = (
            f"Row # {line['idx']}: Returned Item {line['item_code']} does not exist in "
            f"{document.doctype} {document['return_against']}"
        )
        if line[origin]:
            raise refusals.by_erpnext(shown)
        work.say(shown)
        return
    left = exact(came["stock_qty"]) - sent_back(work, document.doctype, came)
    if left <= 0:
        shown = f"Item {line['item_code']} has already been returned"
        raise refusals.by_erpnext(shown, "StockOverReturnError", module=MODULE)
    if -exact(line["stock_qty"]) > left:
        shown = f"Row # {line['idx']}: Cannot return more than {float(left)} for Item {line['item_code']}"
        raise refusals.by_erpnext(shown, "StockOverReturnError", module=MODULE)


# --- what a return moves -----------------------------------------------------------------------------------
def settle(work: Work, document: Document, *, sign: int) -> None:
    """What a return does to its original; ``sign`` is -1 where the return is cancelled (API.md 7).

    One that is paid out, or that lowers what is owed, moves the status and the stamp; a mere credit note
    moves neither.
    """
    against = document["return_against"]
    original = work.load(document.doctype, against) if against else None
    if not document["is_return"] or original is None:
        return
    if document["is_pos"]:
        status: dict[str, Any] = {"status": owing.status_of(work, original)}
        work.touch(document.doctype, against, **status)
    elif not document["update_outstanding_for_self"]:
        owing.pay(work, against, sign * abs(exact(document["grand_total"])))
