"""Price lists and what they ask for each good: once, now and soon, for all and for some."""

from datetime import date, timedelta
from typing import Any, Final

from apps.sync.demo.grocer.catalogue import Good
from apps.sync.demo.grocer.people import Person
from apps.sync.demo.grocer.rows import Books, pounds
from apps.sync.demo.grocer.stock import Lot
from apps.sync.demo.store import Row

SELLING: Final = "Standard Selling"
BUYING: Final = "Standard Buying"
WHOLESALE: Final = "Wholesale"
LISTS: Final = {BUYING: 0, SELLING: 1, WHOLESALE: 1}


def priced(books: Books, goods: list[Good]) -> None:
    """Write the lists and the price of each good in each of them."""
    for place, (name, sells) in enumerate(LISTS.items()):
        at = books.moment(books.first_day - timedelta(days=39), 9 + place / 60)
        books.add("Price List", name, at=at, price_list_name=name, enabled=1, selling=sells, buying=1 - sells)
    for place, good in enumerate(good for good in goods if not good.variants):
        _shelf(books, good, place)
        if good.is_stock:
            _price(books, good, BUYING, good.cost, since=books.first_day - timedelta(days=30))
        if good.unit == "Nos" and good.is_stock and place % 2:
            _price(books, good, WHOLESALE, wholesale(good), since=books.first_day - timedelta(days=30))


def wholesale(good: Good) -> int:
    """What the trade pays for one: an eighth less than at the till."""
    return good.price * 7 // 8


def _shelf(books: Books, good: Good, place: int) -> None:
    since = books.first_day - timedelta(days=30)
    if good.dearer_from:
        until = good.dearer_from - timedelta(days=1)
        _price(books, good, SELLING, good.price_on(until), since=since, until=until)
        since = good.dearer_from
    _price(books, good, SELLING, good.price, since=since)
    if place % 23 == 5:  # a rise that is announced
        _price(books, good, SELLING, good.price + 20, since=books.today + timedelta(days=14))


def priced_apart(books: Books, goods: list[Good], people: list[Person], lots: dict[str, list[Lot]]) -> None:
    """Write prices that are nobody else's: of two customers, and of batches that must go."""
    firms = [person for person in people if person.is_trade and person.is_open][:2]
    stocked = [good for good in goods if good.is_sold and good.is_stock]
    for firm in firms:
        for good in stocked[:: max(len(stocked) // 5, 1)][:5]:
            _price(books, good, SELLING, good.price * 4 // 5, since=books.first_day, customer=firm.name)
    soon = books.today + timedelta(days=3)
    going = [
        (good, lot)
        for good in stocked
        for lot in lots.get(good.code, [])
        if lot.held > 0 and books.today <= lot.expires <= soon
    ]
    for good, lot in going[:4]:
        row = _price(
            books, good, SELLING, good.price // 2, since=books.today - timedelta(days=1), batch_no=lot.name
        )
        row["note"] = "Reduced to clear"


def _price(
    books: Books,
    good: Good,
    of: str,
    rate: int,
    *,
    since: date,
    until: date | None = None,
    **whose: Any,
) -> Row:
    typed = min(max(since, books.first_day - timedelta(days=30)), books.today - timedelta(days=1))
    return books.add(
        "Item Price",
        books.key(),
        at=books.moment(typed, 8, spread=9),
        item_code=good.code,
        item_name=good.name,
        item_description=good.description,
        brand=good.brand,
        uom=good.unit,
        price_list=of,
        selling=LISTS[of],
        buying=1 - LISTS[of],
        currency="GBP",
        price_list_rate=pounds(rate),
        valid_from=since.isoformat(),
        valid_upto=until.isoformat() if until else None,
        **whose,
    )
