"""What an import would come to: read and matched as always, and nothing is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO

from apps.inventory.models import InvoiceUpload, Supplier, UploadLine
from apps.inventory.services.invoices import catalogue, reading
from apps.inventory.services.invoices.uploading import check_supplier, line_of


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """The lines that would be, each with what the matcher makes of it."""

    lines: Sequence[tuple[UploadLine, catalogue.Verdict]]
    notices: Sequence[dict[str, object]]


def rehearse_upload(file: IO[bytes], *, supplier: Supplier, today: date) -> Rehearsal:
    """Raises FileRefusedError, RowsRefusedError and InvalidInputError, as the upload would."""
    check_supplier(supplier)
    content = reading.content_of(file)
    table = reading.look(content, remembered=supplier.column_mapping)
    mapping = {field.value: index for field, index in table.columns.chosen.items()}
    read = reading.rows_of(content, remembered=supplier.column_mapping, mapping=mapping, today=today)
    lines = [line_of(InvoiceUpload(supplier=supplier), row) for row in read.rows]
    verdicts = catalogue.load(supplier).verdicts(lines)
    return Rehearsal(lines=list(zip(lines, verdicts, strict=True)), notices=read.notices)
