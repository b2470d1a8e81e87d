"""What the inbox is narrowed by, out of its address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.approvals import registry
from apps.approvals.models import Item
from apps.approvals.querysets import ItemQuerySet
from apps.approvals.states import Risk

SEGMENTS: Final[Mapping[str, Promise]] = {
    "waiting": _("Waiting"),
    "mine": _("Assigned to me"),
    "made": _("Asked by me"),
    "decided": _("Decided"),
}
AGES: Final[Mapping[str, tuple[Promise, timedelta]]] = {
    "1d": (_("Older than a day"), timedelta(days=1)),
    "3d": (_("Older than three days"), timedelta(days=3)),
    "7d": (_("Older than a week"), timedelta(days=7)),
}
ORDERS: Final[Mapping[str, tuple[Promise, tuple[str, ...]]]] = {
    "": (_("Oldest first"), ("asked_at", "id")),
    "newest": (_("Newest first"), ("-asked_at", "-id")),
    "value": (_("Highest value first"), ("-value", "id")),
}


def of_segment(show: str, person: User) -> ItemQuerySet:
    """The rows of one segment."""
    items = Item.objects.all()
    return {
        "waiting": items.open().decidable_by(person),
        "mine": items.open().visible_to(person).filter(assignee=person),
        "made": items.open().filter(maker_kind="staff", maker_id=str(person.pk)),
        "decided": items.decided().visible_to(person),
    }[show]


@dataclass(frozen=True)
class Narrowing:
    """What is asked for; what the address says otherwise is nothing."""

    show: str
    search: str
    kind: str
    risk: str
    age: str
    maker: str
    order: str

    @classmethod
    def of(cls, address: Mapping[str, Any]) -> Self:
        def chosen(name: str, among: Any, otherwise: str = "") -> str:
            asked = str(address.get(name, ""))
            return asked if asked in among else otherwise

        return cls(
            show=chosen("show", SEGMENTS, "waiting"),
            search=str(address.get("q", "")).strip()[:100],
            kind=chosen("kind", {kind.key for kind in registry.kinds()}),
            risk=chosen("risk", Risk.values),
            age=chosen("age", AGES),
            maker=str(address.get("maker", "")).replace("\x00", "")[:100],
            order=chosen("order", ORDERS),
        )

    @property
    def is_set(self) -> bool:
        """Whether anything is narrowed, beside the segment."""
        return any((self.search, self.kind, self.risk, self.age, self.maker))

    @property
    def ordering(self) -> tuple[str, ...]:
        return ("-decided_at", "-id") if self.show == "decided" else ORDERS[self.order][1]

    @property
    def risks(self) -> list[tuple[str, str]]:
        return [(str(value), str(words)) for value, words in Risk.choices]

    @property
    def ages(self) -> list[tuple[str, str]]:
        return [(key, str(words)) for key, (words, _spell) in AGES.items()]

    @property
    def orders(self) -> list[tuple[str, str]]:
        return [] if self.show == "decided" else [(key, str(words)) for key, (words, _by) in ORDERS.items()]

    def items(self, person: User, *, at: datetime) -> ItemQuerySet:
        items = of_segment(self.show, person).matching(self.search)
        exact = {"kind": self.kind, "risk": self.risk}
        items = items.filter(**{name: value for name, value in exact.items() if value})
        if self.maker:
            items = items.made_by(self.maker)
        return items.asked_before(at - AGES[self.age][1]) if self.age else items
