"""What is sent back: that it was on the document that it goes back to, and no more than that had."""

from decimal import Decimal

from apps.sync.demo.desk import refusals
from apps.sync.demo.desk.document import SUBMITTED, Document
from apps.sync.demo.desk.figures import ZERO, exact
from apps.sync.demo.desk.work import Work
from apps.sync.demo.schema import TABLES
from apps.sync.demo.store import Row

MODULE = "erpnext.controllers.sales_and_purchase_return"


def check(work: Work, document: Document, *, origin: str) -> None:
    """That each line sends back what had come; ``origin`` is the column that names the line it came by.

    A line that names none is only warned of (WRITING.md 4 and 6). Raises RefusalError.
    """
    if not document["is_return"]:
        return
    if not any(line["qty"] < 0 for line in document.tables["items"]):
        raise refusals.by_erpnext(
            "At least one item should be entered with negative quantity in return document"
        )
    for line in document.tables["items"] if document["return_against"] else []:
        _check_line(work, document, line, origin)


def sent_back(work: Work, doctype: str, line: Row, origin: str) -> Decimal:
    """How much of a line has gone back, in stock units, by returns that are submitted."""
    returns = work.having(TABLES[doctype]["items"], origin, line["name"])
    return -sum((exact(row["stock_qty"]) for row in returns if row["docstatus"] == SUBMITTED), ZERO)


def _check_line(work: Work, document: Document, line: Row, origin: str) -> None:
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
    left = exact(came["stock_qty"]) - sent_back(work, document.doctype, came, origin)
    if left <= 0:
        shown = f"Item {line['item_code']} has already been returned"
        raise refusals.by_erpnext(shown, "StockOverReturnError", module=MODULE)
    if -exact(line["stock_qty"]) > left:
        shown = f"Row # {line['idx']}: Cannot return more than {float(left)} for Item {line['item_code']}"
        raise refusals.by_erpnext(shown, "StockOverReturnError", module=MODULE)
