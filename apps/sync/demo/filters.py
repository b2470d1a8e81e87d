"""Filters of every form that frappe takes, as tests of a column's values."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from apps.sync.demo.collation import collated, day, moment, worded
from apps.sync.demo.envelopes import broken, invalid
from apps.sync.demo.rows import Row
from apps.sync.demo.schema import LINKS, Kind
from apps.sync.demo.scope import Scope
from apps.sync.demo.spans import span
from apps.sync.demo.trees import TREE, relatives

OPERATORS: Final = (
    "between, descendants of (inclusive), descendants of, not ancestors of, timespan, =, not like, is, next, "
    "in, >=, fiscal year, <=, ancestors of, previous, not descendants of, !=, <, not in, >, like"
)
RANGE: Final = frozenset({"=", ">", ">=", "<", "<="})
Test = Callable[[Any], bool]


class Memo(dict[Any, bool]):
    """What a test says of each value, asked once: most columns hold few."""

    def __init__(self, test: Test) -> None:
        super().__init__()
        self.test = test

    def __missing__(self, value: Any) -> bool:
        said = self[value] = self.test(value)
        return said


@dataclass(frozen=True)
class Condition:
    """One filter: of which column, and what holds."""

    field: str
    operator: str
    wanted: Any
    test: Test

    def within(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Those of the rows for which it holds."""
        name, said = self.field, Memo(self.test)
        return (row for row in rows if said[row[name]])


def conditions(scope: Scope, filters: Any) -> list[Condition]:
    """Filters of every form as conditions. Raises RefusalError."""
    return [_condition(scope, *four) for four in _fours(filters)]


def _fours(filters: Any) -> Iterator[tuple[str, str, Any, Any]]:
    """Filters as (DocType or nothing, field, operator, value)."""
    if isinstance(filters, dict):
        for name, value in filters.items():
            yield ("", name, *(value if isinstance(value, list) else ("=", value)))
        return
    if isinstance(filters, str):
        filters = [["name", "=", filters]]
    if filters and isinstance(filters[0], str):
        filters = [filters]  # one filter that is not in a list
    for each in filters or ():
        if len(each) == 2:
            yield "", each[0], "=", each[1]
        elif len(each) == 3:
            yield "", each[0], each[1], each[2]
        else:
            yield each[0], each[1], each[2], each[3]


def _condition(scope: Scope, doctype: str, name: str, operator: Any, wanted: Any) -> Condition:
    operator = str(operator).lower().strip()
    key = scope.column(doctype, name) if doctype else scope.key(name)
    if operator in TREE:
        target = scope.doctype.name if key == "name" else LINKS.get(key.rpartition(".")[2], "")
        wanted = relatives(scope.store, target, operator, wanted)
        operator = "not in" if operator.startswith("not") else "in"
    if operator == "timespan":
        operator, wanted = "between", _spanned(wanted, scope.store.now().date())
    if operator not in TESTS:
        raise invalid(f"Operator must be one of {OPERATORS}")
    wanted = _meant(scope.kind(key), operator, wanted)
    return Condition(key, operator, wanted, TESTS[operator](wanted))


def _spanned(words: Any, today: date) -> list[str]:
    found = span(str(words), today=today)
    if found is None:
        raise broken("TypeError", "TypeError: cannot unpack non-iterable NoneType object")
    return [str(day) for day in found]


def _meant(kind: Kind, operator: str, wanted: Any) -> Any:
    """The value as the column's kind reads it: for a moment no text is nonsense, it is only long ago."""
    if kind not in {Kind.MOMENT, Kind.DATE}:
        return wanted
    if operator == "between":
        low, high = several(wanted)
        return [_dated(kind, low), moment(high, end=True) if kind is Kind.MOMENT else day(high)]
    return _dated(kind, wanted) if operator in RANGE | {"!="} and wanted not in (None, "") else wanted


def _dated(kind: Kind, wanted: Any) -> str:
    return moment(wanted) if kind is Kind.MOMENT else day(wanted)


def several(wanted: Any) -> Sequence[Any]:
    """A list, or a text with commas."""
    return wanted if isinstance(wanted, list) else [each.strip() for each in str(wanted).split(",")]


def _number(value: Any) -> float:
    """MariaDB reads a number from the beginning of a text, and 0 where there is none."""
    if isinstance(value, int | float):
        return float(value)
    found = re.match(r"\s*[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?", str(value or ""))
    return float(found[0]) if found else 0.0


def _comparing(by: Callable[[Any, Any], bool]) -> Callable[[Any], Test]:
    """Both sides as MariaDB compares them: numbers as numbers, all else as collated text."""

    def against(wanted: Any) -> Test:
        number, words = _number(wanted), worded(wanted)
        return lambda value: (
            value is not None
            and (by(float(value), number) if isinstance(value, int | float) else by(worded(value), words))
        )

    return against


def _equal(wanted: Any) -> Test:
    number, words = _number(wanted), worded(wanted)
    return lambda value: float(value) == number if isinstance(value, int | float) else worded(value) == words


def _not(makes: Callable[[Any], Test]) -> Callable[[Any], Test]:
    def against(wanted: Any) -> Test:
        test = makes(wanted)
        return lambda value: not test(value)

    return against


def _like(wanted: Any) -> Test:
    pattern = re.compile(re.escape(collated(wanted)).replace("%", ".*").replace("_", "."), re.DOTALL)
    return lambda value: pattern.fullmatch(collated("" if value is None else value)) is not None


def _among(wanted: Any) -> Test:
    """Membership by a set: a list of children names five hundred parents."""
    values = several(wanted)
    words, numbers = {worded(each) for each in values}, {_number(each) for each in values}
    return lambda value: float(value) in numbers if isinstance(value, int | float) else worded(value) in words


def _between(wanted: Any) -> Test:
    low, high = several(wanted)
    above, below = TESTS[">="](low), TESTS["<="](high)
    return lambda value: above(value) and below(value)


def _is(wanted: Any) -> Test:
    empty = str(wanted).lower() == "not set"
    return lambda value: (value in (None, "")) == empty


TESTS: Final[dict[str, Callable[[Any], Test]]] = {
    "=": _equal,
    "!=": _not(_equal),
    ">": _comparing(lambda mine, theirs: mine > theirs),
    "<": _comparing(lambda mine, theirs: mine < theirs),
    ">=": _comparing(lambda mine, theirs: mine >= theirs),
    "<=": _comparing(lambda mine, theirs: mine <= theirs),
    "like": _like,
    "not like": _not(_like),
    "in": _among,
    "not in": _not(_among),
    "between": _between,
    "is": _is,
}
