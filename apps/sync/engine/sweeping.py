"""A whole list of names beside ours: what is gone, what never came, and, in a compare, what has drifted."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final, Protocol

from apps.sync.engine import drifting, names, reading
from apps.sync.engine.declarations import Source
from apps.sync.engine.job import HoldKind, Job
from apps.sync.engine.removing import remove
from apps.sync.erpnext import Page
from apps.sync.erpnext.lists import names_of

Doc = dict[str, Any]
AT_ONCE: Final = 500


class Reader(Protocol):
    """Whoever reads the source: it writes the pages that a sweep finds missing."""

    job: Job
    source: Source
    parked: set[str]
    compares: bool  # whether to look for drift, too

    def take(self, page: Page, *, moves_cursor: bool) -> None: ...

    def gone(self, more: int) -> None: ...


def sweep(reader: Reader) -> None:
    """Compare names, read what never came or has drifted, and let go of what is gone.

    A list that breaks off raises, and nothing goes: no sweep ever follows an incomplete walk.
    """
    drifts = reader.source.drifts if reader.compares else ()
    with names.listed():
        for docs in _names(reader, drifts):
            names.add([_listed(reader.source, doc) for doc in docs])
            if reader.compares:
                _read_again(reader, drifting.differing(reader.source, docs, reader.job.erp))
        names.close()
        _read_again(reader, [name for name in names.strangers(reader.source) if name not in reader.parked])
        missing = names.missing(reader.source)
    if remove(reader.job, reader.source, missing, gone=reader.gone):
        # a list of all names alone can tell that what was held back once is so no more
        reader.job.watch.clear(reader.job.entity, reader.source.doctype, HoldKind.REMOVAL)


def _names(reader: Reader, drifts: Sequence[str]) -> Iterator[list[Doc]]:
    query = replace(reading.query_of(reader.source), filters=())
    fields = tuple(dict.fromkeys((*reading.name_fields(reader.source), *drifts)))
    return names_of(reader.job.erp, query, fields=fields)


def _listed(source: Source, doc: Doc) -> names.Listed:
    return doc["name"], doc["creation"], doc["modified"], reading.is_ours(source, doc)


def _read_again(reader: Reader, wanted: Sequence[str]) -> None:
    left = iter(wanted)
    while chosen := list(islice(left, AT_ONCE)):
        for page in reading.pages_named(reader.job.erp, reader.source, chosen):
            reader.take(page, moves_cursor=False)
