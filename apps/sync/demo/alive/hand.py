"""Whoever does things in the demo shop: a user at the desk, and dice that decide to what."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from apps.sync.demo.desk.desk import Desk
from apps.sync.demo.desk.document import CANCELLED, SUBMITTED, Document
from apps.sync.demo.store import TABLES, Row, Store
from apps.sync.demo.users import User

Fits = Callable[[Row], Any]
CLERK = User("clerk@grocer.example", "")


class NothingToDoError(Exception):
    """There is no record that this could happen to."""


class Hand:
    """Does one thing after the other; what ERPNext refuses raises RefusalError, and nothing of it stays."""

    def __init__(self, store: Store, desk: Desk, dice: Random) -> None:
        self.store = store
        self.desk = desk
        self.dice = dice

    # --- choosing ------------------------------------------------------------------------------------------
    def any(self, doctype: str, fits: Fits = bool) -> Row:
        """Some row of a DocType. Raises NothingToDoError where none fits."""
        return self.some(doctype, 1, fits)[0]

    def some(self, doctype: str, number: int, fits: Fits = bool) -> list[Row]:
        """So many different rows. Raises NothingToDoError where too few fit."""
        with self.store.lock:
            found = [row for row in self.store.table(doctype).rows.values() if fits(row)]
        if len(found) < number:
            raise NothingToDoError(doctype)
        return self.dice.sample(found, number)

    def lines(self, doctype: str, name: str) -> list[Row]:
        """The goods of a document, in their order."""
        with self.store.lock:
            return list(self.store.rows_of(doctype, name, TABLES[doctype]["items"], "items"))

    def day(self, ahead: int = 0) -> str:
        """The site's day, or one so many days from it."""
        return (self.store.now().date() + timedelta(days=ahead)).isoformat()

    def word(self) -> str:
        """Something that nothing else is called."""
        return f"{self.dice.getrandbits(32):08x}"

    # --- doing ---------------------------------------------------------------------------------------------
    def make(self, doctype: str, **values: Any) -> Document:
        """A new document."""
        return self.desk.do(CLERK, lambda life: life.insert(doctype, values))

    def change(self, doctype: str, name: str, **values: Any) -> Document:
        """New values for a document."""
        return self.desk.do(CLERK, lambda life: life.change(doctype, name, values))

    def submit(self, doctype: str, name: str) -> Document:
        return self.change(doctype, name, docstatus=SUBMITTED)

    def cancel(self, doctype: str, name: str) -> Document:
        return self.change(doctype, name, docstatus=CANCELLED)

    def delete(self, doctype: str, name: str) -> None:
        self.desk.delete(CLERK, doctype, name)

    def rename(self, doctype: str, old: str, new: str, *, merge: bool = False) -> None:
        self.desk.rename(CLERK, doctype, old, new, merge=merge)

    def make_late(self, doctype: str, *, after_requests: int, **values: Any) -> str:
        """A document whose transaction stays open while others ask: it is seen behind its own stamp."""
        return self.desk.do_late(
            CLERK, lambda life: life.insert(doctype, values), after_requests=after_requests
        ).name
