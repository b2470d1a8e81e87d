"""Whether the copy equals its source, record by record and field by field, by a field list of its own."""

from typing import Any

from django.db import connection

from apps.core.mirror import Written
from apps.inventory.models import Batch, BatchStock
from apps.inventory.services import recount
from apps.orders.models import Order
from apps.orders.services import orders_synced
from apps.sync.demo.store import Row, Store
from apps.sync.engine import tables
from apps.sync.engine.marking import Link, links_of
from apps.sync.entities import ENTITIES
from apps.sync.models import Quarantine
from tests.sync.test_equality import DOCUMENTS, TABLES, differences


def assert_equal(store: Store) -> None:
    """Every document and every row of the tables inside: here once, equal, and nothing left over."""
    for doctype, model, columns, _, same in DOCUMENTS:
        sent = {row["name"]: row for row in store.table(doctype).rows.values()}
        found: Any = model._default_manager.filter(gone_at=None, **same)
        rows = {row.erp_name: row for row in found}
        assert len(rows) == len(found), f"{doctype}: one twice"
        assert rows.keys() == sent.keys(), doctype
        for name, document in sent.items():
            stamps = (rows[name].erp_creation, rows[name].erp_modified)
            assert stamps == (document["creation"], document["modified"]), f"{doctype} {name}"
            assert differences(document, rows[name], columns) == []
    for table, model, parent, columns, _, same in TABLES:
        of = {doctype for doctype, *_ in DOCUMENTS}
        lines = {row["name"]: row for row in store.table(table).rows.values() if _lives(store, row, of)}
        kept: Any = model._default_manager.select_related(parent).filter(
            **{f"{parent}__gone_at": None}, **same
        )
        ours = {row.erp_row: row for row in kept}
        assert len(ours) == len(kept), f"{table}: one twice"
        assert ours.keys() == lines.keys(), table
        for name, line in lines.items():
            assert differences(line, ours[name], columns) == []
            assert getattr(ours[name], parent).erp_name == line["parent"]
    assert list(Quarantine.objects.all()) == []
    assert_joined()


def assert_joined() -> None:
    """No row waits for a record that is here or leads to another; what is summed up says what is there."""
    for link in links_of(ENTITIES):
        fixed = dict(link.source.fixed) if link.reference.to is link.source.model else {}
        waits = tables.could_settle(link.source, link.reference, link.model, fixed=fixed)
        assert waits == [], f"{link.model.__name__}.{link.reference.column}"
        assert _astray(link) == [], f"{link.model.__name__}.{link.reference.column}"
    told = _summed_up()
    recount(Batch.objects.present().values_list("pk", flat=True))
    orders_synced(Written(model=Order, changed=tuple(Order.objects.values_list("pk", flat=True))))
    assert _summed_up() == told


def _astray(link: Link) -> list[tuple[Any, ...]]:
    """Rows whose key leads to a record that is present under another name than the row says."""
    row, target = link.model._meta.db_table, link.reference.to._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT line.id, line.{link.reference.by}, target.erp_name FROM {row} line"  # noqa: S608
            f" JOIN {target} target ON target.id = line.{link.reference.column}"
            f" WHERE target.gone_at IS NULL AND target.erp_name <> line.{link.reference.by}"
        )
        return cursor.fetchall()


def _summed_up() -> list[list[tuple[Any, ...]]]:
    sums = ("id", "quantity", "received_quantity", "received_on", "unit_cost", "receipt_id", "supplier_id")
    return [
        list(Batch.objects.present().order_by("id").values_list(*sums)),
        list(BatchStock.objects.order_by("batch_id", "warehouse_name").values_list(
            "batch_id", "warehouse_name", "warehouse_id", "quantity"
        )),
        list(Order.objects.order_by("id").values_list("id", "bills_id")),
    ]  # fmt: skip


def _lives(store: Store, row: Row, doctypes: set[str]) -> bool:
    """Whether the document that a row stands in is one of those that are mirrored, and there."""
    parent = row["parenttype"]
    return parent in doctypes and store.document(parent, row["parent"]) is not None
