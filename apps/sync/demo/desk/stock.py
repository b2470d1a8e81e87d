"""What a submitted document does to the stock, and its cancelling undoes (WRITING.md 4 and 6, API.md 13).

For every document with ``items``: receipts move goods in, sales move them out, returns the other way round.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from apps.sync.demo.desk import bundles, ledger, shortages
from apps.sync.demo.desk.bundles import Picked
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.figures import COLUMN, ZERO, exact, rounded
from apps.sync.demo.desk.ledger import Movement
from apps.sync.demo.desk.lifecycle import Life
from apps.sync.demo.desk.work import Work
from apps.sync.demo.schema import TABLES
from apps.sync.demo.store import Row

BUNDLE, REJECTED = "serial_and_batch_bundle", "rejected_serial_and_batch_bundle"
# By document, the column that names the line by which a line that goes back had come or gone.
ORIGIN: Final = {
    "Sales Invoice": "sales_invoice_item",
    "POS Invoice": "pos_invoice_item",
    "Delivery Note": "dn_detail",
    "Purchase Receipt": "purchase_receipt_item",
}


def submit(work: Work, document: Document, *, sign: int) -> None:
    """Move what the lines of a document name: in with 1, out with -1. Raises RefusalError."""
    for move, field in _moves(work, document, sign=sign):
        ledger.post(work, _with_batches(work, move, field) if move.item["has_batch_no"] else move)


def cancel(work: Work, document: Document, *, sign: int) -> None:
    """Move back what a document has moved; its lines forget their batches. Raises RefusalError."""
    for move, field in _moves(work, document, sign=sign):
        bundle = work.row(bundles.BUNDLE, move.line[field])
        if bundle is None:
            ledger.reverse(work, move)
            continue
        bundles.withdraw(work, bundle["name"])
        ledger.reverse(work, replace(move, worth=exact(bundle["total_amount"])))
        _note(work, move, shows=True, **{field: None, "batch_no": None})


def cost(work: Work, item: str, warehouse: str, batch: str = "") -> Decimal:
    """What a unit has cost of what is in stock, of one batch or on the whole."""
    if batch:
        return bundles.cost_of(work, batch, warehouse)
    there = ledger.bin_of(work, item, warehouse)
    return exact(there["valuation_rate"]) if there else ZERO


# --- lines -------------------------------------------------------------------------------------------------
def _moves(work: Work, document: Document, *, sign: int) -> Iterator[tuple[Movement, str]]:
    """What each line moves, and the field in which its bundle stands."""
    for line in document.tables.get("items", []):
        item = work.row("Item", line["item_code"])
        if item is None or not item["is_stock_item"]:
            continue
        rate = _rate(work, line)
        accepted, rejected = (exact(line["stock_qty"]), _rejected(line))
        if accepted:
            yield Movement(document, line, item, line["warehouse"], sign * accepted, rate), BUNDLE
        if rejected:
            yield Movement(document, line, item, line["rejected_warehouse"], sign * rejected), REJECTED


def _rejected(line: Row) -> Decimal:
    return exact(line.get("rejected_qty")) * exact(line["conversion_factor"])


def _rate(work: Work, line: Row) -> Decimal:
    """What a unit costs, as its line says; a line that was never told costs what is in stock has cost."""
    if "valuation_rate" in line:
        return rounded(exact(line["valuation_rate"]), COLUMN)
    return exact(line.get("incoming_rate")) or cost(work, line["item_code"], line["warehouse"])


def _note(work: Work, move: Movement, *, shows: bool, **values: object) -> None:
    """Write to the stored line, and to the one in hand where the answer shows it."""
    work.touch(TABLES[move.document.doctype]["items"], move.line["name"], **values)
    if shows:
        move.line.update(values)


# --- batches -----------------------------------------------------------------------------------------------
def _with_batches(work: Work, move: Movement, field: str) -> Movement:
    """A movement with the bundle that was made first, or one of the batch named, or of what is found."""
    line, picks = move.line, False
    if line[field]:
        bundle = bundles.attach(work, move, line[field])
    elif line["batch_no"]:
        bundle = bundles.make(work, move, [(line["batch_no"], abs(move.quantity))])
        _note(work, move, shows=True, **{field: bundle.name, "use_serial_batch_fields": 1})
    else:
        picks = True
        bundle = bundles.make(work, move, _found(work, move))
        _note(work, move, shows=False, **{field: bundle.name})
    worth, rate = exact(bundle["total_amount"]), exact(bundle["avg_rate"])
    return replace(move, bundle=bundle.name, worth=worth, rate=rate, picks=picks)


def _found(work: Work, move: Movement) -> Picked:
    """Batches for a line that names none: those that are sent back, the oldest there are, or a new one."""
    returned = _returned(work, move)
    if returned:
        return returned
    if move.quantity < 0:
        return bundles.pick(work, move.item["name"], move.warehouse, -move.quantity)
    return [(_new_batch(work, move), move.quantity)]


def _returned(work: Work, move: Movement) -> Picked:
    """The batches that a line took which is now sent back, as far as they go."""
    table = TABLES[move.document.doctype]["items"]
    origin = next(
        (work.row(table, move.line.get(one)) for one in ORIGIN.values() if move.line.get(one)), None
    )
    bundle = work.load(bundles.BUNDLE, origin[BUNDLE]) if origin and origin[BUNDLE] else None
    left, found = abs(move.quantity), []
    for row in bundle.tables["entries"] if bundle else []:
        part = min(left, abs(exact(row["qty"])))
        if part:
            found.append((str(row["batch_no"]), part))
        left -= part
    return [] if left else found


def _new_batch(work: Work, move: Movement) -> str:
    if not move.item["create_new_batch"]:
        raise shortages.no_batch(move.item["name"])
    given = {
        "item": move.item["name"],
        "manufacturing_date": move.document["posting_date"],
        "reference_doctype": move.document.doctype,
        "reference_name": move.document.name,
    }
    return Life(work).insert("Batch", given, as_system=True).name
