"""Batches that Larder numbers: what a supplier delivered of one item, with its own day of expiry.

A number is good for the whole site: for another item ERPNext refuses it with a 409, and the one that is there
is another. Its quantity is never sent: it is a mere display until goods move (WRITING.md 3).
"""

from collections.abc import Iterator

from apps.core.errors import FieldError
from apps.sync.entities.batches import BATCHES
from apps.sync.push import rules
from apps.sync.push.declarations import Content, Kind
from apps.sync.push.shop import Known, Shop

FORBIDDEN = frozenset("<>")  # in a name of anything


def _complaints(batch: Content, shop: Shop) -> Iterator[FieldError]:
    if FORBIDDEN & set(batch["number"]):
        yield FieldError("number", "no-name", "holds “<” or “>”, which no name in ERPNext may")
    yield from _of_item(batch["item_code"], shop)
    supplier = batch["supplier_erp_name"]
    if supplier and not shop.has(Known.SUPPLIER, supplier):
        yield rules.unknown("supplier_erp_name", Known.SUPPLIER, supplier)


def _of_item(code: str, shop: Shop) -> Iterator[FieldError]:
    item = shop.item(code)
    yield from rules.of_found_item(item, code, unit="")
    if item and not item.is_batched:
        yield FieldError("item_code", "not-batched", f"“{code}” is not kept in batches in ERPNext")


BATCH = Kind(
    key="batch",
    title="Batch",
    entity=BATCHES,
    doctype="Batch",
    needed=("number", "item_code"),
    usual={"expires_on": None, "supplier_erp_name": None, "is_active": None},
    # Without a day the item's shelf life gives one.
    left_open=("expires_on", "supplier_erp_name", "is_active"),
    known_by=("number",),
    never_changed=("item_code",),
    asked_about=("expires_on",),
    rule=_complaints,
)
