"""Reusable questions about what ERPNext holds as Pricing Rules."""

from datetime import date
from typing import Any, Self

from django.db.models import Q

from apps.core.mirror import MirroredQuerySet
from apps.core.words import in_words, searched, words_of


class ErpPricingRuleQuerySet(MirroredQuerySet[Any]):
    """Rules by when and where they apply."""

    def matching(self, words: str) -> Self:
        """Rules with every word of ``words``, or its beginning, in title or number; there are few."""
        titled = words_of("title", "erp_name")
        return searched(self, words, lambda wanted: in_words(type(self)(self.model), titled, wanted))

    def enabled(self) -> Self:
        """Rules that can take part in a sale."""
        return self.filter(gone_at__isnull=True, is_active=True)

    def valid_on(self, day: date) -> Self:
        """Rules of this day; both ends are in it."""
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
        return self.filter(begun, Q(valid_until__isnull=True) | Q(valid_until__gte=day))
