"""What a change of roles or rights does to people: the tokens of those whom it concerns end."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from django.db.models import F

from apps.accounts.models import Right, User
from apps.accounts.permissions import Reach, effective, is_wider


@dataclass(frozen=True)
class Shift:
    """A key as far as it went before and goes after; None where it is not held."""

    key: str
    before: Reach | None
    after: Reach | None

    @property
    def is_gain(self) -> bool:
        """Whether more may be done than before."""
        return is_wider(self.after, self.before)

    @classmethod
    def between(cls, before: Mapping[str, Reach], after: Mapping[str, Reach]) -> list[Self]:
        """What differs, by key."""
        keys = sorted(before.keys() | after.keys())
        both = [cls(key, before.get(key), after.get(key)) for key in keys]
        return [shift for shift in both if shift.before != shift.after]


def held_by(people: Collection[int]) -> dict[int, dict[str, Reach]]:
    """What each of these people holds in the end, whether or not he may sign in."""
    return {person: effective(rows) for person, rows in Right.objects.by_person(people).items()}


@contextmanager
def bumping(people: Collection[int]) -> Iterator[dict[int, list[Shift]]]:
    """Around a change: the tokens of those who hold something else after it end, and of nobody else.

    Gives a table that says of each of those, once the block is done, what became different.
    """
    before, shifts = held_by(people), dict[int, list[Shift]]()
    yield shifts
    after = held_by(people)
    both = {person: Shift.between(before[person], after[person]) for person in people}
    shifts.update({person: found for person, found in both.items() if found})
    bump(shifts)


def bump(people: Collection[int]) -> None:
    """Tokens carry this number: what was given out before is worth nothing after."""
    User.objects.filter(pk__in=list(people)).update(permissions_version=F("permissions_version") + 1)
