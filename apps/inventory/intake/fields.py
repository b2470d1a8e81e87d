"""The columns that a supplier's file may have, in the order of the template."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Field(StrEnum):
    """What a column of the file is."""

    NAME = "name"
    BUY_PRICE = "buy_price"
    SELL_PRICE = "sell_price"
    QUANTITY = "quantity"
    PART_NUMBER = "part_number"
    EXPIRY = "expiry"
    PACK_SIZE = "pack_size"
    UNIT = "unit"
    VAT_RATE = "vat_rate"
    BARCODE = "barcode"

    @property
    def label(self) -> str:
        """What staff call it."""
        return str(LABELS[self])


LABELS: Final[dict[Field, Promise]] = {
    Field.NAME: _("Item name"),
    Field.BUY_PRICE: _("Buy price"),
    Field.SELL_PRICE: _("Sell price"),
    Field.QUANTITY: _("Qty"),
    Field.PART_NUMBER: _("Supplier part number"),
    Field.EXPIRY: _("Expiry"),
    Field.PACK_SIZE: _("Pack size"),
    Field.UNIT: _("Unit"),
    Field.VAT_RATE: _("VAT rate"),
    Field.BARCODE: _("Barcode"),
}
EXAMPLE_NAME: Final = (
    "Example: semi-skimmed milk 1 L"  # of the template; whoever leaves it in does not order it
)
REQUIRED: Final = (Field.NAME, Field.BUY_PRICE, Field.SELL_PRICE, Field.QUANTITY)
BY_ORDER: Final = (*REQUIRED, Field.PART_NUMBER)  # of a file without a header
NUMBERS: Final = (Field.BUY_PRICE, Field.SELL_PRICE, Field.QUANTITY, Field.VAT_RATE)
