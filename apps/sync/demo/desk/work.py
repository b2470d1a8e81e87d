"""What one request writes: seen by itself at once, undone when it is refused, told of when it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from apps.sync.demo.collation import collated, worded
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.figures import kept
from apps.sync.demo.envelopes import Body, no_access, shown_as
from apps.sync.demo.rows import Rows
from apps.sync.demo.schema import TABLES
from apps.sync.demo.singles import settings
from apps.sync.demo.store import Row, Store
from apps.sync.demo.users import Right, User

if TYPE_CHECKING:
    from apps.sync.demo.desk.controllers import Controller

SIGNS: Final = "0123456789abcdefghijklmnopqrstuv"
HEX: Final = "0123456789abcdef"
INSTANT: Final = timedelta(seconds=1)


@dataclass(frozen=True)
class Event:
    """Something that a webhook may tell of: what happened to which document, and how that then was."""

    doctype: str
    name: str
    what: str
    document: Mapping[str, Any]


class Work:
    """The writes of one request on a store; whoever begins it holds the store's lock until it ends."""

    def __init__(self, store: Store, user: User, controllers: "Mapping[str, Controller]") -> None:
        self.store = store
        self.user = user
        self.controllers = controllers
        self.messages: list[Body] = []  # what people are told although all went well
        self.events: list[Event] = []
        self._undo: list[Callable[[], object]] = []
        self._touched: dict[tuple[str, str], None] = {}

    # --- time and names ------------------------------------------------------------------------------------
    @property
    def today(self) -> date:
        return self.store.now().date()

    def stamp(self) -> str:
        """The site's clock, and never the same twice."""
        at, last = self.store.now().replace(tzinfo=None), self.store.stamped
        if last and timedelta() <= last - at < INSTANT:  # a clock that stands, or is coarse
            at = last + timedelta(microseconds=1)
        self.store.stamped = at
        return at.isoformat(sep=" ", timespec="microseconds")

    def key(self, doctype: str, *, length: int = 10, signs: str = SIGNS) -> str:
        """A random name that no row of the DocType has."""
        rows = self.store.table(doctype).rows
        while (name := "".join(self.store.dice.choices(signs, k=length))) in rows:
            continue
        return name

    # --- rights --------------------------------------------------------------------------------------------
    def require(self, right: Right, doctype: str) -> None:
        """Raises RefusalError unless the user's roles give this right."""
        if not self.user.may(right, doctype):
            raise no_access(self.user.name, doctype, writes=True)

    # --- reading -------------------------------------------------------------------------------------------
    def rows(self, doctype: str) -> Rows:
        """The rows of a DocType by collated name."""
        return self.store.table(doctype).rows

    def row(self, doctype: str, name: Any) -> Row | None:
        """One row, however its name is spelt."""
        return self.rows(doctype).get(collated(name)) if name not in (None, "") else None

    def having(self, doctype: str, column: str, value: Any) -> list[Row]:
        """The rows whose column has this value, as MariaDB compares texts."""
        if column not in self.store.table(doctype).columns:
            return []
        return list(self.rows(doctype).index(column).equal([worded(value)]))

    def load(self, doctype: str, name: str) -> Document | None:
        """A document as it is stored, in hands of its own."""
        head = self.row(doctype, name)
        if head is None:
            return None
        tables = {
            field: [dict(row) for row in self.store.rows_of(doctype, head["name"], table, field)]
            for field, table in TABLES.get(doctype, {}).items()
        }
        return Document(doctype, self._whole(doctype, head), tables)

    def _whole(self, doctype: str, row: Row) -> Row:
        return {**self.store.table(doctype).blanks, **row}

    def setting(self, doctype: str, field: str) -> Any:
        """A value of one of the site's settings."""
        return settings(doctype, self.store.settings.get(doctype, {})).get(field)

    # --- writing -------------------------------------------------------------------------------------------
    def put(self, doctype: str, name: str, /, **values: Any) -> Row:
        """Write a row; columns that the DocType has not are dropped, as frappe drops them."""
        columns = self.store.table(doctype).columns
        known = {column: kept(value) for column, value in values.items() if column in columns}
        self._remember(doctype, name)
        return self.store.put(doctype, **known | {"name": name})

    def touch(self, doctype: str, name: str, /, **values: Any) -> None:
        """Change a row beside the document in hand, as a saved document would: with a new stamp."""
        if self.row(doctype, name) is not None:
            self.put(doctype, name, modified=self.stamp(), modified_by=self.user.name, **values)

    def take(self, doctype: str, name: str) -> None:
        """Take a row away, without a trace."""
        self._remember(doctype, name)
        self.rows(doctype).pop(collated(name), None)

    def write(self, document: Document) -> None:
        """Store a document: its head, and each of its tables as it now is."""
        self.put(document.doctype, document.name, **document.head)
        for field, table in TABLES.get(document.doctype, {}).items():
            rows = document.tables.get(field, [])
            kept = {row["name"] for row in rows}
            for old in self.store.rows_of(document.doctype, document.name, table, field):
                if old["name"] not in kept:
                    self.take(table, old["name"])
            for row in rows:
                self.put(table, row["name"], **row)

    def set(self, doctype: str, field: str, value: Any) -> None:
        """Change one of the site's settings."""
        kept = self.store.settings.setdefault(doctype, {})
        before = dict(kept)
        self.later(lambda: self.store.settings.__setitem__(doctype, before))
        kept[field] = value

    def _remember(self, doctype: str, name: str) -> None:
        key, row = collated(name), self.row(doctype, name)
        before = None if row is None else dict(row)
        self._touched[doctype, name] = None

        def back() -> None:
            rows = self.rows(doctype)
            if before is None:
                rows.pop(key, None)
            else:
                rows.record(key, before)

        self.later(back)

    def written(self) -> list[tuple[str, Row]]:
        """Every row that has been written and is still there, as it now is."""
        found = ((doctype, self.row(doctype, name)) for doctype, name in self._touched)
        return [(doctype, dict(row)) for doctype, row in found if row is not None]

    # --- the end -------------------------------------------------------------------------------------------
    def later(self, undo: Callable[[], object]) -> None:
        """What takes back a change, should the request be refused after all."""
        self._undo.append(undo)

    def roll_back(self) -> None:
        """Take back all that was written, the last first."""
        while self._undo:
            self._undo.pop()()

    def say(self, text: str, title: str = "Message", **more: Any) -> None:
        """Tell people something although all goes well."""
        self.messages.append(shown_as(text, title, raised=False) | more)

    def tell(self, document: Document, *what: str) -> None:
        """Note what happened to a document, for the webhooks that ask for it."""
        self.events += [Event(document.doctype, document.name, one, document.whole()) for one in what]
