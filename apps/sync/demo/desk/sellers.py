"""What a document of a purchase takes from its supplier."""

from apps.sync.demo.desk import partners
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.work import Work
from apps.sync.demo.store import Row

PRICE_LIST = "Standard Buying"  # what the site's buying settings name


def fill(work: Work, document: Document) -> None:
    """Name, price list and contact of the supplier. Raises RefusalError.

    Where none was sent it is the usual one of the first line's item (WRITING.md, trap 7).
    """
    document["supplier"] = document["supplier"] or _usual(work, document)
    supplier = work.row("Supplier", document["supplier"])
    if supplier is None:
        return
    partners.check_enabled("Supplier", supplier)
    name = document["supplier_name"] or supplier["supplier_name"]
    document.head |= {"supplier_name": name, "title": document["title"] or name}
    document["language"] = document["language"] or supplier["language"] or "en"
    document["represents_company"] = supplier["represents_company"] or ""
    own = document["buying_price_list"] or supplier["default_price_list"]
    document["buying_price_list"] = own or PRICE_LIST
    _fill_contact(work, document, supplier)


def _usual(work: Work, document: Document) -> str | None:
    first = document.tables["items"][0]["item_code"]
    defaults = work.store.rows_of("Item", first, "Item Default", "item_defaults")
    return next((row["default_supplier"] for row in defaults), None)


def _fill_contact(work: Work, document: Document, supplier: Row) -> None:
    if document.is_new:
        document["contact_person"] = document["contact_person"] or supplier["supplier_primary_contact"]
    partners.show_contact(work, document)
