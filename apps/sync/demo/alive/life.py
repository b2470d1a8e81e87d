"""What can happen in the demo shop, and how often; one thing at a time."""

from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final

from apps.sync.demo.alive import buying, editing, going, selling
from apps.sync.demo.alive.hand import Hand, NothingToDoError
from apps.sync.demo.desk.desk import Desk
from apps.sync.demo.envelopes import RefusalError
from apps.sync.demo.store import Store

Happening = Callable[[Hand], str]
TRIES: Final = 20
KEPT: Final = 50  # of what happened, for people who look

# What can happen, and how often beside the others.
HAPPENINGS: Final[Mapping[str, tuple[Happening, int]]] = {
    "sell": (selling.sell, 12),
    "sell on account": (selling.sell_on_account, 4),
    "draft": (selling.draft, 2),
    "pay": (selling.pay, 3),
    "take back": (selling.take_back, 2),
    "cancel": (selling.cancel, 2),
    "amend": (selling.amend, 1),
    "go overdue": (selling.go_overdue, 1),
    "order": (selling.order, 2),
    "restock": (buying.restock, 4),
    "stock a new item": (buying.stock_new_item, 1),
    "edit an item": (editing.edit_item, 3),
    "move an item": (editing.move_item, 1),
    "reprice": (editing.reprice, 3),
    "save a price list": (editing.save_price_list, 1),
    "enrol": (editing.enrol, 2),
    "edit a customer": (editing.edit_customer, 2),
    "edit a contact": (editing.edit_contact, 1),
    "begin a rule": (editing.begin_rule, 1),
    "end a rule": (editing.end_rule, 1),
    "add a category": (editing.add_category, 1),
    "rename an item": (going.rename_item, 1),
    "rename a customer": (going.rename_customer, 1),
    "swap two items": (going.swap_items, 1),
    "merge customers": (going.merge_customers, 1),
    "delete a price": (going.delete_price, 1),
    "delete an item": (going.delete_item, 1),
    "delete a draft": (going.delete_draft, 1),
    "use a number again": (going.use_number_again, 1),
    "commit late": (going.commit_late, 2),
}


class UnknownHappeningError(Exception):
    """Nothing of this name happens here."""


@dataclass(frozen=True)
class Happened:
    """One thing that happened, and to which document."""

    what: str
    to: str


class Alive:
    """A shop in which things happen when they are asked to."""

    def __init__(self, store: Store, desk: Desk, *, seed: int) -> None:
        self.hand = Hand(store, desk, Random(seed))  # noqa: S311 - dice
        self.lately: deque[tuple[datetime, Happened]] = deque(maxlen=KEPT)  # the newest last

    def happen(self, number: int = 1, *, only: Collection[str] = ()) -> list[Happened]:
        """Let so many things happen, of these kinds or of any. Raises UnknownHappeningError.

        What cannot happen now, because ERPNext refuses it or there is nothing to do it to, is passed over for
        another; fewer things happen where too little can.
        """
        unknown = sorted(set(only) - HAPPENINGS.keys())
        if unknown:
            known = ", ".join(HAPPENINGS)
            raise UnknownHappeningError(f"“{unknown[0]}” does not happen here. What does: {known}.")
        names = [name for name in HAPPENINGS if not only or name in only]
        happened = (self._one(names) for _ in range(number))
        return [one for one in happened if one is not None]

    def _one(self, names: list[str]) -> Happened | None:
        weights = [HAPPENINGS[name][1] for name in names]
        for name in self.hand.dice.choices(names, weights, k=TRIES):
            try:
                happened = Happened(name, HAPPENINGS[name][0](self.hand))
            except (RefusalError, NothingToDoError):
                continue
            self.lately.append((self.hand.store.now(), happened))
            return happened
        return None
