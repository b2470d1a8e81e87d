"""What a real ERPNext 15 was asked and answered: the truth that the demo site and the tables are held to."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

Exchange = dict[str, Any]


@cache
def exchanges() -> list[Exchange]:
    """Every recorded request with its response."""
    path = Path(__file__).parent / "recorded.json.gz"
    return json.loads(gzip.decompress(path.read_bytes()))  # type: ignore[no-any-return]


def listed(doctype: str) -> dict[str, dict[str, Any]]:
    """All records of a DocType that ERPNext listed, by name."""
    return {
        row["name"]: row
        for exchange in exchanges()
        if exchange["from"].startswith(("list_", "children_"))
        and exchange["request"]["path"] == f"/api/resource/{doctype}"
        for row in exchange["response"]["body"]["data"]
    }
