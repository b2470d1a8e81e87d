"""Pages by key instead of by offset: as cheap on page 1,000 as on page 1, and steady while rows are added.

    page = keyset.page(Order.objects.all(), ordering=("-created_at", "id"), size=50, cursor=cursor)
    page.rows, page.next, page.previous

The ordering must end in a unique field. Whatever its direction, what has no value comes last.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Q

from apps.core.errors import InvalidInputError

Row = TypeVar("Row", bound=models.Model)
SALT: Final = "core.keyset"
FORWARD, BACKWARD = "f", "b"
READ: Final[dict[str, Callable[[Any], Any]]] = {
    "d": Decimal,
    "t": datetime.fromisoformat,
    "y": date.fromisoformat,
    "u": UUID,
    "v": lambda value: value,
}


class BadCursorError(InvalidInputError):
    """The place to go on from is damaged, or belongs to another list."""

    code = "bad-cursor"
    status = 400


@dataclass(frozen=True)
class Page(Generic[Row]):
    """A page's rows, in order, and the cursors of its neighbours; None where there is none."""

    rows: list[Row]
    next: str | None
    previous: str | None


@dataclass(frozen=True)
class Step:
    """One part of an ordering."""

    name: str
    descending: bool
    nullable: bool

    @classmethod
    def of(cls, spelled: str, model: type[models.Model]) -> "Step":
        name = spelled.removeprefix("-")
        return cls(name=name, descending=spelled.startswith("-"), nullable=_may_be_null(model, name))

    def order(self, *, backward: bool) -> Any:
        """Plain where nothing is null, so that an ordinary index serves both directions."""
        place = F(self.name)
        nulls: dict[str, Any] = {}
        if self.nullable:
            nulls = {"nulls_first": True} if backward else {"nulls_last": True}
        return place.desc(**nulls) if self.descending != backward else place.asc(**nulls)

    def beyond(self, value: Any, *, backward: bool) -> Q | None:
        """What comes strictly after ``value`` in the direction of travel; None when nothing can."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if backward else None
        past = Q(**{f"{self.name}__{'lt' if self.descending != backward else 'gt'}": value})
        return past | Q(**{f"{self.name}__isnull": True}) if self.nullable and not backward else past

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def at_or_beyond(self, value: Any, *, backward: bool) -> Q:
        """The bound by which an index finds the place; nothing to gain where nulls may hide."""
        if value is None or self.nullable:
            return Q()
        return Q(**{f"{self.name}__{'lte' if self.descending != backward else 'gte'}": value})


def page(
    rows: "models.QuerySet[Row]", *, ordering: Sequence[str], size: int, cursor: str | None = None
) -> Page[Row]:
    """The page that ``cursor`` points to, or the first. Raises BadCursorError for one of another list."""
    steps = [Step.of(spelled, rows.model) for spelled in ordering]
    direction, place = _read(cursor, rows.model, ordering) if cursor else (FORWARD, None)
    backward = direction == BACKWARD
    wanted = rows.order_by(*(step.order(backward=backward) for step in steps))
    if place is not None:
        wanted = wanted.filter(_after(steps, place, backward=backward))
    found = list(wanted[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    has_next, has_previous = (True, has_more) if backward else (has_more, place is not None)
    return Page(
        rows=found,
        next=_write(found[-1], steps, ordering, FORWARD) if found and has_next else None,
        previous=_write(found[0], steps, ordering, BACKWARD) if found and has_previous else None,
    )


def _after(steps: Sequence[Step], place: Sequence[Any], *, backward: bool) -> Q:
    """Strictly beyond the place: in the first step, or equal there and beyond in the second, and so on."""
    ways: list[Q] = []
    equal_so_far = Q()
    for step, value in zip(steps, place, strict=True):
        beyond = step.beyond(value, backward=backward)
        if beyond is not None:
            ways.append(equal_so_far & beyond)
        equal_so_far &= step.same(value)
    return steps[0].at_or_beyond(place[0], backward=backward) & reduce(lambda one, other: one | other, ways)


def _write(row: models.Model, steps: Sequence[Step], ordering: Sequence[str], direction: str) -> str:
    place = [_spelled(_value(row, step.name)) for step in steps]
    return signing.dumps([direction, place], salt=_salt(type(row), ordering), compress=True)


def _read(cursor: str, model: type[models.Model], ordering: Sequence[str]) -> tuple[str, list[Any]]:
    try:
        direction, place = signing.loads(cursor, salt=_salt(model, ordering))
    except signing.BadSignature as why:
        raise BadCursorError(
            "The place to go on from is damaged or belongs to another list; start from the first page."
        ) from why
    return direction, [None if spelled is None else READ[spelled[0]](spelled[1]) for spelled in place]


def _salt(model: type[models.Model], ordering: Sequence[str]) -> str:
    """A cursor fits one list in one order; in another it is refused instead of leading astray."""
    return f"{SALT}:{model._meta.label_lower}:{','.join(ordering)}"


def _spelled(value: Any) -> list[Any] | None:
    if value is None:
        return None
    if isinstance(value, Decimal | UUID):
        return ["u" if isinstance(value, UUID) else "d", str(value)]
    if isinstance(value, datetime | date):
        return ["t" if isinstance(value, datetime) else "y", value.isoformat()]
    return ["v", value]


def _value(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = None if row is None else getattr(row, part)
    return row.pk if isinstance(row, models.Model) else row


def _may_be_null(model: type[models.Model], path: str) -> bool:
    """Whether any step of a path may have no value; an annotation always may."""
    for part in path.split("__"):
        try:
            column = model._meta.pk if part == "pk" else model._meta.get_field(part)
        except FieldDoesNotExist:
            return True
        if getattr(column, "null", True):
            return True
        model = getattr(column, "related_model", None) or model
    return False
