"""What must hold of the documents that ours names, asked of ERPNext itself when ours is written."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from apps.core.errors import FieldError
from apps.sync.erpnext import Client
from apps.sync.erpnext.documents import document
from apps.sync.erpnext.lists import Doc, Query, documents_named
from apps.sync.errors import PayloadRefusedError
from apps.sync.push import Kind
from apps.sync.push.declarations import Content, Premise


def check_premises(erp: Client, kind: Kind, content: Content) -> None:
    """Raises PayloadRefusedError, with all that is otherwise there; an ErpError."""
    wrong = [error for premise in kind.premises for error in _complaints(erp, premise, content)]
    if wrong:
        raise PayloadRefusedError(wrong)


def _complaints(erp: Client, premise: Premise, content: Content) -> Iterator[FieldError]:
    if not premise.table:
        there = document(erp, premise.doctype, str(content[premise.by])) or {}
        yield from _outdated(premise, content, there)
        return
    rows = [(at, row) for at, row in enumerate(content[premise.table], start=1) if row[premise.by]]
    found = _found(erp, premise, {str(row[premise.by]) for _, row in rows})
    for number, row in rows:
        at, name = f"{premise.table}[{number}].", str(row[premise.by])
        if name in found:
            yield from _outdated(premise, row, found[name], at=at)
        else:
            kind = premise.doctype.lower()
            yield FieldError(f"{at}{premise.by}", "unknown", f"“{name}” is no {kind} that ERPNext has")


def _found(erp: Client, premise: Premise, names: Iterable[str]) -> dict[str, Doc]:
    """These documents by their names: listed at once, and what a list does not show looked for by itself."""
    query = Query(premise.doctype, ("name", *premise.says))
    listed = documents_named(erp, query, sorted(names))
    found = {str(doc["name"]): doc for docs in listed for doc in docs}
    for name in set(names) - found.keys():
        doc = document(erp, premise.doctype, name)
        if doc is not None and doc["name"] == name:
            found[name] = doc
    return found


def _outdated(
    premise: Premise, said: Content, there: Mapping[str, Any], *, at: str = ""
) -> Iterator[FieldError]:
    for field, column in premise.says.items():
        if there.get(field) != said[column]:
            told = f"is {there.get(field) or 'nothing'} in ERPNext by now"
            yield FieldError(f"{at}{column}", "outdated", told)
