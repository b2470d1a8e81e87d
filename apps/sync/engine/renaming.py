"""Renames: ERPNext keeps a document's creation, gives it another name, and leaves no trace of the old one.

A new name with a creation that is known here is a rename if ERPNext has nothing of that creation under the
old name any more (API.md 6). Then the row here keeps its id, and with it all that is ours about it.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

from apps.sync.engine import tables
from apps.sync.engine.applying import Move
from apps.sync.engine.converting import Row
from apps.sync.engine.declarations import Source
from apps.sync.engine.tables import Key
from apps.sync.erpnext import Client, Query, documents_named

Here = tuple[int, str, str]  # id, name, creation


def moves_in(source: Source, rows: Sequence[Row], erp: Callable[[], Client]) -> list[Move]:
    """Which of these documents are rows of ours under another name; ERPNext is asked only if some may be."""
    here = tables.of_creations(source, (row.creation for row in rows)) if rows else []
    known = {(name, creation) for _, name, creation in here}
    new = [row for row in rows if (row.name, row.creation) not in known]
    read = {(row.name, row.creation) for row in rows}
    creations = {row.creation for row in new}
    suspects = [one for one in here if one[2] in creations and (one[1], one[2]) not in read]
    if not suspects:
        return []
    there = still_there(source, [name for _, name, _ in suspects], erp())
    lost = [one for one in suspects if (one[1], one[2]) not in there]
    return _paired(source, new, lost)


def still_there(source: Source, names: Sequence[str], erp: Client) -> set[Key]:
    """Name and creation of what ERPNext has under exactly these names; its own look-up overlooks case."""
    query = Query(source.doctype, ("name", "creation"))
    wanted = sorted(set(names))
    return {(doc["name"], doc["creation"]) for docs in documents_named(erp, query, wanted) for doc in docs}


def _paired(source: Source, new: Sequence[Row], lost: Sequence[Here]) -> list[Move]:
    """Each new name with the row that it was; where several were created at one moment, by their content."""
    moments: defaultdict[str, list[Here]] = defaultdict(list)
    for one in lost:
        moments[one[2]].append(one)
    values = _values(source, lost) if any(len(rows) > 1 for rows in moments.values()) else {}
    moves = []
    for row in new:
        left = moments[row.creation]
        if left:
            nearest = max(left, key=lambda one: _likeness(row, values.get((one[1], one[2]), ())))
            left.remove(nearest)
            moves.append(Move(nearest[0], nearest[1], (row.name, row.creation)))
    return moves


def _values(source: Source, rows: Sequence[Here]) -> dict[Key, tuple[object, ...]]:
    found = tables.documents_here(source, source.targets, [(name, creation) for _, name, creation in rows])
    return {key: values for key, (_, values) in found.items()}


def _likeness(row: Row, values: Sequence[object]) -> int:
    return sum(mine == theirs for mine, theirs in zip(row.values, values, strict=False))
