"""Filters that follow a tree: groups, territories, warehouses."""

from typing import Final

from apps.sync.demo.collation import worded
from apps.sync.demo.store import Store

TREE: Final = frozenset(
    {
        "descendants of",
        "descendants of (inclusive)",
        "ancestors of",
        "not descendants of",
        "not ancestors of",
    }
)


def relatives(store: Store, doctype: str, operator: str, name: object) -> list[str]:
    """The names above or below a node, by the positions that ERPNext keeps on each."""
    rows = store.table(doctype).rows
    node = next(rows.index("name").equal([worded(name)]), None)
    if node is None or "lft" not in node:
        return []
    left, right = node["lft"], node["rgt"]
    if "ancestors" in operator:
        return [row["name"] for row in rows.values() if row["lft"] < left and row["rgt"] > right]
    own = [node["name"]] if operator.endswith("(inclusive)") else []
    return own + [row["name"] for row in rows.values() if row["lft"] > left and row["rgt"] < right]
