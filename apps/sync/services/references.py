"""Whether a DocType keeps a repeated document out: by Larder's reference, there and unique (WRITING.md 2)."""

from typing import Final

from apps.sync.erpnext import Client, facts
from apps.sync.erpnext.lists import has_field

MENDS: Final = "“manage.py sync connect” sees to it; nothing is sent before."


def lacking_reference(erp: Client, doctype: str) -> str:
    """Why nothing of this DocType may be written; empty when it may. Raises an ErpError.

    Whether the field is unique only a System Manager sees: where we may not, its being there has to do.
    """
    if not has_field(erp, doctype, facts.REFERENCE):
        return f"ERPNext has no field for Larder's reference on “{doctype}”. {MENDS}"
    known = facts.custom_fields(erp, (doctype,)) or []
    own = [row for row in known if (row["dt"], row["fieldname"]) == (doctype, facts.REFERENCE)]
    if own and not own[0]["unique"]:
        return f"Larder's reference on “{doctype}” is not unique in ERPNext. {MENDS}"
    return ""
