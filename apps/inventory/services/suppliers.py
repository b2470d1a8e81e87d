"""What Larder adds to a supplier: how we call him, how his batches are numbered, how long he takes."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import FieldError, InvalidInputError, NotFoundError
from apps.core.locks import in_turn
from apps.inventory.errors import PrefixInUseError, PrefixTakenError
from apps.inventory.models import InvoiceUpload, Supplier

OURS: Final = ("display_name", "batch_prefix", "lead_time_days")
LONGEST_NAME: Final = 140
LONGEST_PREFIX: Final = 8
LONGEST_LEAD: Final = 730
MOST_UPLOADS: Final = 1_000_000  # that may be set by hand
PREFIXES: Final = "inventory.batchprefix"  # two suppliers must not be given the same


@transaction.atomic
def describe_supplier(
    supplier_id: int, *, display_name: str, batch_prefix: str, lead_time_days: int | None, actor: Actor
) -> Supplier:
    """Set what is ours on a supplier; ``batch_prefix`` may be empty until his first batch needs one.

    Raises InvalidInputError, PrefixTakenError, and PrefixInUseError once batches bear the prefix.
    """
    supplier = locked_supplier(supplier_id)
    before = audit.values_of(supplier, *OURS)
    _check(batch_prefix=batch_prefix.strip(), lead_time_days=lead_time_days, display_name=display_name)
    _set_prefix(supplier, batch_prefix.strip())
    supplier.display_name, supplier.lead_time_days = display_name.strip(), lead_time_days
    supplier.save(update_fields=OURS)
    audit.record(
        actor=actor,
        action="supplier.described",
        subject=Subject.of(supplier),
        before=before,
        after=audit.values_of(supplier, *OURS),
    )
    return supplier


@transaction.atomic
def set_last_upload_number(supplier_id: int, *, number: int, actor: Actor) -> Supplier:
    """Have the supplier's next invoice counted from ``number`` on, as when a shop moves here from a ledger.

    Only upwards: a number that was given out is never used again. Up to a million, so that no slip of a hand
    makes batch numbers that no label holds, and that can never be set back. Raises InvalidInputError.
    """
    supplier = locked_supplier(supplier_id)
    if number > MOST_UPLOADS:
        said = _("That is more invoices than anybody counts: at most %(most)s.") % {
            "most": f"{MOST_UPLOADS:,}"
        }
        raise InvalidInputError(said % {"most": f"{MOST_UPLOADS:,}"}, code="too-many")
    if number < supplier.last_upload_number:
        said = _("%(last)d invoices are counted already; their numbers are not used again.")
        raise InvalidInputError(said % {"last": supplier.last_upload_number}, code="only-upwards")
    before = {"last_upload_number": supplier.last_upload_number}
    supplier.last_upload_number = number
    supplier.save(update_fields=["last_upload_number"])
    audit.record(
        actor=actor,
        action="supplier.upload_number_set",
        subject=Subject.of(supplier),
        before=before,
        after={"last_upload_number": number},
    )
    return supplier


@transaction.atomic
def remember_columns(supplier_id: int, *, mapping: Mapping[str, Any], actor: Actor) -> Supplier:
    """Remember how this supplier's files are read; an empty mapping forgets it."""
    supplier = locked_supplier(supplier_id)
    before = supplier.column_mapping
    if before == dict(mapping):
        return supplier
    supplier.column_mapping = dict(mapping)
    supplier.save(update_fields=["column_mapping"])
    audit.record(
        actor=actor,
        action="supplier.columns_remembered",
        subject=Subject.of(supplier),
        before={"column_mapping": before},
        after={"column_mapping": supplier.column_mapping},
    )
    return supplier


# --- numbers of batches, for who has the supplier locked ----------------------------------------------------
def next_stem(supplier: Supplier) -> tuple[str, int]:
    """The prefix and the next number of a locked supplier, given out for ever; the prefix at first need."""
    if not supplier.batch_prefix:
        in_turn(PREFIXES)
        supplier.batch_prefix = free_prefix(supplier)
    supplier.last_upload_number += 1
    supplier.save(update_fields=["batch_prefix", "last_upload_number"])
    return supplier.batch_prefix, supplier.last_upload_number


def free_prefix(supplier: Supplier) -> str:
    """The first word of how he is called, letters and digits; with a number where another has it."""
    wanted = prefix_of(str(supplier)) or f"S{supplier.pk}"[:LONGEST_PREFIX]
    others = Supplier.objects.exclude(pk=supplier.pk).exclude(batch_prefix="")
    taken = {prefix.lower() for prefix in others.values_list("batch_prefix", flat=True)}
    prefix, number = wanted, 1
    while prefix.lower() in taken:
        number += 1
        prefix = f"{wanted[: LONGEST_PREFIX - len(str(number))]}{number}"
    return prefix


def prefix_of(name: str) -> str:
    """The first word with letters or digits, eight of those, without marks: ``Müller`` → ``Muller``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = (re.sub(r"[^A-Za-z0-9]", "", word) for word in plain.split())
    return next((word[:LONGEST_PREFIX] for word in words if word), "")


def locked_supplier(supplier_id: int) -> Supplier:
    supplier = Supplier.objects.select_for_update(of=("self",)).filter(pk=supplier_id).first()
    if supplier is None:
        raise NotFoundError(_("There is no such supplier."))
    return supplier


def _check(*, display_name: str, batch_prefix: str, lead_time_days: int | None) -> None:
    wrong = []
    if len(display_name.strip()) > LONGEST_NAME:
        wrong.append(FieldError("display_name", "too-long", _("At most 140 characters.")))
    if not re.fullmatch(r"[A-Za-z0-9]{0,8}", batch_prefix):
        wrong.append(FieldError("batch_prefix", "not-plain", _("At most 8 letters A–Z and digits.")))
    if lead_time_days is not None and not 0 <= lead_time_days <= LONGEST_LEAD:
        wrong.append(FieldError("lead_time_days", "out-of-bounds", _("Between 0 and 730 days.")))
    if wrong:
        raise InvalidInputError(_("The supplier was not changed."), errors=wrong)


def _set_prefix(supplier: Supplier, prefix: str) -> None:
    if prefix == supplier.batch_prefix:
        return
    # Also without a batch yet: a line that waits for its product will have a number under that prefix.
    numbered = Q(batches__isnull=False) | ~Q(prefix="")
    if InvoiceUpload.objects.filter(numbered, supplier=supplier).exists():
        said = _("Batches are numbered %(prefix)s-… already: the prefix stays.")
        raise PrefixInUseError(said % {"prefix": supplier.batch_prefix})
    in_turn(PREFIXES)
    if prefix and Supplier.objects.filter(batch_prefix__iexact=prefix).exclude(pk=supplier.pk).exists():
        raise PrefixTakenError(_("Another supplier's batches begin with “%(prefix)s”.") % {"prefix": prefix})
    supplier.batch_prefix = prefix
