"""Who does a thing. Every verb that writes takes an actor; there are no anonymous changes."""

from dataclasses import dataclass
from typing import Protocol, Self


class Person(Protocol):
    """What an actor needs to know of whoever signed in."""

    @property
    def pk(self) -> object: ...

    def __str__(self) -> str: ...


@dataclass(frozen=True)
class Actor:
    """Stored as kind, id and label, without a foreign key: the trace outlives the account."""

    kind: str  # staff | customer | app | system | command
    id: str
    label: str

    @classmethod
    def of(cls, person: Person) -> Self:
        """The actor of a signed-in member of staff."""
        return cls(kind="staff", id=str(person.pk), label=str(person))


SYSTEM = Actor(kind="system", id="", label="Larder")
COMMAND = Actor(kind="command", id="", label="command line")
