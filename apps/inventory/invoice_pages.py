"""Where the pages are on which invoices are uploaded and worked on; nowhere while they have not arrived."""

from django.urls import NoReverseMatch, reverse


def page_to_upload() -> str:
    """Where an invoice is uploaded."""
    return _address("admin:inventory_upload")


def page_of(upload_id: int) -> str:
    """Where an invoice is worked on, whatever its step."""
    return _address("admin:inventory_invoice", upload_id=upload_id)


def _address(url_name: str, **where: int) -> str:
    try:
        return reverse(url_name, kwargs=where)
    except NoReverseMatch:
        return ""
