"""Whether the copy equals its source, record by record and field by field, by a field list of its own."""

from typing import Any

from apps.sync.demo.store import Row, Store
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


def _lives(store: Store, row: Row, doctypes: set[str]) -> bool:
    """Whether the document that a row stands in is one of those that are mirrored, and there."""
    parent = row["parenttype"]
    return parent in doctypes and store.document(parent, row["parent"]) is not None
