"""Prices that Larder sets: one in a list, for an item in a unit, from a day on.

ERPNext takes prices below nothing, units that the item has not, and batches of other items (WRITING.md 5);
a customer or supplier on a list of the other direction it drops without a word.
"""

from collections.abc import Iterator

from apps.core.errors import FieldError
from apps.sync.entities.prices import PRICES
from apps.sync.push import rules
from apps.sync.push.declarations import Content, Kind, Premise
from apps.sync.push.shop import Known, Shop


def _complaints(price: Content, shop: Shop) -> Iterator[FieldError]:
    yield from rules.of_item(shop, price["item_code"], unit=price["unit"])
    yield from rules.above_nothing(price, "rate")
    yield from rules.span(price)
    yield from rules.whole_number(price, "packing_unit")
    yield from _of_list(price, shop)
    yield from _of_batch(price, shop)


def _of_list(price: Content, shop: Shop) -> Iterator[FieldError]:
    prices = shop.price_list(price["price_list_name"])
    if prices is None:
        yield rules.unknown("price_list_name", "price list", price["price_list_name"])
        return
    if not prices.is_active:
        yield FieldError("price_list_name", "inactive", "names a price list that is switched off in ERPNext")
    if price["currency"] != prices.currency:
        yield FieldError("currency", "another-currency", f"is not that of the list, {prices.currency}")
    parties = (
        ("customer_erp_name", Known.CUSTOMER, prices.for_selling, "sells"),
        ("supplier_erp_name", Known.SUPPLIER, prices.for_buying, "buys"),
    )
    for name, what, fits, way in parties:
        if price[name] and not fits:
            yield FieldError(name, "wrong-direction", f"is dropped by ERPNext: the list is none that {way}")
        elif price[name] and not shop.has(what, price[name]):
            yield rules.unknown(name, what, price[name])


def _of_batch(price: Content, shop: Shop) -> Iterator[FieldError]:
    number = price["batch_number"]
    if number and shop.item_of_batch(number) != price["item_code"]:
        yield FieldError("batch_number", "unknown", f"“{number}” is no batch of this item")


ITEM_PRICE = Kind(
    key="item_price",
    title="Price",
    entity=PRICES,
    doctype="Item Price",
    needed=("item_code", "price_list_name", "rate", "currency", "unit", "valid_from"),
    usual={
        "valid_until": None,
        "packing_unit": 0,
        "customer_erp_name": "",
        "supplier_erp_name": "",
        "batch_number": "",
    },
    known_by=(
        "item_code", "price_list_name", "unit", "valid_from",
        "customer_erp_name", "supplier_erp_name", "batch_number", "packing_unit",
    ),
    # Whatever was sent, a price has its list's currency: 2.35 pounds would become 2.35 euros.
    premises=(Premise("Price List", "price_list_name", {"currency": "currency"}),),
    rule=_complaints,
)  # fmt: skip
