"""The demo's own data set: a grocer's shop with its goods, people and a year of trade, made up by dice.

Nothing in it is anybody's: each name, number and address is invented, and the same for the same seed.
"""

from datetime import date
from typing import Final

from apps.sync.demo.grocer.catalogue import catalogued
from apps.sync.demo.grocer.invoices import Invoices
from apps.sync.demo.grocer.loyalty import Ledger
from apps.sync.demo.grocer.people import peopled, supplied
from apps.sync.demo.grocer.prices import priced, priced_apart
from apps.sync.demo.grocer.rows import Books
from apps.sync.demo.grocer.rules import Rules
from apps.sync.demo.grocer.stock import Shelf
from apps.sync.demo.grocer.traces import traced
from apps.sync.demo.grocer.trade import Year, wanted_daily
from apps.sync.demo.store import Store

INVOICES: Final = 2450  # sales that are begun in a year; returns and amendments come on top
KIOSK: Final = 40


def stocked(*, scale: int = 1, seed: int = 7, today: date) -> Store:
    """The grocer up to the evening before ``today``, so nothing in it lies ahead of that day's clock.

    ``scale`` multiplies items, customers and invoices; 0 is a kiosk with a bit of everything.
    """
    books = Books(seed=seed, today=today)
    traced(books)
    supplied(books)
    goods = catalogued(books, scale=scale)
    people = peopled(books, scale=scale)
    priced(books, goods)
    rules, ledger = Rules(books, goods), Ledger(books)
    count = INVOICES * scale if scale else KIOSK
    shelf = Shelf(books, goods, demand=wanted_daily(books, goods, invoices=count))
    year = Year(books, goods, people, shelf=shelf, rules=rules, invoices=Invoices(books, shelf, ledger))
    year.pass_by(invoices=count)
    shelf.close()
    priced_apart(books, goods, people, shelf.lots)
    return books.store
