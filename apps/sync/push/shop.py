"""What the rules of payloads ask about the shop; they themselves know no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True)
class Item:
    """What can be sold or bought, as far as a payload needs to know it."""

    code: str
    is_active: bool
    is_template: bool
    is_batched: bool
    stock_unit: str
    units: Mapping[str, Decimal]  # how many stock units each holds; the stock unit among them
    most_discount: Decimal  # per cent; 0 is any


@dataclass(frozen=True)
class Prices:
    """A price list."""

    name: str
    currency: str
    is_active: bool
    for_selling: bool
    for_buying: bool


@dataclass(frozen=True)
class Place:
    """A warehouse; a group of them holds nothing itself."""

    is_active: bool
    is_group: bool
    company: str


class Known(StrEnum):
    """What is asked for by name only."""

    CATEGORY = "category"
    BRAND = "brand"
    CUSTOMER = "customer"
    CUSTOMER_GROUP = "customer group"
    TERRITORY = "territory"
    SUPPLIER = "supplier"
    WAREHOUSE = "warehouse"


class Shop(Protocol):
    """The shop on the day of sending."""

    today: date
    today_in_erpnext: date  # its days begin when its own zone says so
    company: str  # the one that Larder serves; empty: whichever
    currency: str

    def items(self, codes: Iterable[str]) -> Mapping[str, Item]:
        """These items, as far as there are any, asked for at once."""
        ...

    def item(self, code: str) -> Item | None: ...

    def warehouse(self, name: str) -> Place | None: ...

    def is_supplier_active(self, name: str) -> bool | None:
        """Whether may be bought from him; None when there is no such supplier."""
        ...

    def price_list(self, name: str) -> Prices | None: ...

    def has(self, what: Known, name: str) -> bool:
        """Whether ERPNext has one of this name."""
        ...

    def item_of_batch(self, number: str) -> str | None:
        """The item that a batch is of; None when there is no such batch."""
        ...

    def least_price(self, code: str, *, unit: str, currency: str, on: date) -> Decimal | None:
        """The lowest that everybody pays for it that day; None when it is not known."""
        ...
