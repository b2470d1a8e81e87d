"""What goes wrong with records themselves: a value that nobody can read, a change past the desk."""

from typing import Final

from apps.sync.demo.alive.hand import CLERK, Hand
from apps.sync.demo.alive.selling import INVOICE
from apps.sync.demo.desk.document import CANCELLED, SUBMITTED
from apps.sync.demo.store import Row, Store

SPOILT: Final = 7  # in a column of yes and no
SOUND: Final = frozenset({0, 1})


def spoiled(store: Store) -> list[str]:
    """The customers whose *disabled* is neither yes nor no."""
    with store.lock:
        rows = store.table("Customer").rows.values()
        return [str(row["name"]) for row in rows if row["disabled"] not in SOUND]


def spoil(hand: Hand) -> str:
    """Some customer is neither disabled nor not, under a new stamp: the next sync meets him.

    Raises NothingToDoError where nobody is left.
    """
    name = str(hand.any("Customer", lambda row: row["disabled"] == 0)["name"])
    _disable(hand, name, SPOILT)
    return name


def mend(hand: Hand) -> list[str]:
    """Whoever was spoiled is enabled again, under a new stamp."""
    names = spoiled(hand.store)
    for name in names:
        _disable(hand, name, 0)
    return names


def cancel_silently(hand: Hand) -> str:
    """A sale is cancelled as a script in the database would: no stamp moves, and no webhook is told.

    Raises NothingToDoError where none stands.
    """
    with hand.store.lock:
        sale = hand.any(INVOICE, _counts)
        hand.store.put(INVOICE, name=sale["name"], docstatus=CANCELLED, status="Cancelled")
    return str(sale["name"])


def _counts(row: Row) -> bool:
    """Whether the day's total is another without it."""
    return bool(row["docstatus"] == SUBMITTED and row["grand_total"])


def _disable(hand: Hand, name: str, value: int) -> None:
    hand.desk.do(CLERK, lambda life: life.work.touch("Customer", name, disabled=value))
