"""Serial and Batch Bundles: which batches a line moves; who receives may make one first (WRITING.md 4)."""

from collections import Counter
from typing import ClassVar, Final

from apps.sync.demo.collation import collated
from apps.sync.demo.desk import bundles, refusals, shortages
from apps.sync.demo.desk.controllers import Controller
from apps.sync.demo.desk.document import SUBMITTED, Document
from apps.sync.demo.desk.figures import COLUMN, ZERO, exact, rounded, told
from apps.sync.demo.desk.work import HEX, Work
from apps.sync.demo.store import Row

NAME_LONG: Final = 20


class Bundle(Controller):
    is_submittable = True
    required = ("item_code", "type_of_transaction", "voucher_type", "company")
    links: ClassVar = {"item_code": "Item", "warehouse": "Warehouse"}
    choices: ClassVar = {
        "type_of_transaction": (bundles.INWARD, bundles.OUTWARD, "Maintenance", "Asset Repair")
    }
    defaults: ClassVar = {"naming_series": "SABB-.########"}

    def autoname(self, work: Work, document: Document) -> str:
        """By chance, whatever its series says: the site has not turned series on for bundles."""
        return work.key(document.doctype, length=NAME_LONG, signs=HEX)

    def validate(self, work: Work, document: Document) -> None:
        item = work.row("Item", document["item_code"]) or {}
        if not item.get("has_batch_no"):
            raise refusals.by_erpnext(
                f"The Item {document['item_code']} does not have Serial No or Batch No", title="Error"
            )
        document.head |= {name: item[name] for name in ("item_name", "item_group", "has_batch_no")}
        document["posting_time"] = document["posting_time"] or f"{work.store.now():%H:%M:%S.%f}"
        _check_twice(document)
        if document.docstatus == SUBMITTED:
            _check_items(work, document)
        _add_up(document)

    def on_submit(self, work: Work, document: Document) -> None:
        bundles.settle(work, document)

    def before_cancel(self, work: Work, document: Document) -> None:
        """A bundle goes with its document and not before it."""
        voucher = work.row(document["voucher_type"], document["voucher_no"])
        if voucher is not None and voucher["docstatus"] == SUBMITTED:
            raise refusals.by_erpnext(
                f"The {document['voucher_type']} <strong>{document['voucher_no']}</strong> "
                "is in submitted state, please cancel it first"
            )


class BundleEntry(Controller):
    links: ClassVar = {"batch_no": "Batch", "warehouse": "Warehouse"}


def _check_twice(document: Document) -> None:
    batches = Counter(collated(row["batch_no"]) for row in document.tables["entries"] if row["batch_no"])
    for row in document.tables["entries"]:
        if batches[collated(row["batch_no"])] > 1:
            raise refusals.by_erpnext(f"Duplicate Batch No {row['batch_no']} found", title="Error")


def _check_items(work: Work, document: Document) -> None:
    batches = (work.row("Batch", row["batch_no"]) for row in document.tables["entries"])
    strange = [str(one["name"]) for one in batches if one and one["item"] != document["item_code"]]
    if strange:
        raise shortages.wrong_batches(strange, document["item_code"])


def _add_up(document: Document) -> None:
    """Each entry on the side of its bundle, and their sums."""
    is_outward = document["type_of_transaction"] == bundles.OUTWARD
    rows = document.tables["entries"]
    for row in rows:
        _place(row, document["warehouse"], is_outward=is_outward)
    total = sum((exact(row["qty"]) for row in rows), ZERO)
    worth = sum((exact(row["stock_value_difference"]) for row in rows), ZERO)
    document.head |= {
        "total_qty": told(total),
        "total_amount": told(worth),
        "avg_rate": told(rounded(worth / total, COLUMN)) if total else 0.0,
    }


def _place(row: Row, warehouse: str, *, is_outward: bool) -> None:
    quantity = -abs(exact(row["qty"])) if is_outward else abs(exact(row["qty"]))
    worth = quantity * exact(row["incoming_rate"])
    row |= {
        "qty": told(quantity),
        "is_outward": int(is_outward),
        "warehouse": row["warehouse"] or warehouse,
        "stock_value_difference": told(rounded(worth, COLUMN)),
    }
