"""Pages of a source out of ERPNext, each read while the one before it is being written."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from threading import Thread
from typing import Final, Generic, TypeVar

from django.conf import settings

from apps.sync.engine.declarations import Children, Source
from apps.sync.erpnext import Client, Page, Query, children_of, documents_named, documents_where, pages_from
from apps.sync.erpnext.lists import Doc, has_field
from apps.sync.options import ReadingOptions

T = TypeVar("T")
IDENTITY_FIELDS: Final = ("name", "creation", "modified")
ROW_FIELDS: Final = ("name", "idx", "parent")


def of_this_site(source: Source, erp: Client) -> Source:
    """The source without the custom fields that the site lacks; their columns stay empty."""
    source = _paged(source.as_set())
    lacking = {name for name in source.custom_fields if not has_field(erp, source.doctype, name)}
    if not lacking:
        return source
    columns = tuple(
        replace(column, sources=(), read=lambda: "") if lacking.intersection(column.sources) else column
        for column in source.columns
    )
    return replace(source, columns=columns)


def _paged(source: Source) -> Source:
    """The source with pages as large as staff want them; what it declares is meant beside the usual size."""
    wanted = ReadingOptions().page_size
    if wanted == ReadingOptions.page_size.default:
        return source
    return replace(source, page_size=max(1, source.page_size * wanted // ReadingOptions.page_size.default))


def pages(erp: Client, source: Source, *, start: str, had_until: str = "") -> Iterator[Page]:
    """Everything saved since ``start`` (all, when it is empty), with the rows of its tables.

    What was saved up to ``had_until`` comes without them: nearly all of that is here already.
    """
    for page in pages_from(erp, query_of(source), start=start):
        yield replace(page, children=lines_of(erp, source, after(page.docs, had_until)))


def pages_where(erp: Client, source: Source, field: str, values: list[str]) -> Iterator[Page]:
    """The documents with one of these values in a field."""
    for docs in documents_where(erp, query_of(source), field, values):
        yield Page(docs, lines_of(erp, source, docs))


def pages_named(erp: Client, source: Source, names: list[str]) -> Iterator[Page]:
    """The documents of these names that ERPNext still has."""
    for docs in documents_named(erp, query_of(source), names):
        yield Page(docs, lines_of(erp, source, docs))


def query_of(source: Source) -> Query:
    """The list that the source's documents come from."""
    fields = tuple(dict.fromkeys((*name_fields(source), *source.fields)))
    return Query(source.doctype, fields, page_size=source.page_size)


def query_of_ours(source: Source) -> Query:
    """The same without documents of other companies, where they can be told."""
    company, field = settings.ERPNEXT.company, source.company_field
    return replace(query_of(source), filters=((field, "=", company),) if company and field else ())


def name_fields(source: Source) -> tuple[str, ...]:
    """What tells one document from another, and ours from those of other companies."""
    return (*IDENTITY_FIELDS, *((source.company_field,) if source.company_field else ()))


def ours(source: Source, docs: list[Doc]) -> list[Doc]:
    """Those of our own company."""
    return [doc for doc in docs if is_ours(source, doc)]


def is_ours(source: Source, doc: Doc) -> bool:
    """Whether a document is of the company that this installation serves (spec/00: one company)."""
    company, field = settings.ERPNEXT.company, source.company_field
    return not (company and field) or doc[field] == company


def lines_of(erp: Client, source: Source, docs: list[Doc]) -> dict[str, list[Doc]]:
    """The rows of these documents' tables, by child DocType."""
    names = [doc["name"] for doc in docs]
    return {table.doctype: _rows(erp, source, table, names) for table in source.children}


def after(docs: list[Doc], had_until: str) -> list[Doc]:
    """Those that were saved after this stamp; all, when there is none."""
    return [doc for doc in docs if stamp_of(doc) > had_until] if had_until else docs


def stamp_of(doc: Doc) -> str:
    """When a document was last saved, as text whatever was sent."""
    return str(doc["modified"] or "")


def is_exact(doc: Doc) -> bool:
    """Whether a stamp tells two saves apart: a saved price list writes whole seconds (API.md, trap 5)."""
    return "." in stamp_of(doc)


def _rows(erp: Client, source: Source, table: Children, parents: list[str]) -> list[Doc]:
    query = Query(table.doctype, (*ROW_FIELDS, *table.fields))
    return children_of(erp, query, parent_doctype=source.doctype, parents=parents)


def ahead(items: Iterator[T], *, is_last: Callable[[T], bool]) -> Iterator[T]:
    """The same items, the next one being fetched meanwhile by a thread; it touches no database."""
    item = next(items, None)  # while nothing can be done meanwhile
    while item is not None:
        if is_last(item):
            yield item
            return
        coming = _Fetching(items).result
        yield item
        item = coming.result()


class _Fetching(Thread, Generic[T]):
    """The next item, on its way. A daemon: who stops a run need not wait for an answer that nobody wants."""

    def __init__(self, items: Iterator[T]) -> None:
        super().__init__(name="sync-read-ahead", daemon=True)
        self.items = items
        self.result: Future[T | None] = Future()
        self.start()

    def run(self) -> None:
        try:
            self.result.set_result(next(self.items, None))
        except Exception as why:
            self.result.set_exception(why)
