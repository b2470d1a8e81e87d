"""Which batches a movement moves: the bundles that say so, and what each batch holds (WRITING.md 4, 9)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from apps.sync.demo.collation import collated
from apps.sync.demo.desk import refusals, shortages
from apps.sync.demo.desk.document import CANCELLED, SUBMITTED, Document
from apps.sync.demo.desk.figures import COLUMN, ZERO, exact, rounded, told
from apps.sync.demo.desk.ledger import Movement
from apps.sync.demo.desk.lifecycle import Life
from apps.sync.demo.desk.work import Work
from apps.sync.demo.store import Row

BUNDLE: Final = "Serial and Batch Bundle"
ENTRY: Final = "Serial and Batch Entry"
TILL: Final = "POS Invoice"  # which sets aside what its shift sells; stock follows when that closes
INWARD, OUTWARD = "Inward", "Outward"
Picked = list[tuple[str, Decimal]]  # batches and how much of each, without a sign
ORDERS: Final[Mapping[str, str]] = {"FIFO": "creation", "LIFO": "creation", "Expiry": "expiry_date"}


# --- what there is -----------------------------------------------------------------------------------------
def entries_of(work: Work, batch: str, warehouse: str = "") -> list[Row]:
    """The entries of a batch that count: those of drafts and of what was cancelled do not."""
    rows = [row for row in work.having(ENTRY, "batch_no", batch) if row["docstatus"] == SUBMITTED]
    return [row for row in rows if not warehouse or collated(row["warehouse"]) == collated(warehouse)]


def held(work: Work, batch: str, warehouse: str = "") -> Decimal:
    """How much there is of a batch, in one warehouse or in all."""
    return sum((exact(row["qty"]) for row in entries_of(work, batch, warehouse)), ZERO)


def is_open(work: Work, batch: Row) -> bool:
    """Whether a batch may be sold: neither disabled nor expired."""
    return not batch["disabled"] and (batch["expiry_date"] or "9999") >= work.today.isoformat()


def available(work: Work, item: str, warehouse: str) -> Picked:
    """The open batches of an item that a warehouse holds, the first to be picked first."""
    order = str(work.setting("Stock Settings", "pick_serial_and_batch_based_on"))
    found = [row for row in work.having("Batch", "item", item) if is_open(work, row)]
    found.sort(key=lambda row: str(row[ORDERS.get(order, "creation")] or "9999"), reverse=order == "LIFO")
    there = ((str(row["name"]), held(work, row["name"], warehouse)) for row in found)
    return [(batch, quantity) for batch, quantity in there if quantity > 0]


def pick(work: Work, item: str, warehouse: str, quantity: Decimal) -> Picked:
    """Batches for so much of an item. Raises RefusalError where the open ones do not hold as much."""
    picked: Picked = []
    for batch, there in available(work, item, warehouse):
        if quantity > 0:
            picked.append((batch, min(there, quantity)))
            quantity -= picked[-1][1]
    if quantity > 0:
        raise shortages.no_batch(item)
    return picked


def cost_of(work: Work, batch: str, warehouse: str) -> Decimal:
    """What a unit of a batch has cost on average."""
    rows = entries_of(work, batch, warehouse)
    quantity = sum((exact(row["qty"]) for row in rows), ZERO)
    worth = sum((exact(row["stock_value_difference"]) for row in rows), ZERO)
    return rounded(worth / quantity, COLUMN) if quantity else ZERO


# --- made, attached, taken back ----------------------------------------------------------------------------
def make(work: Work, move: Movement, picked: Picked, *, is_rejected: bool = False) -> Document:
    """The bundle of a movement, submitted. Raises RefusalError where a batch does not hold enough."""
    sign = 1 if move.quantity > 0 else -1
    given = {
        "item_code": move.item["name"],
        "warehouse": move.warehouse,
        "company": move.document["company"],
        "type_of_transaction": INWARD if sign > 0 else OUTWARD,
        "is_rejected": int(is_rejected),
        "docstatus": SUBMITTED,
        "entries": [
            {"batch_no": batch, "qty": told(sign * quantity), "incoming_rate": _rate(work, move, batch)}
            for batch, quantity in picked
        ],
    }
    return Life(work).insert(BUNDLE, given | _voucher(move), as_system=True)


def attach(work: Work, move: Movement, name: str) -> Document:
    """Have a movement use a bundle that was made first. Raises RefusalError unless they agree."""
    bundle = work.load(BUNDLE, name)
    if bundle is None or bundle.docstatus == CANCELLED:
        raise refusals.links_missing([f"Serial and Batch Bundle: {name}"])
    total = abs(exact(bundle["total_qty"]))
    if total != abs(move.quantity):
        raise shortages.bundle_differs(name, total, move.document, move.line)
    if bundle.docstatus == SUBMITTED:
        return _take_over(work, move, bundle)
    rates = [
        {"name": row["name"], "incoming_rate": _rate(work, move, row["batch_no"])}
        for row in bundle.tables["entries"]
    ]
    given = {"docstatus": SUBMITTED, "entries": rates} | _voucher(move)
    return Life(work).change(BUNDLE, name, given, as_system=True)


def _take_over(work: Work, move: Movement, bundle: Document) -> Document:
    """What the till has set aside goes now that its shift has closed."""
    bundle.head |= _voucher(move)
    work.touch(BUNDLE, bundle.name, **_voucher(move))
    settle(work, bundle)
    return bundle


def withdraw(work: Work, name: str) -> None:
    """Cancel a bundle whose document is cancelled. Raises RefusalError where its batches have gone since."""
    bundle = work.load(BUNDLE, name)
    if bundle is None:
        return
    work.touch(BUNDLE, name, docstatus=CANCELLED, is_cancelled=1)
    for row in bundle.tables["entries"]:
        work.touch(ENTRY, row["name"], docstatus=CANCELLED)
    settle(work, bundle)


def settle(work: Work, bundle: Document) -> None:
    """Write down what the batches of a bundle hold now. Raises RefusalError if that is less than nothing."""
    for batch in dict.fromkeys(row["batch_no"] for row in bundle.tables["entries"] if row["batch_no"]):
        left = held(work, batch, bundle["warehouse"])
        if left < 0:
            raise shortages.batch_is_short(batch, bundle["item_code"], bundle["warehouse"], left)
        if bundle["voucher_type"] != TILL:
            _recount(work, batch)


def _recount(work: Work, name: str) -> None:
    """What a batch says it holds is wrong once it is disabled or expired (WRITING.md, trap 10)."""
    batch = work.row("Batch", name)
    if batch is not None:
        there = held(work, name) + _set_aside(work, name)
        work.touch("Batch", name, batch_qty=told(there) if is_open(work, batch) else 0.0)


def _set_aside(work: Work, name: str) -> Decimal:
    """How much of a batch the till has sold in shifts that are open."""
    rows = ((row, work.row(BUNDLE, row["parent"])) for row in entries_of(work, name))
    tills = [row for row, bundle in rows if bundle and bundle["voucher_type"] == TILL]
    return -sum((exact(row["qty"]) for row in tills), ZERO)


def _rate(work: Work, move: Movement, batch: str) -> float:
    rate = move.rate if move.quantity > 0 else cost_of(work, batch, move.warehouse)
    return told(rounded(rate, COLUMN))


def _voucher(move: Movement) -> Row:
    return {
        "voucher_type": move.document.doctype,
        "voucher_no": move.document.name,
        "voucher_detail_no": move.line["name"],
        "posting_date": move.document["posting_date"],
        "posting_time": move.document["posting_time"],
    }
