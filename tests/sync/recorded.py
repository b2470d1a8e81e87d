"""What a real ERPNext 15 was asked and answered: the truth that the demo site and the tables are held to."""

import gzip
import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

Exchange = dict[str, Any]
NEVER_SENT = "GRO-0003"  # the one item that a recorded invoice names and no recording holds


@cache
def exchanges() -> list[Exchange]:
    """Every recorded request with its response."""
    path = Path(__file__).parent / "recorded.json.gz"
    return json.loads(gzip.decompress(path.read_bytes()))  # type: ignore[no-any-return]


@cache
def samples() -> list[Exchange]:
    """More that a real ERPNext answered: lists, tables and documents of the other DocTypes, and balances."""
    path = Path(__file__).parent / "sampled.json.gz"
    return json.loads(gzip.decompress(path.read_bytes()))  # type: ignore[no-any-return]


def records(doctype: str) -> dict[str, dict[str, Any]]:
    """All records of a DocType that ERPNext sent, by name: from its lists, or alone where no list had them.

    A document sent alone leaves out what is null.
    """
    return _alone(doctype) | _listed(doctype)


def _listed(doctype: str) -> dict[str, dict[str, Any]]:
    return {
        row["name"]: row
        for exchange in (*exchanges(), *samples())
        if exchange["from"].startswith(("list_", "children_"))
        and exchange["request"]["path"] == f"/api/resource/{doctype}"
        for row in exchange["response"]["body"]["data"]
        if "creation" in row and exchange["request"]["params"].get("fields") == '["*"]'
    }


def _alone(doctype: str) -> dict[str, dict[str, Any]]:
    """Documents that were asked for by name, and the rows of their tables."""
    asked = [
        one["response"]["body"]["data"]
        for one in (*samples(), *exchanges())
        if one["from"].startswith("docs_") and isinstance(one["response"]["body"].get("data"), dict)
    ]
    inside = [row for one in asked for table in one.values() if isinstance(table, list) for row in table]
    return {
        one["name"]: defaultdict(lambda: None, one) for one in (*asked, *inside) if one["doctype"] == doctype
    }
