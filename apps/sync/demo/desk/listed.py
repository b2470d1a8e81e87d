"""What a price list asks for an item: the newest price of the day, that of a batch before all others'."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from apps.sync.demo.collation import collated
from apps.sync.demo.desk.figures import exact
from apps.sync.demo.desk.work import Work
from apps.sync.demo.store import Row


@dataclass(frozen=True)
class Wanted:
    """What a line asks a price list for; ``party`` is the column and the name of who buys or sells."""

    item: str
    price_list: str
    unit: str
    stock_unit: str
    factor: Decimal
    on: str
    batch: str = ""
    party: tuple[str, str] = ("customer", "")


def rate(work: Work, wanted: Wanted) -> Decimal | None:
    """The price in the unit of the line; without one in it, that of the stock unit times the factor."""
    prices = [price for price in work.having("Item Price", "item_code", wanted.item) if _fits(price, wanted)]
    column, party = wanted.party
    own = [price for price in prices if party and _is(price[column], party)]
    everyones = [price for price in prices if not price["customer"] and not price["supplier"]]
    in_stock_unit = replace(wanted, unit=wanted.stock_unit)
    for candidates, asked in ((own, wanted), (everyones, wanted), (everyones, in_stock_unit)):
        found = _newest(price for price in candidates if _is(price["uom"] or asked.unit, asked.unit))
        if found is not None:
            listed = exact(found["price_list_rate"])
            return listed if _is(found["uom"], wanted.unit) else listed * wanted.factor
    return None


def batch_rate(work: Work, wanted: Wanted) -> Decimal | None:
    """The price of one batch alone."""
    prices = work.having("Item Price", "batch_no", wanted.batch) if wanted.batch else []
    own = _newest(price for price in prices if _is(price["item_code"], wanted.item) and _fits(price, wanted))
    return None if own is None else exact(own["price_list_rate"])


def _fits(price: Row, wanted: Wanted) -> bool:
    return (
        _is(price["price_list"], wanted.price_list)
        and _is(price["batch_no"] or wanted.batch, wanted.batch)
        and (price["valid_from"] or "2000-01-01") <= wanted.on <= (price["valid_upto"] or "2500-12-31")
    )


def _newest(prices: Iterable[Row]) -> Row | None:
    """ERPNext's order: by the day from which it holds, then a batch before none, then the unit."""
    key = ("valid_from", "batch_no", "uom")
    return max(prices, key=lambda price: tuple(price[column] or "" for column in key), default=None)


def _is(one: Any, other: Any) -> bool:
    return collated(str(one or "")) == collated(str(other or ""))
