"""What a supplier's file comes to: its lines with typed values, and what was found in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.inventory.intake.fields import Field
from apps.inventory.intake.findings import Findings, Level
from apps.inventory.intake.packs import Pack


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the invoice. What is optional is None, or "", where the file does not say it."""

    place: int  # among the lines of the file, bad ones counted, from 0
    row: int  # as the spreadsheet numbers it
    name: str
    buy_price: Decimal
    sell_price: Decimal
    quantity: Decimal
    part_number: str = ""
    expiry: date | None = None
    pack_size: Pack | None = None
    unit: str = ""
    vat_rate: Decimal | None = None
    barcode: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The good lines, and all that is to be said of the file. With one bad row none is to be written."""

    lines: tuple[Line, ...]
    bad_rows: int
    findings: Findings
    columns: Mapping[Field, int]

    @property
    def is_good(self) -> bool:
        """Whether every line of the file could be read."""
        return self.bad_rows == 0 and not self.findings.count(Level.ERROR)
