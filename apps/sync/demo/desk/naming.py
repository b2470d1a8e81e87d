"""How new documents are named: by a field, by a series that takes numbers back, by amending, by chance."""

import re
from typing import Any, Final

from apps.sync.demo.collation import collated
from apps.sync.demo.desk import refusals
from apps.sync.demo.desk.controllers import Controller
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.work import Work

LONGEST: Final = 140
FORBIDDEN: Final = re.compile(r"[<>]")
DIGITS: Final = 5  # of a series that does not say


def name_of(work: Work, controller: Controller, document: Document) -> str:
    """The name of a new document, which nobody else has. Raises RefusalError."""
    name = checked(
        document.doctype,
        document["name"]
        or _amended(work, document)
        or controller.autoname(work, document)
        or document[controller.named_by]
        or (controller.series and from_series(work, document["naming_series"] or controller.series, document))
        or work.key(document.doctype),
    )
    if work.row(document.doctype, name) is not None:
        raise refusals.duplicate(document.doctype, name)
    return name


def checked(doctype: str, wanted: Any) -> str:
    """A name as it is stored, new or by renaming. Raises RefusalError."""
    name = str(wanted).strip()
    if not name:
        raise refusals.by_frappe(f"No Name Specified for {doctype}")
    if FORBIDDEN.search(name):
        raise refusals.bad_name()
    if len(name) > LONGEST:
        raise refusals.too_long("", "Name", name)
    return name


def from_series(work: Work, series: str, document: Document) -> str:
    """The next name of a series such as ``ACC-SINV-.YYYY.-`` or ``PRLE-.####``."""
    prefix, digits = _read(work, series)
    number = last_of(work, document.doctype, prefix) + 1
    _count(work, prefix, number)
    return f"{prefix}{number:0{digits}d}"


def give_back(work: Work, doctype: str, name: str) -> None:
    """Free the number of a deleted document, when it is the last of its series (API.md, trap 8)."""
    found = re.fullmatch(r"(.*?)(\d+)", name)
    if found and work.store.series.get(found.group(1)) == int(found.group(2)):
        _count(work, found.group(1), int(found.group(2)) - 1)


def last_of(work: Work, doctype: str, prefix: str) -> int:
    """The number that a series has come to; in books that somebody else has written, the highest there."""
    if prefix not in work.store.series:
        start = collated(prefix)
        ends = (key[len(start) :] for key in work.rows(doctype) if key.startswith(start))
        work.store.series[prefix] = max((int(end) for end in ends if end.isdecimal()), default=0)
        work.later(lambda: work.store.series.pop(prefix))  # it may have counted what is taken back
    return work.store.series[prefix]


def unique(work: Work, doctype: str, wanted: str, *, sign: str) -> str:
    """A name, with the next free number behind it where it is taken."""
    name, number = wanted, 0
    while work.row(doctype, name) is not None:
        number += 1
        name = f"{wanted}{sign}{number}"
    return name


def _count(work: Work, prefix: str, number: int) -> None:
    before = work.store.series.get(prefix, 0)
    work.later(lambda: work.store.series.__setitem__(prefix, before))
    work.store.series[prefix] = number


def _read(work: Work, series: str) -> tuple[str, int]:
    """The prefix of a series today, and how many digits follow."""
    prefix, digits = "", DIGITS
    for part in series.split("."):
        if part and set(part) == {"#"}:
            digits = len(part)
        else:
            prefix += {"YYYY": f"{work.today:%Y}", "YY": f"{work.today:%y}", "MM": f"{work.today:%m}"}.get(
                part, part
            )
    return prefix, digits


def _amended(work: Work, document: Document) -> str:
    """``X-1`` for the first amendment of X, ``X-2`` for that of ``X-1``."""
    before = document["amended_from"]
    if not before:
        return ""
    original = work.row(document.doctype, before)
    if original is None or not original.get("amended_from"):
        return f"{before}-1"
    stem, _, number = str(before).rpartition("-")
    return f"{stem}-{int(number) + 1}"
