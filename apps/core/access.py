"""The one question every door asks: may this person do that? (spec/07, permission keys)

``core`` knows what a key looks like; ``accounts`` knows who holds it.
"""

from typing import Final, Protocol, runtime_checkable

# In a session: it opens nothing but the way to what is still missing, a second factor (docs/sign-in.md).
HELD: Final = "held"


@runtime_checkable
class KeyHolder(Protocol):
    """Anyone whose rights can be asked for."""

    is_active: bool

    @property
    def pk(self) -> object: ...

    def __str__(self) -> str: ...

    def has_key(self, key: str) -> bool: ...

    def reach_of(self, key: str) -> str | None: ...


def may(person: object, key: str) -> bool:
    """Whether ``person`` holds the permission key ``<category>.<action>``; nobody does when not signed in."""
    return isinstance(person, KeyHolder) and person.is_active and person.has_key(key)


def reach(person: object, key: str) -> str | None:
    """How far the key goes for ``person``: "all", "day" (what is due today), "own"; None for who lacks it."""
    return person.reach_of(key) if isinstance(person, KeyHolder) and person.is_active else None
