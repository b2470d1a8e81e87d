"""The words in which an entity is declared (apps/sync/entities): no loops, no HTTP, no SQL."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db import models

from apps.core.mirror import MirroredModel, MirroredRow, Written
from apps.core.options import Option, value_of
from apps.sync.engine import values

Reader = Callable[..., Any]
Listener = Callable[[Written], None]


@dataclass(frozen=True)
class Column:
    """One of our columns, the field or fields of ERPNext that it is made of, and how they are read.

    ``twin`` is the untranslated column in which modeltranslation keeps the source language once more.
    """

    target: str
    sources: tuple[str, ...]
    read: Reader
    twin: str = ""


def text(target: str, source: str, *, twin: str = "") -> Column:
    """A name, link or short text."""
    return Column(target, (source,), values.text, twin)


def long_text(target: str, source: str) -> Column:
    """A text without a limit."""
    return Column(target, (source,), values.long_text)


def number(target: str, source: str) -> Column:
    """Money, a quantity or a percentage."""
    return Column(target, (source,), values.number)


def whole(target: str, source: str) -> Column:
    """A count."""
    return Column(target, (source,), values.whole)


def check(target: str, source: str) -> Column:
    """A check box."""
    return Column(target, (source,), values.check)


def day(target: str, source: str) -> Column:
    """A date, or none."""
    return Column(target, (source,), values.day)


def derived(target: str, *sources: str, by: Reader, twin: str = "") -> Column:
    """A column that ``by`` makes of the raw values of several fields."""
    return Column(target, sources, by, twin)


def always(target: str, value: Any) -> Column:
    """A column that says the same for every document of a source."""
    return Column(target, (), lambda: value)


@dataclass(frozen=True)
class Reference:
    """A foreign key that follows a link: ``column`` points to the present ``to`` called what ``by`` says.

    The name is kept whether or not its record is here; the key is set when it is.
    """

    column: str
    by: str
    to: type[MirroredModel]


@dataclass(frozen=True, eq=False)  # itself and nothing else: it is the key of many a look-up
class Mapped:
    """What a document and a row of its tables have in common: fields in, columns out."""

    doctype: str
    columns: tuple[Column, ...]
    references: tuple[Reference, ...] = ()

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """What is asked of ERPNext for the columns."""
        return tuple(dict.fromkeys(source for column in self.columns for source in column.sources))

    @cached_property
    def plain(self) -> tuple[Column, ...]:
        """The columns of one field each: nearly all."""
        return tuple(column for column in self.columns if len(column.sources) == 1)

    @cached_property
    def made(self) -> tuple[Column, ...]:
        """The columns made of several fields, or of none."""
        return tuple(column for column in self.columns if len(column.sources) != 1)

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """Our columns in the order in which a row's values stand: plain ones, made ones, twins."""
        placed = (*self.plain, *self.made)
        twins = (column.twin for column in placed if column.twin)
        return (*(column.target for column in placed), *twins)

    @cached_property
    def twins(self) -> tuple[int, ...]:
        """Which values stand a second time at the end."""
        return tuple(at for at, column in enumerate((*self.plain, *self.made)) if column.twin)

    @cached_property
    def readers(self) -> tuple[tuple[str, Reader], ...]:
        """For each plain column its field, and what reads that."""
        return tuple((column.sources[0], column.read) for column in self.plain)


@dataclass(frozen=True, kw_only=True, eq=False)
class Children(Mapped):
    """A table inside a document, replaced as one unit; ``parent`` is the foreign key to the document.

    ``drifts`` names the fields that change without the document being saved; the daily compare reads them.
    """

    model: type[MirroredRow]
    parent: str
    drifts: tuple[str, ...] = ()


class Gone(StrEnum):
    """What becomes of a row whose document ERPNext no longer has."""

    RETIRE = "retire"  # stays, for what refers to it, marked as gone
    DELETE = "delete"


@dataclass(frozen=True)
class PriceGuard:
    """Stops a run that would move too many of the rows too far in their ``column`` (GuardOptions)."""

    column: str


@dataclass(frozen=True)
class DayTotals:
    """What parity sums up for each day: ERPNext's fields, and our columns of the same."""

    day: str
    day_column: str
    amount: str
    amount_column: str
    docstatus_column: str
    docstatus: int = 1  # submitted

    @property
    def fields(self) -> tuple[str, str, str]:
        """What is asked of ERPNext."""
        return self.day, self.amount, "docstatus"


@dataclass(frozen=True)
class Touch:
    """Saving a document changes those of another DocType silently: all whose ``field`` is our ``by``."""

    entity: str
    doctype: str
    field: str
    by: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Source(Mapped):
    """One DocType: what is read of it, where that goes, and how its documents come and go."""

    model: type[MirroredModel]
    children: tuple[Children, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)  # columns that say which documents are ours
    custom_fields: tuple[str, ...] = ()  # asked for only where the site has them
    named_by: Mapping[str, Option[str]] = field(default_factory=dict)  # what settings call some of those
    company_field: str = ""  # documents of other companies are skipped
    page_size: int = 500
    gone: Gone = Gone.RETIRE
    gone_values: Mapping[str, Any] = field(default_factory=dict)  # what a retired row says from then on
    vanishes: bool = False  # its documents disappear without a trace: compared by name in each run
    drifts: tuple[str, ...] = ()  # fields that change while `modified` stands still: compared once a day
    guard: PriceGuard | None = None
    touches: tuple[Touch, ...] = ()
    totals: DayTotals | None = None
    optional: bool = False  # a site may be without this DocType
    wrote: tuple[Listener, ...] = ()  # told of every page, in its transaction

    def as_set(self) -> "Source":
        """The source with its custom fields called what the settings say."""
        if not self.named_by:
            return self
        names = {declared: value_of(option) for declared, option in self.named_by.items()}
        columns = tuple(
            replace(column, sources=tuple(names.get(name, name) for name in column.sources))
            for column in self.columns
        )
        custom_fields = tuple(names.get(name, name) for name in self.custom_fields)
        return replace(self, columns=columns, custom_fields=custom_fields)


@dataclass(frozen=True)
class Entity:
    """One thing that is synced: one lock, and a cursor for each of its sources."""

    name: str
    title: str
    sources: tuple[Source, ...]

    @cached_property
    def models(self) -> frozenset[type[models.Model]]:
        """Every table it writes."""
        parents = {source.model for source in self.sources}
        rows = {table.model for source in self.sources for table in source.children}
        return frozenset[type[models.Model]]({*parents, *rows})
