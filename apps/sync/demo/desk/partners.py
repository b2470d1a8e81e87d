"""What documents of both directions take from whom they are with."""

from apps.sync.demo.desk import refusals
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.sheets import note
from apps.sync.demo.desk.work import Work
from apps.sync.demo.store import Row


def check_enabled(doctype: str, partner: Row) -> None:
    """That we still deal with a customer or a supplier. Raises RefusalError."""
    if partner["disabled"]:
        shown = f"{doctype} {partner['name']} is disabled"
        raise refusals.by_erpnext(shown, "PartyDisabled", module="erpnext.exceptions")


def show_contact(work: Work, document: Document) -> None:
    """Copy how the contact is called and reached."""
    contact = work.row("Contact", document["contact_person"])
    if contact is not None:
        note(
            document.head,
            contact_display=contact["full_name"] or contact["first_name"],
            contact_mobile=contact["mobile_no"] or "",
            contact_email=contact["email_id"] or "",
        )
