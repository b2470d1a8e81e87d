"""Who names a document, by the links that the controllers declare: for deleting it and for renaming it."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.sync.demo.desk.document import SUBMITTED
from apps.sync.demo.desk.work import Work
from apps.sync.demo.schema import INNER
from apps.sync.demo.store import Row


@dataclass(frozen=True)
class Link:
    """A column of a DocType that names documents of another."""

    doctype: str
    column: str


def links_to(work: Work, doctype: str) -> list[Link]:
    """Every column that names documents of this DocType."""
    return [
        Link(other, column)
        for other, controller in work.controllers.items()
        for column, target in controller.links.items()
        if target == doctype
    ]


def rows_naming(work: Work, doctype: str, name: str) -> Iterator[tuple[Link, Row]]:
    """Every row that names a document, and by which column."""
    for link in links_to(work, doctype):
        for row in work.having(link.doctype, link.column, name):
            yield link, row
    yield from _dynamic(work, doctype, name)


def _dynamic(work: Work, doctype: str, name: str) -> Iterator[tuple[Link, Row]]:
    """Rows of contacts and addresses, which say of what DocType the document is that they name."""
    for row in work.having("Dynamic Link", "link_name", name):
        if row["link_doctype"] == doctype:
            yield Link("Dynamic Link", "link_name"), row


def named_by(work: Work, doctype: str, name: str, *, submitted_only: bool = False) -> tuple[str, str] | None:
    """The first document that names another and so keeps it from going, even a cancelled one (WRITING.md 3).

    What is to be cancelled and not deleted (``submitted_only``) is kept by submitted ones alone.
    """
    for link, row in rows_naming(work, doctype, name):
        if link.doctype == "Dynamic Link" or (submitted_only and row["docstatus"] != SUBMITTED):
            continue
        whole = (row["parenttype"], row["parent"]) if link.doctype in INNER else (link.doctype, row["name"])
        if whole != (doctype, name):
            return whole
    return None


def rewrite(work: Work, doctype: str, *, old: str, new: str) -> None:
    """Have all that named the one name the other; no stamp moves (API.md 7)."""
    for link, row in list(rows_naming(work, doctype, old)):
        work.put(link.doctype, row["name"], **{link.column: new})
