"""Batches: numbers that are good for the whole site, and days that ERPNext does not check (WRITING.md 3)."""

from datetime import date, timedelta
from typing import Any, ClassVar

from apps.sync.demo.desk import naming, refusals
from apps.sync.demo.desk.controllers import Controller
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.work import Work
from apps.sync.demo.envelopes import RefusalError, broken
from apps.sync.demo.store import Row


class Batch(Controller):
    named_by = "batch_id"
    may_be_disabled = True
    links: ClassVar = {"item": "Item", "supplier": "Supplier"}
    defaults: ClassVar = {"use_batchwise_valuation": 1}

    def before_insert(self, work: Work, document: Document) -> None:
        item = _item_of(work, document)
        if not item["has_batch_no"]:
            raise refusals.by_erpnext("The selected item cannot have Batch")

    def autoname(self, work: Work, document: Document) -> str | None:
        if document["batch_id"]:
            document["batch_id"] = str(document["batch_id"]).strip()
        else:
            series = _item_of(work, document)["batch_number_series"] or "BATCH-.#####"
            document["batch_id"] = naming.from_series(work, series, document)
        return str(document["batch_id"])

    def validate(self, work: Work, document: Document) -> None:
        item = _item_of(work, document)
        document["batch_id"] = document.name  # whatever is sent later
        document.head |= {"item_name": item["item_name"], "stock_uom": item["stock_uom"]}
        if document.is_new:
            document["manufacturing_date"] = document["manufacturing_date"] or work.today.isoformat()
            document["expiry_date"] = document["expiry_date"] or _expiry(item, document["manufacturing_date"])


def _item_of(work: Work, document: Document) -> Row:
    item = work.row("Item", document["item"])
    if item is None:
        raise no_item()
    return item


def no_item() -> RefusalError:
    """ERPNext stumbles here instead of refusing; it is final all the same (WRITING.md, trap 8)."""
    stumble = "TypeError: cannot unpack non-iterable NoneType object"
    return broken("TypeError", stumble, extra=refusals.BY_ERPNEXT)


def _expiry(item: Row, made_on: Any) -> str | None:
    if not item["shelf_life_in_days"]:
        return None
    return (date.fromisoformat(str(made_on)) + timedelta(days=item["shelf_life_in_days"])).isoformat()
