"""A supplier's invoice number: how two are the same, and how one is taken by one upload (docs/adr/0240)."""

import re
import unicodedata
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from apps.core.errors import InvalidInputError
from apps.inventory.errors import DuplicateInvoiceError
from apps.inventory.models import InvoiceUpload

SPAN: Final = timedelta(days=366)  # twelve months, and the day itself
LONGEST: Final = 64


def key_of(number: str) -> str:
    """What two spellings of one number have in common: ``INV-00123`` and ``inv 123`` are one.

    Case, spaces and punctuation go, and zeros before a number, which some programs print and some do not.
    """
    folded = unicodedata.normalize("NFKC", number).casefold()
    words = re.findall(r"[^\W\d_]+|\d+", folded)
    return "-".join(str(int(word)) if word.isdecimal() else word for word in words)


def checked(number: str) -> tuple[str, str]:
    """A number as typed, and its key. Raises InvalidInputError."""
    typed = " ".join(number.split())
    key = key_of(typed)
    if not key or len(typed) > LONGEST or len(key) > LONGEST:
        raise InvalidInputError(
            _("Type the invoice number as it stands on the invoice: letters and digits, at most 64."),
            code="invoice-number",
        )
    return typed, key


def claimed(*, supplier_id: int, key: str, reason: str, at: datetime) -> str | None:
    """The claim of a new upload; None for a second one that a reason lets through.

    For who has the supplier locked. What is older than twelve months gives its claim up. Raises
    DuplicateInvoiceError.
    """
    same = InvoiceUpload.objects.same_number(supplier_id=supplier_id, key=key, since=at - SPAN)
    earlier = same.order_by("-created_at", "-id").first()
    if earlier is None:
        InvoiceUpload.objects.filter(supplier=supplier_id, claim=key).update(claim=None)
        return key
    if reason:
        return None
    said = _("Invoice %(number)s of %(supplier)s came on %(day)s already (%(state)s, %(file)s).")
    raise DuplicateInvoiceError(
        said
        % {
            "number": earlier.number,
            "supplier": earlier.supplier,
            "day": f"{earlier.created_at:%d %b %Y}",
            "state": earlier.get_state_display().lower(),
            "file": earlier.file_name,
        },
        upload_id=earlier.pk,
    )
