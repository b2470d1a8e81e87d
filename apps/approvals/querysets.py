"""What can be asked of the inbox."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from apps.approvals import registry
from apps.approvals.states import ItemState, Risk
from apps.core.words import in_words, searched, words_of

if TYPE_CHECKING:
    from apps.approvals.models import Item  # noqa: F401

# The index on items is built on this very expression: change both or neither.
ITEM_WORDS = words_of("title", "subject_label", "maker_label", "reason")


class ItemQuerySet(models.QuerySet["Item"]):
    """To Do items."""

    def open(self) -> Self:
        return self.filter(state=ItemState.OPEN)

    def decided(self) -> Self:
        return self.exclude(state=ItemState.OPEN)

    def decidable_by(self, person: models.Model) -> Self:
        """Of the kinds this person may decide, without what he made himself."""
        return self.filter(kind__in=registry.kinds_decided_by(person)).exclude(
            maker_kind="staff", maker_id=str(person.pk)
        )

    def visible_to(self, person: models.Model) -> Self:
        """What he may decide, what he made, and what was given to him to look at."""
        return self.filter(
            Q(kind__in=registry.kinds_decided_by(person))
            | Q(maker_kind="staff", maker_id=str(person.pk))
            | Q(assignee_id=person.pk)
        )

    def low_risk(self) -> Self:
        """What may be accepted several at once."""
        in_bulk: Collection[str] = [kind.key for kind in registry.kinds() if kind.in_bulk]
        return self.filter(risk=Risk.LOW, kind__in=in_bulk)

    def matching(self, text: str) -> Self:
        """Items with every word of ``text``, or its beginning, in title, subject, maker or reason."""
        return searched(self, text, lambda wanted: in_words(self.model.objects.all(), ITEM_WORDS, wanted))

    def made_by(self, maker: str) -> Self:
        """Of one maker, as ``staff:12`` or ``system:``."""
        kind, _colon, maker_id = maker.partition(":")
        return self.filter(maker_kind=kind, maker_id=maker_id)

    def asked_before(self, at: datetime) -> Self:
        return self.filter(asked_at__lte=at)

    def about(self, *, kind: str, subject_id: str) -> Self:
        return self.filter(subject_kind=kind, subject_id=subject_id)
