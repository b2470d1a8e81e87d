"""The matcher of supplier invoices: how right it is on hard lines of each kind, and how fast.

``tuning`` is the half of the lines that its numbers were chosen by, ``judging`` the other; ``more lines`` are
others again, that nobody looked at. ``precision`` is of what is certain, of which so many are ``wrong``; the
other shares are of the lines whose product is in the catalogue. ``each`` is what one takes, in names read.
"""

import pickle
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from time import process_time
from typing import Any

from apps.inventory.matching.index import Index, index_of
from apps.inventory.matching.matcher import Matcher, match_all
from apps.inventory.matching.model import Line
from apps.inventory.matching.reading import read
from bench._supplier.catalogue import catalogue
from bench._supplier.judging import Verdict, figures, verdicts
from bench._supplier.lines import HardSet, hard_set

TITLE = "Supplier lines against 20,000 products: rightness in %, and what it costs"
LINES = 1000  # as spec/02 has it
MORE, OTHER_SEED = 3000, 31


def run() -> list[dict[str, str]]:
    """Rows for the halves of the hard set, for each kind of line, for many more lines, and for the costs."""
    products = catalogue()
    hard, more = hard_set(products), hard_set(products, MORE, OTHER_SEED)
    index = index_of(hard.products)
    judged, others = (verdicts(one.lines, Matcher(index)) for one in (hard, more))
    rows = [
        _right("tuning", [one for one in judged if one.line.is_for_tuning]),
        _right("judging", [one for one in judged if not one.line.is_for_tuning]),
        _right("more lines", others),
    ]
    kinds = sorted({kind for one in others for kind in one.line.kinds})
    rows += [_right(f"  {kind}", [one for one in others if kind in one.line.kinds]) for kind in kinds]
    return [*rows, *_costs(more, index)]


def _right(what: str, judged: Sequence[Verdict]) -> dict[str, str]:
    found = figures(judged)
    shares = {
        "precision": found.precision,
        "certain": found.certain,
        "first": found.first,
        "five": found.five,
    }
    shown = {name: f"{share:.1f}" for name, share in shares.items() if found.present}
    return _row(what, lines=f"{found.lines:,}", wrong=str(found.wrong), **shown)


def _costs(hard: HardSet, index: Index) -> Iterator[dict[str, str]]:
    lines = [Line(one.name) for one in hard.lines[:LINES]]
    reading = _seconds(lambda: [read(one.name) for one in hard.products])
    costs = {
        f"{len(hard.products):,} names read": (reading, len(hard.products)),
        "the index made": (_seconds(lambda: index_of(hard.products)), len(hard.products)),
        f"{LINES:,} lines matched": (_seconds(lambda: match_all(lines, index)), LINES),
    }
    for what, (seconds, count) in costs.items():
        ratio = seconds / count / (reading / len(hard.products))
        yield _row(what, seconds=f"{seconds:.2f}", each=f"{ratio:.1f}")
    yield _row("the index in memory", size=f"{_memory(lambda: index_of(hard.products)) / 2**20:.1f} MB")
    yield _row("the index pickled", size=f"{len(pickle.dumps(index)) / 2**20:.1f} MB")


def _row(what: str, **values: str) -> dict[str, str]:
    columns = {
        "lines": "lines",
        "precision": "precision",
        "wrong": "wrong",
        "certain": "certain",
        "1st": "first",
        "in 5": "five",
        "CPU s": "seconds",
        "each": "each",
        "size": "size",
    }
    return {"what": what} | {title: values.get(name, "") for title, name in columns.items()}


def _seconds(work: Callable[[], Any]) -> float:
    """The median of three, of our own CPU: others may use the machine."""
    spent = []
    for _each in range(3):
        began = process_time()
        work()
        spent.append(process_time() - began)
    return sorted(spent)[1]


def _memory(work: Callable[[], Any]) -> int:
    """What is held by what a work returns."""
    tracemalloc.start()
    held = work()
    size, _most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del held
    return size
