"""How ERPNext refuses a movement of stock, with the words that were observed."""

from decimal import Decimal

from apps.sync.demo.desk import refusals
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.figures import exact, kept
from apps.sync.demo.envelopes import RefusalError
from apps.sync.demo.store import Row


def not_enough(item: Row, warehouse: str, *, missing: Decimal, of: Document) -> RefusalError:
    """More goes out than is there, now or by what is booked later."""
    titled = f"{item['name']}: {item['item_name']}"
    shown = (
        f"<strong>{float(missing)}</strong> units of {_link('Item', item['name'], titled)} needed in "
        f"{_link('Warehouse', warehouse, warehouse)} on {of['posting_date']} {kept(of['posting_time'])} "
        f"for {_link(of.doctype, of.name, of['title'] or of.name)} to complete this transaction."
    )
    module = "erpnext.stock.stock_ledger"
    return refusals.by_erpnext(shown, "NegativeStockError", module=module, title="Insufficient Stock")


def batch_is_short(batch: str, item: str, warehouse: str, left: Decimal) -> RefusalError:
    """A batch would hold less than nothing; the exception is but the last line of what is shown."""
    last = f"\t\t\t\twarehouse {warehouse}"
    shown = (
        f"Batch No <strong>{batch}</strong> of an Item <strong>{item}</strong>\n\t\t\t\thas negative stock\n"
        f"\t\t\t\tof quantity <strong>{float(left)}</strong> in the\n{last}"
    )
    exc_type = "BatchNegativeStockError"
    return RefusalError(417, exc_type, exception=last, shown=shown, extra=refusals.BY_ERPNEXT)


def no_batch(item: str) -> RefusalError:
    """An item that is kept in batches would move with none."""
    return refusals.by_erpnext(f"Serial No / Batch No are mandatory for Item {item}")


def bundle_differs(bundle: str, total: Decimal, document: Document, line: Row) -> RefusalError:
    """A bundle that was made first holds another quantity than its line, whose own unit is what is told."""
    return refusals.by_erpnext(
        f"Total quantity {total.normalize():f} in the Serial and Batch Bundle <strong>{bundle}</strong> "
        f"does not match with the quantity {exact(line['qty']).normalize():f} for the Item "
        f"<strong>{line['item_code']}</strong> in the {document.doctype} # {document.name}",
        title="Error",
    )


def expired(row: int, batch: str) -> RefusalError:
    """A batch whose day has passed comes in as little as it goes out."""
    shown = f"Row #{row}: The batch {refusals.link('Batch', batch)} has already expired."
    return refusals.by_erpnext(shown, "BatchExpiredError", module="erpnext.controllers.stock_controller")


def wrong_batches(batches: list[str], item: str) -> RefusalError:
    """A bundle names batches of another item."""
    return refusals.by_erpnext(
        f"Batch Nos <strong>{', '.join(batches)}</strong> does not belong to Item <strong>{item}</strong>",
        title="Error",
    )


def _link(doctype: str, name: str, title: str) -> str:
    return f'<a href="/app/Form/{doctype}/{name}" style="font-weight: bold;">{doctype} {title}</a>'
