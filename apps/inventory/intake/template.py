"""The file that a supplier can be sent to fill in: every column, one example, and what each may hold."""

from datetime import date
from typing import Any, Final

from django.utils.module_loading import import_string
from django.utils.translation import override

from apps.inventory.intake.fields import EXAMPLE_NAME, REQUIRED, Field
from apps.inventory.intake.limits import MOST_BYTES, MOST_ROWS
from apps.inventory.intake.sheets import FileKind

EXAMPLE: Final[dict[Field, Any]] = {
    Field.NAME: EXAMPLE_NAME,
    Field.BUY_PRICE: "0.85",
    Field.SELL_PRICE: "1.25",
    Field.QUANTITY: "4",
    Field.PART_NUMBER: "MLK-1L",
    Field.EXPIRY: date(2027, 1, 31),
    Field.PACK_SIZE: "6 x 1 L",
    Field.UNIT: "case",
    Field.VAT_RATE: "20%",
    Field.BARCODE: "5012345678900",
}
NOTES: Final = {
    Field.NAME: "What it is called on the invoice.",
    Field.BUY_PRICE: "What one unit of Qty costs, after discount and without VAT. At most 6 places.",
    Field.SELL_PRICE: "What customers pay for one piece, with VAT. At most 2 places.",
    Field.QUANTITY: "How many were delivered: above 0, at most 3 places.",
    Field.PART_NUMBER: "The supplier's own number.",
    Field.EXPIRY: "Best before or use by, as 2027-01-31.",
    Field.PACK_SIZE: "How many pieces one unit of Qty has: 6, 6 x 1 L, case of 12.",
    Field.UNIT: "kg, piece, case and the like.",
    Field.VAT_RATE: "In percent: 20 or 20%.",
    Field.BARCODE: "Of one piece. Format the column as text.",
}


def template(kind: FileKind) -> bytes:
    """The empty file. Its headers are English whoever asks, so that they are known again."""
    with override("en"):
        headers = [field.label for field in Field]
        notes = [_note(field) for field in Field]
    rows = [list(EXAMPLE.values())]
    if kind is FileKind.CSV:
        return "".join(import_string("apps.core.spreadsheets.csv_lines")(headers, rows)).encode()
    with import_string("apps.core.spreadsheets.xlsx_file")(headers, rows, notes=[*notes, *_limits()]) as file:
        content: bytes = file.read()
    return content


def _note(field: Field) -> tuple[str, str, str]:
    return field.label, "needed" if field in REQUIRED else "may be left out", NOTES[field]


def _limits() -> tuple[tuple[str], ...]:
    return (
        ("",),
        (f"At most {MOST_ROWS:,} rows and {MOST_BYTES // 1024 // 1024} MB. The example row is left out.",),
    )
