"""What ERPNext says is in stock (API.md 13): it passes over batches that are expired or disabled."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from apps.sync.demo.collation import collated
from apps.sync.demo.rows import Row
from apps.sync.demo.store import Store


@dataclass(frozen=True)
class BatchesAsked:
    """One batch, or those of an item, of a warehouse, or of both."""

    batch_no: str = ""
    warehouse: str = ""
    item_code: str = ""


def batch_quantities(store: Store, asked: BatchesAsked) -> list[dict[str, Any]] | float:
    """Open quantities of batches by warehouse; of one batch in one warehouse the number alone."""
    today = str(store.now().date())
    batches = {
        row["name"]: row
        for row in store.table("Batch").rows.values()
        if _is_open(row, today) and _fits(asked.batch_no, row["name"]) and _fits(asked.item_code, row["item"])
    }
    held: defaultdict[tuple[str, str], float] = defaultdict(float)
    for entry in store.table("Serial and Batch Entry").rows.values():
        if (
            entry["docstatus"] == 1
            and entry["batch_no"] in batches
            and _fits(asked.warehouse, entry["warehouse"])
        ):
            held[entry["batch_no"], entry["warehouse"]] += entry["qty"]
    if asked.batch_no and asked.warehouse:
        return round(float(sum(held.values())), 9)
    in_order = sorted(held.items(), key=lambda one: (batches[one[0][0]]["creation"] or "", one[0]))
    return [
        {
            "batch_no": batch,
            "warehouse": warehouse,
            "qty": round(quantity, 9),
            "expiry_date": batches[batch]["expiry_date"],
        }
        for (batch, warehouse), quantity in in_order
        if round(quantity, 9)
    ]


def balance(store: Store, item: str, warehouse: str) -> float:
    """What the bins say is there of an item."""
    bins = store.table("Bin").rows.values()
    found = (row for row in bins if _fits(item, row["item_code"]) and _fits(warehouse, row["warehouse"]))
    return float(sum(row["actual_qty"] for row in found))


def _is_open(batch: Row, today: str) -> bool:
    return not batch["disabled"] and (batch["expiry_date"] or "9999") >= today


def _fits(wanted: str, value: Any) -> bool:
    return not wanted or collated(wanted) == collated(value)
