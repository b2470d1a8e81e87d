"""Documents one by one, as whoever writes them needs them: found by what they say, read whole."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from apps.sync.erpnext.client import Client
from apps.sync.erpnext.lists import Doc, Query, count, names_of
from apps.sync.errors import ErpGarbledError, ErpRefusedError

NOT_FOUND: Final = 404
Filter = tuple[str, str, object]


def document(erp: Client, doctype: str, name: str) -> Doc | None:
    """A document with its tables; None when ERPNext has none of that name. Raises an ErpError."""
    try:
        found = erp.get(f"/api/resource/{quote(doctype)}/{quote(name, safe='')}")
    except ErpRefusedError as why:
        if why.http_status != NOT_FOUND:
            raise
        return None
    if not isinstance(found, dict) or not {"name", "modified"} <= found.keys():
        raise ErpGarbledError(f"ERPNext's answer is no record of “{doctype}”.")
    return found


def named(erp: Client, doctype: str, filters: Sequence[Filter]) -> list[str]:
    """The names of all documents of which this holds. Raises an ErpError."""
    pages = names_of(erp, Query(doctype, ("name",)), fields=("name",), filters=filters)
    return [str(row["name"]) for rows in pages for row in rows]


def counted(erp: Client, doctype: str, filters: Sequence[Filter]) -> int:
    """How many there are, whether our user may see them or not. Raises an ErpError."""
    return count(erp, Query(doctype, ("name",), tuple(filters)), start="")
