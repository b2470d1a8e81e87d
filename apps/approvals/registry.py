"""What can wait in the inbox. Each upper app registers its kinds in its ``todo.py``."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import Promise

from apps.core.access import may
from apps.core.actors import Actor

if TYPE_CHECKING:
    from apps.approvals.models import Item


class Format(StrEnum):
    """How a field of a proposal reads to a person."""

    MONEY = "money"
    PERCENT = "percent"  # of a hundred: 12.5 is 12.5 %
    DAY = "day"
    MOMENT = "moment"
    TEXT = "text"


@dataclass(frozen=True, kw_only=True)
class ItemKind:
    """A kind of decision: who may take it, and which verb of the owning app carries it out.

    ``apply`` runs in the transaction of the acceptance and reads ``item.subject_id`` and ``item.proposed``;
    what it refuses leaves the item open. ``turn_down`` is told of a rejection the same way.
    """

    key: str
    title: str | Promise
    permission_key: str
    apply: Callable[["Item", Actor], None]
    turn_down: Callable[["Item", Actor], None] | None = None
    edit_form: type[forms.Form] | None = None
    in_bulk: bool = False  # low-risk items of this kind may be accepted several at once
    labels: Mapping[str, str | Promise] | None = None
    url: Callable[["Item"], str] | None = None
    meaning: str | Promise = ""  # what accepting it does, where the proposal does not say so itself
    heading: str | Promise = ""  # over what is proposed, where “added” and “changed” are not the words
    formats: Mapping[str, Format] | None = None  # how a field reads, where its value does not say it
    # where the records that a field names are shown: by field, then by what stands in it
    links: Callable[["Item"], Mapping[str, Mapping[str, str]]] | None = None
    # of these subject ids, those that are still there; without it, rows of ours are looked up by their key
    still_there: Callable[[Collection[str]], set[str]] | None = None
    is_told_by_its_app: bool = False  # a notice of its own says more than that something waits

    def label_of(self, name: str) -> str:
        """How staff call a field of what is proposed."""
        return str((self.labels or {}).get(name, name.replace("_", " ").capitalize()))


_kinds: dict[str, ItemKind] = {}


def register(kind: ItemKind) -> None:
    """Let items of this kind into the inbox. Raises ValueError when another has its key."""
    if _kinds.setdefault(kind.key, kind) != kind:
        raise ValueError(f"there is another kind of item called “{kind.key}”")


def kind_of(key: str) -> ItemKind:
    """The kind of a key. Raises LookupError for one that nobody registered."""
    return _kinds[key]


def kind_if_known(key: str) -> ItemKind | None:
    """The kind of an item that waits; None when a later release no longer has it."""
    return _kinds.get(key)


def kinds() -> list[ItemKind]:
    return sorted(_kinds.values(), key=lambda kind: kind.key)


def kinds_decided_by(person: object) -> list[str]:
    """The keys of the kinds that this person may decide."""
    return [kind.key for kind in kinds() if may(person, kind.permission_key)]


def forget(key: str) -> None:
    """Take a kind away again (a test does; the running house never does)."""
    _kinds.pop(key, None)


def cleaned(kind: ItemKind, edited: Mapping[str, Any]) -> "forms.Form | None":
    """The kind's own form over what was edited; None when its items cannot be edited."""
    return kind.edit_form(data=edited) if kind.edit_form else None
