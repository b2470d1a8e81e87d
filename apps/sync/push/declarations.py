"""The words in which a kind of message is declared (apps/sync/push): no HTTP, no SQL.

A payload says what the mirrored record is to look like once it has been read back: its keys are the columns
of the model (``rate``, ``valid_from``), and for a table the name that the model gives its rows. So both
directions have one vocabulary, and the mapping to ERPNext's fields is the entity's own.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from apps.core.errors import FieldError
from apps.sync.engine.declarations import Children, Column, Entity, Source
from apps.sync.push.shop import Shop

Content = dict[str, Any]  # a payload, complete and with the types of its columns
Rule = Callable[[Content, Shop], Iterable[FieldError]]
REFERENCE: Final = "larder_reference"


def nothing_more(_: Content) -> Mapping[str, Any]:
    """What is told of a row is what it says."""
    return {}


@dataclass(frozen=True)
class Table:
    """A table inside the document: ERPNext's field for it, and what is read of its rows.

    ``says`` are the columns that can be said, if not all; ``adds`` is what is sent of a row besides, in
    ERPNext's words, so that it takes the row for what it says.
    """

    field: str
    rows: Children
    says: tuple[str, ...] = ()
    adds: Callable[[Content], Mapping[str, Any]] = nothing_more

    @cached_property
    def columns(self) -> dict[str, Column]:
        """What is sent of a row, by our names."""
        return {one.target: one for one in self.rows.columns if not self.says or one.target in self.says}


@dataclass(frozen=True)
class Premise:
    """What must be so of a document that ours names when it is written, for our copy may be of yesterday.

    ``by`` is our column with its name, ``says`` ERPNext's field → our column that must say the same. With a
    ``table`` both are columns of its rows.
    """

    doctype: str
    by: str
    says: Mapping[str, str]
    table: str = ""


@dataclass(frozen=True)
class Awaited:
    """What goes first: the messages of ``kind`` that are called as a column of the table's rows says."""

    kind: str
    table: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of message: of what document, what has to be said of it, what is refused before it is sent.

    ``needed`` must be said; ``usual`` may be, and is sent where it is not: ERPNext's own defaults change
    with its settings. ``fixed`` is sent and cannot be said. Columns in none of them are ERPNext's own.
    A document is known by our reference, or by what it says (``known_by``) where ERPNext keeps that unique.

    ``left_open`` is not sent where nothing is said of it: ERPNext fills it in, and what it says is right.
    ``adds`` is sent besides, in ERPNext's words. What is there before our first try and says otherwise in
    ``asked_about`` is not changed before a person has looked at it, in ``never_changed`` not even then.
    """

    key: str
    title: str
    entity: Entity  # its push control governs it, and what was sent is read back with it
    doctype: str
    needed: tuple[str, ...]
    usual: Mapping[str, Any]
    fixed: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    known_by: tuple[str, ...] = ()
    premises: tuple[Premise, ...] = ()
    left_open: tuple[str, ...] = ()
    adds: Mapping[str, Any] = field(default_factory=dict)
    never_changed: tuple[str, ...] = ()
    asked_about: tuple[str, ...] = ()
    awaits: tuple[Awaited, ...] = ()
    is_handed_over: bool = False  # a draft: who submits, cancels or deletes it in ERPNext has the last word
    most_rows: int = 0  # that one document may have; who queues more makes several of it. 0: any number
    rule: Rule

    @cached_property
    def source(self) -> Source:
        """How its documents are read."""
        return next(source for source in self.entity.sources if source.doctype == self.doctype)

    @cached_property
    def columns(self) -> dict[str, Column]:
        """What is sent of the document itself, by our names."""
        sent = {*self.needed, *self.usual, *self.fixed} - self.tables.keys()
        if self.is_referenced:
            sent.add(REFERENCE)
        return {column.target: column for column in self.source.columns if column.target in sent}

    @property
    def is_referenced(self) -> bool:
        """Whether ERPNext knows the document by our reference."""
        return not self.known_by
